"""copydesk exporter: one valid EPUB 3 an article, through pandoc."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.hookspecs import hookimpl

if TYPE_CHECKING:
    from copydesk_epub.exporter import EpubExporter


@hookimpl
def copydesk_register_exporters() -> list[type[EpubExporter]]:
    """Register the format `epub`."""
    # Imported when asked for, so that finding the plugin costs nothing.
    from copydesk_epub.exporter import EpubExporter

    return [EpubExporter]
