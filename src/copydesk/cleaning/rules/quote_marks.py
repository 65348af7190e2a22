"""Orphan quote marks: a page's ornaments around a block, each alone on a line."""

from __future__ import annotations

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.reading.source import Block

_MARKS = '“”„"«»‘’「」『』❝❞'
_MOST_BLOCKS = 4  # paragraphs that one pair may hold


def apply(draft: Draft) -> None:
    """Make a block quotation of what stands between two lone quote marks that belong together, and drop the marks.

    A mark without its partner stays, and so do the marks of a quotation inside a paragraph.
    """
    pairs = draft.lexicon.words("quotes", "pairs")
    at = 0
    while at < len(draft.blocks):
        mark = _mark(draft.blocks[at])
        end = _partner(draft.blocks, at, {pair[1] for pair in pairs if pair[0] == mark}) if mark else None
        if end is not None:
            inner = draft.blocks[at + 1 : end]
            for ornament in (draft.blocks[at], draft.blocks[end]):
                draft.drop(ornament.passage, "ornament.quote-mark")
            for block in inner:
                block.rule = "quote.block"
            draft.blocks[at : end + 1] = [Block("quote", children=inner)]
        at += 1


def _mark(block: Block) -> str | None:
    return block.text if block.kind == "paragraph" and len(block.text) == 1 and block.text in _MARKS else None


def _partner(blocks: list[Block], at: int, closing: set[str]) -> int | None:
    for end in range(at + 1, min(at + _MOST_BLOCKS + 2, len(blocks))):
        if _mark(blocks[end]) is not None:
            return end if _mark(blocks[end]) in closing and end > at + 1 else None
        if blocks[end].kind != "paragraph":
            return None
    return None


RULE = Rule(
    "quote-marks",
    apply,
    (
        LedgerRule(id="quote.block", d="keep", reason="text between ornamental quote marks: block quotation"),
        LedgerRule(id="ornament.quote-mark", d="drop", match=f"[{_MARKS}]", reason="quote mark alone on a line"),
    ),
)
