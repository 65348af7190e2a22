"""The zone above the text, and the kind of article, alone on a line of it."""

from __future__ import annotations

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import is_prose
from copydesk.reading.source import Block


def header_zone(draft: Draft) -> list[Block]:
    """The paragraphs above the first one of prose; pictures and rules may stand among them."""
    zone: list[Block] = []
    for block in draft.blocks:
        if block.kind == "paragraph" and not is_prose(block.text):
            zone.append(block)
        elif block.kind not in ("rule", "figure"):
            return zone
    return []


def apply_kind(draft: Draft) -> None:
    """Move a line above the text that names a kind of article ("News Article") to head/genre.

    The whole line must be in the lexicon, and there must be a headline or a date as well: in a menu there is none. A
    short lead, or a section's name that is no kind of article, stays.
    """
    if not draft.head:
        return
    genres = [block for block in header_zone(draft) if " ".join(block.text.casefold().split()) in draft.lexicon.genres]
    draft.take_out(genres)
    for block in genres:
        draft.move("genre", block.passage, "meta.genre")


KIND = Rule(
    "kind-label",
    apply_kind,
    (LedgerRule(id="meta.genre", d="meta", reason="kind of article, alone on a line above the text"),),
)
