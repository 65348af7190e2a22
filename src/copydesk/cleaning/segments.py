"""The head of a page, cut into pieces that may be a name, a date or a label: at separators, links, and joints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from copydesk.cleaning.dates import find_dates
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.label.units import Parts, units
from copydesk.cleaning.shape import ends_sentence, is_prose
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block, walk

_ABOVE, _BELOW = 6, 16  # leaf blocks above and below the headline that are looked at
_NO_HEADLINE = 12  # leaf blocks above the text, where a page has no headline
_FOOT = 8  # leaf blocks below the text that are looked at
_PROSE, _LONG = 80, 240  # characters of a paragraph that ends as a sentence does, and of any
_MOST_PROSE = 1  # paragraphs below the headline that may be a standfirst
_NEAREST = 14  # segments of one block, those nearest to the headline
_SEPARATOR = re.compile(r"\s*(?:[|•·‧∙›»~/⋅●]|(?<=\s)[—–-]+(?=\s)|—)\s*|[\r\n]+|\s\s+")
MARKS = r"[\s_.|•·‧∙›»~/⋅●—–,;:&()\-]"
"""Character class of what parts the pieces of a line."""
_MARKS = re.compile(MARKS)
# In front of a capital inside a word or an abbreviation: `Mc`, `De`, `Ph.`.
_PART_OF_NAME = re.compile(r"(?<![^\W\d_])(?!(?:By|In|On|At|Von|Par|Por)$)(?:[A-Z][a-z]{0,2}|[A-Z][a-z]?\.)$")
_EDGE = " \t\r\n\xa0_"  # around a piece: white space, and what is left of an icon
_LEAVES = ("paragraph", "heading", "cell")


@dataclass(slots=True)
class Segment:
    """A piece of a line.

    Parameters:
        block: the leaf block that it stands in.
        low, high: range of the passage's string.
        text: that range.
        date: what it says as ISO 8601, if it is a date.
        below: whether it stands below the headline.
        line: number of its block among those looked at.
    """

    block: Block
    low: int
    high: int
    text: str
    date: str | None = None
    below: bool = True
    line: int = 0


def head_segments(draft: Draft) -> list[Segment]:
    """The pieces of the lines around the headline, or above the text if there is none, in reading order."""
    above, below = _head_blocks(draft)
    is_markdown = draft.source.media_type == "text/markdown"
    found: list[Segment] = []
    for line, block in enumerate((*above, *below)):
        is_below = line >= len(above)
        pieces = list(_pieces(block, parts=None if is_markdown else draft.parts))
        for segment in pieces[:_NEAREST] if is_below else pieces[-_NEAREST:]:
            segment.below, segment.line = is_below, line
            found.append(segment)
    return found


def is_sentence(text: str) -> bool:
    """Whether a line of the head reads like text: long, or a few words that end as a sentence does."""
    return len(text) > _LONG or (len(text) > _PROSE and is_prose(text) and ends_sentence(text))


def leaves(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks that hold text, nested ones too."""
    return (block for block in walk(blocks) if block.kind in _LEAVES and block.passage)


def _head_blocks(draft: Draft) -> tuple[list[Block], list[Block]]:
    every = list(leaves(draft.blocks))
    headline = draft.head.get("headline")
    if not headline or not headline[0].passage:
        text = next((at for at, block in enumerate(every) if not block.furniture and is_prose(block.text)), len(every))
        return [], every[max(0, text - _NO_HEADLINE) : text]
    start = headline[0].passage.start
    at = next((number for number, block in enumerate(every) if block.passage.start > start), len(every))
    below: list[Block] = []
    behind: list[Block] = []  # what stands behind a paragraph, which is a standfirst if another one follows
    prose = 0
    for block in every[at : at + _BELOW]:
        if is_sentence(block.text) and not block.furniture:
            prose += 1
            if prose > _MOST_PROSE:
                below += behind
                break
        else:
            (behind if prose else below).append(block)
    return every[max(0, at - _ABOVE) : at], below


