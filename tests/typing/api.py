"""The public interface as plugins and scripts use it; mypy --strict checks this file, and nothing runs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_type

from copydesk import (
    NS,
    Article,
    ArticleExporter,
    CollectionExporter,
    ExportError,
    Ledger,
    NoOptions,
    Normalized,
    Output,
    Reader,
    Rule,
    RunReport,
    hookimpl,
    normalize,
    safe_address,
)
from copydesk.article.ledger import LedgerRule
from copydesk.article.model import Agent, Block, Figure, Heading, Meta, Para, Quotation, Value
from copydesk.cleaning.draft import Draft
from copydesk.reading.source import Source
from copydesk.testing import (
    check_exporter,
    check_reader,
    check_rule,
    export,
    long_article,
    make_article,
    sample_articles,
)


@dataclass(frozen=True)
class OneOptions:
    level: int = 1
    mode: Literal["strict", "loose"] = "strict"


class OneEach(ArticleExporter[OneOptions]):
    name = "one"
    suffixes = (".txt",)
    media_type = "text/plain"
    default = True
    loses = frozenset({"keywords"})
    Options = OneOptions

    def export(self, article: Article, options: OneOptions) -> Iterator[Output]:
        assert_type(options.level, int)
        if not article.blocks():
            raise ExportError("nothing to write")
        yield Output(".txt", article.meta.title.encode())


class AllInOne(CollectionExporter[NoOptions]):
    name = "all-in-one"
    suffixes = (".txt",)
    media_type = "text/plain"

    def export(self, articles: Iterator[Article], options: NoOptions) -> Iterable[Output]:
        return [Output(".txt", (article.meta.title.encode() for article in articles))]


class WrongOptions(ArticleExporter[OneOptions]):
    def export(self, article: Article, options: NoOptions) -> Iterator[Output]:  # type: ignore[override]
        yield Output(".txt", "text")  # type: ignore[arg-type]


class Lines(Reader):
    name = "lines"
    suffixes = (".lines",)
    media_type = "text/plain"
    ledger_rules = (LedgerRule(id="lines.sign", d="drop", match="%", reason="a sign"),)

    def sniff(self, view: str) -> float:
        return float(view.startswith("%"))

    def read(self, source: Source) -> None:
        assert_type(source.view, str)


def nothing(draft: Draft) -> None:
    """Change nothing."""


RULE = Rule("nothing", nothing, after="lead")


def look(article: Article) -> None:
    assert_type(article.meta, Meta)
    assert_type(article.meta.title, Value)
    assert_type(article.meta.authors, tuple[Agent, ...])
    assert_type(article.quotes(), tuple[Quotation, ...])
    assert_type(article.blocks(), tuple[Block, ...])
    assert_type(article.dateline, str | None)
    assert_type(article.description, str | None)
    assert_type(article.xml, bytes)
    assert_type(article.ledger, Ledger | None)
    assert_type(article.resource("a.png"), bytes | None)
    assert_type(article.walk(), Iterator[Block])
    assert_type(article.figures(), tuple[Figure, ...])
    assert_type(article.body_text(), str)
    assert_type(article.agent("n1"), Agent | None)
    assert_type(safe_address(article.meta.url), str | None)
    assert_type(NS, str)
    for block in article.blocks():
        assert_type(article.text(block), str)
        match block:
            case Heading():
                assert_type(block.level, int)
            case Para():
                assert_type(block.role, str | None)


def change(article: Article, para: Para) -> None:
    """Nothing of the view can be set: each of these lines is an error, or its comment would be one."""
    article.meta = article.meta  # type: ignore[misc]
    article.dateline = None  # type: ignore[misc]
    article.description = None  # type: ignore[misc]
    article.xml = b""  # type: ignore[misc]
    article.tree = article.tree  # type: ignore[misc]
    article.ledger = None  # type: ignore[misc]
    article.text = str  # type: ignore[method-assign, assignment]
    article.anything = 1  # type: ignore[attr-defined]
    article.meta.lang = "en"  # type: ignore[misc]
    article.meta.title.lang = "en"  # type: ignore[misc]
    article.meta.title.dir = "ltr"  # type: ignore[misc]
    article.meta.title.id = "x"  # type: ignore[misc]
    article.meta.authors[0] = Agent(name=Value("A"))  # type: ignore[index]
    para.role = "lead"  # type: ignore[misc]
    para.inlines[0] = para.inlines[1]  # type: ignore[index]


def convert(path: Path) -> bytes:
    made = normalize(path.read_bytes(), name=path.name, reader="text")
    assert_type(made, Normalized)
    assert_type(made.warnings, tuple[str, ...])
    look(Article.parse(made.xml, made.ledger))
    normalize("text", name="a.txt")  # type: ignore[arg-type]
    return made.xml


@hookimpl
def copydesk_register_exporters() -> list[type[OneEach] | type[AllInOne]]:
    return [OneEach, AllInOne]


@hookimpl
def copydesk_register_readers() -> list[type[Reader]]:
    return [Lines]


@hookimpl
def copydesk_register_rules() -> list[Rule]:
    return [RULE]


@hookimpl
def copydesk_run_finished(report: RunReport) -> None: ...


def checks() -> None:
    check_exporter(OneEach, OneOptions(level=2), articles=[*sample_articles(), long_article(9)], size=100)
    check_exporter(AllInOne, text_of=lambda outputs: outputs[".txt"].decode(), time_limit=5)
    assert_type(make_article("<p>B</p>", "<genre>G</genre>", title="T", lang="en", dir="ltr"), Article)
    assert_type(sample_articles("bare", "hostile"), list[Article])
    check_reader(Lines, "%", title="A title")
    check_rule(RULE, "A text", leaves_alone=["Another"])
    assert_type(export(OneEach, sample_articles()[0], level=2), dict[str, bytes])
