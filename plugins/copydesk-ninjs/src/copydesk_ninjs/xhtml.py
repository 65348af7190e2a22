"""The body of an article as XHTML: every block and inline of the article has its own element."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from xml.sax.saxutils import escape, quoteattr

from copydesk import Article, safe_address
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
    Inline,
    Link,
    List,
    Para,
    Quote,
    Rule,
    Table,
    Text,
)
from copydesk_ninjs.addresses import live_image


class _Part(Protocol):
    """What nearly all parts of an article have in common."""

    @property
    def id(self) -> str | None: ...
    @property
    def lang(self) -> str | None: ...
    @property
    def dir(self) -> str | None: ...


def xhtml(article: Article) -> str:
    """Write the body of an article as one `div` in the namespace of XHTML.

    Parameters:
        article: the view of a canonical article.

    Returns:
        Well-formed XML without a declaration. Its text is that of the article; nothing in it runs code.
    """
    attributes = {"xmlns": "http://www.w3.org/1999/xhtml", "dir": article.meta.dir, **_lang(article.meta.lang)}
    return _element("div", _blocks(article.blocks()), None, **attributes)


def _element(name: str, content: str | None, part: _Part | None = None, **attributes: object) -> str:
    """Write an element; attributes that are None are left out. Without content it is closed at once."""
    if part is not None:
        attributes |= {"id": part.id, "dir": part.dir, **_lang(part.lang)}
    written = "".join(
        f" {name.rstrip('_')}={quoteattr(str(value))}" for name, value in attributes.items() if value is not None
    )
    return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"


def _lang(lang: str | None) -> dict[str, str]:
    return {"lang": lang, "xml:lang": lang} if lang else {}  # HTML reads the one, XML the other


def _blocks(blocks: Iterable[Block]) -> str:
    return "\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Para():
            return _element("p", _inlines(block.inlines), block, class_=block.role)
        case Heading():
            return _element(f"h{block.level}", _inlines(block.inlines), block)
        case Quote():
            content = _blocks(block.blocks) + _caption("p", block.attribution, class_="attribution")
            return _element("blockquote", content, block, class_=block.role, cite=safe_address(block.cite))
        case List():
            items = "\n".join(_element("li", _blocks(item.blocks), item) for item in block.items)
            return _element("ol" if block.ordered else "ul", items, block, start=block.start)
        case Figure():
            return _figure(block)
        case Gallery():
            return _element("div", _blocks(block.figures), block, class_="gallery")
        case Table():
            return _table(block)
        case Code():
            syntax = f"language-{block.syntax}" if block.syntax else None
            return _element("pre", _element("code", _escaped(block.text), class_=syntax), block)
        case Aside():
            return _element("aside", _blocks(block.blocks), block, class_=block.role)
        case Rule():
            return _element("hr", None)


def _figure(figure: Figure) -> str:
    captions = _caption("p", figure.caption) + _caption("p", figure.credit, class_="credit")
    content = _image(figure.image) if figure.image else ""
    if captions:
        content += _element("figcaption", captions)
    return _element("figure", content, figure, class_=figure.role)


def _table(table: Table) -> str:
    content = _caption("caption", table.caption)
    if table.head:
        content += _element("thead", _rows(table.head))
    return _element("table", content + _element("tbody", _rows(table.body)), table)


def _rows(rows: Iterable[Iterable[Cell]]) -> str:
    return "\n".join(_element("tr", "".join(map(_cell, row))) for row in rows)


def _cell(cell: Cell) -> str:
    spans = {name: span for name, span in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if span > 1}
    return _element("th" if cell.header else "td", _inlines(cell.inlines), cell, **spans)


def _caption(name: str, caption: Caption | None, **attributes: object) -> str:
    return "" if caption is None else _element(name, _inlines(caption.inlines), caption, **attributes)


def _inlines(inlines: Iterable[Inline]) -> str:
    return "".join(map(_inline, inlines))


def _inline(inline: Inline) -> str:
    match inline:
        case Text():
            return _escaped(inline.text)
        case Break():
            return _element("br", None)
        case Image():
            return _image(inline)
        case Link():
            href = safe_address(inline.href)
            return _element("a" if href else "span", _inlines(inline.inlines), inline, href=href, title=inline.title)
        case Format():
            return _element(inline.kind, _inlines(inline.inlines), inline)
        case Annotation():
            # "q" would add quotation marks to what was said, so that all of them are spans.
            kind = inline.role if inline.kind == "span" else inline.kind
            return _element("span", _inlines(inline.inlines), inline, class_=kind)


def _image(image: Image) -> str:
    src = live_image(image.src)
    if src is None:
        return _escaped(image.alt or "")
    return _element("img", None, src=src, alt=image.alt or "", width=image.width, height=image.height)


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;"})  # a bare carriage return would be read back as a line feed
