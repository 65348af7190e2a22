"""The built-in exporter: the canonical XML itself, and the ledger that accounts for its source."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.article.view import Article
from copydesk.exporting.exporter import ArticleExporter, NoOptions, Output


class XmlExporter(ArticleExporter[NoOptions]):
    """Writes `NAME.xml`, the bytes that every other exporter works from, and `NAME.ledger.jsonl`."""

    name = "xml"
    suffixes = (".xml", ".ledger.jsonl")
    media_type = "application/xml"
    default = True

    def export(self, article: Article, options: NoOptions) -> Iterator[Output]:
        """Give the article's canonical bytes, and its ledger where there is one."""
        yield Output(".xml", article.xml)
        if article.ledger_jsonl is not None:
            yield Output(".ledger.jsonl", article.ledger_jsonl)
