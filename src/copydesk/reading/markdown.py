"""Reader of Markdown rips: CommonMark with tables, every character of its syntax accounted for.

pulldown-cmark (through pyromark) gives each event the byte range that it came from. Text events become pieces; whatever
no text event covers is syntax, and is dropped by a rule that matches it in full, or, if none does (a reference
definition, say), kept as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from copydesk.article.ledger import Entry, LedgerRule, Span
from copydesk.reading.characters import passage_of
from copydesk.reading.links import LINK_RULES, Target, link_target
from copydesk.reading.passage import GAP, Mark, Passage, Piece
from copydesk.reading.source import Block, Reader, Source

_SIGNS = (  # one pattern a kind of sign; two kinds, or many signs of one, make a text Markdown
    re.compile(r"^ {0,3}#{1,6} +\S", re.M),
    re.compile(r"\]\([^()\s]*\)"),
    re.compile(r"(?<![\w*])\*\*(?=\S)[^*\n]{1,200}(?<=\S)\*\*(?![\w*])"),
    re.compile(r"^ {0,3}(?:[-*+]|\d{1,3}[.)]) +\S", re.M),
    re.compile(r"\\[\\`*_{}\[\]()#+.!|-]"),
    re.compile(r"^ {0,3}(?:`{3,}|~{3,})", re.M),
    re.compile(r"^ {0,3}\|?(?: *:?-{3,}:? *\|)+(?: *:?-{3,}:? *)?$", re.M),
    re.compile(r"^ {0,3}(?:-{3,}|\*{3,}|_{3,}|(?:\* ){2,}\*) *$", re.M),
    re.compile(r"<(?:https?://|mailto:)[^<>\s]+>"),
    re.compile(r"(?<![\w_])_(?=[^\s_])[^_\n]{1,200}(?<=[^\s_])_(?![\w_])"),
    re.compile(r"^ {0,3}> ?\S", re.M),
)
_FORMATS = {"Emphasis": "em", "Strong": "strong"}
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
_SYNTAX = (
    LedgerRule(id="md.mark", d="drop", match=r"[#*_\\<>`~=-]+|<br */?>", reason="Markdown syntax with no text value"),
    LedgerRule(id="md.list-marker", d="drop", match=r"[-*+]|\d{1,9}[.)]", reason="marker of a list item"),
    LedgerRule(id="md.table", d="drop", match=r"[|:-]+", reason="lines of a Markdown table"),
)
_SETEXT_LONGEST = 120  # characters; a longer "heading" over a row of hyphens is a paragraph before a rule


class MarkdownReader(Reader):
    """Markdown as html2text, turndown, pandoc and people write it."""

    name: ClassVar[str] = "markdown"
    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown")
    media_type: ClassVar[str] = "text/markdown"
    ledger_rules: ClassVar[tuple[LedgerRule, ...]] = (
        *_SYNTAX,
        *LINK_RULES,
        LedgerRule(id="md.entity", d="keep", norm="entity", reason="character reference, decoded"),
    )

    def sniff(self, view: str) -> float:
        """Half sure at two kinds of signs, or at three signs of one kind that plain text hardly has."""
        counts = [sum(1 for _ in zip(sign.finditer(view), range(3), strict=False)) for sign in _SIGNS]
        kinds = sum(1 for count in counts if count)
        strong = counts[0] + counts[1] + counts[2] + counts[4]
        if kinds >= 3 and strong:
            return 1.0
        return 0.5 if (kinds >= 2 and strong) or max(counts[:3]) >= 3 else 0.0

    def read(self, source: Source) -> None:
        """One block a CommonMark block, containers nested."""
        _Builder(source).run()


class _Builder:
    """Walks the events once, keeping a stack of open blocks and the passage of the open leaf."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.view = source.view
        self.stack: list[Block] = [Block("document")]
        self.leaf: Block | None = None
        self.leaf_start = 0
        self.pieces: list[Piece] = []
        self.marks: list[Mark] = []
        self.length = 0
        self.open: list[tuple[str, int, Any, Span]] = []
        self.owned: list[Span] = []
        self.entries: dict[str, list[Span]] = {}

    def run(self) -> None:
        for event, start, end in _events(self.view):
            name, detail = _named(event)
            if name == "Start":
                self.start(*_named(detail), start, end)
            elif name == "End":
                self.end(_named(detail)[0], start, end)
            else:
                self.inline(name, detail, start, end)
        self.close_leaf()
        self.source.blocks = self.stack[0].children
        self.source.syntax.extend(Entry(d="drop", rule=rule, at=tuple(at)) for rule, at in self.entries.items())
        self.account()

    # ------------------------------------------------------------ blocks
    def start(self, name: str, detail: Any, start: int, end: int) -> None:
        if name in _CONTAINERS:
            self.close_leaf()
            block = Block(_CONTAINERS[name])
            if name == "List":
                block.ordered, block.first = detail is not None, detail or 1
            self.stack[-1].children.append(block)
            self.stack.append(block)
        elif name in _LEAVES:
            self.close_leaf()
            self.open_leaf(Block(_LEAVES[name], level=int(detail["level"][1:]) if name == "Heading" else 0), start)
            if name == "CodeBlock" and isinstance(detail, dict) and detail.get("Fenced"):
                self.info(detail["Fenced"], start, end)
        else:
            self.open.append((name, self.length, detail, (start, len(self.pieces))))

    def end(self, name: str, start: int, end: int) -> None:
        if name in _CONTAINERS:
            self.close_leaf()
            block = self.stack.pop()
            if name == "TableHead":
                for cell in block.children:
                    cell.header = True
            if block.kind == "list" and block.ordered and block.first != 1 and len(block.children) == 1:
                self.year_not_list(block, start)
        elif name == "Heading":
            self.setext(end)
        elif name in _LEAVES:
            self.close_leaf()
        elif self.open:
            self.close_inline(start, end)

    def open_leaf(self, block: Block, start: int) -> None:
        self.leaf, self.leaf_start = block, start
        self.stack[-1].children.append(block)

    def close_leaf(self) -> None:
        if self.leaf is None:
            return
        passage = Passage(tuple(self.pieces), tuple(self.marks))
        if self.leaf.kind != "code":
            passage = passage.cut(0) if passage.string.strip() else Passage((), passage.marks)
        self.leaf.passage = passage
        images = [mark for mark in passage.marks if mark.kind == "img"]
        if not passage.string.strip():
            siblings = self.stack[-1].children
            if images and self.leaf.kind == "paragraph":
                siblings.remove(self.leaf)
                siblings.extend(Block("figure", image=(m.href, m.title)) for m in images if m.href)
            elif self.leaf.kind != "cell":
                siblings.remove(self.leaf)
        self.leaf, self.pieces, self.marks, self.length, self.open = None, [], [], 0, []

    def setext(self, end: int) -> None:
        """A long "heading" underlined by hyphens is a paragraph that a rule follows."""
        leaf, view = self.leaf, self.view
        if leaf is None:
            return
        text = "".join(p.text for p in self.pieces).rstrip()
        underlined = view[self.leaf_start : end].rstrip().endswith("--") and view[self.leaf_start] != "#"
        self.close_leaf()
        if underlined and (len(text) > _SETEXT_LONGEST or text.endswith((".", "!", "?", "…", "”", "。"))):
            leaf.kind, leaf.level = "paragraph", 0
            self.stack[-1].children.append(Block("rule"))

    def year_not_list(self, block: Block, start: int) -> None:
        """`1986. A year` is a sentence, not a list: one item that does not begin at 1."""
        parent, item = self.stack[-1], block.children[0]
        first = item.children[0] if item.children else None
        if first is None or first.kind != "paragraph" or not first.passage:
            return
        marker = passage_of(self.view, start, first.passage.start).cut(0)
        first.passage = marker.join(first.passage, self.view)
        self.owned.extend(marker.spans())
        parent.children[parent.children.index(block) :] = item.children

    def info(self, info: str, start: int, end: int) -> None:
        word = info.split()[0] if info.split() else ""
        at = self.view.find(word, start, end)
        if word and self.leaf is not None and at >= 0:
            self.leaf.syntax = passage_of(self.view, at, at + len(word))
            self.owned.append((at, at + len(word)))

    # ------------------------------------------------------------ inlines
    def add(self, pieces: Iterable[Piece]) -> None:
        if self.leaf is None:  # a tight list item has its text without a paragraph around it
            first = next(iter(pieces := tuple(pieces)), None)
            self.open_leaf(Block("paragraph"), first.start if first else 0)
        for piece in pieces:
            self.pieces.append(piece)
            self.length += len(piece.text)
            if piece.rule != GAP:
                self.owned.append((piece.start, piece.end))

    def inline(self, name: str, detail: Any, start: int, end: int) -> None:
        view = self.view
        if name in ("Text", "Html", "InlineHtml"):
            text = view[start:end]
            if name == "InlineHtml" and re.fullmatch(r"<br */?>", text):
                self.line_break(start, start)
            elif name == "Text" and text.replace("\r\n", "\n") != detail:
                self.add((Piece(start, end, detail, "md.entity"),))
            else:
                self.add(passage_of(view, start, end).pieces)
        elif name == "Code":
            low, high = _inside_backticks(view, start, end)
            self.marks.append(Mark(self.length, self.length + high - low, "code"))
            self.add(passage_of(view, low, high).pieces)
        elif name == "SoftBreak":
            self.add((Piece(start, end, "\n", GAP),))
        elif name == "HardBreak":
            self.line_break(max(start, end - 1), end)
        elif name == "Rule":
            self.close_leaf()
            self.stack[-1].children.append(Block("rule"))

    def line_break(self, start: int, end: int) -> None:
        self.add((Piece(start, end, "\n", GAP),))
        self.marks.append(Mark(self.length - 1, self.length, "br"))

    def close_inline(self, start: int, end: int) -> None:
        name, at, detail, (_, first) = self.open.pop()
        if name in _FORMATS:
            self.marks.append(Mark(at, self.length, _FORMATS[name]))
            return
        if name not in ("Link", "Image"):
            return
        inner = self.pieces[first:]
        low, high = (inner[0].start, inner[-1].end) if inner else (start + 1, start + 1)
        target = link_target(self.view, (start, low), (high, end), detail, empty=not inner)
        if target is None:  # not understood: what looks like syntax stays as text
            self.literal(start, low, high, end, at, first)
            return
        for rule, span in target.syntax:
            self.entries.setdefault(rule, []).append(span)
            self.owned.append(span)
        for part in (target.href, target.title):
            if part is not None:
                self.owned.extend(part.spans())
        if name == "Image":
            self.image(target, at, first)
        elif self.length > at:  # a dead link is marked as well: rules judge blocks by their links
            derived = detail["link_type"] == "Autolink"
            self.marks.append(Mark(at, self.length, "a", href=target.href, title=target.title, derived=derived))

    def image(self, target: Target, at: int, first: int) -> None:
        alt = Passage(tuple(self.pieces[first:])).cut(0)
        if target.href is None:
            return  # an image without a target leaves its description as text
        del self.pieces[first:]
        self.marks = [mark for mark in self.marks if mark.start < at]
        self.length = at
        if self.leaf is None:
            self.open_leaf(Block("paragraph"), target.href.start)
        self.marks.append(Mark(at, at, "img", href=target.href, title=alt or None))

    def literal(self, start: int, low: int, high: int, end: int, at: int, first: int) -> None:
        opening, closing = passage_of(self.view, start, low), passage_of(self.view, high, end)
        by = len(opening)
        self.marks = [mark.moved(by) if mark.start >= at else mark for mark in self.marks]
        self.pieces[first:first] = opening.pieces
        self.length += by
        self.owned.extend((p.start, p.end) for p in opening.pieces if p.rule != GAP)
        self.add(closing.pieces)

    # ------------------------------------------------------------ what no event covers
    def account(self) -> None:
        """Give every character that no text and no link owns to a syntax rule, or keep it as a paragraph."""
        view, syntax, at = self.view, dict[str, list[Span]](), 0
        strays: list[Span] = []
        for start, end in [*sorted(self.owned), (len(view), len(view))]:
            if start > at:
                for low, high in _without_special(view, at, start):
                    word = view[low:high]
                    rule = next((r.id for r in _SYNTAX if re.fullmatch(r.match or "", word)), None)
                    if rule:
                        syntax.setdefault(rule, []).append((low, high))
                    elif strays and not view[strays[-1][1] : low].strip():
                        strays[-1] = (strays[-1][0], high)
                    else:
                        strays.append((low, high))
            at = max(at, end)
        self.source.syntax.extend(Entry(d="drop", rule=rule, at=tuple(spans)) for rule, spans in syntax.items())
        for low, high in strays:
            block = Block("paragraph", passage_of(view, low, high))
            blocks = self.source.blocks
            at = next((i for i, other in enumerate(blocks) if _first_offset(other) > low), len(blocks))
            blocks.insert(at, block)


