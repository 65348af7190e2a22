"""copydesk exporter plugin: jsonld."""
