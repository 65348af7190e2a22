"""Whatever an article holds, a parser finds its text and its blocks in the export again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import mdformat
import pypandoc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.article.model import (
    Aside,
    Block,
    Break,
    Caption,
    Cell,
    Code,
    Figure,
    Format,
    Gallery,
    Heading,
    Image,
    Inline,
    Item,
    Link,
    List,
    Para,
    Quote,
    Rule,
    Table,
    Text,
)
from copydesk_markdown.blocks import body

# ---------------------------------------------------------------- generated articles
# What an XML document can hold (XML 1.0, section 2.2); the rest of C0 and CR are not or not unescaped.
_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\ufffe", "\uffff"])
_SPECIAL = st.sampled_from(
    list("\\`*_{}[]<>()#+-.!|~^=$%&:;@\"'/?, \u00a0\u2003\u3000\u2028\x85\ufeff\u200b€©。」“…1aéЖ中A")
)
FRAGMENTS = (Path(__file__).parent / "fixtures" / "nasty.txt").read_text(encoding="utf-8").splitlines()

_piece = st.one_of(st.sampled_from(FRAGMENTS), _SPECIAL, st.text(_CHARACTERS, max_size=4))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Text with white space collapsed, as it is in every leaf."""
    pieces = draw(st.lists(_piece, min_size=1, max_size=6))
    return re.sub("[ \t\r\n\x85]+", " ", draw(st.sampled_from(["", " "])).join(pieces))


ADDRESSES = [
    "https://x.org/", "https://x.org/a_(b)", "https://x.org/a(b", "http://x.org/a b", "/a*b*", "a?b=c&copy;=d",
    "mailto:me@x.org", "https://[::1]/", "<x>", "x\\y", "a|b", "a`b", "#there", "javascript:alert(1)",
    " JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "a$b", "ü/ß?q=[1]", "((((a))))", "100%",
]  # fmt: skip


@st.composite
def addresses(draw: st.DrawFn) -> str:
    return draw(st.one_of(st.sampled_from(ADDRESSES), st.text("ab/()[]<>&;%*_`|\\$~ \"'", min_size=1, max_size=8)))


_titles = st.none() | texts()
_images = st.builds(Image, src=addresses(), alt=_titles)
_plain = st.builds(Text, text=texts())
_kinds = st.sampled_from(["em", "strong", "code", "sub", "sup"])


def _around(inlines: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    inner = st.lists(inlines, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Format, kind=_kinds, inlines=inner), st.builds(Link, href=addresses(), inlines=inner, title=_titles)
    )


_inlines = st.recursive(st.one_of(_plain, _plain, st.just(Break()), _images), _around, max_leaves=8)


def _collapsed(inlines: tuple[Inline, ...], spaced: list[bool]) -> tuple[Inline, ...]:
    """Collapse white space across inlines, as it is in every canonical article."""
    done: list[Inline] = []
    for inline in inlines:
        match inline:
            case Text(text=text):
                text = text.removeprefix(" ") if spaced[0] else text
                spaced[0] = text.endswith(" ") or (spaced[0] and text == "")
                done.append(Text(text=text))
            case Break():
                spaced[0] = True
                done.append(inline)
            case Format(kind=kind, inlines=inner):
                done.append(Format(kind=kind, inlines=_collapsed(inner, spaced)))
            case Link(href=href, inlines=inner, title=title):
                done.append(Link(href=href, inlines=_collapsed(inner, spaced), title=title))
            case _:
                spaced[0] = False
                done.append(inline)
    return tuple(done)


leaves = st.lists(_inlines, min_size=1, max_size=5).map(lambda inlines: _collapsed(tuple(inlines), [True]))
# In blocks, leaves are simpler: what stands at the start of a line matters there.
_simple = st.one_of(
    _plain, _plain, st.just(Break()), st.builds(Format, kind=_kinds, inlines=_plain.map(lambda text: (text,)))
)
_short = st.lists(_simple, min_size=1, max_size=2).map(lambda inlines: _collapsed(tuple(inlines), [True]))
_captions = st.builds(Caption, inlines=_short)
_cells = st.builds(Cell, inlines=_short)
_rows = st.lists(st.lists(_cells, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)
_figures = st.builds(Figure, image=st.none() | _images, caption=_captions, credit=st.none() | _captions)
_verbatim = st.one_of(texts(), st.text(st.sampled_from("ab `~\t\n>-"), min_size=1, max_size=20))
_leaf_blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Para, inlines=_short),
    st.builds(Para, inlines=_short),
    st.builds(Heading, level=st.integers(2, 6), inlines=_short),
    st.builds(Code, text=_verbatim, syntax=st.none() | st.sampled_from(["python", "c++"])),
    st.just(Rule()),
    _figures,
    st.builds(Gallery, figures=st.lists(_figures, min_size=1, max_size=2).map(tuple)),
    st.builds(Table, head=st.just(()) | _rows, body=_rows, caption=st.none() | _captions),
)


def _containing(blocks: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    some = st.lists(blocks, min_size=1, max_size=3).map(tuple)
    items = st.lists(st.builds(Item, blocks=st.just(()) | some), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Quote, blocks=some, attribution=st.none() | _captions),
        st.builds(Aside, blocks=some),
        st.builds(List, ordered=st.just(False), items=items),
        st.builds(List, ordered=st.just(True), items=items, start=st.none() | st.integers(0, 99)),
    )


