from __future__ import annotations

import pytest

from copydesk.article.model import (
    Annotation,
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
    Item,
    Link,
    List,
    Para,
    Quote,
    Rule,
    Table,
    Text,
)
from copydesk.article.plain import body_text, count_words, inline_text, leaf_texts, walk


def para(text: str) -> Para:
    return Para(inlines=(Text(text=text),))


def caption(text: str) -> Caption:
    return Caption(inlines=(Text(text=text),))


def cell(text: str) -> Cell:
    return Cell(inlines=(Text(text=text),))


FIGURE = Figure(image=Image(src="a.jpg", alt="alt"), caption=caption("caption"), credit=caption("credit"))
BLOCKS: tuple[Block, ...] = (
    Heading(level=2, inlines=(Text(text="heading"),)),
    para("one"),
    FIGURE,
    Gallery(figures=(FIGURE,)),
    Quote(blocks=(para("two"), FIGURE), attribution=caption("three")),
    List(
        ordered=True, items=(Item(blocks=(para("four"), List(ordered=False, items=(Item(blocks=(para("five"),)),)))),)
    ),
    Rule(),
    Table(
        caption=caption("six"),
        head=((cell("a"), cell("b")),),
        body=((cell(""), cell("d")), (cell(""), cell(""))),
    ),
    Code(text="x\n  y"),
    Aside(blocks=(para("seven"),)),
)


def test_the_text_of_inlines_is_what_a_reader_sees() -> None:
    inlines = (
        Text(text="a "),
        Link(href="#x", inlines=(Format(kind="em", inlines=(Text(text="b"),)),)),
        Break(),
        Image(src="c.jpg", alt="c"),
        Annotation(kind="said", inlines=(Text(text="d"),)),
    )
    assert inline_text(inlines) == "a b\nd"


def test_the_body_is_its_leaves_without_figures() -> None:
    assert body_text(BLOCKS) == "\n\n".join(
        ["heading", "one", "two", "three", "four", "five", "six", "a\tb\n\td", "x\n  y", "seven"]
    )


def test_a_body_of_figures_has_no_text() -> None:
    assert body_text((FIGURE,)) == ""
    assert list(leaf_texts((FIGURE,), figures=True)) == ["caption", "credit"]


def test_walk_reaches_every_block_in_order() -> None:
    assert " ".join(type(block).__name__ for block in walk(BLOCKS)) == (
        "Heading Para Figure Gallery Figure Quote Para Figure List Para List Para Rule Table Code Aside Para"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  \n\n ", 0),
        ("One", 1),
        ("an ever-changing don’t – “quoted,” 4.5 U.S.A. & …", 6),
        ("two\u00a0words\u2003three\nfour", 4),
        ("Ελληνικά и русский العربية हिन्दी 한국어", 6),
        ("e\u0301te\u0301", 1),
        ("新聞記事", 4),
        ("東京2020大会。", 5),
        ("これはテストです", 6),  # five hiragana, and one run of katakana
        ("\U00020000\U00020001", 2),
        ("👩\u200d👩\u200d👧 →", 0),
    ],
)
def test_words_are_counted_as_documented(text: str, words: int) -> None:
    assert count_words(text) == words
