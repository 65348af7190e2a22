"""Checks for authors of exporters, readers and rules: what core, and the people who use a plugin, count on.

    from copydesk.testing import check_exporter
    from copydesk_shout import ShoutExporter

    def test_keeps_the_contract():
        check_exporter(ShoutExporter)

The checks run on sample articles: one with every element of the schema, one full of strings that mean something to
some format, one in Arabic, one that is as empty as the schema allows, and one of ten thousand paragraphs. pytest loads
this module as a plugin in every project of an environment, so it imports nothing but what it must, and does nothing by
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copydesk.article.view import Article
    from copydesk.cleaning.rule import Rule
    from copydesk.exporting.contract import Exporter
    from copydesk.reading.source import Reader

__all__ = ["check_exporter", "check_reader", "check_rule", "export", "long_article", "sample_articles"]


def check_exporter(
    exporter: type[Exporter],
    options: object | None = None,
    *,
    articles: Sequence[Article] | None = None,
    text_of: Callable[[Mapping[str, bytes]], str] | None = None,
    size: int = 10_000,
) -> None:
    """Check that an exporter keeps the contract.

    It declares what it must; takes each of its options by a flag; gives declared suffixes only, none twice, and bytes,
    which are what its media type says; gives the same bytes again, also in another process with another locale, time
    zone, clock and hash seed; leaves the article as it is; reads no file but what is installed, writes none but
    temporary ones that it removes, and asks for no connection; encodes text as UTF-8; takes ten thousand paragraphs;
    and, for a collection, takes every article, one at a time.

    Parameters:
        exporter: the class.
        options: an instance of `exporter.Options` (None: the defaults).
        articles: what to run on instead of the samples and the long article.
        text_of: reads outputs back, by suffix, as the plain text that a reader of the format sees. If it is given, the
            text of every element that the exporter does not list in `loses` must be found there.
        size: paragraphs of the long article; fewer for an exporter that is slow.

    Raises:
        AssertionError: with the check that failed, and on what.
    """
    from copydesk.testing.checks import check

    check(exporter, exporter.Options() if options is None else options, articles, text_of, size)


def check_reader(
    reader: type[Reader], sample: str, *, title: str | None = None, texts: Sequence[str] | None = None
) -> None:
    """Check that a reader keeps the contract.

    It declares what it must; `sniff` is surer of the sample than core's readers are, and claims none of their samples;
    the article read from the sample is proven: each character of it is in the article or dropped under a declared
    rule. So are those of damaged copies of the sample: other line ends, control characters, soft hyphens, cut off at
    any place. It reads the same again, touches no file and opens no connection, and its cost grows as a document does.

    Parameters:
        reader: the class.
        sample: a document that it reads.
        title: the title that the article must have (None: any).
        texts: what the article's paragraphs, headings, items, cells and captions must be, in order (None: anything).

    Raises:
        AssertionError: with the check that failed, and on what.
    """
    from copydesk.testing.reading import check

    check(reader, sample, title, texts)


def check_rule(
    rule: Rule,
    sample: str,
    *,
    texts: Sequence[str] | None = None,
    leaves_alone: Iterable[str] = (),
    reader: str | None = None,
    beside: Sequence[Rule] = (),
) -> None:
    """Check that a cleaning rule does what it should, and keeps the ledger proven.

    The article made of the sample with core's rules and this one in its place is another than without it, and is
    proven; so are those of damaged copies of the sample: other line ends, control characters, soft hyphens, entities,
    lines made links or pictures, cut off at any place. It does the same again, touches no file and opens no connection,
    and its cost grows as a document does.

    Parameters:
        rule: the rule.
        sample: a document that it acts on.
        texts: what the article's paragraphs, headings, items, cells and captions must be, in order (None: anything).
        leaves_alone: documents that it must not change: look-alikes.
        reader: name of the core reader to use; None to judge by the content.
        beside: further rules that run, such as one that this rule stands before or after.

    Raises:
        AssertionError: with the check that failed, and on what.
    """
    from copydesk.testing.rules import check

    check(rule, sample, texts, leaves_alone, reader, beside)


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
