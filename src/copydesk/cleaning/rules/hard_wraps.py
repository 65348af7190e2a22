"""Hard wraps: paragraphs whose lines were broken at a fixed width, and words that a hyphen parts at a line's end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import ends_sentence
from copydesk.reading.passage import GAP, Passage, Piece
from copydesk.reading.source import Block

_NARROWEST, _WIDEST = 40, 110  # characters of a wrapped line
_FEWEST = 3  # lines of a paragraph that show a width
_FULL = 0.75  # share of the width that a line has at least, but for the last one of a paragraph
_MOST_ENDS = 0.5  # share of lines within a paragraph that may end as a sentence does: in verse and lists, most do
_LONGEST_WORD = 40  # characters in front of a hyphen that are looked at
_HYPHEN = re.compile(r"([^\W\d_]{2,})[-‐]$")
_WORD = re.compile(r"[^\W\d_]{2,}")


def apply(draft: Draft) -> None:
    """Join the lines of a paragraph that were wrapped at one width, and words that a hyphen parts at a line's end.

    Lines that follow each other without a blank one, none of them longer than the width that the document shows, all
    but the last of a paragraph nearly as long, and such that the next line's first word would not have fitted. Verse,
    addresses and lists, whose lines are of any length, stay. A hyphen is dropped only if the whole word stands
    elsewhere in the document, without it; else the hyphen stays, as in real compounds.
    """
    if draft.source.media_type != "text/plain":
        return
    blocks: list[Block] = []
    at = 0
    while at < len(draft.blocks):
        end = _run(draft.blocks, at)
        blocks.extend(_unwrapped(draft, draft.blocks[at:end]))
        at = end
    draft.blocks = blocks


def _unwrapped(draft: Draft, run: Sequence[Block]) -> Iterator[Block]:
    width = max(len(block.text) for block in run)
    at = 0
    while at < len(run):
        size = _paragraph(run, at, width) if len(run) >= _FEWEST else 1
        block = run[at]
        if size > 1:
            block.passage = _joined(draft, [line.passage for line in run[at : at + size]])
            block.rule = "para.unwrapped"
        yield block
        at += size


def _run(blocks: Sequence[Block], at: int) -> int:
    """Index behind the lines that follow each other without a blank one, as deep and of no role."""
    first = blocks[at]
    end = at + 1
    if not _is_line(first):
        return end
    while end < len(blocks) and _is_line(blocks[end]):
        if blocks[end].blank_before or blocks[end].indent != first.indent:
            break
        end += 1
    return end


def _is_line(block: Block) -> bool:
    return block.kind == "paragraph" and block.role is None and bool(block.passage) and len(block.text) <= _WIDEST


def _paragraph(run: Sequence[Block], at: int, width: int) -> int:
    """Number of lines of the wrapped paragraph that begins at a line; 1 if there is none."""
    if width < _NARROWEST or not run[at].text[:1].isalnum():
        return 1
    end = at + 1
    while end < len(run) and len(run[end - 1].text) >= _FULL * width:
        if not _goes_on(run[end - 1].text, run[end].text, width):
            break
        end += 1
    size = end - at
    inner = [ends_sentence(block.text) for block in run[at : end - 1]]
    if size < _FEWEST or sum(inner) > _MOST_ENDS * len(inner):
        return 1
    return size if sum(block.text[:1].islower() for block in run[at + 1 : end]) * 2 >= size - 1 else 1


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether the first word of the next line would not have fitted in the width."""
    return len(line) + 1 + len(following.split(None, 1)[0]) > width


def _joined(draft: Draft, lines: Sequence[Passage]) -> Passage:
    pieces: list[Piece] = []
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        hyphen = _HYPHEN.search(line.string, max(0, len(line) - _LONGEST_WORD))
        rest = _WORD.match(following.string) if following else None
        if following is None:
            pieces += line.pieces
        elif hyphen and rest and (hyphen[1] + rest[0]).casefold() in draft.words:
            draft.drop(line.cut(len(line) - 1), "typo.line-hyphen")
            pieces += line.cut(0, len(line) - 1).pieces
        elif hyphen:
            pieces += line.pieces
        else:
            pieces += (*line.pieces, Piece(line.end, following.start, " ", GAP))
    return Passage(tuple(pieces))


RULE = Rule(
    "hard-wraps",
    apply,
    (
        LedgerRule(id="para.unwrapped", d="keep", reason="lines wrapped at one width: one paragraph"),
        LedgerRule(id="typo.line-hyphen", d="drop", match="[-‐]", reason="hyphen that parts a word at a line's end"),
    ),
)
