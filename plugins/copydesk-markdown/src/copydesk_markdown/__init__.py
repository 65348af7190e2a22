"""copydesk exporter plugin: markdown."""
