"""The blocks of an article as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

from copydesk.article.model import (
    Aside,
    Block,
    Caption,
    Code,
    Figure,
    Format,
    Gallery,
    Heading,
    Inline,
    Item,
    List,
    Para,
    Quote,
    Rule,
    Table,
    Text,
)
from copydesk.article.plain import inline_text
from copydesk_markdown.escape import longest_backticks
from copydesk_markdown.inlines import leaf
from copydesk_markdown.tables import table

_THEMATIC_BREAK = "***"  # "---" would underline a paragraph or open front matter; "* * *" could be a list
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_SYNTAX = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+#.-]*")
_LIST = re.compile(r"(?:[-+]|[0-9]+[.)])(?:\s|$)")  # in finished Markdown, where text that looks so is escaped
_LARGEST_NUMBER = 999_999_999  # CommonMark 0.31, section 5.2: a list number has at most nine digits


def body(blocks: Iterable[Block]) -> str:
    """Write blocks, a blank line between them.

    Parameters:
        blocks: in reading order.

    Returns:
        Markdown without a line end at its end; empty if there is nothing to show.
    """
    chunks: list[str] = []
    previous: Block | None = None
    other_marker = False
    for block in blocks:
        if isinstance(block, List):
            # Lists of one sort that follow each other would be one, but for another marker.
            follows = isinstance(previous, List) and previous.ordered == block.ordered
            other_marker = follows and not other_marker
            chunk = _list(block, other_marker=other_marker)
        else:
            chunk = _block(block)
        if chunk:
            chunks.append(chunk)
            previous = block
    return "\n\n".join(chunks)


def _block(block: Block) -> str:
    match block:
        case Para(inlines=inlines):
            return leaf(inlines)
        case Heading(level=level, inlines=inlines):
            text = leaf(inlines, "heading")
            return f"{'#' * level} {text}" if text else ""
        case Quote():
            return _quoted(_join(body(block.blocks), _attribution(block.attribution)))
        case Aside():
            return _quoted(body(block.blocks))
        case List():
            return _list(block)
        case Figure():
            image = leaf((block.image,)) if block.image else ""
            return _join(image, _italic(block.caption), _italic(block.credit))
        case Gallery(figures=figures):
            return body(figures)
        case Table():
            return _join(_italic(block.caption), table(block))
        case Code():
            return _code(block)
        case Rule():
            return _THEMATIC_BREAK


def _join(*chunks: str) -> str:
    return "\n\n".join(filter(None, chunks))


def _italic(caption: Caption | None) -> str:
    return leaf((Format(kind="em", inlines=caption.inlines),)) if caption else ""


def _attribution(attribution: Caption | None) -> str:
    if attribution is None:
        return ""
    dashed = inline_text(attribution.inlines).strip().startswith(tuple(_DASHES))
    dash: tuple[Inline, ...] = () if dashed else (Text(text="\u2014 "),)
    return leaf((*dash, *attribution.inlines))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n")) if text else ""


def _list(block: List, *, other_marker: bool = False) -> str:
    start = 1 if block.start is None else block.start
    if not 0 <= start <= _LARGEST_NUMBER - len(block.items):
        start = 1
    stop, bullet = ")+" if other_marker else ".-"
    markers = (f"{number}{stop}" if block.ordered else bullet for number in count(start))
    items = [_item(item, marker) for item, marker in zip(block.items, markers, strict=False)]
    # Items of one paragraph each stand on consecutive lines; any others get blank lines, in and between them.
    tight = all(len(item.blocks) <= 1 and all(isinstance(inner, Para) for inner in item.blocks) for item in block.items)
    return ("\n" if tight else "\n\n").join(items)


def _item(item: Item, marker: str) -> str:
    text = body(item.blocks)
    if not text:
        return marker
    indent = " " * (len(marker) + 1)
    indented = "\n".join(f"{indent}{line}" if line else "" for line in text.split("\n"))
    # A list that opens an item starts on a line of its own, as "- - -" would be a thematic break.
    return f"{marker}\n{indented}" if _LIST.match(text) else f"{marker} {indented[len(indent) :]}"


def _code(block: Code) -> str:
    text = block.text.replace("\r\n", "\n").replace("\r", "\n")
    fence = "`" * max(3, longest_backticks(text) + 1)
    syntax = block.syntax if block.syntax and _SYNTAX.fullmatch(block.syntax) else ""
    return f"{fence}{syntax}\n{text}\n{fence}"
