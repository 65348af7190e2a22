"""The exporters: one class a format, made from the table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from copydesk.article.view import Article
from copydesk.exporting.exporter import ArticleExporter, NoOptions, Output
from copydesk_pandoc import document, pandoc, pdf, word
from copydesk_pandoc.formats import FORMATS, Format, by_name

_LOST = frozenset({
    # What no template prints. `url` stands for the pages of people; the article's own address is kept.
    "description", "identifier", "dateModified", "genre", "articleSection", "contributor", "jobTitle", "affiliation",
    "url", "keywords", "mentions",
    "datePublished",  # the day is kept, the time of day is not
})  # fmt: skip


class PandocExporter(ArticleExporter[NoOptions]):
    """One file an article, written by pandoc. Subclasses name the format."""

    format: ClassVar[Format]
    loses: ClassVar[frozenset[str]] = _LOST

    def export(self, article: Article, options: NoOptions) -> Iterable[Output]:
        """Write one file.

        Parameters:
            article: the article.
            options: none.

        Returns:
            One output.

        Raises:
            ExportError: pandoc is missing or fails, or would leave something out.
        """
        made = document.build(article, self.format)
        written = pandoc.write(made, self.format.writer or self.format.name)
        return [Output(self.format.suffix, word.clean(written) if self.name == "docx" else written)]


class PdfExporter(ArticleExporter[NoOptions]):
    """One PDF an article: pandoc writes Typst, which Typst typesets."""

    name: ClassVar[str] = "pdf"
    suffixes: ClassVar[tuple[str, ...]] = (".pdf",)
    media_type: ClassVar[str] = "application/pdf"
    loses: ClassVar[frozenset[str]] = _LOST

    def export(self, article: Article, options: NoOptions) -> Iterable[Output]:
        """Write one PDF/A-2u.

        Parameters:
            article: the article.
            options: none.

        Returns:
            One output, `.pdf`.

        Raises:
            ExportError: pandoc or typst is missing or fails, or no font of typst's has a character of the article.
        """
        typst = by_name()["typst"]
        source = pandoc.write(document.build(article, typst), typst.writer)
        return [Output(".pdf", pdf.typeset(source))]


def _exporter(format_: Format) -> type[PandocExporter]:
    fields = {
        "__module__": __name__,
        "__doc__": f"The format `{format_.name}`, written by pandoc.",
        "name": format_.name,
        "suffixes": (format_.suffix,),
        "media_type": format_.media_type,
        "format": format_,
    }
    return type(f"{format_.name.capitalize()}Exporter", (PandocExporter,), fields)


EXPORTERS: tuple[type[ArticleExporter[NoOptions]], ...] = (*map(_exporter, FORMATS), PdfExporter)
"""The exporters, in the order of the table."""

globals().update((exporter.__name__, exporter) for exporter in EXPORTERS)  # importable by name, as other classes are
