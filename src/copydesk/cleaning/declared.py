"""Metadata that the format itself declares: to the head as it is, before any rule looks at the text."""

from __future__ import annotations

import re
from itertools import count

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.dates import iso_date
from copydesk.cleaning.draft import Agent, Draft, HeadValue, KeywordGroup
from copydesk.cleaning.shape import has_words
from copydesk.reading.links import is_uri
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block

_TAG = r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*"  # BCP 47, and the underscore of locales
LEDGER_RULES = (
    LedgerRule(id="declared", d="meta", reason="value that the format itself labels as metadata"),
    LedgerRule(id="declared.date", d="meta", norm="date", reason="date that the format itself labels as such"),
    LedgerRule(
        id="declared.language",
        d="drop",
        match=_TAG,
        reason="language that the file declares: judged by the text where that tells",
    ),
    LedgerRule(id="declared.again", d="merge", reason="value of the head, printed above the text as well"),
)
_ONE = frozenset({"headline", "description", "url", "datePublished", "dateModified", "copyrightNotice", "license"})
_SEVERAL = frozenset({"alternativeHeadline", "identifier", "genre", "articleSection"})
_ADDRESSES = frozenset({"url", "license"})
_AGENTS = {"author": "Person", "contributor": "Person", "publisher": "Organization"}
_NEAR = 8
"""Blocks at the top among which a title page stands."""


def apply(draft: Draft) -> None:
    """Move declared values to the head; one that has no place there becomes a paragraph above the text.

    A paragraph at the top that repeats such a value is merged into it; the headline's is left to its own rule.
    """
    keys = count(len(draft.agents))
    left: list[Block] = []
    terms: list[HeadValue] = []
    for declared in draft.source.declared:
        passage = declared.passage.unmarked()
        if declared.name == "keywords":
            terms.append(HeadValue(passage, "declared"))
        elif declared.name == "language" and len(passage.pieces) == 1 and re.fullmatch(_TAG, passage.string):
            draft.drop(passage, "declared.language")
            if draft.lang == "und":
                draft.lang = passage.string.replace("_", "-")
        elif declared.name in _AGENTS and not (declared.name == "publisher" and _has(draft, "publisher")):
            type_ = _AGENTS[declared.name]
            draft.agents.append(Agent(next(keys), HeadValue(passage, "declared"), role=declared.name, type=type_))
        elif not _move(draft, declared.name, passage):
            left.append(Block("paragraph", passage))
    if terms:
        draft.keywords.append(KeywordGroup(terms))
    if draft.source.declared:
        _merge(draft)
        draft.blocks[:0] = left


def _has(draft: Draft, role: str) -> bool:
    return any(agent.role == role for agent in draft.agents)


def _move(draft: Draft, name: str, passage: Passage) -> bool:
    """Move a value to the head, if it is fit for it and there is none yet."""
    if name not in _SEVERAL and (name not in _ONE or name in draft.head):
        return False
    if name in _ADDRESSES and not (passage.is_verbatim and is_uri(passage.string)):
        return False
    if not name.startswith("date"):
        draft.move(name, passage, "declared")
        return True
    try:
        value = iso_date(passage.string)
    except ValueError:
        return False
    if len(list(passage.stretches())) == 1:
        draft.move(name, passage, "declared.date", value)
    return name in draft.head


def _merge(draft: Draft) -> None:
    """Merge paragraphs above the text that say again what the head says."""
    values: dict[str, str] = {}
    for name in ("alternativeHeadline", "datePublished"):
        for number, value in enumerate(draft.head.get(name, []), 1):
            values.setdefault(_spaced(value.passage) if value.value is None else value.value, f"head/{name}[{number}]")
    for number, agent in enumerate((agent for agent in draft.agents if agent.role == "author"), 1):
        values.setdefault(_spaced(agent.name.passage), f"head/author[{number}]/name")
    for block in draft.blocks[:_NEAR]:
        to = values.get(_spaced(block.passage)) if block.kind == "paragraph" else None
        if to and block.passage.has_whole_words and has_words(block.text, 1):
            draft.take_out([block])
            draft.release(block.passage)
            draft.merged_head.append((to, "declared.again", block.passage, "printed above the text as well"))


def _spaced(passage: Passage) -> str:
    return " ".join(passage.string.split())
