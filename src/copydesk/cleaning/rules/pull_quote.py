"""Pull quotes: sentences of the text that the page shows once more, set apart."""

from __future__ import annotations

import re

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block

_WORD = re.compile(r"\w+")
_FEWEST = 6  # words; fewer may be repeated by chance
_MORE = 3  # words that the paragraph must have beside them
_OPENING, _CLOSING = '“„«»‘"「『', '”“»«’"」』'
_DUPLICATE = "dup.pull-quote"


def apply(draft: Draft) -> None:
    """Merge a pull quote into the paragraph that has the same words in a row.

    It is a block quotation of one paragraph, or a paragraph that is emphasised or in quote marks as a whole. One that
    stands nowhere else, or has a word of its own, stays, and so does the first paragraph.
    """
    paragraphs = [(block, f" {' '.join(_WORD.findall(block.text))} ") for block in draft.blocks if _is_plain(block)]
    first = next((block for block in draft.blocks if block.kind == "paragraph"), None)
    gone: list[Block] = []
    for block in draft.blocks:
        passage = _set_apart(block)
        if passage is None or block is first or not passage.has_whole_words:
            continue
        words = _WORD.findall(passage.string)
        sought = f" {' '.join(words)} "
        for paragraph, text in paragraphs:
            if len(words) >= _FEWEST and sought in text and len(text.split()) >= len(words) + _MORE:
                draft.release(passage)
                paragraph.merged.append((_DUPLICATE, passage, "pull quote"))
                gone.append(block)
                break
    draft.take_out(gone)


def _is_plain(block: Block) -> bool:
    return block.kind == "paragraph" and _set_apart(block) is None


def _set_apart(block: Block) -> Passage | None:
    """What a block that is set apart says."""
    if block.kind == "quote" and len(block.children) == 1 and block.children[0].kind == "paragraph":
        return block.children[0].passage
    if block.kind != "paragraph" or block.role or not block.text:
        return None
    quoted = block.text[0] in _OPENING and block.text[-1] in _CLOSING
    whole = any(
        mark.kind in ("strong", "em") and mark.start == 0 and mark.end == len(block.text)
        for mark in block.passage.marks
    )
    return block.passage if quoted or whole else None


RULE = Rule(
    "pull-quote",
    apply,
    (LedgerRule(id=_DUPLICATE, d="merge", reason="sentences of the text, shown once more, set apart"),),
)
