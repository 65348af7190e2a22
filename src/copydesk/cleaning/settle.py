"""Passages to the text of leaves: white space collapsed, marks nested, every span joined as the verifier joins it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from copydesk.article.canonical import A
from copydesk.article.ledger import LedgerRule
from copydesk.reading.passage import Mark, Passage

SETTLE_RULES = (
    LedgerRule(id="text.joined", d="keep", join="", reason="no space where only markup holds white space"),
    LedgerRule(id="text.spaced", d="keep", join=" ", reason="a space where markup without white space parts words"),
)
_SPACES = re.compile("[ \t\n\r\x0b\x0c\x1c-\x1f]+")
_WHITE = re.compile(r"\s")
_ANNOTATIONS = frozenset({"dateline", "said", "attribution", "speaker"})


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the source as the article has it. `rule`: a converter's rule, a joining rule, or None."""

    start: int
    end: int
    text: str
    rule: str | None
    converted: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """The final text of a leaf or head value, its runs, and its marks with offsets into `text`."""

    text: str
    runs: tuple[Run, ...]
    marks: tuple[Mark, ...]


def settle(passage: Passage, view: str) -> Settled:
    """Give the collapsed text of a passage with the runs that prove it.

    Parameters:
        passage: any passage.
        view: the source it comes from.

    Returns:
        Text, runs in source order, and marks, outer ones first.
    """
    string = passage.string
    masked, at = [], 0
    runs: list[Run] = []
    for offset, start, end, text, rule in passage.stretches():
        length = len(text)
        apart = offset > at
        masked.append(" " * (offset - at) + string[offset : offset + length])
        at = offset + length
        joining = None
        if runs and rule is None:
            white = _WHITE.search(view, runs[-1].end, start) is not None
            joining = None if white == apart else "text.spaced" if apart else "text.joined"
        runs.append(Run(start, end, text, rule or joining, rule is not None))
    masked.append(" " * (len(string) - at))
    plain = "".join(masked)
    text, marks = _collapse(plain, passage.marks)
    return Settled(text, tuple(runs), marks)


def _collapse(plain: str, marks: tuple[Mark, ...]) -> tuple[str, tuple[Mark, ...]]:
    """Collapse white space and move the marks along."""
    cuts, removed, kept, at, total = [], [], [], 0, 0
    length = len(plain.rstrip(" \t\n\r\x0b\x0c\x1c-\x1f"))
    for found in _SPACES.finditer(plain):
        low, high = found.span()
        space = 1 if low > 0 and low < length else 0
        kept.append(plain[at:low])
        if space:
            kept.append(" ")
        total += high - low - space
        cuts.append(high)
        removed.append(total)
        at = high
    kept.append(plain[at:])
    text = "".join(kept)
    if not marks:
        return text, ()

    def place(offset: int) -> int:
        index = bisect_right(cuts, offset)
        return min(offset - (removed[index - 1] if index else 0), len(text))

    out, breaks = [], set[int]()
    for mark in marks:
        low, high = mark.start, mark.end
        if mark.kind == "br":
            spot = _break_at(plain, low, place, len(text))
            if spot is not None and spot not in breaks:
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


def _break_at(plain: str, offset: int, place: Callable[[int], int], length: int) -> int | None:
    """The place of the single space that a line break takes, or None at an edge."""
    low, high = offset, offset
    while low > 0 and plain[low - 1] in " \t\n\r\x0b\x0c":
        low -= 1
    while high < len(plain) and plain[high] in " \t\n\r\x0b\x0c":
        high += 1
    if low == 0 or high == len(plain):
        return None
    spot = place(high) - 1
    return spot if 0 < spot < length - 1 else None


def fill(element: etree._Element, text: str, marks: tuple[Mark, ...]) -> list[tuple[etree._Element, Mark]]:
    """Write text and marks into an element.

    Marks that cross are split, except annotations, which are left out where they would cross a link.

    Returns:
        The elements made for marks, with their marks, in document order.
    """
    links = [mark for mark in marks if mark.kind == "a"]
    fitting = [
        mark
        for mark in marks
        if mark.kind not in _ANNOTATIONS
        or not any(a.start < mark.start < a.end < mark.end or mark.start < a.start < mark.end < a.end for a in links)
    ]
    made: list[tuple[etree._Element, Mark]] = []
    _fill(element, text, 0, len(text), fitting, made)
    return made


def _fill(
    parent: etree._Element, text: str, low: int, high: int, marks: list[Mark], made: list[tuple[etree._Element, Mark]]
) -> None:
    last: etree._Element | None = None
    at = low
    rest = sorted(marks, key=lambda mark: (mark.start, -mark.end))
    while rest:
        mark = rest.pop(0)
        last = _append(parent, last, text[at : mark.start])
        child = etree.SubElement(parent, A + mark.kind)
        made.append((child, mark))
        inner, outer = [], []
        for other in rest:
            if other.start >= mark.end:
                outer.append(other)
            elif other.end <= mark.end:
                inner.append(other)
            else:
                inner.append(replace(other, end=mark.end))
                outer.append(replace(other, start=mark.end))
        if mark.kind not in ("br", "img"):
            _fill(child, text, mark.start, mark.end, inner, made)
        else:
            outer.extend(inner)
        rest = sorted((o for o in outer if o.start < o.end or o.kind == "img"), key=lambda o: (o.start, -o.end))
        last, at = child, mark.end
    _append(parent, last, text[at:high])


def _append(parent: etree._Element, last: etree._Element | None, text: str) -> etree._Element | None:
    text = unicodedata.normalize("NFC", text)
    if last is None:
        parent.text = (parent.text or "") + text if text else parent.text
    elif text:
        last.tail = (last.tail or "") + text
    return last