blocks = st.lists(st.recursive(_leaf_blocks, _containing, max_leaves=5), min_size=1, max_size=3).map(tuple)


@given(leaves)
@settings(max_examples=150)
def test_a_leaf_reads_as_itself(trees: Any, inlines: tuple[Inline, ...]) -> None:
    article = (
        Para(inlines=inlines),
        Heading(level=2, inlines=inlines),
        Table(body=((Cell(inlines=inlines),),)),
        Figure(caption=Caption(inlines=inlines)),
    )
    assert [*trees.differences(trees.say(article), trees.read(body(article)))] == []


@given(blocks)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_blocks_read_as_themselves(trees: Any, article: tuple[Block, ...]) -> None:
    assert [*trees.differences(trees.say(article), trees.read(body(article)))] == []


_word = st.builds(Text, text=st.text("aé中1", min_size=1, max_size=3))
_spaced = st.lists(
    st.one_of(
        _word,
        st.builds(Format, kind=st.sampled_from(["em", "strong"]), inlines=st.tuples(_word)),
        st.builds(lambda word: Format(kind="em", inlines=(Format(kind="strong", inlines=(word,)),)), _word),
        st.builds(lambda word, more: Format(kind="strong", inlines=(word, Text(text=" "), em(more))), _word, _word),
        st.builds(Link, href=st.just("/x"), inlines=st.tuples(_word.map(lambda word: em(word)))),
    ),
    min_size=1,
    max_size=5,
).map(lambda inlines: tuple(part for inline in inlines for part in (inline, Text(text=" "))))


def em(inline: Inline) -> Format:
    return Format(kind="em", inlines=(inline,))


@given(_spaced)
@settings(max_examples=100)
def test_emphasis_of_whole_words_is_kept(trees: Any, inlines: tuple[Inline, ...]) -> None:
    (expected,) = trees.say([Para(inlines=inlines)])
    (found,) = trees.read(body([Para(inlines=inlines)]))
    shown = [[mark for mark in text if mark[0] != " "] for text in (expected[1], found[1])]
    assert shown[0] == shown[1]


# ---------------------------------------------------------------- other programs
def _each_way(text: str) -> dict[str, Block]:
    inlines = (Text(text=text),)
    return {
        "paragraph": Para(inlines=inlines),
        "heading": Heading(level=2, inlines=inlines),
        "cell": Table(body=((Cell(inlines=inlines),),)),
        "caption": Figure(caption=Caption(inlines=inlines)),
        "item": List(ordered=False, items=(Item(blocks=(Para(inlines=inlines),)),)),
        "code": Para(inlines=(Format(kind="code", inlines=inlines),)),
        "second line": Para(inlines=(Text(text="a"), Break(), *inlines)),
    }


NASTY = [*FRAGMENTS, "\u00a0x\u00a0", "x\u2028y", "\ufeffx"]


@pytest.mark.parametrize("dialect", ["commonmark_x-smart", "gfm"])
@pytest.mark.parametrize("way", _each_way(""))
def test_pandoc_finds_the_text(dialect: str, way: str) -> None:
    """With the extensions that pandoc has on there: maths, notes, attributes, emoji, bare links, fancy lists, ..."""
    markdown = body(_each_way(text)[way] for text in NASTY)
    document = json.loads(pypandoc.convert_text(markdown, "json", format=dialect))
    found = [*_leaves(document["blocks"])]
    expected = [f"a\n{text}" if way == "second line" else text for text in NASTY]
    assert [text for text in found if text] == expected


def _leaves(node: Any) -> Any:
    """Yield the texts of paragraphs, headings and cells of pandoc's JSON; anything that is no text says so itself."""
    if isinstance(node, list):
        for one in node:
            yield from _leaves(one)
    elif isinstance(node, dict) and node["t"] in ("Para", "Plain"):
        yield _inline_text(node["c"])
    elif isinstance(node, dict) and node["t"] == "Header":
        yield _inline_text(node["c"][2])
    elif isinstance(node, dict) and node["t"] in ("BulletList", "Table"):
        yield from _leaves(node["c"])
    elif isinstance(node, dict) and node["t"] not in ("AlignDefault", "ColWidthDefault"):
        yield json.dumps(node)


def _inline_text(inlines: list[dict[str, Any]]) -> str:
    simple = {"Space": " ", "LineBreak": "\n"}
    parts = []
    for inline in inlines:
        match inline:
            case {"t": "Str", "c": text} | {"t": "Code", "c": [_, text]}:
                parts.append(text)
            case {"t": "Emph", "c": inner}:
                parts.append(_inline_text(inner))
            case {"t": kind} if kind in simple:
                parts.append(simple[kind])
            case _:
                parts.append(json.dumps(inline))
    return "".join(parts)


@pytest.mark.parametrize("way", _each_way(""))
def test_mdformat_changes_no_text_and_then_nothing(way: str, trees: Any) -> None:
    # mdformat 1.0 writes a no-break space at the ends of these as it is, and then strips it.
    bare_ends = way in ("heading", "cell", "second line")
    nasty = [text for text in NASTY if text.strip() == text or not bare_ends]
    markdown = body(_each_way(text)[way] for text in nasty)
    once = mdformat.text(markdown, extensions={"gfm"})
    assert [*trees.differences(trees.read(markdown), trees.read(once))] == []
    assert mdformat.text(once, extensions={"gfm"}) == once
