"""Broken paragraphs: a blank line in the middle of a sentence."""

from __future__ import annotations

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import ends_sentence, starts_lower, word_count
from copydesk.reading.source import Block

_SHORTEST = 50  # characters that the first part must have: list items and verse are shorter
_FEWEST_WORDS = 3  # of the second part


def apply(draft: Draft) -> None:
    """Join a paragraph that stops in mid-sentence with the next one, which goes on in lower case.

    The first part must be long and end with a letter, digit or comma; the second must end as a sentence does, so that
    the items of a list, verse and hard-wrapped lines stay apart.
    """
    at = 0
    while at + 1 < len(draft.blocks):
        first, second = draft.blocks[at], draft.blocks[at + 1]
        if _broken(first, second):
            first.passage = first.passage.join(second.passage)
            first.rule = "para.join-broken"
            del draft.blocks[at + 1]
        else:
            at += 1


def _broken(first: Block, second: Block) -> bool:
    if first.kind != "paragraph" or second.kind != "paragraph" or first.indent != second.indent:
        return False
    before, after = first.text, second.text
    return (
        len(before) >= _SHORTEST
        and (before[-1].isalnum() or before[-1] == ",")
        and starts_lower(after)
        and word_count(after) >= _FEWEST_WORDS
        and ends_sentence(after)
    )


RULE = Rule(
    "broken-paragraph",
    apply,
    (LedgerRule(id="para.join-broken", d="keep", reason="paragraph broken in mid-sentence by a blank line: joined"),),
)
