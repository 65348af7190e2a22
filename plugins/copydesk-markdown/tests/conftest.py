"""What Markdown says to a CommonMark parser, and what an article says, as trees that can be compared.

A tree is nested tuples. The text of a leaf is a tuple of (character, marks), so that formatting is compared character
by character, whatever way it is nested.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias
from urllib.parse import unquote

import pytest
from lxml.builder import ElementMaker
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from copydesk.article.canonical import NS
from copydesk.article.grid import place
from copydesk.article.model import (
    Annotation,
    Aside,
    Block,
    Break,
    Caption,
    Code,
    Figure,
    Format,
    Gallery,
    Heading,
    Image,
    Inline,
    Link,
    List,
    Para,
    Quote,
    Rule,
    Table,
    Text,
)
from copydesk.article.plain import inline_text
from copydesk.article.view import Article
from copydesk.exporting.exporter import NoOptions
from copydesk_markdown.exporter import MarkdownExporter

FIXTURES = Path(__file__).parent / "fixtures"

Tree: TypeAlias = tuple[Any, ...]
Char: TypeAlias = tuple[str, frozenset[Any]]

EMPHASIS = frozenset({"em", "strong"})


# ---------------------------------------------------------------- from Markdown
@cache
def parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").use(front_matter_plugin)


def read(markdown: str) -> Tree:
    """Parse Markdown and give its tree."""
    return tuple(_Reader(parser().parse(markdown)).children())


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = iter(tokens)

    def children(self, closing: str | None = None) -> Iterator[Tree]:
        for token in self._tokens:
            if token.type == closing:
                return
            if token.type != "front_matter":
                yield self._node(token)
        assert closing is None

    def _node(self, token: Token) -> Tree:
        closing = token.type.replace("_open", "_close")
        match token.type:
            case "inline":
                return tuple(_chars(token.children or ()))
            case "paragraph_open" | "th_open" | "td_open":
                (text,) = self.children(closing)
                return ("p", text) if token.tag == "p" else text
            case "heading_open":
                (text,) = self.children(closing)
                return (token.tag, text)
            case "blockquote_open" | "bullet_list_open" | "list_item_open" | "table_open":
                return (token.tag, *self.children(closing))
            case "thead_open" | "tbody_open" | "tr_open":
                return tuple(self.children(closing))
            case "ordered_list_open":
                return ("ol", token.attrs.get("start", 1), *self.children(closing))
            case "fence":
                return ("pre", token.info, token.content)
            case "hr":
                return ("hr",)
        raise AssertionError(f"{token.type} has no place in an export: {token.content!r}")


def _chars(tokens: Iterable[Token]) -> Iterator[Char]:
    marks: list[Any] = []
    for token in tokens:
        match token.type:
            case "em_open" | "strong_open":
                marks.append(token.tag)
            case "link_open":
                marks.append(("a", unquote(str(token.attrs["href"])), token.attrs.get("title")))
            case "em_close" | "strong_close" | "link_close":
                marks.pop()
            case "text":
                yield from ((char, frozenset(marks)) for char in token.content)
            case "code_inline":
                yield from ((char, frozenset([*marks, "code"])) for char in token.content)
            case "hardbreak":
                yield ("\n", frozenset())
            case "image":
                alt = "".join(child.content for child in token.children or ())
                yield (f"![{alt}]({unquote(str(token.attrs['src']))})", frozenset(marks))
            case _:
                raise AssertionError(f"{token.type} has no place in an export: {token.content!r}")


# ---------------------------------------------------------------- from the article
def say(blocks: Iterable[Block]) -> Tree:
    """Give the tree that an export of these blocks must have, with the simplifications that the README names."""
    return tuple(node for block in blocks for node in _nodes(block))


def _nodes(block: Block) -> Iterator[Tree]:
    match block:
        case Para():
            yield from _leaf("p", block.inlines)
        case Heading():
            yield from _leaf(f"h{block.level}", block.inlines, one_line=True)
        case Quote():
            credit = tuple(_leaf("p", _dashed(block.attribution))) if block.attribution else ()
            yield from _quoted((*say(block.blocks), *credit))
        case Aside():
            yield from _quoted(say(block.blocks))
        case List():
            items = (("li", *say(item.blocks)) for item in block.items)
            yield ("ol", 1 if block.start is None else block.start, *items) if block.ordered else ("ul", *items)
        case Figure():
            if block.image:
                yield from _leaf("p", [block.image])
            yield from _italic(block.caption)
            yield from _italic(block.credit)
        case Gallery():
            yield from say(block.figures)
        case Table():
            yield from _italic(block.caption)
            yield _table(block)
        case Code():
            yield ("pre", block.syntax or "", re.sub("\r\n?", "\n", block.text) + "\n")
        case Rule():
            yield ("hr",)


def _quoted(inner: Tree) -> Iterator[Tree]:
    if inner:
        yield ("blockquote", *inner)


def _dashed(attribution: Caption) -> list[Inline]:
    dash = [] if inline_text(attribution.inlines).strip().startswith(tuple("-‐‑‒–—―−")) else [Text(text="— ")]
    return [*dash, *attribution.inlines]


def _italic(caption: Caption | None) -> Iterator[Tree]:
    if caption:
        yield from _leaf("p", [Format(kind="em", inlines=caption.inlines)])


def _table(table: Table) -> Tree:
    grid = place(table)
    rows = []
    for placed in [*grid.head, *grid.body] if grid.head else [[], *grid.body]:
        row: list[Tree] = [()] * grid.width
        for cell in placed:
            row[cell.start] = tuple(_text(cell.cell.inlines, one_line=True))
        rows.append(tuple(row))
    body = (tuple(rows[1:]),) if rows[1:] else ()
    return ("table", (rows[0],), *body)


def _leaf(name: str, inlines: Iterable[Inline], *, one_line: bool = False) -> Iterator[Tree]:
    if text := tuple(_text(inlines, one_line=one_line)):
        yield (name, text)


def _text(inlines: Iterable[Inline], *, one_line: bool) -> Iterator[Char]:
    chars = list(_flat(inlines, frozenset(), "\n" if not one_line else " "))
    kept: list[Char] = []
    for at, (char, marks) in enumerate(chars):
        following = chars[at + 1][0] if at + 1 < len(chars) else "\n"
        before = kept[-1][0] if kept else "\n"
        free = "code" not in marks
        if char == "\n" and before == "\n":
            continue
        if (
            char == " "
            and free
            and (before == "\n" or following == "\n" or (before == " " and "code" not in kept[-1][1]))
        ):
            continue
        kept.append((char, frozenset() if char == "\n" else marks))
    while kept and kept[-1][0] in ("\n", " ") and "code" not in kept[-1][1]:
        kept.pop()
    return iter(kept)


def _flat(inlines: Iterable[Inline], marks: frozenset[Any], line_break: str) -> Iterator[Char]:
    for inline in inlines:
        match inline:
            case Text():
                yield from ((char, marks) for char in re.sub("[ \t\r\n\x85]+", " ", inline.text))
            case Break():
                yield (" " if "code" in marks else line_break, marks)
            case Image() if _scheme(inline.src) in ("http", "https", None):
                alt = re.sub("[ \t\r\n\x85]+", " ", inline.alt or "").strip()
                yield (f"![{alt}]({_address(inline.src)})", marks - {"code"})
            case Image():
                pass
            case Link():
                linked = any(isinstance(mark, tuple) for mark in marks)
                seen = any(char.strip() for char, _ in _flat(inline.inlines, marks, line_break))
                harmless = _scheme(inline.href) in ("http", "https", "mailto", "ftp", None)
                if not linked and seen and harmless and not inline.href.strip().startswith("#"):
                    title = " ".join((inline.title or "").split()) or None
                    yield from _flat(inline.inlines, marks | {("a", _address(inline.href), title)}, line_break)
                else:
                    yield from _flat(inline.inlines, marks, line_break)
            case Format(kind="em" | "strong" | "code" as kind) if "code" not in marks:
                yield from _flat(inline.inlines, marks | {kind}, line_break)
            case Format() | Annotation():
                yield from _flat(inline.inlines, marks, line_break)


def _scheme(address: str) -> str | None:
    """Give the scheme in lower case, None for a relative address, "" for what is no address."""
    scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", address)
    return scheme[1].lower() if scheme else None if address.strip() else ""


def _address(address: str) -> str:
    return unquote(normalizeLink(address.strip()))


# ---------------------------------------------------------------- comparing
def differences(expected: Any, found: Any, at: str = "") -> Iterator[str]:
    """Say where two trees differ. Emphasis may be missing in the second, and any mark of white space; none be added."""
    if _is_text(expected) and _is_text(found):
        bare = ["".join(char for char, _ in text) for text in (expected, found)]
        if bare[0] != bare[1]:
            yield f"{at}: {bare[0]!r} became {bare[1]!r}"
            return
        for (char, before), (_, after) in zip(expected, found, strict=True):
            may_go = before if char.isspace() else EMPHASIS
            if not before - may_go <= after <= before:
                yield f"{at}: the marks of {char!r} in {bare[0]!r}: {set(before)} became {set(after)}"
                return
    elif isinstance(expected, tuple) and isinstance(found, tuple):
        if len(expected) != len(found):
            yield f"{at}: {expected!r} became {found!r}"
        for place, (one, other) in enumerate(zip(expected, found, strict=False)):
            yield from differences(one, other, f"{at}/{place}")
    elif expected != found:
        yield f"{at}: {expected!r} became {found!r}"


def _is_text(node: Any) -> bool:
    return isinstance(node, tuple) and all(
        isinstance(part, tuple) and len(part) == 2 and isinstance(part[1], frozenset) for part in node
    )


@pytest.fixture(scope="session")
def trees() -> SimpleNamespace:
    """The functions that make and compare trees."""
    return SimpleNamespace(read=read, say=say, differences=differences)


# ---------------------------------------------------------------- articles
@pytest.fixture(scope="session")
def fixtures() -> dict[str, Article]:
    """The two seeds, and an article that has every element of the schema."""
    return {path.stem: Article.parse(path.read_bytes()) for path in sorted(FIXTURES.glob("*.xml"))}


@pytest.fixture(scope="session")
def export() -> Callable[[Article], str]:
    """Export an article and give the text of the file."""

    def export(article: Article) -> str:
        (output,) = MarkdownExporter().export(article, NoOptions())
        assert isinstance(output.content, bytes)
        assert output.suffix == ".md"
        return output.content.decode()

    return export


@pytest.fixture(scope="session")
def make() -> Callable[..., Article]:
    """Make a valid article: elements of the head after the title, an optional body of paragraphs' texts."""
    xml = ElementMaker(namespace=NS, nsmap={None: NS})

    def make(*head: Callable[[ElementMaker], Any], title: str = "A title", text: str = "A text.") -> Article:
        elements = [element(xml) for element in head]
        source = xml.source(sha256="0" * 64, mediaType="text/plain")
        root = xml.article(
            xml.head(xml.title(title, {"from": "file"}), *elements, source), xml.body(xml.p(text)), version="1.0"
        )
        root.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
        return Article(root)

    return make
