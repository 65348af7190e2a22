"""The whole page as lines, for rules that read from it what they leave where it is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.label.units import Unit
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.shape import ends_sentence, is_prose

_LONGEST_LABEL = 80  # characters


def line_at(starts: Sequence[int], offset: int) -> int:
    """The number of the line in which an offset of the view stands, or of the one before it."""
    return max(0, bisect_right(starts, offset) - 1)


def between(texts: Sequence[int], top: int, number: int) -> int:
    """How many paragraphs of the text begin below the line `top` and above the line `number`."""
    return bisect_left(texts, number) - bisect_right(texts, top)


def text_lines(draft: Draft, starts: Sequence[int], *, whole: bool = False) -> list[int]:
    """The lines in which a paragraph of the text begins, and the last line of the last one.

    Parameters:
        draft: the draft.
        starts: offset in the view of each line of the page.
        whole: whether only paragraphs count that end as a sentence does.
    """
    spans = [
        (block.passage.start, block.passage.end)
        for block in draft.blocks
        if not block.furniture and block.passage and is_prose(block.text) and (not whole or ends_sentence(block.text))
    ]
    offsets = [start for start, _ in spans] + [end - 1 for _, end in spans[-1:]]
    return sorted({line_at(starts, at) for at in offsets})


def comments_line(lines: Sequence[Unit], first: int) -> int:
    """The first line below the start of the text that is nothing but a label of comments, or the number of lines."""
    for number in range(first + 1, len(lines)):
        text = lines[number].text
        if len(text) <= _LONGEST_LABEL and _comments().fullmatch(text):
            return number
    return len(lines)


@cache
def _comments() -> re.Pattern[str]:
    words = "|".join(map(re.escape, in_all_languages("page", "comments")))
    return re.compile(rf"(?i)\W*(?:\d[\d.,]{{0,6}}\s?)?(?:{words})\W*\d{{0,6}}\W*")


def start_of(line: Unit) -> int:
    """Offset of a line in the view."""
    pieces = line.block.passage.pieces
    if len(pieces) == 1 and pieces[0].rule is None:
        return pieces[0].start + line.low
    return line.block.passage.cut(line.low, line.high).start
