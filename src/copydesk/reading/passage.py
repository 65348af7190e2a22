"""Text that knows where in the source it stands.

A passage is a string with, for every stretch of it, the span of the source that the stretch comes from, and with marks
(emphasis, links, quotations) on ranges of it. Passages are immutable; slicing and joining keep spans and marks right,
so that a rule can work on `string` alone and the ledger still comes out exact.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, islice, pairwise
from typing import NamedTuple

from copydesk.article.ledger import Span

GAP = "gap"
_LINE_END = re.compile(r"\r\n|\r|\n")


class Piece(NamedTuple):
    """A stretch of a passage.

    Parameters:
        start, end: the span in the source view.
        text: what stands in the passage: the view's own characters, or a conversion of them.
        rule: the ledger rules (`reading.source.converting`) whose converter made `text`; None where it is verbatim;
            GAP for white space that stands for markup, a line end or nothing, and that no ledger entry owns.
    """

    start: int
    end: int
    text: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Markup on the range [start, end) of a passage's string.

    Parameters:
        start, end: offsets in `Passage.string`; equal for an image, which stands between two characters.
        kind: an inline element of the canonical XML: em, strong, code, a, br, img, dateline, said, attribution.
        href, title: passages that hold a link's target and title; None for a dead link or another kind.
        who: key of the agent that spoke.
        derived: the characters of the target are owned elsewhere: by the label, or by another link with its definition.
    """

    start: int
    end: int
    kind: str
    href: Passage | None = None
    title: Passage | None = None
    who: int | None = None
    derived: bool = False

    def targets(self) -> Iterator[Passage]:
        """The passages that this mark owns: target, and title or, of an image, description."""
        if self.href is not None and not self.derived:
            yield self.href
        if self.title is not None and (self.kind == "img" or not self.derived):
            yield self.title

    def moved(self, by: int) -> Mark:
        """The same mark `by` characters further on."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(slots=True, unsafe_hash=True)  # not frozen, as that makes its construction three times as slow
class Passage:
    """An immutable string with source spans and marks.

    Parameters:
        pieces: the stretches, in source order.
        marks: the markup, in any order.
        string: the printable text, its white space as in the source.
    """

    pieces: tuple[Piece, ...] = ()
    marks: tuple[Mark, ...] = ()
    string: str = field(init=False, repr=False, compare=False)
    _starts: list[int] | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        pieces = self.pieces
        self.string = pieces[0].text if len(pieces) == 1 else "".join([piece.text for piece in pieces])

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

    @property
    def is_verbatim(self) -> bool:
        """Whether all of the text is as the source has it, nothing converted."""
        return all(piece.rule in (None, GAP) for piece in self.pieces)

    @property
    def has_whole_words(self) -> bool:
        """Whether its text is as the source has it, and no markup stands inside a word: then a merge can be proven."""
        runs = self.stretches()
        apart = " ".join(run.text for run in runs)
        return all(run.rule is None for run in runs) and apart.split() == self.string.split()

    @property
    def is_trimmed(self) -> bool:
        """Whether there is text, and no white space at its edges."""
        string = self.string
        return bool(string) and not string[0].isspace() and not string[-1].isspace()

    def offsets(self) -> list[int]:
        """Where in `string` each piece begins."""
        if self._starts is None:
            self._starts = [0, *accumulate([len(piece.text) for piece in self.pieces[:-1]])] if self.pieces else []
        return self._starts

    def cut(self, start: int, end: int | None = None) -> Passage:
        """The passage of `string[start:end]`, white space at its edges taken off, marks clipped.

        A converted piece (an entity, say) stays whole if any character of it is inside. An image belongs to the
        characters behind it, one at the very end to those before it.
        """
        return self._part(start, len(self.string) if end is None else end, self.marks)

    def parts(self, ranges: Sequence[Span]) -> list[Passage]:
        """The passages of ranges (ascending, apart), each as `cut` gives it, in one pass over the marks."""
        ends = [end for _, end in ranges]
        marks: list[list[Mark]] = [[] for _ in ranges]
        for mark in self.marks:
            number = bisect_left(ends, mark.start)
            while number < len(ranges) and ranges[number][0] <= mark.end:
                marks[number].append(mark)
                number += 1
        return [self._part(*at, found) for at, found in zip(ranges, marks, strict=True)]

    def _part(self, start: int, end: int, marks: Sequence[Mark]) -> Passage:
        string = self.string
        length = len(string)
        low, high = start, end
        while low < high and string[low].isspace():
            low += 1
        while high > low and string[high - 1].isspace():
            high -= 1
        if low >= high:
            return EMPTY
        if low == 0 and high == length:
            return self
        pieces: list[Piece] = []
        offsets = self.offsets()
        for i in range(max(0, bisect_right(offsets, low) - 1), bisect_left(offsets, high)):
            piece, at = self.pieces[i], offsets[i]
            first, last = max(low - at, 0), min(high - at, len(piece.text))
            if piece.rule is not None or last - first == len(piece.text):
                pieces.append(piece)
            elif first < last:
                pieces.append(Piece(piece.start + first, piece.start + last, piece.text[first:last]))
        kept = []
        for mark in marks:
            if mark.start == mark.end:
                if start <= mark.start < end or mark.start == end == length:
                    at = min(max(mark.start, low), high) - low
                    kept.append(replace(mark, start=at, end=at))
            elif mark.start < high and mark.end > low:
                kept.append(replace(mark, start=max(mark.start, low) - low, end=min(mark.end, high) - low))
        return Passage(tuple(pieces), tuple(kept))

    def without(self, ranges: Iterable[Span]) -> Passage:
        """The passage less the given ranges of `string` (ascending, apart), and less marks on nothing else."""
        gaps = list(ranges)
        lows = [low for low, _ in gaps]
        gone = [0, *accumulate([high - low for low, high in gaps])]

        def place(offset: int) -> int:
            number = bisect_right(lows, offset)
            inside = max(gaps[number - 1][1] - offset, 0) if number else 0
            return offset - gone[number] + inside

        pieces: list[Piece] = []
        number = 0
        for piece, at in zip(self.pieces, self.offsets(), strict=True):
            last, first = at + len(piece.text), at
            while number < len(gaps) and gaps[number][1] <= at:
                number += 1
            kept: list[Span] = []
            i = number
            while i < len(gaps) and gaps[i][0] < last:
                if gaps[i][0] > first:
                    kept.append((first, gaps[i][0]))
                first = gaps[i][1]
                i += 1
            if first < last:
                kept.append((first, last))
            if kept == [(at, last)] or (kept and piece.rule is not None):
                pieces.append(piece)
            else:
                by = piece.start - at
                pieces.extend(Piece(low + by, high + by, piece.text[low - at : high - at]) for low, high in kept)
        marks = (replace(mark, start=place(mark.start), end=place(mark.end)) for mark in self.marks)
        return Passage(tuple(pieces), tuple(m for m in marks if m.start < m.end or m.kind == "img"))

    def glue(self, other: Passage) -> Passage:
        """This passage and, with nothing between, another that stands later in the source."""
        if not self.pieces and not self.marks:
            return other
        if not other.pieces and not other.marks:
            return self
        by = len(self.string)
        return Passage(self.pieces + other.pieces, self.marks + tuple(mark.moved(by) for mark in other.marks))

    def join(self, other: Passage) -> Passage:
        """This passage, a space that stands for the white space of the source, and a later passage."""
        return self.glue(Passage((Piece(self.end, other.start, " ", GAP),))).glue(other)

    def marked(self, *marks: Mark) -> Passage:
        """The passage with further marks."""
        return Passage(self.pieces, self.marks + marks)

    def without_images(self) -> Passage:
        """The passage less its images."""
        return Passage(self.pieces, tuple(mark for mark in self.marks if mark.kind != "img"))

    def unmarked(self) -> Passage:
        """The passage without marks."""
        return Passage(self.pieces) if self.marks else self

    def lines(self) -> list[Passage]:
        """The passages between line breaks, empty ones left out."""
        breaks = [found.span() for found in _LINE_END.finditer(self.string)]
        ranges = pairwise(chain((0,), chain.from_iterable(breaks), (len(self.string),)))
        return [line for line in self.parts(list(islice(ranges, 0, None, 2))) if line]

    def spans(self) -> tuple[Span, ...]:
        """The source spans of all text, touching ones merged, each trimmed of white space."""
        return tuple([(run.start, run.end) for run in self.stretches()])

    def stretches(self) -> Sequence[Stretch]:
        """Each run of touching verbatim pieces, trimmed, and each converted piece, in order."""
        if len(self.pieces) == 1 and self.pieces[0].rule is None:
            return _trimmed(self.pieces, 0)
        found: list[Stretch] = []
        run: list[Piece] = []
        begin = offset = 0
        for piece in self.pieces:
            if run and (piece.rule is not None or piece.start != run[-1].end):
                found += _trimmed(run, begin)
                run = []
            if piece.rule is None:
                if not run:
                    begin = offset
                run.append(piece)
            elif piece.rule != GAP:
                found.append(Stretch(offset, piece.start, piece.end, piece.text, piece.rule))
            offset += len(piece.text)
        found += _trimmed(run, begin)
        return found


EMPTY = Passage()


class Stretch(NamedTuple):
    """A run of a passage: offset in its string, span in the source, text, and the converter's rule or None."""

    offset: int
    start: int
    end: int
    text: str
    rule: str | None


def _trimmed(run: Sequence[Piece], begin: int) -> Sequence[Stretch]:
    if not run:
        return ()
    whole = run[0].text if len(run) == 1 else "".join([piece.text for piece in run])
    text = whole.strip()
    if not text:
        return ()
    left = len(whole) - len(whole.lstrip()) if len(text) < len(whole) else 0
    start = run[0].start + left
    return (Stretch(begin + left, start, start + len(text), text, None),)
