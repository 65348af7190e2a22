"""The format `epub`: one EPUB 3 an article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from copydesk.article.view import Article
from copydesk.exporting.exporter import ArticleExporter, NoOptions, Output
from copydesk_epub import container, document, pandoc


class EpubExporter(ArticleExporter[NoOptions]):
    """One EPUB 3 an article, written by pandoc."""

    name: ClassVar[str] = "epub"
    suffixes: ClassVar[tuple[str, ...]] = (".epub",)
    media_type: ClassVar[str] = "application/epub+zip"
    default: ClassVar[bool] = True
    loses: ClassVar[frozenset[str]] = frozenset({"mentions"})

    def export(self, article: Article, options: NoOptions) -> Iterable[Output]:
        """Write one EPUB.

        Parameters:
            article: the article.
            options: none.

        Returns:
            One output, `.epub`.

        Raises:
            ExportError: pandoc is missing or fails, or SOURCE_DATE_EPOCH is no number.
        """
        built = document.build(article)
        return [Output(".epub", container.finish(pandoc.write_epub(built.ast), article, built))]
