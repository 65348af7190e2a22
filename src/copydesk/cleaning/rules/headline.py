"""Headline: the first heading, or a dump's lone first line."""

from __future__ import annotations

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.dates import iso_date
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import is_prose, starts_lower, word_count
from copydesk.reading.source import Block

_LONGEST = 40  # words
_NEAR = 8  # blocks within which the text must begin


def apply(draft: Draft) -> None:
    """Move the headline to head/headline, and merge its repetitions above the text.

    A first heading of level 1, else a heading above the text. In a dump, the first line if it ends without a full stop
    and longer text follows. A first sentence that ends with its stop stays, as does a line that the next one goes on
    with in lower case, and a line that is a date or an address.
    """
    block = _heading(draft) or _first_line(draft)
    if block is None:
        return
    draft.blocks.remove(block)
    draft.move("headline", block.passage, "meta.headline")
    folded = _fold(block.text)
    for other in draft.blocks[:_NEAR]:
        if other.kind in ("paragraph", "heading") and _fold(other.text) == folded:
            draft.blocks.remove(other)
            draft.release(other.passage)
            draft.merged_head.append(("head/headline", "dup.headline", other.passage, "the headline again"))


def _heading(draft: Draft) -> Block | None:
    headings = [block for block in draft.blocks if block.kind == "heading"]
    top = next((block for block in headings if block.level == 1), None)
    if top is not None:
        return top
    for block in draft.blocks[:_NEAR]:
        if block.kind == "heading":
            return block
        if block.kind != "paragraph" or is_prose(block.text):
            return None
    return None


def _first_line(draft: Draft) -> Block | None:
    first = next((block for block in draft.blocks if block.kind != "rule"), None)
    if first is None or first.kind != "paragraph" or first.passage.string.count("\n"):
        return None
    text = first.text
    if not 2 <= word_count(text) <= _LONGEST or text.endswith((".", "。", ":", ",", ";", "…")) or "://" in text:
        return None
    if not text.lstrip("“„‘«\"'(¿¡「『")[:1].isalnum() or _is_date(text):
        return None
    following = [block for block in draft.blocks if block is not first and block.kind != "rule"][:_NEAR]
    if not following or (following[0].kind == "paragraph" and starts_lower(following[0].text)):
        return None
    longer = any(
        block.kind == "paragraph" and is_prose(block.text) and len(block.text) > len(text) for block in following
    )
    return first if longer else None


def _is_date(text: str) -> bool:
    try:
        iso_date(text)
    except ValueError:
        return False
    return True


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


RULE = Rule(
    "headline",
    apply,
    (
        LedgerRule(id="meta.headline", d="meta", reason="first heading, or a dump's lone first line: the headline"),
        LedgerRule(id="dup.headline", d="merge", reason="the headline, repeated above the text"),
    ),
)
