"""From the events of a Markdown parser to blocks.

pulldown-cmark (through pyromark) gives each event the byte range that it came from. Text events become pieces of
passages; whatever no text event covers is syntax.
"""

from __future__ import annotations

import re
from typing import Any

from copydesk.article.ledger import Span
from copydesk.reading.characters import Characters
from copydesk.reading.inlines import Inlines
from copydesk.reading.links import Definitions
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block, Source
from copydesk.reading.syntax import account

_CONTAINERS = {
    "BlockQuote": "quote",
    "List": "list",
    "Item": "item",
    "Table": "table",
    "TableHead": "row",
    "TableRow": "row",
}
_LEAVES = {
    "Paragraph": "paragraph",
    "Heading": "heading",
    "TableCell": "cell",
    "CodeBlock": "code",
    "HtmlBlock": "paragraph",
}
_TEXTS = frozenset({"Text", "Code", "Html", "InlineHtml"})
_SETEXT_LONGEST = 120  # characters; a longer "heading" over a row of hyphens is a paragraph before a rule
_DEEPEST = 32  # containers in one another; deeper ones are left out, their text is kept
_NUMBER = re.compile(r"\s*(\d{1,9}[.)])")
# Front matter: fields in YAML between lines of three hyphens, at the very top. CommonMark would read a heading.
_FRONT_MATTER = re.compile(
    r"\s*---[ \t]*\r?\n"
    r"(?P<fields>(?:[^\W\d][\w -]*+:(?=\s)[^\r\n]*+\r?\n(?:(?!---)(?:[ \t-][^\r\n]*+)?+\r?\n)*+)++)"
    r"(?:---|\.\.\.)[ \t]*+(?=\r?\n|\Z)"
)
_ATX = re.compile(r"\s*#{1,6}(?:\s|$)")


def read_blocks(source: Source) -> None:
    """Fill `source.blocks` and `source.syntax`: one block a CommonMark block, containers nested."""
    _Builder(source).run()