def _pieces(block: Block, *, parts: Parts | None) -> Iterator[Segment]:
    text = block.text
    dates = list(find_dates(text))
    inside = [(low, high) for low, high, _ in dates]
    cuts = {0, len(text)}
    gaps: list[tuple[int, int]] = []
    for found in _SEPARATOR.finditer(text):
        gaps.append(found.span())
    edges = [] if parts is None else _joints(text, block, parts)
    edges += [edge for mark in block.passage.marks if mark.kind == "a" for edge in (mark.start, mark.end)]
    for edge in (*edges, *(edge for gap in gaps for edge in gap)):
        if not (inside and any(low < edge < high for low, high in inside)):
            cuts.add(edge)
    cuts.update(edge for span in inside for edge in span)
    iso = {(low, high): value for low, high, value in dates}
    for low, high in pairwise(sorted(cuts)):
        piece = text[low:high]
        if not _MARKS.sub("", piece):
            continue
        left = len(piece) - len(piece.lstrip(_EDGE))
        right = len(piece.rstrip(_EDGE))
        yield Segment(block, low + left, low + right, piece.strip(_EDGE), iso.get((low, high)))


def _joints(text: str, block: Block, parts: Parts) -> list[int]:
    """Where elements of the page met without a space, but for capitals inside a name: `McIntyre`, `Ph.D.`."""
    edges = []
    for unit in units([block], split=True, known=parts):
        for edge in (unit.low, unit.high):
            before = _PART_OF_NAME.search(text, max(0, edge - 4), edge)
            if before is None or not text[edge : edge + 1].isupper():
                edges.append(edge)
    return edges


def take(
    draft: Draft, block: Block, taken: list[tuple[int, int]], rule: str, joint: re.Pattern[str] = _MARKS
) -> list[Passage]:
    """Take ranges out of a block, and drop the separators that parted them from the rest.

    Parameters:
        draft: the draft; the block leaves it if nothing of it is left.
        block: a leaf block.
        taken: ranges of its passage's string, ascending, apart.
        rule: ledger rule of the separators.
        joint: what may stand between two ranges and be dropped with the separators.

    Returns:
        The passages of the ranges; what becomes of them is for the caller to say.
    """
    text, passage = block.text, block.passage
    gone: list[tuple[int, int]] = []
    for number, (low, high) in enumerate(taken):
        following = taken[number + 1][0] if number + 1 < len(taken) else len(text)
        start, end = low, high
        if joint.fullmatch(text, high, following) and following < len(text):
            end = following
        while end < following and _MARKS.match(text[end]):
            end += 1
        if end == len(text):
            floor = gone[-1][1] if gone else 0
            while start > floor and _MARKS.match(text[start - 1]):
                start -= 1
        gone.append((start, end))
    for (start, end), (low, high) in zip(gone, taken, strict=True):
        for a, b in ((start, low), (high, end)):
            if text[a:b].strip():
                draft.drop(passage.cut(a, b).unmarked(), rule)
    passages = [passage.cut(low, high) for low, high in taken]
    block.passage = passage.without(gone).cut(0)
    if not block.passage:
        draft.blocks = pruned(draft.blocks)
    return passages


def pruned(blocks: list[Block]) -> list[Block]:
    """Blocks without those that hold nothing, and without containers of such."""
    kept: list[Block] = []
    for block in blocks:
        if block.kind in ("list", "item", "quote") and block.children:
            block.children = pruned(block.children)
            if block.children:
                kept.append(block)
        elif block.kind not in ("paragraph", "heading") or block.passage or block.passage.marks:
            kept.append(block)
    return kept


def foot_segments(draft: Draft) -> list[Segment]:
    """The pieces of the lines below the last paragraph of the text."""
    every = list(leaves(draft.blocks))
    is_markdown = draft.source.media_type == "text/markdown"
    texts = [at for at, block in enumerate(every) if not block.furniture and is_prose(block.text)]
    found: list[Segment] = []
    for line, block in enumerate(every[texts[-1] + 1 :][:_FOOT] if texts else []):
        for segment in list(_pieces(block, parts=None if is_markdown else draft.parts))[:_NEAREST]:
            segment.line = line
            found.append(segment)
    return found


def below_text(draft: Draft) -> list[Block]:
    """The leaf blocks below the last paragraph of the text that ends as a sentence does, the last one first."""
    every = list(leaves(draft.blocks))
    texts = [at for at, block in enumerate(every) if not block.furniture and is_sentence(block.text)]
    return every[: texts[-1] : -1] if texts else []
