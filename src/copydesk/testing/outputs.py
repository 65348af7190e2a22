"""Running an exporter as a run would, and keeping what it gives."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.article.view import Article
from copydesk.errors import ExportError
from copydesk.exporting.contract import Exporter, outputs_of
from copydesk.exporting.exporter import ArticleExporter

Outputs = dict[str, bytes]
"""The bytes of each output by suffix."""


def outputs(exporter: Exporter, articles: Sequence[Article], options: object) -> Outputs:
    """Run an exporter under the guard that core runs it under.

    Parameters:
        exporter: the exporter.
        articles: one article; for a collection as many as there are.
        options: an instance of its `Options`.

    Raises:
        ExportError: it raised or broke the contract, or a collection left articles.
    """
    if isinstance(exporter, ArticleExporter):
        (given,) = articles
        return {suffix: b"".join(chunks) for suffix, chunks in outputs_of(exporter, given, options)}
    stream = iter(articles)
    found = {suffix: b"".join(chunks) for suffix, chunks in outputs_of(exporter, stream, options)}
    if next(stream, None) is not None:
        raise ExportError("export() did not take every article")
    return found
