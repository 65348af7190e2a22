"""copydesk exporter plugin: csv."""
