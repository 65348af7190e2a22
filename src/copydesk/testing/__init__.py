"""Checks for authors of exporters: what core, and the people who use a format, count on.

    from copydesk.testing import check_exporter
    from copydesk_shout import ShoutExporter

    def test_keeps_the_contract():
        check_exporter(ShoutExporter)

The checks run on sample articles: one with every element of the schema, one full of strings that mean something to
some format, one in Arabic, one that is almost empty, and one of a thousand paragraphs. pytest loads this module as a
plugin in every project of an environment, so it imports nothing but what it must, and does nothing by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copydesk.article.view import Article
    from copydesk.exporting.contract import Exporter

__all__ = ["check_exporter", "export", "long_article", "sample_articles"]


def check_exporter(
    exporter: type[Exporter],
    options: object | None = None,
    *,
    articles: Sequence[Article] | None = None,
    text_of: Callable[[Mapping[str, bytes]], str] | None = None,
) -> None:
    """Check that an exporter keeps the contract.

    It declares what it must; gives declared suffixes only, none twice, and bytes; gives the same bytes again, also in
    another process with another locale, time zone, clock and hash seed; leaves the article as it is; writes no file
    but temporary ones that it removes, and opens no connection; encodes text as UTF-8; takes a thousand paragraphs;
    and, for a collection, takes every article, one at a time.

    Parameters:
        exporter: the class.
        options: an instance of `exporter.Options` (None: the defaults).
        articles: what to run on instead of the samples.
        text_of: reads outputs back, by suffix, as the plain text that a reader of the format sees. If it is given, the
            text of every element that the exporter does not list in `loses` must be found there.

    Raises:
        AssertionError: with the check that failed, and on what.
    """
    from copydesk.testing.checks import check

    check(exporter, exporter.Options() if options is None else options, articles, text_of)


def export(
    exporter: type[Exporter], *articles: Article, options: object | None = None, **fields: Any
) -> dict[str, bytes]:
    """Run an exporter as a run would.

    Parameters:
        exporter: the class.
        articles: one article; for a collection as many as there are.
        options: an instance of `exporter.Options`.
        fields: fields of `exporter.Options`, in place of `options`.

    Returns:
        The bytes of each output by suffix.

    Raises:
        ExportError: the exporter raised or broke the contract.
    """
    from copydesk.testing.checks import outputs

    return outputs(exporter(), articles, exporter.Options(**fields) if options is None else options)


def sample_articles() -> list[Article]:
    """Give the sample articles: `everything`, `hostile`, `arabic` and `bare`, in this order."""
    from copydesk.testing.articles import samples

    return samples()


def long_article(paragraphs: int) -> Article:
    """Make an article of many paragraphs, each with a text of its own.

    Parameters:
        paragraphs: how many, at least one.
    """
    from copydesk.testing.articles import long

    return long(paragraphs)
