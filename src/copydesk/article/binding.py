"""Canonical XML to the typed model, leniently, so that articles of a newer minor version can be read.

The must-ignore rules: an unknown attribute or head element is ignored, an unknown inline is its content, an unknown
block is its child blocks (a paragraph, if it holds text itself). Text never vanishes: what a typed element has no field
for comes after it as blocks of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from lxml import etree

from copydesk.article.binding_head import common, image_of, positive, string_of
from copydesk.article.canonical import A
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

_FORMATS = frozenset(A + name for name in ("em", "strong", "code", "sub", "sup"))
_ANNOTATIONS = frozenset(A + name for name in ("dateline", "said", "attribution", "speaker", "span"))
_INLINES = _FORMATS | _ANNOTATIONS | {A + "a", A + "br", A + "img"}


# ---------------------------------------------------------------- blocks
def bind_blocks(parent: etree._Element) -> tuple[Block, ...]:
    """Read the blocks that an element holds (body, blockquote, li, aside)."""
    return tuple(block for child in parent for block in _block(child))


def _block(element: etree._Element) -> list[Block]:
    read = _BLOCKS.get(element.tag)
    if read is not None:
        return read(element)
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts) or any(child.tag in _INLINES for child in element):
        return [Para(inlines=_inlines(element), **common(element))]
    return [block for child in element for block in _block(child)]


def _para(element: etree._Element) -> list[Block]:
    return [Para(inlines=_inlines(element), role=element.get("role"), **common(element))]


def _heading(element: etree._Element) -> list[Block]:
    return [Heading(level=int(element.tag[-1]), inlines=_inlines(element), **common(element))]


def _quote(element: etree._Element) -> list[Block]:
    attribution = element.find(A + "attribution")
    return [
        Quote(
            blocks=tuple(block for child in element if child is not attribution for block in _block(child)),
            attribution=_caption(attribution),
            cite=element.get("cite"),
            role=element.get("role"),
            **common(element),
        )
    ]


def _list(element: etree._Element) -> list[Block]:
    items = []
    for child in element:
        blocks = bind_blocks(child) if child.tag == A + "li" else tuple(_block(child))
        items.append(Item(blocks=blocks, **common(child)))
    start = element.get("start", "")
    ordered = element.tag == A + "ol"
    number = int(start) if start.lstrip("+-").isdecimal() and len(start) < 10 else None
    return [List(ordered=ordered, items=tuple(items), start=number, **common(element))]


def _figure(element: etree._Element) -> list[Block]:
    parts = {name: element.find(A + name) for name in ("img", "figcaption", "credit")}
    image = parts["img"]
    figure = Figure(
        image=None if image is None else image_of(image),
        caption=_caption(parts["figcaption"]),
        credit=_caption(parts["credit"]),
        role=element.get("role"),
        **common(element),
    )
    return [figure, *_rest(element, parts.values())]


def _gallery(element: etree._Element) -> list[Block]:
    figures = element.findall(A + "figure")
    read = [_figure(figure) for figure in figures]
    gallery = Gallery(figures=tuple(cast(Figure, blocks[0]) for blocks in read), **common(element))
    return [gallery, *(block for blocks in read for block in blocks[1:]), *_rest(element, figures)]


def _table(element: etree._Element) -> list[Block]:
    caption, head = element.find(A + "caption"), element.find(A + "thead")
    bodies = [child for child in element if child is not head and child.find(A + "tr") is not None]
    table = Table(
        caption=_caption(caption),
        head=() if head is None else _rows(head),
        body=tuple(row for body in bodies for row in _rows(body)),
        **common(element),
    )
    return [table, *_rest(element, [caption, head, *bodies])]


def _rows(group: etree._Element) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(map(_cell, row)) if row.tag == A + "tr" else (_cell(row),) for row in group)


def _cell(element: etree._Element) -> Cell:
    return Cell(
        inlines=_inlines(element),
        header=element.tag == A + "th",
        colspan=positive(element.get("colspan")) or 1,
        rowspan=positive(element.get("rowspan")) or 1,
        **common(element),
    )


def _code(element: etree._Element) -> list[Block]:
    return [Code(text=string_of(element), syntax=element.get("syntax"), **common(element))]


def _aside(element: etree._Element) -> list[Block]:
    return [Aside(blocks=bind_blocks(element), role=element.get("role"), **common(element))]


def _rule(element: etree._Element) -> list[Block]:
    return [Rule()]


def _rest(element: etree._Element, known: Iterable[etree._Element | None]) -> list[Block]:
    """Read the children that a typed block has no field for."""
    known = list(known)
    return [block for child in element if child not in known for block in _block(child)]


def _caption(element: etree._Element | None) -> Caption | None:
    if element is None:
        return None
    return Caption(inlines=_inlines(element), who=element.get("who"), **common(element))


_BLOCKS: dict[str, Callable[[etree._Element], list[Block]]] = {
    A + "p": _para,
    **{f"{A}h{level}": _heading for level in range(2, 7)},
    A + "blockquote": _quote,
    A + "ul": _list,
    A + "ol": _list,
    A + "figure": _figure,
    A + "gallery": _gallery,
    A + "table": _table,
    A + "pre": _code,
    A + "aside": _aside,
    A + "hr": _rule,
}


# ---------------------------------------------------------------- inlines
def _inlines(element: etree._Element) -> tuple[Inline, ...]:
    found: list[Inline] = []
    _add_text(found, element.text)
    for child in element:
        for inline in _inline(child):
            if isinstance(inline, Text):
                _add_text(found, inline.text)
            else:
                found.append(inline)
        _add_text(found, child.tail)
    return tuple(found)


def _add_text(found: list[Inline], text: str | None) -> None:
    if not text:
        return
    last = found[-1] if found else None
    if isinstance(last, Text):
        found[-1] = Text(text=last.text + text)
    else:
        found.append(Text(text=text))


def _inline(element: etree._Element) -> tuple[Inline, ...]:
    tag, name = element.tag, element.tag[len(A) :]
    if tag == A + "br":
        return (Break(),)
    if tag == A + "img":
        return (image_of(element),)
    inlines = _inlines(element)
    if tag == A + "a" and element.get("href"):
        return (Link(href=element.get("href", ""), inlines=inlines, title=element.get("title"), **common(element)),)
    if tag in _FORMATS:
        return (Format(kind=cast(Any, name), inlines=inlines, **common(element)),)
    if tag in _ANNOTATIONS:
        who, role = element.get("who"), element.get("role")
        return (Annotation(kind=cast(Any, name), inlines=inlines, who=who, role=role, **common(element)),)
    return inlines
