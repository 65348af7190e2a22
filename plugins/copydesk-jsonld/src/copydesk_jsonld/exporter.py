"""The exporter: one JSON-LD document an article, plain or ready to stand in a web page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from copydesk.article.view import Article
from copydesk.exporting.exporter import ArticleExporter, Output
from copydesk_jsonld.news_article import news_article

# Inside <script> only these can end the element or open a comment (HTML Living Standard, "Restrictions for contents of
# script elements"); the line separators are no line breaks in JSON, but are in older JavaScript.
_SCRIPT_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


@dataclass(frozen=True, slots=True)
class JsonLdOptions:
    """Options of the format."""

    script: bool = field(
        default=False, metadata={"help": "write .html files that hold one <script> element for a page's head"}
    )


class JsonLdExporter(ArticleExporter[JsonLdOptions]):
    """One schema.org NewsArticle an article."""

    name: ClassVar[str] = "jsonld"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonld", ".html")
    media_type: ClassVar[str] = "application/ld+json"
    default: ClassVar[bool] = True
    Options: ClassVar[type[JsonLdOptions]] = JsonLdOptions

    def export(self, article: Article, options: JsonLdOptions) -> Iterator[Output]:
        """Give the article as `.jsonld`, or as a `<script>` element in `.html`."""
        text = json.dumps(news_article(article), ensure_ascii=False, allow_nan=False, indent=2) + "\n"
        if options.script:
            escaped = text.translate(_SCRIPT_ESCAPES)
            yield Output(".html", f'<script type="application/ld+json">\n{escaped}</script>\n'.encode())
        else:
            yield Output(".jsonld", text.encode())
