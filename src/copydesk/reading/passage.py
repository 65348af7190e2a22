"""Text that knows where in the source it stands.

A passage is a string with, for every stretch of it, the span of the source that the stretch comes from, and with marks
(emphasis, links, quotations) on ranges of it. Passages are immutable; slicing and joining keep spans and marks right,
so that a rule can work on `string` alone and the ledger still comes out exact.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from copydesk.article.ledger import Span

GAP = "gap"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage.

    Parameters:
        start, end: the span in the source view.
        text: what stands in the passage: the view's own characters, or a conversion of them.
        rule: id of the ledger rule whose converter made `text`; None where it is verbatim; GAP for white space that
            stands for markup, a line end or nothing in the source, and that no ledger entry owns.
    """

    start: int
    end: int
    text: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Markup on the range [start, end) of a passage's string.

    Parameters:
        start, end: offsets in `Passage.string`.
        kind: an inline element of the canonical XML: em, strong, code, a, br, img, dateline, said, attribution.
        href, title: passages that hold a link's target and title; None for a dead link or another kind.
        who: key of the agent that spoke.
        derived: the target is the label itself, so that its characters are owned there.
    """

    start: int
    end: int
    kind: str
    href: Passage | None = field(default=None)
    title: Passage | None = field(default=None)
    who: int | None = None
    derived: bool = False

    def moved(self, by: int) -> Mark:
        """The same mark `by` characters further on."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True)
class Passage:
    """An immutable string with source spans and marks."""

    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...] = ()

    @cached_property
    def string(self) -> str:
        """The printable text, its white space as in the source."""
        return "".join([piece.text for piece in self.pieces])

    @cached_property
    def _offsets(self) -> list[int]:
        offsets, at = [], 0
        for piece in self.pieces:
            offsets.append(at)
            at += len(piece.text)
        return offsets

    def __len__(self) -> int:
        return len(self.string)

    def __bool__(self) -> bool:
        return bool(self.pieces)

    @property
    def start(self) -> int:
        """First offset in the source."""
        return self.pieces[0].start

    @property
    def end(self) -> int:
        """Offset in the source behind the last character."""
        return self.pieces[-1].end

    def cut(self, start: int, end: int | None = None) -> Passage:
        """The passage of `string[start:end]`, white space at its edges taken off, marks clipped.

        A converted piece (an entity, say) stays whole if any character of it is inside.
        """
        string = self.string
        end = len(string) if end is None else end
        while start < end and string[start].isspace():
            start += 1
        while end > start and string[end - 1].isspace():
            end -= 1
        if start >= end:
            return Passage(())
        if start == 0 and end == len(string):
            return self
        pieces: list[Piece] = []
        offsets = self._offsets
        for i in range(max(0, bisect_right(offsets, start) - 1), len(self.pieces)):
            piece, at = self.pieces[i], offsets[i]
            if at >= end:
                break
            low, high = max(start - at, 0), min(end - at, len(piece.text))
            if low >= high:
                continue
            if piece.rule is not None or high - low == len(piece.text):
                pieces.append(piece)
            else:
                pieces.append(Piece(piece.start + low, piece.start + high, piece.text[low:high]))
        kept = []
        for mark in self.marks:
            low, high = max(mark.start, start), min(mark.end, end)
            if low < high or (mark.start == mark.end and start < mark.start < end):
                kept.append(replace(mark, start=low - start, end=high - start))
        return Passage(tuple(pieces), tuple(kept))

    def without(self, ranges: Iterable[Span]) -> Passage:
        """The passage less the given ranges of `string` (ascending, apart)."""
        out, at = Passage(()), 0
        for low, high in ranges:
            out = out.glue(self._raw_cut(at, low))
            at = high
        return out.glue(self._raw_cut(at, len(self)))

    def _raw_cut(self, start: int, end: int) -> Passage:
        """As `cut`, with white space at the edges left in."""
        if start >= end:
            return Passage(())
        pieces = []
        for piece, at in zip(self.pieces, self._offsets, strict=True):
            low, high = max(start - at, 0), min(end - at, len(piece.text))
            if low < high:
                whole = piece.rule is not None or high - low == len(piece.text)
                pieces.append(piece if whole else Piece(piece.start + low, piece.start + high, piece.text[low:high]))
        marks = tuple(
            replace(m, start=max(m.start, start) - start, end=min(m.end, end) - start)
            for m in self.marks
            if max(m.start, start) < min(m.end, end)
        )
        return Passage(tuple(pieces), marks)

    def glue(self, other: Passage) -> Passage:
        """This passage and, with nothing between, another that stands later in the source."""
        if not self.pieces:
            return other
        if not other.pieces:
            return self
        by = len(self.string)
        return Passage(self.pieces + other.pieces, self.marks + tuple(mark.moved(by) for mark in other.marks))

    def join(self, other: Passage, view: str, between: str = " ") -> Passage:
        """This passage, `between` standing for the white space of the source, and a later passage."""
        gap = Passage((Piece(self.end, other.start, between, GAP),)) if between else Passage(())
        return self.glue(gap).glue(other)

    def marked(self, *marks: Mark) -> Passage:
        """The passage with further marks."""
        return Passage(self.pieces, self.marks + marks)

    def unmarked(self, *kinds: str) -> Passage:
        """The passage without marks of the given kinds (no kind: without any)."""
        return Passage(self.pieces, tuple(m for m in self.marks if kinds and m.kind not in kinds))

    def lines(self) -> Iterator[Passage]:
        """The passages between line breaks, empty ones left out."""
        at = 0
        for found in re.finditer(r"\r\n|\r|\n", self.string):
            if line := self.cut(at, found.start()):
                yield line
            at = found.end()
        if line := self.cut(at):
            yield line

    def spans(self) -> tuple[Span, ...]:
        """The source spans of all text, touching ones merged, each trimmed of white space."""
        return tuple((run.start, run.end) for run in self.stretches())

    def stretches(self) -> Iterator[Stretch]:
        """Each run of touching verbatim pieces, trimmed, and each converted piece, in order."""
        run: list[Piece] = []
        begin = offset = 0
        for piece in self.pieces:
            if run and (piece.rule is not None or piece.start != run[-1].end):
                yield from _trimmed(run, begin)
                run = []
            if piece.rule is None:
                if not run:
                    begin = offset
                run.append(piece)
            elif piece.rule != GAP:
                yield Stretch(offset, piece.start, piece.end, piece.text, piece.rule)
            offset += len(piece.text)
        yield from _trimmed(run, begin)


class Stretch(NamedTuple):
    """A run of a passage: offset in its string, span in the source, text, and the converter's rule or None."""

    offset: int
    start: int
    end: int
    text: str
    rule: str | None


def _trimmed(run: list[Piece], begin: int) -> Iterator[Stretch]:
    if run:
        text = "".join([piece.text for piece in run])
        left = len(text) - len(text.lstrip())
        start = run[0].start + left
        if text := text.strip():
            yield Stretch(begin + left, start, start + len(text), text, None)