class _Builder:
    """Walks the events once, keeping a stack of open blocks and the text of the open leaf."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.view = source.view
        self.text = Characters(source.view)
        self.front = _FRONT_MATTER.match(source.view)
        above = self.front.end() if self.front else 0
        parsed = re.sub(r"[^\r\n]", " ", source.view[:above]) + source.view[above:]
        self.events = [(*_named(event), start, end) for event, start, end in _events(parsed)]
        self.definitions = Definitions(self.view, [start for name, _, start, _ in self.events if name in _TEXTS])
        self.stack: list[Block] = [Block("document")]
        self.leaf: tuple[Block, Inlines, int] | None = None
        self.syntax: list[tuple[str, Span]] = []

    def run(self) -> None:
        if self.front:  # kept as it stands: what is data for one program is a note to another
            fields = self.text.passage(*self.front.span("fields"))
            self.stack[0].children.append(Block("code", fields))
        for name, detail, start, end in self.events:
            if name == "Start":
                self.start(*_named(detail), start, end)
            elif name == "End":
                self.end(_named(detail)[0], start, end)
            elif name == "Rule":
                self.close_leaf()
                self.stack[-1].children.append(Block("rule"))
            else:
                self.inlines(start).add(name, detail, start, end)
        self.close_leaf()
        self.source.blocks = self.stack[0].children
        account(self.source, self.text, self.syntax)

    def start(self, name: str, detail: Any, start: int, end: int) -> None:
        if name in _CONTAINERS:
            self.close_leaf()
            self.open_container(Block(_CONTAINERS[name]), detail)
        elif name in _LEAVES:
            self.close_leaf()
            block = Block(_LEAVES[name], level=int(detail["level"][1:]) if name == "Heading" else 0)
            if name == "CodeBlock" and isinstance(detail, dict):
                block.syntax = self.info(detail.get("Fenced") or "", start, end)
            self.open_leaf(block, start)
        else:
            self.inlines(start).start(name, detail, start)

    def end(self, name: str, start: int, end: int) -> None:
        if name in _CONTAINERS:
            self.close_leaf()
            block = self.stack.pop()
            if block is not self.stack[-1]:
                self.close_container(block, start)
        elif name == "Heading":
            self.setext(end)
        elif name in _LEAVES:
            self.close_leaf()
        else:
            self.inlines(start).end(start, end)

    # ------------------------------------------------------------ containers
    def open_container(self, block: Block, detail: Any) -> None:
        parent = self.stack[-1]
        too_deep = block.kind in ("quote", "list") and len(self.stack) > _DEEPEST
        if too_deep or (block.kind == "item" and parent.kind != "list"):
            self.stack.append(parent)
            return
        if block.kind == "list":
            block.ordered, block.first = detail is not None, detail or 1
        parent.children.append(block)
        self.stack.append(block)

    def close_container(self, block: Block, start: int) -> None:
        siblings = self.stack[-1].children
        if block.kind == "row" and siblings[0] is block:
            for cell in block.children:
                cell.header = True
        elif block.kind == "quote" and not block.children:
            siblings.pop()
        elif block.kind == "list" and block.ordered and block.first != 1 and len(block.children) == 1:
            self.number_not_list(block, start)

    def number_not_list(self, block: Block, start: int) -> None:
        """`1986. A year` is a sentence, not a list: one item that does not begin at 1."""
        item = block.children[0]
        first = item.children[0] if item.children else None
        number = _NUMBER.match(self.view, start)
        if number and first is not None and first.kind == "paragraph" and first.passage:
            marker = self.text.passage(*number.span(1))
            if self.view[marker.end : first.passage.start].isspace():
                first.passage = self.text.passage(marker.start, first.passage.start).glue(first.passage)
            else:
                first.passage = marker.join(first.passage)
            self.stack[-1].children[-1:] = item.children

    # ------------------------------------------------------------ leaves
    def open_leaf(self, block: Block, start: int) -> Inlines:
        inlines = Inlines(self.text, self.definitions, self.syntax)
        self.leaf = (block, inlines, start)
        self.stack[-1].children.append(block)
        return inlines

    def inlines(self, start: int) -> Inlines:
        """The text of the open leaf; an item of a tight list has its text without a paragraph around it."""
        return self.leaf[1] if self.leaf is not None else self.open_leaf(Block("paragraph"), start)

    def close_leaf(self) -> None:
        if self.leaf is None:
            return
        leaf, inlines, _ = self.leaf
        self.leaf = None
        passage = inlines.passage()
        if passage.string.strip():
            leaf.passage = passage if leaf.kind == "code" else passage.cut(0)
            if leaf.kind == "paragraph":
                self.images_above(leaf, passage)
            return
        images = [mark for mark in passage.marks if mark.kind == "img"]
        if leaf.kind == "cell":
            leaf.passage = Passage((), tuple(mark.moved(-mark.start) for mark in images))
        else:
            self.stack[-1].children[-1:] = [Block("figure", image=mark) for mark in images]

    def images_above(self, leaf: Block, passage: Passage) -> None:
        """Images on lines of their own above a paragraph's text are figures; emphasised text below is their caption."""
        string = passage.string
        first = len(string) - len(string.lstrip())
        images = [mark for mark in passage.marks if mark.kind == "img" and mark.start <= first]
        if not images or "\n" not in string[images[-1].start : first]:
            return
        figures = [Block("figure", image=image) for image in images]
        rest = Passage(passage.pieces, tuple(mark for mark in passage.marks if mark not in images)).cut(0)
        if any(mark.kind == "em" and (mark.start, mark.end) == (0, len(rest)) for mark in rest.marks):
            figures[-1].passage = Passage(rest.pieces, tuple(mark for mark in rest.marks if mark.kind != "em"))
            self.stack[-1].children[-1:] = figures
        else:
            leaf.passage = rest
            self.stack[-1].children[-1:-1] = figures

    def setext(self, end: int) -> None:
        """A long "heading" underlined by hyphens is a paragraph that a rule follows."""
        if self.leaf is None:
            return
        leaf, _, start = self.leaf
        heading = self.view[start:end].rstrip()
        self.close_leaf()
        if not leaf.passage or not heading.endswith("-") or _ATX.match(heading):
            return
        if len(leaf.text) > _SETEXT_LONGEST or leaf.text.endswith((".", "!", "?", "…", "”", "。")):
            leaf.kind, leaf.level = "paragraph", 0
            self.stack[-1].children.append(Block("rule"))

    def info(self, info: str, start: int, end: int) -> Passage | None:
        """The language of a fenced program, the first word behind the fence."""
        words = info.split()
        at = self.view.find(words[0], start, end) if words else -1
        return self.text.passage(at, at + len(words[0])) if at >= 0 else None


def _named(event: Any) -> tuple[str, Any]:
    if isinstance(event, str):
        return event, None
    ((name, detail),) = event.items()
    return name, detail


def _events(view: str) -> list[tuple[Any, int, int]]:
    """The parser's events with ranges in code points."""
    import pyromark  # only for Markdown, not for every start of the program

    events = list(pyromark.events_with_range(view, options=pyromark.Options.ENABLE_TABLES, merge_text=False))
    if view.isascii():
        return [(event, at["start"], at["end"]) for event, at in events]
    data, points, last, count = view.encode(), {}, 0, 0
    for byte in sorted({at[edge] for _, at in events for edge in ("start", "end")}):
        count += len(data[last:byte].decode())
        points[byte], last = count, byte
    return [(event, points[at["start"]], points[at["end"]]) for event, at in events]
