"""Typed article to the pandoc document model (pandoc-types 1.23), in the JSON form that pandoc reads and writes.

There are no raw blocks or inlines, so that nothing in an article can become markup of the target format, and links go
to harmless schemes only. Images keep their addresses: an exporter resolves local ones (`Article.resource`) before
pandoc sees them, as pandoc would read any file that it can.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from copydesk.article.addresses import IMAGE_SCHEMES, safe_address
from copydesk.article.grid import Placed, place
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
    Item,
    Link,
    List,
    Meta,
    Para,
    Quote,
    Rule,
    Table,
    Text,
)
from copydesk.article.pandoc_metadata import metadata
from copydesk.article.pandoc_nodes import Common, Contents, Node, attr, no_attr, words

Leaf: TypeAlias = Literal["Para", "Plain"]

API_VERSION = (1, 23, 1, 1)
"""Version of pandoc-types that pandoc 3.9 writes; it reads any 1.23."""

# With this attribute, pandoc's HTML writers give the other attributes of a Div to the one block in it: p.lead. A Plain
# would lose them.
_WRAPPER = ("wrapper", "1")
_WRAPPED = {"Plain": "Para"}
_FORMATS = {"em": "Emph", "strong": "Strong", "sub": "Subscript", "sup": "Superscript"}


def to_pandoc(
    meta: Meta, blocks: Iterable[Block], *, description: str | None = None, dateline: str | None = None
) -> Node:
    """Build a pandoc document.

    Parameters:
        meta: the head.
        blocks: the body.
        description: summary for the metadata.
        dateline: dateline for the metadata; in the text it stands where it stood.

    Returns:
        The document: "pandoc-api-version", "meta", "blocks".
    """
    return {
        "pandoc-api-version": list(API_VERSION),
        "meta": metadata(meta, description, dateline),
        "blocks": _Writer().document(blocks),
    }


class _Writer:
    """One run over a body; pandoc has no place for the id of a paragraph, so those that links need get a `Div`."""

    def __init__(self) -> None:
        self.fragments: set[str] = set()
        self.anchors: dict[str, Node] = {}

    def document(self, blocks: Iterable[Block]) -> list[Node]:
        nodes = self.blocks(blocks)
        for name in self.fragments & self.anchors.keys():
            node = self.anchors[name]
            inner = dict(node, t=_WRAPPED.get(node["t"], node["t"]))
            node.update(t="Div", c=[[name, [], [list(_WRAPPER)]], [inner]])
        return nodes

    def blocks(self, blocks: Iterable[Block], leaf: Leaf = "Para") -> list[Node]:
        return [self.block(block, leaf) for block in blocks]

    def block(self, block: Block, leaf: Leaf) -> Node:
        match block:
            case Para():
                return self.para(block, leaf)
            case Heading():
                return {"t": "Header", "c": [block.level, attr(block), self.inlines(block.inlines)]}
            case Quote():
                nodes = self.blocks(block.blocks)
                if block.attribution:
                    nodes.append(self.styled(block.attribution, "attribution", who=block.attribution.who))
                return self.wrapped({"t": "BlockQuote", "c": nodes}, block, block.role)
            case List():
                return self.listing(block)
            case Figure():
                return self.figure(block)
            case Gallery():
                return {"t": "Div", "c": [attr(block, ["gallery"]), self.blocks(block.figures)]}
            case Table():
                return self.table(block)
            case Code():
                return {"t": "CodeBlock", "c": [attr(block, [block.syntax]), block.text]}
            case Aside():
                return {"t": "Div", "c": [attr(block, ["aside", block.role]), self.blocks(block.blocks)]}
            case Rule():
                return {"t": "HorizontalRule"}

    def para(self, para: Para, leaf: Leaf) -> Node:
        if "standfirst" in (para.role or "").split():
            return {"t": "Div", "c": [attr(para, [para.role]), [self.leaf("Para", para.inlines)]]}
        if para.role or para.lang or para.dir:
            return self.styled(para, para.role)
        return self.anchored(self.leaf(leaf, para.inlines), para)

    def styled(self, part: Para | Caption, classes: str | None, **pairs: str | None) -> Node:
        """Give classes or attributes to a leaf that has none in pandoc."""
        return {"t": "Div", "c": [attr(part, [classes], **pairs, wrapper="1"), [self.leaf("Para", part.inlines)]]}

    def wrapped(self, node: Node, part: Quote | List, classes: str | None = None) -> Node:
        """Give classes, language or direction to a block that has no attributes in pandoc."""
        if classes or part.lang or part.dir:
            return {"t": "Div", "c": [attr(part, [classes], wrapper="1"), [node]]}
        return self.anchored(node, part)

    def anchored(self, node: Node, part: Common) -> Node:
        if part.id:
            self.anchors[part.id] = node
        return node

    def leaf(self, kind: Leaf, inlines: Iterable[Inline]) -> Node:
        return {"t": kind, "c": self.inlines(inlines)}

    def listing(self, block: List) -> Node:
        # A list is tight if no item holds more than a paragraph and lists below it: then its paragraphs are Plain.
        tight = all(
            isinstance(inner, List) or (at == 0 and isinstance(inner, Para))
            for item in block.items
            for at, inner in enumerate(item.blocks)
        )
        items = [self.item(item, "Plain" if tight else "Para") for item in block.items]
        if not block.ordered:
            return self.wrapped({"t": "BulletList", "c": items}, block)
        start = 1 if block.start is None else block.start
        return self.wrapped({"t": "OrderedList", "c": [[start, {"t": "Decimal"}, {"t": "Period"}], items]}, block)

    def item(self, item: Item, leaf: Leaf) -> list[Node]:
        nodes = self.blocks(item.blocks, leaf)
        if item.lang or item.dir or item.id:
            return [{"t": "Div", "c": [attr(item), nodes]}]
        return nodes

    def figure(self, figure: Figure) -> Node:
        caption: list[Node] = []
        if figure.caption:
            caption = [self.caption(figure.caption)]
        if figure.credit:
            caption = [*caption, self.styled(figure.credit, "credit")]
        content = [{"t": "Plain", "c": self.image(figure.image)}] if figure.image else []
        return {"t": "Figure", "c": [attr(figure, [figure.role]), [None, caption], content]}

    def caption(self, caption: Caption) -> Node:
        if caption.lang or caption.dir:
            return self.styled(caption, None)
        return self.anchored(self.leaf("Plain", caption.inlines), caption)

    def table(self, table: Table) -> Node:
        # Pandoc leaves out cells that do not fit the declared columns, so the grid must be exact.
        grid = place(table)
        caption = [self.caption(table.caption)] if table.caption else []
        columns = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}] for _ in range(grid.width)]
        body = [no_attr(), grid.title_columns, [], self.rows(grid.body)]
        contents = [attr(table), [None, caption], columns, [no_attr(), self.rows(grid.head)], [body], [no_attr(), []]]
        return {"t": "Table", "c": contents}

    def rows(self, rows: Iterable[Iterable[Placed]]) -> Contents:
        return [[no_attr(), [self.cell(placed) for placed in row]] for row in rows]

    def cell(self, placed: Placed) -> Contents:
        nodes = [self.leaf("Plain", placed.cell.inlines)] if placed.cell.inlines else []
        return [attr(placed.cell), {"t": "AlignDefault"}, placed.rowspan, placed.end - placed.start, nodes]

    # ------------------------------------------------------------ inlines
    def inlines(self, inlines: Iterable[Inline], code: bool = False) -> list[Node]:
        return [node for inline in inlines for node in self.inline(inline, code)]

    def inline(self, inline: Inline, code: bool) -> list[Node]:
        match inline:
            case Text():
                return words(inline.text, code=code)
            case Break():
                return [{"t": "LineBreak"}]
            case Image():
                return self.image(inline)
            case Link():
                nodes = self.inlines(inline.inlines, code)
                if safe_address(inline.href) is None:
                    return nodes
                if inline.href.startswith("#"):
                    self.fragments.add(inline.href[1:])
                return [{"t": "Link", "c": [attr(inline), nodes, [inline.href, inline.title or ""]]}]
            case Format():
                # Code holds nothing but text in pandoc: it moves inside whatever stands in it.
                nodes = self.inlines(inline.inlines, code or inline.kind == "code")
                if inline.kind != "code":
                    nodes = [{"t": _FORMATS[inline.kind], "c": nodes}]
                if inline.id or inline.lang or inline.dir:
                    return [{"t": "Span", "c": [attr(inline), nodes]}]
                return nodes
            case Annotation():
                classes = [inline.role if inline.kind == "span" else inline.kind]
                nodes = self.inlines(inline.inlines, code)
                return [{"t": "Span", "c": [attr(inline, classes, who=inline.who), nodes]}]

    def image(self, image: Image) -> list[Node]:
        alt = words(image.alt or "")
        if not image.src or safe_address(image.src, IMAGE_SCHEMES) is None:
            return alt
        size = [[name, str(size)] for name, size in (("width", image.width), ("height", image.height)) if size]
        return [{"t": "Image", "c": [["", [], size], alt, [image.src, ""]]}]
