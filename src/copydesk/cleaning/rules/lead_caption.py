"""A caption that repeats the lead."""

from __future__ import annotations

import re

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.lead import lead_of
from copydesk.reading.source import Block

_SHARE = 0.6  # of the lead's words that the caption must repeat
_WORD = re.compile(r"\w+")


def apply(draft: Draft) -> None:
    """Merge a caption into the lead if every word of it stands there in the same order, and most of the lead's do.

    The lead, which has more (dateline, parentheses), is kept. A caption that has a word of its own stays.
    """
    lead = next((block for block in draft.blocks if block.role == "lead"), None) or lead_of(draft)
    if lead is None:
        return
    words = _WORD.findall(lead.text)
    for gallery in list(draft.blocks):
        if gallery.kind not in ("gallery", "figure"):
            continue
        captions = gallery.children if gallery.kind == "gallery" else [gallery]
        for number, caption in enumerate(list(captions), 1):
            if caption.image is None and not caption.credit and _repeats(_WORD.findall(caption.text), words):
                lead.merged.append(("dup.lead-caption", caption.passage, f"caption of slide {number}"))
                draft.release(caption.passage)
                captions.remove(caption) if captions is gallery.children else draft.blocks.remove(caption)
        _clear(draft, gallery)


def _clear(draft: Draft, gallery: Block) -> None:
    """A gallery whose every caption was merged is nothing."""
    if gallery.kind == "gallery" and not gallery.children:
        draft.blocks.remove(gallery)


def _repeats(part: list[str], whole: list[str]) -> bool:
    remaining = iter(whole)
    return len(part) >= _SHARE * len(whole) and len(part) >= 5 and all(word in remaining for word in part)


RULE = Rule(
    "lead-caption",
    apply,
    (LedgerRule(id="dup.lead-caption", d="merge", reason="caption equals the lead less dateline and parentheses"),),
)
