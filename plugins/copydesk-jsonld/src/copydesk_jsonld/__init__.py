"""copydesk exporter: each article as a schema.org NewsArticle in JSON-LD."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.hookspecs import hookimpl

if TYPE_CHECKING:
    from copydesk_jsonld.exporter import JsonLdExporter


@hookimpl
def copydesk_register_exporters() -> list[type[JsonLdExporter]]:
    """Register the format `jsonld`."""
    # Imported when asked for, so that finding the plugin costs nothing.
    from copydesk_jsonld.exporter import JsonLdExporter

    return [JsonLdExporter]
