"""copydesk exporter plugin: epub."""
