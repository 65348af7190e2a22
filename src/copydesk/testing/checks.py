"""The checks behind `copydesk.testing.check_exporter`, each a function that raises AssertionError."""

from __future__ import annotations

import gc
import unicodedata
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from copydesk.article.canonical import LEAVES, NS, parse, serialize
from copydesk.article.view import Article
from copydesk.errors import ExportError
from copydesk.exporting.contract import Exporter, check_declaration, outputs_of
from copydesk.exporting.exporter import ArticleExporter, CollectionExporter
from copydesk.testing import options as flags
from copydesk.testing.articles import long, samples
from copydesk.testing.elsewhere import hashes_elsewhere
from copydesk.testing.watch import watched

MANY = 24
"""Articles of the collection that must stream."""
AT_ONCE = 8
"""How many of them a streaming exporter may hold, or take without giving a chunk."""

_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/yaml")
_TEXT_ENDINGS = ("+json", "+xml", "+yaml")  # structured syntax suffixes, RFC 6839
_TEXT_SUFFIXES = (".csv", ".html", ".json", ".jsonl", ".md", ".txt", ".xml", ".yaml")

Outputs = dict[str, bytes]


def check(
    exporter: type[Exporter],
    options: object,
    articles: Sequence[Article] | None,
    text_of: Callable[[Mapping[str, bytes]], str] | None,
    size: int,
) -> None:
    """Run every check; see `copydesk.testing.check_exporter`."""
    try:
        check_declaration(exporter)
    except (TypeError, ValueError) as error:
        raise AssertionError(f"declaration: {error}") from error
    flags.check(exporter, options)
    made = exporter()
    given = samples() if articles is None else list(articles)
    groups = [given] if isinstance(made, CollectionExporter) else [[article] for article in given]
    before = [_state(article) for article in given]
    first = _run_watched(made, groups, options)
    _require([_state(article) for article in given] == before, exporter, "article", "export() changed the article")
    _check_encoding(exporter, first)
    _check_again(exporter, options, groups, first)
    if isinstance(made, CollectionExporter):
        _check_streaming(made, options)
    if text_of is not None:
        for group, found in zip(groups, first, strict=True):
            _check_text(exporter, group, text_of(found))
    if articles is None:
        _check_long(made, options, long(size), text_of)


def outputs(exporter: Exporter, articles: Sequence[Article], options: object) -> Outputs:
    """Run an exporter under the guard that core runs it under."""
    if isinstance(exporter, ArticleExporter):
        (given,) = articles
        return {suffix: b"".join(chunks) for suffix, chunks in outputs_of(exporter, given, options)}
    stream = iter(articles)
    found = {suffix: b"".join(chunks) for suffix, chunks in outputs_of(exporter, stream, options)}
    if next(stream, None) is not None:
        raise ExportError("export() did not take every article")
    return found


def _run(exporter: Exporter, articles: Sequence[Article], options: object) -> Outputs:
    try:
        return outputs(exporter, articles, options)
    except ExportError as error:
        titles = ", ".join(repr(str(article.meta.title)[:40]) for article in articles)
        raise AssertionError(f"{type(exporter).__name__}, outputs of {titles}: {error}") from error


def _run_watched(exporter: Exporter, groups: Sequence[Sequence[Article]], options: object) -> list[Outputs]:
    with watched(type(exporter).__name__):
        return [_run(exporter, group, options) for group in groups]


def _require(holds: bool, exporter: type[Exporter], what: str, problem: str) -> None:
    if not holds:
        raise AssertionError(f"{exporter.__name__}, {what}: {problem}")


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


def _check_again(
    exporter: type[Exporter], options: object, groups: Sequence[Sequence[Article]], first: Sequence[Outputs]
) -> None:
    """Same bytes again: here, and in a process that differs in all it can."""
    again = _run_watched(exporter(), groups, options)
    _require(again == first, exporter, "determinism", f"a second run gave other bytes: {_difference(first, again)}")
    elsewhere = hashes_elsewhere(exporter, options, [[article.xml for article in group] for group in groups])
    if elsewhere is not None:  # None: the class has no module that another process could import
        _require(
            elsewhere.of(first) == elsewhere.hashes,
            exporter,
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


def _check_streaming(exporter: CollectionExporter[object], options: object) -> None:
    kind = type(exporter)
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

    try:
        for _, chunks in outputs_of(exporter, hand_out(), options):
            for _ in chunks:
                since_chunk = 0
    except ExportError as error:
        raise AssertionError(f"{kind.__name__}, streaming: {error}") from error
    _require(taken == MANY, kind, "streaming", f"took {taken} of {MANY} articles")
    _require(most_held <= AT_ONCE, kind, "streaming", f"held {most_held} articles at once")
    _require(longest_wait <= AT_ONCE, kind, "streaming", f"took {longest_wait} articles without giving a chunk")


def _check_text(exporter: type[Exporter], articles: Sequence[Article], found: str) -> None:
    squeezed = _squeeze(found)
    expected: Counter[str] = Counter()
    for article in articles:
        expected.update(_body_texts(article, exporter.loses))
    for text, count in expected.items():
        there = squeezed.count(text)
        _require(
            there >= count, exporter, "text", f"{text!r} stands {count} times in the article, {there} in the output"
        )
    for article in articles:
        for text in _head_texts(article, exporter.loses):
            _require(text in squeezed, exporter, "text", f"{text!r} of the head is not in the output")


def _check_long(
    exporter: Exporter, options: object, article: Article, text_of: Callable[[Mapping[str, bytes]], str] | None
) -> None:
    """Run it on a long article, once, and look for its paragraphs, no two alike, one after another."""
    (found,) = _run_watched(exporter, [[article]], options)
    if text_of is None or "body" in exporter.loses or "p" in exporter.loses:
        return
    squeezed, at = _squeeze(text_of(found)), 0
    for text in _body_texts(article, exporter.loses):
        at = squeezed.find(text, at)
        _require(at >= 0, type(exporter), "long article", f"{text!r} is not in the output, or not in its place")


def _body_texts(article: Article, loses: frozenset[str]) -> Iterator[str]:
    """Each leaf block's text without white space, in pieces where an element that the format loses parts it."""
    leaves = " or ".join(f"self::a:{name}" for name in (*LEAVES, "attribution[parent::a:blockquote]"))
    for leaf in article.xpath(f"//a:body//*[{leaves}]"):
        pieces = [""]
        for text in leaf.xpath(".//text()"):
            above = text.getparent().getparent() if text.is_tail else text.getparent()
            if _lost([above, *above.iterancestors()], loses):
                pieces.append("")
            else:
                pieces[-1] += text
        yield from filter(None, map(_squeeze, pieces))


def _head_texts(article: Article, loses: frozenset[str]) -> Iterator[str]:
    for value in article.xpath("//a:head//a:*[not(*)][text()]"):
        if not _lost([value, *value.iterancestors()], loses):
            yield _squeeze(value.text)


def _lost(elements: Iterable[object], loses: frozenset[str]) -> bool:
    return any(getattr(element, "tag", None) == f"{{{NS}}}{name}" for element in elements for name in loses)


def _squeeze(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
