"""copydesk exporter: each article as Markdown with YAML front matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.hookspecs import hookimpl

if TYPE_CHECKING:
    from copydesk_markdown.exporter import MarkdownExporter


@hookimpl
def copydesk_register_exporters() -> list[type[MarkdownExporter]]:
    """Register the format `markdown`."""
    # Imported when asked for, so that finding the plugin costs nothing.
    from copydesk_markdown.exporter import MarkdownExporter

    return [MarkdownExporter]
