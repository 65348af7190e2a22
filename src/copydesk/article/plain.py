"""The plain text of an article: what formats without structure keep of its body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from copydesk.article.model import (
    Aside,
    Block,
    Break,
    Caption,
    Code,
    Figure,
    Gallery,
    Heading,
    Image,
    Inline,
    List,
    Para,
    Quote,
    Rule,
    Table,
    Text,
)

# Letters of scripts that set no space between words and that Unicode's default word boundaries (UAX #29, without a
# dictionary) take one by one: hiragana and Han ideographs. Katakana, Hangul and Thai form runs there, as Latin does.
_ONE_BY_ONE = re.compile("[\u3005\u3007\u3041-\u3096\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def inline_text(inlines: Iterable[Inline]) -> str:
    """Return the printable text of inlines; a `Break` is a line feed, an image has no text."""
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text=text):
                parts.append(text)
            case Break():
                parts.append("\n")
            case Image():
                pass
            case _:
                parts.append(inline_text(inline.inlines))
    return "".join(parts)


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield each block and then the blocks inside it, in reading order."""
    for block in blocks:
        yield block
        match block:
            case Quote(blocks=inner) | Aside(blocks=inner):
                yield from walk(inner)
            case List(items=items):
                for item in items:
                    yield from walk(item.blocks)
            case Gallery(figures=figures):
                yield from figures


def body_text(blocks: Iterable[Block]) -> str:
    """Return the text of a body, its leaf blocks joined by a blank line.

    Figures and galleries are left out, captions and credits with them. A table is one block: a line a row, tabs between
    cells.

    Parameters:
        blocks: the body, as `Article.blocks()` gives it.

    Returns:
        The text; empty for a body of figures alone.
    """
    return "\n\n".join(text for text in leaf_texts(blocks, figures=False) if text.strip())


def count_words(text: str) -> int:
    """Count the words of a text.

    A word is what stands between white space and holds a letter or digit, so that a dash alone is none and
    "ever-changing" is one. A Han ideograph or hiragana letter counts as one word each, as in UAX #29 without a
    dictionary; for Thai, Lao, Khmer and Burmese, which need one, the count is of runs between spaces.
    """
    apart, ones = _ONE_BY_ONE.subn(" ", text)
    return ones + sum(any(map(str.isalnum, run)) for run in apart.split())


def leaf_texts(blocks: Iterable[Block], *, figures: bool) -> Iterator[str]:
    """Yield the text of each leaf block in reading order, empty ones included.

    Parameters:
        blocks: the blocks to search, at any depth.
        figures: whether captions and credits of figures are among them.
    """
    for block in blocks:
        match block:
            case Para() | Heading():
                yield inline_text(block.inlines)
            case Code():
                yield block.text
            case Quote():
                yield from leaf_texts(block.blocks, figures=figures)
                yield _caption(block.attribution)
            case List():
                for item in block.items:
                    yield from leaf_texts(item.blocks, figures=figures)
            case Aside():
                yield from leaf_texts(block.blocks, figures=figures)
            case Table():
                yield _caption(block.caption)
                rows = ("\t".join(inline_text(cell.inlines) for cell in row) for row in (*block.head, *block.body))
                yield "\n".join(row for row in rows if row.strip())
            case Figure():
                if figures:
                    yield _caption(block.caption)
                    yield _caption(block.credit)
            case Gallery():
                yield from leaf_texts(block.figures, figures=figures)
            case Rule():
                pass


def _caption(caption: Caption | None) -> str:
    return inline_text(caption.inlines) if caption else ""