def _first_offset(block: Block) -> int:
    if block.passage:
        return block.passage.start
    if block.image:
        return block.image[0].start
    return next((at for child in block.children if (at := _first_offset(child)) >= 0), -1)


def _without_special(view: str, start: int, end: int) -> list[Span]:
    """The words of a stretch, less characters that `characters.dropped` accounts for."""
    spans: list[Span] = []
    for low, high in Passage(passage_of(view, start, end).pieces).spans():
        spans.extend((low + m.start(), low + m.end()) for m in re.finditer(r"\S+", view[low:high]))
    return spans


def _inside_backticks(view: str, start: int, end: int) -> Span:
    """CommonMark 6.1: the delimiters are equal runs of backticks; one space on both sides is theirs too."""
    ticks = 0
    while start + ticks < end and view[start + ticks] == "`":
        ticks += 1
    return start + ticks, end - ticks


def _named(event: Any) -> tuple[str, Any]:
    if isinstance(event, str):
        return event, None
    ((name, detail),) = event.items()
    return name, detail


def _events(view: str) -> list[tuple[Any, int, int]]:
    """The parser's events with ranges in code points."""
    import pyromark

    text = view.replace("\0", "\N{REPLACEMENT CHARACTER}")
    events = list(pyromark.events_with_range(text, options=pyromark.Options.ENABLE_TABLES, merge_text=False))
    if view.isascii():
        return [(event, at["start"], at["end"]) for event, at in events]
    data, points, last, count = text.encode(), {}, 0, 0
    for byte in sorted({at[edge] for _, at in events for edge in ("start", "end")}):
        count += len(data[last:byte].decode())
        points[byte], last = count, byte
    return [(event, points[at["start"]], points[at["end"]]) for event, at in events]
