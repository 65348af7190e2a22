"""The plugins, one a format; entry points name them as attributes of this module: `copydesk_pandoc.plugins:docx`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.hookspecs import hookimpl

if TYPE_CHECKING:
    from copydesk.exporting.exporter import ArticleExporter, NoOptions


class FormatPlugin:
    """The plugin of one format.

    Parameters:
        name: of the format.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @hookimpl
    def copydesk_register_exporters(self) -> list[type[ArticleExporter[NoOptions]]]:
        """Register the format."""
        # Imported when asked for, so that finding the plugin costs nothing.
        from copydesk_pandoc.exporter import EXPORTERS

        return [exporter for exporter in EXPORTERS if exporter.name == self._name]


def __getattr__(name: str) -> FormatPlugin:
    if name.startswith("_"):
        raise AttributeError(name)
    return FormatPlugin(name)
