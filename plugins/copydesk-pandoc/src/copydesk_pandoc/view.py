"""From pandoc's document model to the view `pandoc/1`: a text in which everything that an article holds has a span.

The view has a line a field of metadata, labelled; then every leaf of the document as pandoc has its text, a blank line
between two, with the addresses, titles and descriptions of links and pictures on lines of their own below it; last, the
notes. It is built together with the blocks, so that no syntax has to be read back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, NamedTuple

from copydesk.article.ledger import Entry, Span
from copydesk.article.pandoc_nodes import Node
from copydesk.reading.characters import Characters
from copydesk.reading.passage import EMPTY, Mark, Passage, Piece
from copydesk.reading.source import Block, Declared
from copydesk_pandoc.inlines import TAG, Flat, leaves
from copydesk_pandoc.ledger_rules import FILE_TITLE, LABEL

KIND = "pandoc/1"
_DEEPEST = 32  # containers in one another; deeper ones are left out, their text is kept
_ASIDES = frozenset({
    "note", "warning", "tip", "caution", "important", "attention", "danger", "error", "hint", "admonition", "sidebar",
    "topic", "aside",
})  # fmt: skip
_NO_SYNTAX = frozenset({"sourceCode", "numberLines"})


class Parsed(NamedTuple):
    """What `Reader.read` takes over: blocks, metadata, and drop entries for the rest of the view."""

    blocks: list[Block]
    declared: list[Declared]
    syntax: list[Entry]


class ViewWriter:
    """Writes one view: metadata first, then blocks.

    Parameters:
        shift: levels by which headings stand lower in an article than in the document.
    """

    def __init__(self, shift: int = 0) -> None:
        self.struck = 0
        self._shift = shift
        self._blocks: list[Block] = []
        self._declared: list[Declared] = []
        self._notes: list[list[Node]] = []
        self._parts: list[str] = []
        self._length = 0
        self._depth = 0
        self._dropped = defaultdict[str, list[Span]](list)

    def declare(self, name: str, label: str, text: str) -> None:
        """Write a field of metadata.

        Parameters:
            name: of `copydesk.reading.source.Declared`, or `FILE_TITLE` for a title that is dropped.
            label: what stands before it.
            text: its value.
        """
        self._drop(LABEL, self._put(f"{label}:", " "))
        passage = self._put(text).cut(0)
        if name == FILE_TITLE:
            self._drop(name, passage)
        elif passage:
            self._declared.append(Declared(name, passage))

    def add(self, blocks: Iterable[Node], role: str | None = None) -> None:
        """Write blocks of the body; the role is that of their paragraphs."""
        self._put("")
        for block in self.made(blocks):
            if role and block.kind == "paragraph":
                block.role = role
            self._blocks.append(block)

    def finish(self) -> tuple[str, Parsed]:
        """Write the notes; give the text of the view, and what is in it."""
        if self._notes:
            items = Block("list", ordered=True)
            for note in self._notes:  # which grow, as notes may have notes
                items.children.append(Block("item", children=self.made(note)))
            self._blocks.append(Block("aside", role="notes", children=[items]))
        view = "".join(self._parts)
        syntax = [
            Entry(d="drop", rule=rule, at=tuple(at), score=0.0 if rule == FILE_TITLE else None)
            for rule, at in self._dropped.items()
        ]
        return view, Parsed(self._blocks, self._declared, [*syntax, *Characters(view).dropped()])

    # ------------------------------------------------------------ text
    def _put(self, text: str, end: str = "\n") -> Passage:
        """Write a text and what ends it; the passage of the text, less characters that are no text."""
        at = self._length
        self._parts += (text, end)
        self._length += len(text) + len(end)
        pieces = Characters(text).passage(0, len(text)).pieces
        return Passage(tuple(Piece(start + at, stop + at, part, rule) for start, stop, part, rule in pieces))

    def _drop(self, rule: str, passage: Passage) -> None:
        if passage:
            self._dropped[rule] += passage.spans()

    def _flat(self, inlines: Iterable[Node]) -> Flat:
        flat = Flat(self._notes).add(inlines)
        self.struck += flat.struck
        return flat

    def _leaf(self, flat: Flat) -> Passage:
        """Write a leaf and, below it, what its links and pictures say."""
        start = self._length
        passage = self._put(flat.text)
        place = _placing(passage, start)
        marks = []
        for mark in flat.marks:
            href = self._put(mark.address).cut(0) if mark.address else None
            title = self._put(mark.title).cut(0) if mark.title.strip() else None
            low, high = place(mark.start), place(mark.end)
            if mark.kind in ("img", "br") or passage.string[low:high].strip():
                marks.append(Mark(low, high, mark.kind, href or None, title or None))
            else:  # on nothing that can be seen
                for target in filter(None, (href, title)):
                    self._drop("pandoc.link-left", target)
        for rule, text in flat.dropped:
            self._drop(rule, self._put(text))
        self._put("")
        return passage.marked(*marks)

    # ------------------------------------------------------------ blocks
    def made(self, blocks: Iterable[Node]) -> list[Block]:
        """Write blocks; give them as copydesk has them."""
        self._depth += 1
        made = [block for node in blocks for block in self._block(node["t"], node.get("c"))]
        self._depth -= 1
        return made

    def _block(self, kind: str, contents: Any) -> list[Block]:
        match kind:
            case "Para" | "Plain":
                return self._paragraph(self._flat(contents))
            case "Header":
                return self._paragraph(self._flat(contents[2]), level=contents[0] + self._shift)
            case "LineBlock":
                return self._paragraph(self._lines(contents))
            case "CodeBlock":
                return self._code(contents[0][1], contents[1])
            case "RawBlock":
                return self._html(contents[1]) if contents[0] == "html" else self._code([contents[0]], contents[1])
            case "BlockQuote":
                return self._container(Block("quote", children=self.made(contents)))
            case "BulletList":
                return self._list(contents)
            case "OrderedList":
                return self._list(contents[1], first=contents[0][0])
            case "DefinitionList":
                return self._list([[_strong(term), *chain.from_iterable(texts)] for term, texts in contents])
            case "Figure":
                return self._figure(contents[1][1], contents[2])
            case "Table":
                return self._table(*contents[1:])
            case "Div":
                return self._div(contents[0][1], contents[1])
            case "HorizontalRule":
                return [Block("rule")]
            case _:
                raise ValueError(f"pandoc has a kind of block that is not known here: {kind}")

    def _paragraph(self, flat: Flat, level: int = 0) -> list[Block]:
        """A paragraph or heading; figures, if it holds nothing but pictures."""
        passage = self._leaf(flat)
        if passage.string.strip():
            return [Block("heading" if level else "paragraph", passage.cut(0), level=min(level, 6))]
        return [Block("figure", image=mark) for mark in passage.marks if mark.kind == "img"]

    def _lines(self, lines: Iterable[list[Node]]) -> Flat:
        flat = Flat(self._notes)
        for line in lines:
            flat.line_break()
            flat.add(line)
        self.struck += flat.struck
        return flat

    def _code(self, classes: list[str], text: str) -> list[Block]:
        passage = self._put(text)
        name = next((name for name in classes if name not in _NO_SYNTAX and not name.startswith("language-")), "")
        language = self._put(name).cut(0) if name.strip() and passage.string.strip() else None
        self._put("")
        return [Block("code", passage, syntax=language or None)] if passage.string.strip() else []

    def _html(self, text: str) -> list[Block]:
        """Raw HTML: what stands between tags is text."""
        whole = self._put(text)
        self._put("")
        made, at = [], 0
        for tag in TAG.finditer(whole.string):
            cut = whole.cut(*tag.span())
            if len(cut.pieces) == 1:  # no character in it that is no text, which would part it in two
                self._drop("pandoc.tag", cut)
                made.append(whole.cut(at, tag.start()))
                at = tag.end()
        return [Block("paragraph", passage) for passage in (*made, whole.cut(at)) if passage]

    def _container(self, block: Block) -> list[Block]:
        if self._depth > _DEEPEST:
            inner = (child.children if child.kind == "item" else [child] for child in block.children)
            return list(chain.from_iterable(inner))
        return [block] if block.children else []

    def _list(self, items: list[list[Node]], first: int | None = None) -> list[Block]:
        made = Block("list", ordered=first is not None, first=1 if first is None else first)
        made.children = [Block("item", children=self.made(item)) for item in items]
        return self._container(made)

    def _div(self, classes: list[str], blocks: list[Node]) -> list[Block]:
        role = next((name for name in classes if name in _ASIDES), None)
        made = self.made(blocks)
        return made if role is None else self._container(Block("aside", role=role, children=made))

    def _figure(self, caption: list[Node], content: list[Node]) -> list[Block]:
        made = self.made(content)
        passage, pictures = self._caption(caption)
        if not passage:
            return made + pictures
        if made and made[-1].kind == "figure" and not made[-1].passage:
            made[-1].passage = passage
        else:
            made.append(Block("figure", passage))
        return made

    def _caption(self, blocks: list[Node]) -> tuple[Passage, list[Block]]:
        """The text of a caption; one without text may be pictures."""
        passage = self._leaf(self._inside(blocks))
        if passage.string.strip():
            return passage.cut(0), []
        return EMPTY, [Block("figure", image=mark) for mark in passage.marks if mark.kind == "img"]

    def _inside(self, blocks: Iterable[Node]) -> Flat:
        """Blocks that stand where an article has text alone: a line a leaf."""
        flat = Flat(self._notes)
        for leaf in leaves(blocks):
            flat.line_break()
            flat.add(leaf)
        self.struck += flat.struck
        return flat

    # ------------------------------------------------------------ tables
    def _table(self, caption: list[Any], _: Any, head: list[Any], bodies: list[Any], foot: list[Any]) -> list[Block]:
        passage, pictures = self._caption(caption[1])
        made = Block("table", passage)
        self._rows(made, head[1], header=True)
        for body in bodies:
            self._rows(made, body[2], header=True)
            self._rows(made, body[3], titles=body[1])
        self._rows(made, foot[1])
        if made.children:
            return [*pictures, made]
        return [*pictures, *([Block("paragraph", passage)] if passage else [])]

    def _rows(self, table: Block, rows: list[Any], *, header: bool = False, titles: int = 0) -> None:
        for _, cells in rows:
            row = Block("row")
            for number, (_, _, height, width, blocks) in enumerate(cells):
                passage = self._leaf(self._inside(blocks))
                passage = passage.cut(0) if passage.string.strip() else _pictures(passage)
                row.children.append(
                    Block("cell", passage, header=header or number < titles, columns=width, rows=height)
                )
            if row.children:
                table.children.append(row)


def _placing(passage: Passage, start: int) -> Callable[[int], int]:
    """Where in a passage's string an offset of the text that it was made of is; the text begins at `start`."""
    starts = [piece.start - start for piece in passage.pieces]
    offsets = passage.offsets()

    def place(offset: int) -> int:
        number = bisect_right(starts, offset) - 1
        if number < 0:
            return 0
        return offsets[number] + min(offset - starts[number], len(passage.pieces[number].text))

    return place


def _pictures(passage: Passage) -> Passage:
    """The pictures of a passage without text."""
    return Passage((), tuple(mark.moved(-mark.start) for mark in passage.marks if mark.kind == "img"))


def _strong(term: list[Node]) -> Node:
    return {"t": "Para", "c": [{"t": "Strong", "c": term}]}
