"""The plugins, one a format; entry points name them as attributes of this module: `copydesk_pandoc.plugins:docx`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.hookspecs import hookimpl

if TYPE_CHECKING:
    from copydesk.exporting.exporter import ArticleExporter, NoOptions
    from copydesk.reading.source import Reader


_READ_ONLY = ("epub", "ipynb")  # no entry points: those are the names of formats, and another package writes EPUB


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

    @hookimpl
    def copydesk_register_readers(self) -> list[type[Reader]]:
        """Register the reader of the format; with Word's, those of formats that this package does not write."""
        from copydesk_pandoc.readers import READERS

        names = {self._name, *(_READ_ONLY if self._name == "docx" else ())}
        return [reader for reader in READERS if reader.name in names]


def __getattr__(name: str) -> FormatPlugin:
    if name.startswith("_"):
        raise AttributeError(name)
    return FormatPlugin(name)
