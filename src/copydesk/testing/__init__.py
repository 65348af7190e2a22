"""Checks for authors of exporters, readers and rules: what core, and the people who use a plugin, count on.

    from copydesk.testing import check_exporter
    from copydesk_shout import ShoutExporter

    def test_keeps_the_contract():
        check_exporter(ShoutExporter)

The checks run on sample articles (`sample_articles`): with every element and attribute of the schema, full of strings
that mean something to some format, in many languages and scripts, as empty as the schema allows, and of ten thousand
paragraphs. pytest loads this module as a plugin in every project of an environment, so it imports nothing but what it
must, and does nothing by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copydesk.article.view import Article
    from copydesk.cleaning.rule import Rule
    from copydesk.exporting.contract import Exporter
    from copydesk.reading.source import Reader

__all__ = ["check_exporter", "check_reader", "check_rule", "export", "long_article", "make_article", "sample_articles"]


def check_exporter(
    exporter: type[Exporter],
    options: object | None = None,
    *,
    articles: Sequence[Article] | None = None,
    text_of: Callable[[Mapping[str, bytes]], str] | None = None,
    size: int = 10_000,
    time_limit: float = 120.0,
) -> None:
    """Check that an exporter keeps the contract.

    It declares what it must; takes each of its options by a flag; gives declared suffixes only, none twice, and bytes,
    which are what its media type says; gives the same bytes again, also in another process with another locale, time
    zone, clock and hash seed; leaves the article as it is; reads no file but what is installed, writes none but
    temporary ones that it removes, and asks for no connection; encodes text as UTF-8; does not hang; takes ten
    thousand paragraphs; for a collection, takes every article, one at a time; and loses no text but what it declares.

    Parameters:
        exporter: the class.
        options: an instance of `exporter.Options` (None: the defaults).
        articles: what to run on instead of the samples and the long article.
        text_of: reads outputs back, by suffix, as the plain text that a reader of the format sees, where they must hold
            each leaf block whole. Without it, JSON, XML, HTML, CSV, Markdown and other text are read by their media
            types, and must hold each word and sign of a block in order, with markup in between. Only what the exporter
            lists in `loses` may be missing.
        size: paragraphs of the long article; fewer for an exporter that is slow.
        time_limit: seconds that one run, on one article or on a collection, may take before it counts as hanging.

    Raises:
        AssertionError: with the check that failed, and on what.
        unittest.SkipTest: all else holds, but the format is none that can be read without `text_of`, so that nobody
            knows whether text is lost. pytest reports the test as skipped, with the reason.
    """
    from copydesk.testing.checks import check

    check(exporter, exporter.Options() if options is None else options, articles, text_of, size, time_limit)


def check_reader(
    reader: type[Reader], sample: str | bytes, *, title: str | None = None, texts: Sequence[str] | None = None
) -> None:
    """Check that a reader keeps the contract.

    It declares what it must; `sniff` is surer of the sample than core's readers are, and claims none of their samples;
    the article read from the sample is proven: each character of it is in the article or dropped under a declared
    rule. So are those of damaged copies of the sample: other line ends, control characters, soft hyphens, cut off at
    any place. It reads the same again, touches no file and opens no connection, and its cost grows as a document does.

    A reader that writes `view` must claim the sample under a name with its first suffix, and core's samples not at all;
    the same bytes must give the same view. Damaged copies of a sample in bytes are cut off, or have other bytes.

    Parameters:
        reader: the class.
        sample: a document that it reads; bytes only for one that writes `view`.
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
    from copydesk.testing.outputs import outputs

    return outputs(exporter(), articles, exporter.Options(**fields) if options is None else options)


def sample_articles(*names: str) -> list[Article]:
    """Give sample articles, those that the checks run on.

    `everything` has every element of the schema, and `rich` every attribute; `hostile` is full of strings that mean
    something to some format; `arabic` runs from right to left; `bare` is as empty as can be; `scripts` is written in
    ten of them. The others are news as copydesk makes it of text and Markdown, one in each of eight languages:
    `acuifero` (es), `deich` (de), `ferry_interview` (en), `marche` (fr), `povodok` (ru), `sieci` (pl), `toshokan`
    (ja), `wadi` (ar), and `winter_walks` (en) with lists, a table and code.

    Parameters:
        names: which ones; none for all, in the order in which they stand above.

    Raises:
        ValueError: there is no sample of that name.
    """
    from copydesk.testing.articles import NAMES, samples

    return samples(names or NAMES)


def make_article(
    body: str = "<p>A paragraph.</p>", head: str = "", *, title: str = "A title", lang: str = "en", **attributes: str
) -> Article:
    """Make an article for a test.

        article = make_article("<p>She <em>waits</em>.</p>", "<genre>Report</genre>", lang="en-GB", dir="ltr")

    Parameters:
        body: the blocks, as XML in the namespace of articles.
        head: values of the head in the order of the schema, as XML; without title and source, which every article has.
        title: the title, as text.
        lang: language of the article.
        attributes: further attributes of the `article` element: dir, complete.

    Raises:
        ArticleError: that is no valid article.
    """
    from copydesk.testing.articles import make

    return make(body, head, title, {"xml:lang": lang, **attributes})


def long_article(paragraphs: int) -> Article:
    """Make an article of many paragraphs, each with a text of its own.

    Parameters:
        paragraphs: how many, at least one.
    """
    from copydesk.testing.articles import long

    return long(paragraphs)
