"""The exporter: one ninjs document an article."""

from __future__ import annotations

import json
from collections.abc import Iterator

from copydesk import Article, ArticleExporter, NoOptions, Output
from copydesk_ninjs.news_item import news_item


class NinjsExporter(ArticleExporter[NoOptions]):
    """One news item of IPTC ninjs 3.2 an article."""

    name = "ninjs"
    suffixes = (".ninjs.json",)
    media_type = "application/json"  # IPTC registered no type of its own

    def export(self, article: Article, options: NoOptions) -> Iterator[Output]:
        """Give the article as one JSON document, indented, in UTF-8."""
        text = json.dumps(news_item(article), ensure_ascii=False, allow_nan=False, indent=2)
        yield Output(".ninjs.json", f"{text}\n".encode())
