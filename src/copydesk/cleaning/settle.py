"""Passages to the text of leaves: white space collapsed, marks nested, every span joined as the verifier joins it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import replace
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from lxml import etree

from copydesk.article.canonical import A
from copydesk.article.ledger import LedgerRule
from copydesk.reading.characters import fixed
from copydesk.reading.links import unescape
from copydesk.reading.passage import Mark, Passage, Piece

_JOINED = "no space where only markup holds white space"
_SPACED = "a space where markup without white space parts words"
SETTLE_RULES = (
    LedgerRule(id="text-joined", d="keep", join="", reason=_JOINED),
    LedgerRule(id="text-spaced", d="keep", join=" ", reason=_SPACED),
    LedgerRule(id="text-moved-joined", d="meta", join="", reason=_JOINED),
    LedgerRule(id="text-moved-spaced", d="meta", join=" ", reason=_SPACED),
)
_DERIVING = {"md.entity": unescape, "char.mojibake": fixed}
_SPACE = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
_SPACES = re.compile(f"[{_SPACE}]+")
_WHITE = re.compile(r"\s")
_ANNOTATIONS = frozenset({"dateline", "said", "attribution", "speaker"})
_VOID = frozenset({"br", "img"})


class Run(NamedTuple):
    """A stretch of the source as the article has it.

    Parameters:
        start, end: the span.
        text: the article's text for it.
        converter: the rules whose converter made the text; None where it is verbatim.
        joint: what `reading.source.JOINTS` names where the gap before it does not tell; empty where it does.
    """

    start: int
    end: int
    text: str
    converter: str | None = None
    joint: str = ""


class Settled(NamedTuple):
    """The final text of a leaf or head value, its runs, and its marks with offsets into `text`."""

    text: str
    runs: tuple[Run, ...]
    marks: tuple[Mark, ...] = ()


def settle(passage: Passage, view: str) -> Settled:
    """Give the collapsed text of a passage, in NFC, with the runs that prove it.

    Parameters:
        passage: any passage.
        view: the source it comes from.

    Returns:
        Text, runs in source order, and marks, outer ones first.
    """
    if len(passage.pieces) == 1 and not passage.marks and _is_settled(passage.pieces[0]):
        start, end, text, _ = passage.pieces[0]
        return Settled(text, (Run(start, end, text),))
    string = passage.string
    masked, at = [], 0
    runs: list[Run] = []
    for offset, start, end, text, rule in passage.stretches():
        apart = offset > at
        masked.append(" " * (offset - at) + text)
        at = offset + len(text)
        told = not runs or apart == (_WHITE.search(view, runs[-1].end, start) is not None)
        runs.append(Run(start, end, text, rule, "" if told else "-spaced" if apart else "-joined"))
    masked.append(" " * (len(string) - at))
    text, marks = _collapse("".join(masked), passage.marks)
    return Settled(*_composed(text, runs, marks))


def is_derivable(settled: Settled) -> bool:
    """Whether the text can be proven by one entry: its converter, if it has one, leaves its other runs as they are."""
    converters = {run.converter for run in settled.runs if run.converter}
    if not converters:
        return True
    converter = _DERIVING.get(next(iter(converters))) if len(converters) == 1 else None
    return converter is not None and not any(
        run.converter is None and converter(run.text) != run.text for run in settled.runs
    )


def _is_settled(piece: Piece) -> bool:
    """Whether a piece is verbatim and collapsed as it stands, as most are."""
    text = piece.text
    return (
        piece.rule is None
        and not ("  " in text or "\n" in text or "\t" in text or "\r" in text)
        and not (text[:1].isspace() or text[-1:].isspace())
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    )


def _composed(text: str, runs: list[Run], marks: tuple[Mark, ...]) -> tuple[str, tuple[Run, ...], tuple[Mark, ...]]:
    """Bring the text to NFC and the marks along."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text, tuple(runs), marks
    composed = unicodedata.normalize("NFC", text)
    places, last, length = {}, 0, 0
    for edge in sorted({edge for mark in marks for edge in (mark.start, mark.end)}):
        apart = max(edge, last)
        while 0 < apart < len(text) and _is_one(text, apart):  # a mark ends behind the accents of its last letter
            apart += 1
        length += len(unicodedata.normalize("NFC", text[last:apart]))
        places[edge], last = length, apart
    moved = (replace(mark, start=places[mark.start], end=places[mark.end]) for mark in marks)
    return composed, tuple(runs), tuple(moved)


def _is_one(text: str, edge: int) -> bool:
    """Whether the characters on the two sides of an edge become one, or change places."""
    before = text[max(edge - 4, 0) : edge]
    whole = unicodedata.normalize("NFC", before + text[edge])
    return whole != unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", text[edge])


