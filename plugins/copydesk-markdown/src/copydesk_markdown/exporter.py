"""The exporter: front matter, title, body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from copydesk.article.model import Text
from copydesk.article.view import Article
from copydesk.exporting.exporter import ArticleExporter, NoOptions, Output
from copydesk_markdown.blocks import body
from copydesk_markdown.front_matter import front_matter
from copydesk_markdown.inlines import leaf


class MarkdownExporter(ArticleExporter[NoOptions]):
    """Gives each article as CommonMark, with tables as in GFM, below YAML front matter."""

    name: ClassVar[str] = "markdown"
    suffixes: ClassVar[tuple[str, ...]] = (".md",)
    media_type: ClassVar[str] = "text/markdown"
    default: ClassVar[bool] = True

    def export(self, article: Article, options: NoOptions) -> Iterable[Output]:
        """Give one Markdown file, in UTF-8 with LF line ends."""
        title = leaf((Text(text=article.meta.title),), "heading")
        text = f"{front_matter(article)}\n# {title}\n\n{body(article.blocks())}\n"
        yield Output(".md", text.encode())
