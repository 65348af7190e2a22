"""Metadata that a format declares: to the head where it fits, else above the text; nothing twice, nothing lost."""

from __future__ import annotations

from typing import ClassVar

from copydesk import Article, Reader, normalize
from copydesk.cleaning.pipeline import Normalized
from copydesk.reading.characters import Characters
from copydesk.reading.detect import READERS
from copydesk.reading.source import Block, Declared, Source, View

TEXT = "The harbour ferry sails again from Monday, twice an hour, the port authority said in its statement today."


class Fields(Reader):
    """A line a field, name before a bar; what has none is text."""

    name: ClassVar[str] = "fields"
    suffixes: ClassVar[tuple[str, ...]] = (".fields",)
    media_type: ClassVar[str] = "text/x-fields"

    def view(self, raw: bytes) -> View:
        lines = [line.partition("|") for line in raw.decode().splitlines()]
        return View("\n\n".join(rest or name for name, _, rest in lines), "fields/1", ("fields", "2"), lines)

    def sniff(self, view: str) -> float:
        return 0.0

    def read(self, source: Source) -> None:
        text, at = Characters(source.view), 0
        for name, bar, rest in source.parsed:  # type: ignore[attr-defined]
            value = rest if bar else name
            passage = text.passage(at, at + len(value)).cut(0)
            at += len(value) + 2
            if bar:
                source.declared.append(Declared(name, passage))
            else:
                source.blocks.append(Block("paragraph", passage))


def made(*lines: str) -> Normalized:
    return normalize("\n".join(lines).encode(), name="a.fields", reader="fields", readers=(*READERS, Fields))


def texts(found: Normalized) -> list[str]:
    article = Article.parse(found.xml)
    return [article.text(block) for block in article.blocks()]


def test_every_value_has_its_place() -> None:
    found = made(
        "headline|Harbour ferry returns", "alternativeHeadline|Twice an hour", "description|About a ferry.",
        "url|https://example.org/ferry", "identifier|urn:isbn:9780000000001", "identifier|ferry-7",
        "datePublished|6 October 2020", "author|Ana Ruiz", "author|Bo Chen", "publisher|The Port Times",
        "keywords|ferry", "keywords|port", "license|https://example.org/free", "language|en-GB", TEXT,
    )  # fmt: skip
    meta = Article.parse(found.xml).meta
    assert (meta.title, meta.headline, meta.alternative_headlines) == (
        "Harbour ferry returns", "Harbour ferry returns", ("Twice an hour",),
    )  # fmt: skip
    assert (meta.url, meta.license) == ("https://example.org/ferry", "https://example.org/free")
    assert [(one.scheme, one.value) for one in meta.identifiers] == [
        ("isbn", "urn:isbn:9780000000001"),
        ("local", "ferry-7"),
    ]
    assert meta.date_published == "2020-10-06"
    assert [agent.name for agent in meta.authors] == ["Ana Ruiz", "Bo Chen"]
    assert meta.publisher is not None
    assert (meta.publisher.name, meta.publisher.type) == ("The Port Times", "Organization")
    assert [[term.text for term in group.terms] for group in meta.keywords] == [["ferry", "port"]]
    assert meta.lang == "en"
    assert texts(found) == [TEXT]
    assert found.ledger.header.converter == ("fields", "2")


def test_what_has_no_place_stands_above_the_text() -> None:
    found = made(
        "description|One.", "description|Two.", "datePublished|some autumn", "url|not an address",
        "publisher|A", "publisher|B", "language|English, mostly", "colour|blue", TEXT,
    )  # fmt: skip
    assert texts(found) == ["Two.", "some autumn", "not an address", "B", "English, mostly", "blue", TEXT]


def test_a_title_page_is_merged() -> None:
    fields = ("headline|Harbour ferry returns", "author|Ana Ruiz", "alternativeHeadline|Twice an hour")
    page = ("Harbour ferry returns", "Twice an hour", "Ana Ruiz")
    found = made(*fields, *page, TEXT, "Ana Ruiz")
    assert texts(found)[:1] == [TEXT]
    assert {(entry.rule, entry.to) for entry in found.ledger.entries if entry.d == "merge"} >= {
        ("dup.headline", "head/headline"),
        ("declared.again", "head/alternativeHeadline[1]"),
        ("declared.again", "head/author[1]/name"),
    }


def test_the_language_of_a_text_that_does_not_tell() -> None:
    assert Article.parse(made("language|tlh", "Qapla'").xml).meta.lang == "tlh"
