"""From the inline events of a Markdown parser to the passage of one block."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from copydesk.article.ledger import Span
from copydesk.reading.characters import Characters
from copydesk.reading.links import Definitions, Target, link_target, unescape
from copydesk.reading.passage import GAP, Mark, Passage, Piece

_FORMATS = {"Emphasis": "em", "Strong": "strong"}
_DEEPEST_FORMATS = 8  # of emphasis in one another
_MOST_MARKS = 4_000  # beyond which a block's emphasis is left out: validation takes the square of their number
_LINE_BREAK = re.compile(r"<br */?>")


class _Open(NamedTuple):
    """An inline that is open: where it began, and what the passage had by then."""

    name: str
    detail: Any
    start: int
    length: int
    pieces: int
    marks: int


class Inlines:
    """The text and the marks of one block.

    Parameters:
        text: the source text.
        definitions: its link definitions.
        syntax: (ledger rule, span) of what is known to be syntax, added to.
    """

    def __init__(self, text: Characters, definitions: Definitions, syntax: list[tuple[str, Span]]) -> None:
        self._text = text
        self._definitions = definitions
        self._syntax = syntax
        self._pieces: list[Piece] = []
        self._marks: list[Mark] = []
        self._length = 0
        self._open: list[_Open] = []

    def passage(self) -> Passage:
        """What has been read so far, white space at the edges in it."""
        return Passage(tuple(self._pieces), tuple(self._marks))

    def start(self, name: str, detail: Any, start: int) -> None:
        """Emphasis, a link or an image begins."""
        self._open.append(_Open(name, detail, start, self._length, len(self._pieces), len(self._marks)))

    def end(self, start: int, end: int) -> None:
        """What was opened last ends."""
        opened = self._open.pop()
        if opened.name in _FORMATS:
            depth = sum(other.name in _FORMATS for other in self._open)
            if depth < _DEEPEST_FORMATS and len(self._marks) < _MOST_MARKS:
                self._marks.append(Mark(opened.length, self._length, _FORMATS[opened.name]))
        elif opened.name in ("Link", "Image"):
            self._link(opened, start, end)

    def add(self, name: str, detail: Any, start: int, end: int) -> None:
        """Text, code, a line break or HTML, which is text as it stands."""
        if name == "Text":
            self._plain(detail, start, end)
        elif name == "InlineHtml" and _LINE_BREAK.fullmatch(self._text.view, start, end):
            self._line_break(start, start)
        elif name in ("Html", "InlineHtml"):
            self._add(*self._text.passage(start, end).pieces)
        elif name == "Code":
            self._code(detail, start, end)
        elif name == "SoftBreak":
            self._add(Piece(start, end, "\n", GAP))
        elif name == "HardBreak":
            self._line_break(max(start, end - 1), end)

    # ------------------------------------------------------------ text
    def _add(self, *pieces: Piece) -> None:
        self._pieces += pieces
        self._length += sum(len(piece.text) for piece in pieces)

    def _plain(self, detail: str, start: int, end: int) -> None:
        """Text as it stands, or a character reference."""
        raw = self._text.view[start:end]
        decoded = raw if raw == detail else unescape(raw)
        if decoded == raw:
            self._add(*self._text.passage(start, end).pieces)
        elif decoded and not self._text.has_special(decoded):  # what is no text is left out
            self._add(Piece(start, end, decoded, "md.entity"))

    def _code(self, detail: str, start: int, end: int) -> None:
        before = self._length
        for low, high in _in_code(self._text.view, start, end, detail):
            self._add(*self._text.passage(low, high).pieces)
        self._marks.append(Mark(before, self._length, "code"))

    def _line_break(self, start: int, end: int) -> None:
        self._add(Piece(start, end, "\n", GAP))
        self._marks.append(Mark(self._length - 1, self._length, "br"))

    # ------------------------------------------------------------ links and images
    def _link(self, opened: _Open, start: int, end: int) -> None:
        if opened.detail["link_type"] == "Collapsed" and self._text.view.startswith("[]", end):
            end += 2  # which the parser leaves out
        inner = self._pieces[opened.pieces :]
        low, high = (inner[0].start, inner[-1].end) if inner else (start + 1, start + 1)
        target = link_target(self._text, (start, low), (high, end), opened.detail, self._definitions)
        if target is None:
            self._literal(opened, (start, low), (high, end))
            return
        self._syntax.extend(target.syntax)
        if opened.name == "Image":
            self._image(target, opened)
        elif any(piece.text.strip() for piece in inner):  # a dead link is marked as well: rules judge blocks by links
            if target.href is not None:
                self._unlink(opened)
            mark = Mark(opened.length, self._length, "a", target.href, target.title, derived=target.derived)
            self._marks.append(mark)
        elif not target.derived:
            self._leave("link.unlabelled", target.href, target.title)

    def _unlink(self, opened: _Open) -> None:
        """Take links out of a link's label, which may hold addresses between angle brackets."""
        inner = self._marks[opened.marks :]
        for mark in inner:
            if mark.kind == "a":
                self._leave("link.unlabelled", *mark.targets())
        self._marks[opened.marks :] = [mark for mark in inner if mark.kind != "a"]

    def _leave(self, rule: str, *targets: Passage | None) -> None:
        """Drop targets or titles that have no place in an article."""
        self._syntax += [(rule, at) for target in targets if target is not None for at in target.spans()]

    def _image(self, target: Target, opened: _Open) -> None:
        """An image; label and title become its description, unless it has no target: then the label is text.

        Publishers put credits into titles, so a title is never left out because there is a label.
        """
        if target.href is None:
            return
        label = Passage(tuple(self._pieces[opened.pieces :])).cut(0)
        for mark in self._marks[opened.marks :]:
            self._leave("link.unlabelled", *mark.targets())
        del self._pieces[opened.pieces :], self._marks[opened.marks :]
        self._length = opened.length
        title = None if target.derived else target.title
        parts = sorted((part for part in (label, title) if part), key=lambda part: part.start)
        described = parts[0].join(parts[1]) if len(parts) == 2 else next(iter(parts), None)
        at = opened.length
        self._marks.append(Mark(at, at, "img", target.href, described, derived=target.derived))

    def _literal(self, opened: _Open, before: Span, behind: Span) -> None:
        """Keep a link that cannot be taken apart as text, syntax and all."""
        opening = self._text.passage(*before).pieces
        by = sum(len(piece.text) for piece in opening)
        self._marks[opened.marks :] = [mark.moved(by) for mark in self._marks[opened.marks :]]
        self._pieces[opened.pieces : opened.pieces] = opening
        self._length += by
        self._add(*self._text.passage(*behind).pieces)


def _in_code(view: str, start: int, end: int, detail: str) -> list[Span]:
    """The spans of a code span's text.

    Left out are its delimiters, equal runs of backticks (CommonMark 6.1), and what a quotation or a table puts in.
    """
    ticks = 0
    while view[start + ticks] == "`":
        ticks += 1
    start, end = start + ticks, end - ticks
    if " ".join(view[start:end].splitlines()).strip() == detail.strip():
        return [(start, end)]
    spans: list[Span] = []
    at = start
    for c in detail:
        while at < end and view[at] != c and not (c == " " and view[at] in "\r\n"):
            at += 1
        if at == end:
            return [(start, end)]
        if spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
        at += 1
    return spans
