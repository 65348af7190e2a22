"""Which line of a judged page is its headline: signs that are counted, each with a weight.

The weights are those of a logistic model over the lines of 628 pages of WCXB, in text and in Markdown, rounded to
halves (Murrough Foley, WCXB, 2026, CC-BY-4.0).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.cleaning.bylines import opening
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.headline_pieces import pieces, whole_lines
from copydesk.cleaning.label.units import Unit, units
from copydesk.cleaning.lexicon import lexicon
from copydesk.cleaning.shape import has_words, word_count
from copydesk.reading.source import Block

_ABOVE, _BELOW = 80, 30  # lines above and below the start of the text in which a headline may stand
_WORDS_FROM = 80  # lines of the text whose words a headline is compared with
_LONGEST, _MOST_WORDS = 220, 32  # characters and words of a headline
_PROSE = 60  # characters of a line that begins the text
_OFTEN = 6  # times that a word may count
_EDGES = ".,:;!?()“”\"'’"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LEAST = 4.0  # sum of the weights below which no line is a headline


@dataclass(slots=True)
class Headline:
    """Where a headline stands: a block, and a range of its passage's string."""

    block: Block
    low: int
    high: int


def headline_of(draft: Draft) -> Headline | None:
    """Choose the headline of a draft whose blocks have been judged.

    Parameters:
        draft: its blocks have scores; it is left as it is.

    Returns:
        The best of the lines around the start of the text; None if none has the signs of a headline, or if the text
        starts at the top.
    """
    lines, parts_of, start = _lines(draft)
    if not start:
        return None
    page = _Page(draft, lines, start)
    best: tuple[float, Unit] | None = None
    for number, line in enumerate(lines[: start + _BELOW]):
        if not page.is_near(number):
            continue
        for unit in (
            line,
            *parts_of.get(number, ()),
            *(pieces(line, page.words) if len(line.text) <= _LONGEST else ()),
        ):
            weight = page.weight(number, unit) if len(unit.text) <= _LONGEST and has_words(unit.text, 1) else 0.0
            if best is None or weight > best[0]:
                best = weight, unit
    if best is None or best[0] < _LEAST:
        return None
    return Headline(best[1].block, best[1].low, best[1].high)


def _lines(draft: Draft) -> tuple[list[Unit], dict[int, list[Unit]], int]:
    """The lines from the top to some way into the text, parts of short ones, and the number of the text's first."""
    split = draft.source.media_type == "text/plain"
    first = next((at for at, block in enumerate(draft.blocks) if not block.furniture), 0)
    found = units(draft.blocks[: first + _BELOW + _WORDS_FROM], split=split, known=draft.parts)
    lines, parts_of = whole_lines(found)
    kept = [at for at, line in enumerate(lines) if not line.block.furniture and line.block.score is not None]
    return lines, parts_of, next((at for at in kept if _is_prose(lines[at])), kept[0] if kept else 0)


def _is_prose(line: Unit) -> bool:
    length = line.high - line.low
    return length > _PROSE and line.kind != 1 and line.linked * 2 <= length


class _Page:
    """The lines of a page, with what their weights need."""

    def __init__(self, draft: Draft, lines: Sequence[Unit], start: int) -> None:
        self.lines, self.start, self.words = lines, start, draft.lexicon
        self.shown = lines[: start + _BELOW + 8]
        self.folded = [" ".join(line.text.casefold().split()) for line in self.shown]
        self.of_text: dict[str, int] = {}
        text = " ".join([line.text for line in lines[start : start + _WORDS_FROM]])
        for word, times in Counter(text.casefold().split()).items():
            bare = word.strip(_EDGES)
            self.of_text[bare] = self.of_text.get(bare, 0) + times
        self.tops = sum(_is_top(line) for line in lines)
        english = lexicon("en")
        share = tuple({*self.words.words("page", "actions"), *english.words("page", "actions")})
        reading = tuple({*self.words.words("times", "reading"), *english.words("times", "reading")})
        self.of_minutes = [len(folded) < _PROSE and folded.endswith(reading) for folded in self.folded]
        notices = {*self.words.words("page", "newsletter"), *english.words("page", "newsletter"), "cookie", "cookies"}
        self.notices = {notice for notice in notices if " " not in notice}
        self.of_share = [folded.startswith(share) for folded in self.folded]
        self.of_year = [len(folded) < 48 and _YEAR.search(folded) is not None for folded in self.folded]
        self.of_byline = [len(line.text) < _LONGEST and opening(line.text, self.words) > 0 for line in self.shown]

    def is_near(self, number: int) -> bool:
        return self.start - _ABOVE <= number <= self.start + _BELOW or _is_top(self.lines[number])

    def weight(self, number: int, line: Unit) -> float:
        """The sum of the weights of the signs that a line, or a piece of the line of that number, shows."""
        folded = self.folded[number] if line is self.lines[number] else " ".join(line.text.casefold().split())
        text, count = line.text, word_count(line.text)
        if count > _MOST_WORDS:
            return 0.0
        function_words = self.words.function_words
        words = [each.strip(_EDGES) for each in folded.split()]
        bare = [word for word in words if word and word not in function_words]
        around = self.folded[max(0, number - 5) : number] + self.folded[number + 1 : number + 8]
        top = _is_top(line)
        weight = 4.5 * sum([min(self.of_text.get(word, 0), _OFTEN) for word in bare]) / _OFTEN / max(len(bare), 1)
        weight -= 2.5 * sum(map(self.words.furniture.__contains__, bare)) / max(len(bare), 1)
        weight -= min(abs(self.start - number), 20) / 20
        weight += 2.0 * top + 1.5 * (line.kind == 1) + 1.5 * (top and self.tops == 1)
        weight += 2.5 * (count >= 5) + 1.0 * (count >= 3) - 1.5 * (count > 18) - 1.0 * (count <= 2)
        weight += 2.0 * any(self.of_byline[number + 1 : number + 4])
        weight += 1.5 * any(self.of_year[number + 1 : number + 5])
        weight += 1.5 * (count > 2 and folded in self.folded[max(0, number - 8) : number])
        weight += 0.5 * any(len(each) > 8 and folded != each and folded in each for each in around)
        as_printed = text.split()
        weight += 0.5 * (sum([word[0].isupper() for word in as_printed]) >= 0.7 * len(as_printed))
        weight += 0.5 * any(self.of_share[number + 1 : number + 7])
        weight += 0.5 * any(len(each) > 120 for each in self.folded[number + 1 : number + 3])
        weight += 1.0 * (text[:1].isupper() or text[:1].isdigit())
        weight -= 0.5 * (line.kind in (2, 4)) + 0.5 * (line.linked >= 0.8 * len(text))
        weight += 1.5 * any(self.of_minutes[number + 1 : number + 5]) + 0.25 * min(line.blank, 4)
        weight -= 1.5 * (line.block.score or 0.0) + 1.5 * (not self.notices.isdisjoint(bare))
        weight -= 1.5 * (line.parts < -1) + 0.5 * (line.parts > 1)
        weight -= 1.5 * (" | " in text or " › " in text or "»" in text)
        weight -= 3.5 * (number > self.start) + 1.0 * (number > self.start + 4)
        return weight - 2.5 * text.endswith((".", ":", "…", ","))


def _is_top(line: Unit) -> bool:
    return line.kind == 1 and line.level == 1 and has_words(line.text, 1)
