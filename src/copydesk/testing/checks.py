"""The checks behind `copydesk.testing.check_exporter`, each a function that raises AssertionError."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unittest import SkipTest

from copydesk.article.canonical import parse, serialize
from copydesk.article.view import Article
from copydesk.errors import ExportError
from copydesk.exporting.contract import Exporter, check_declaration, outputs_of
from copydesk.exporting.exporter import CollectionExporter
from copydesk.testing import options as flags
from copydesk.testing.articles import long, samples
from copydesk.testing.elsewhere import hashes_elsewhere
from copydesk.testing.limit import limited
from copydesk.testing.lost import Lost, TextOf
from copydesk.testing.outputs import Outputs, outputs
from copydesk.testing.watch import watched

MANY = 24
"""Articles of the collection that must stream."""
AT_ONCE = 8
"""How many of them a streaming exporter may hold, or take without giving a chunk."""

_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/yaml")
_TEXT_ENDINGS = ("+json", "+xml", "+yaml")  # structured syntax suffixes, RFC 6839
_TEXT_SUFFIXES = (".csv", ".html", ".json", ".jsonl", ".md", ".txt", ".xml", ".yaml")


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is checked: a class, the options that it gets, and the seconds that each of its runs may take."""

    exporter: type[Exporter]
    options: object
    time_limit: float

    def require(self, holds: bool, what: str, problem: str) -> None:
        if not holds:
            raise AssertionError(f"{self.exporter.__name__}, {what}: {problem}")


def check(
    exporter: type[Exporter],
    options: object,
    articles: Sequence[Article] | None,
    text_of: TextOf | None,
    size: int,
    time_limit: float,
) -> None:
    """Run every check; see `copydesk.testing.check_exporter`."""
    try:
        check_declaration(exporter)
    except (TypeError, ValueError) as error:
        raise AssertionError(f"declaration: {error}") from error
    flags.check(exporter, options)
    subject = _Subject(exporter, options, time_limit)
    given = samples() if articles is None else list(articles)
    groups = [given] if issubclass(exporter, CollectionExporter) else [[article] for article in given]
    before = [_state(article) for article in given]
    made = exporter()
    first = _run(subject, made, groups)
    subject.require([_state(article) for article in given] == before, "article", "export() changed the article")
    _check_encoding(exporter, first)
    _check_again(subject, groups, first)
    if isinstance(made, CollectionExporter):
        _check_streaming(subject, made)
    longest = [long(size)] if articles is None else []
    of_long = _run(subject, made, [[article] for article in longest])
    lost = Lost(exporter, text_of)
    for group, found in zip(groups, first, strict=True):
        lost.check(group, found)
    for article, found in zip(longest, of_long, strict=True):
        lost.check_order(article, found)
    if lost.unread:
        raise SkipTest(
            f"{exporter.__name__} keeps the contract, but whether it loses text was not checked: {exporter.media_type}"
            " cannot be read back here; give check_exporter text_of, a function that reads outputs as plain text"
        )


def _run(subject: _Subject, exporter: Exporter, groups: Sequence[Sequence[Article]]) -> list[Outputs]:
    """Run an exporter on each group of articles, watched and within its time."""
    called = subject.exporter.__name__
    found = []
    with watched(called):
        for articles in groups:
            titles = ", ".join(repr(str(article.meta.title)[:40]) for article in articles)
            with limited(called, f"the run on {titles}", subject.time_limit):
                try:
                    found.append(outputs(exporter, articles, subject.options))
                except ExportError as error:
                    raise AssertionError(f"{called}, outputs of {titles}: {error}") from error
    return found


def _state(article: Article) -> tuple[object, ...]:
    return serialize(article.tree), article.xml, repr(article.meta), repr(article.blocks()), repr(article.quotes())


def _check_encoding(exporter: type[Exporter], found: Iterable[Outputs]) -> None:
    kind = exporter.media_type.partition(";")[0].rstrip()
    textual: tuple[str, ...] = _TEXT_SUFFIXES
    if kind.startswith(_TEXT_TYPES) or kind.endswith(_TEXT_ENDINGS):
        textual += exporter.suffixes[:1]
    for files in found:
        for suffix in [suffix for suffix in files if suffix.endswith(textual)]:
            try:
                files[suffix].decode("utf-8")
            except UnicodeDecodeError as error:
                raise AssertionError(f"{exporter.__name__}, encoding: {suffix} is not UTF-8: {error}") from error


def _check_again(subject: _Subject, groups: Sequence[Sequence[Article]], first: Sequence[Outputs]) -> None:
    """Same bytes again: here, and in a process that differs in all it can."""
    again = _run(subject, subject.exporter(), groups)
    subject.require(again == first, "determinism", f"a second run gave other bytes: {_difference(first, again)}")
    elsewhere = hashes_elsewhere(
        subject.exporter,
        subject.options,
        [[article.xml for article in group] for group in groups],
        subject.time_limit * len(groups),
    )
    if elsewhere is not None:  # None: the class has no module that another process could import
        subject.require(
            elsewhere.of(first) == elsewhere.hashes,
            "determinism",
            "another locale, time zone, clock, working folder or hash seed gave other bytes",
        )


def _difference(first: Sequence[Outputs], again: Sequence[Outputs]) -> str:
    for one, other in zip(first, again, strict=True):
        for suffix in sorted(one.keys() | other.keys()):
            a, b = one.get(suffix, b""), other.get(suffix, b"")
            if a != b:
                at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
                return f"{suffix} at byte {at}: {a[at : at + 40]!r}, then {b[at : at + 40]!r}"
    return "nothing"


def _check_streaming(subject: _Subject, exporter: CollectionExporter[object]) -> None:
    called = subject.exporter.__name__
    alive: list[weakref.ref[Article]] = []
    taken = since_chunk = most_held = longest_wait = 0

    def held() -> int:
        return sum(1 for reference in alive if reference() is not None)

    def hand_out() -> Iterator[Article]:
        nonlocal taken, since_chunk, most_held, longest_wait
        xml = [article.xml for article in samples()]
        for number in range(MANY):
            if held() > AT_ONCE:
                gc.collect()  # they may only be waiting for it
            most_held = max(most_held, held())
            article = Article(parse(xml[number % len(xml)]))
            alive.append(weakref.ref(article))
            taken += 1
            since_chunk += 1
            longest_wait = max(longest_wait, since_chunk)
            yield article
            del article

    with limited(called, f"the run on {MANY} articles", subject.time_limit):
        try:
            for _, chunks in outputs_of(exporter, hand_out(), subject.options):
                for _ in chunks:
                    since_chunk = 0
        except ExportError as error:
            raise AssertionError(f"{called}, streaming: {error}") from error
    subject.require(taken == MANY, "streaming", f"took {taken} of {MANY} articles")
    subject.require(most_held <= AT_ONCE, "streaming", f"held {most_held} articles at once")
    subject.require(longest_wait <= AT_ONCE, "streaming", f"took {longest_wait} articles without giving a chunk")