def _collapse(plain: str, marks: tuple[Mark, ...]) -> tuple[str, tuple[Mark, ...]]:
    """Collapse white space and move the marks along."""
    text = _SPACES.sub(" ", plain).strip(" ")
    if not marks:
        return text, ()
    first, last = len(plain) - len(plain.lstrip(_SPACE)), len(plain.rstrip(_SPACE))
    lows, highs, removed, total = [], [], [], 0
    for found in _SPACES.finditer(plain):
        low, high = found.span()
        total += high - low - (1 if first <= low and high <= last else 0)
        lows.append(low)
        highs.append(high)
        removed.append(total)

    def place(offset: int) -> int:
        index = bisect_right(lows, offset) - 1
        if index >= 0 and lows[index] < offset < highs[index]:  # an image among white space
            offset = highs[index]
        elif index >= 0 and offset < highs[index]:
            index -= 1
        return offset - (removed[index] if index >= 0 else 0)

    out, breaks = [], set[int]()
    for mark in marks:
        low, high = mark.start, mark.end
        if mark.kind == "br":
            spot = place(highs[bisect_right(lows, low) - 1]) - 1
            if first <= low < last and spot not in breaks:
                breaks.add(spot)
                out.append(replace(mark, start=spot, end=spot + 1))
            continue
        if mark.kind != "img":
            while low < high and plain[low].isspace():
                low += 1
            while high > low and plain[high - 1].isspace():
                high -= 1
            if low == high:
                continue
        out.append(replace(mark, start=place(low), end=place(low) if low == high else place(high - 1) + 1))
    out.sort(key=lambda mark: (mark.start, -mark.end, mark.kind not in _ANNOTATIONS))
    return text, tuple(out)


def fill(element: etree._Element, text: str, marks: tuple[Mark, ...]) -> list[tuple[etree._Element, Mark]]:
    """Write text and marks into an element.

    Marks that cross are split, except annotations, which are left out where they would cross a link.

    Returns:
        The elements made for marks, with their marks, in document order.
    """
    if not marks:
        element.text = text
        return []
    # A line break stands behind an image at the same place.
    queue = [(m.start, m.kind == "br", -m.end, number, m) for number, m in enumerate(_fitting(marks))]
    heapify(queue)
    made: list[tuple[etree._Element, Mark]] = []
    pen = _Pen(element, text)
    while queue:
        start, _, minus_end, number, mark = heappop(queue)
        room = pen.go_to(start)
        end = min(-minus_end, room)
        if end < -minus_end:  # it crosses the mark that it stands in: the rest comes behind that
            heappush(queue, (room, False, minus_end, number, mark))
        if end > start or mark.kind == "img":
            made.append((pen.open(mark.kind, end), mark))
    pen.go_to(len(text) + 1)
    return made


class _Pen:
    """Writes text and elements into an element, from left to right."""

    def __init__(self, element: etree._Element, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[tuple[etree._Element, int]] = [(element, len(text) + 1)]
        self._last: etree._Element | None = None

    def go_to(self, offset: int) -> int:
        """Write up to an offset, closing what ends there; the end of the innermost element that stays open."""
        while len(self._open) > 1 and self._open[-1][1] <= offset:
            self._write(self._open[-1][1])
            self._last = self._open.pop()[0]
        self._write(offset)
        return self._open[-1][1]

    def open(self, kind: str, end: int) -> etree._Element:
        """Begin an element that ends at an offset."""
        child = etree.SubElement(self._open[-1][0], A + kind)
        if kind in _VOID:
            self._last, self._at = child, max(self._at, end)
        else:
            self._open.append((child, end))
            self._last = None
        return child

    def _write(self, offset: int) -> None:
        text = self._text[self._at : offset]
        self._at = max(self._at, offset)
        if not text:
            return
        if self._last is not None:
            self._last.tail = (self._last.tail or "") + text
        else:
            self._open[-1][0].text = (self._open[-1][0].text or "") + text


def _fitting(marks: tuple[Mark, ...]) -> list[Mark]:
    """The marks less annotations that cross a link, which would have to be in two places."""
    links = [mark for mark in marks if mark.kind == "a"]
    if not links or all(mark.kind not in _ANNOTATIONS for mark in marks):
        return list(marks)
    starts = [link.start for link in links]

    def within(offset: int) -> Mark | None:
        """The link that an offset is inside of; links neither cross nor hold one another."""
        index = bisect_right(starts, offset - 1) - 1
        return links[index] if index >= 0 and links[index].start < offset < links[index].end else None

    def crosses(mark: Mark) -> bool:
        first, last = within(mark.start), within(mark.end)
        return (first is not None and first.end < mark.end) or (last is not None and mark.start < last.start)

    return [mark for mark in marks if mark.kind not in _ANNOTATIONS or not crosses(mark)]
