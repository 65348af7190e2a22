"""Notes of the editors: corrections, and what they say about the article."""

from __future__ import annotations

import re
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import lexicon
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import has_words
from copydesk.reading.source import Block

_FEWEST_WORDS = 4
_ROLES = {"correction": "correction", "editor": "note"}


def apply(draft: Draft) -> None:
    """Give a paragraph that opens as a note of the editors does its role, and keep it: `correction`, or `note`.

    `Correction: ...`, `Editor's note: ...` with a colon, a stop or a dash behind the word; `This article was amended on
    ...` by its opening. Nothing is taken out, as a correction is part of the record. A sentence that has such a word
    elsewhere, or goes on behind it without a mark (`Correction fluid is ...`), is a plain paragraph.
    """
    for block in draft.blocks:
        if block.kind == "paragraph" and block.role is None and (key := _key(draft, block)):
            block.role, block.rule, block.furniture = _ROLES[key], f"note.{_ROLES[key]}", False


def _key(draft: Draft, block: Block) -> str | None:
    text = block.text
    if not has_words(text, _FEWEST_WORDS):
        return None
    return next((key for key in _ROLES if _opening(draft.lexicon.lang, key).match(text)), None)


@cache
def _opening(lang: str, key: str) -> re.Pattern[str]:
    words = {word for each in (lang, "en") for word in lexicon(each).words("notes", key)}
    phrases = "|".join(map(re.escape, sorted(word for word in words if word.count(" ") >= 3)))
    labels = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    day = r"(?:\s*[(\[,]?\s*[^\W_][^:：()\[\]]{2,30}[)\]]?)?"  # "Correction (June 5, 2024):"
    dashed = rf"(?:{labels})(?:{day}\s*[:：]|\.\s|\s*[–—]\s|\s-\s)"
    return re.compile(rf"[\[(*_]{{0,2}}(?:{dashed}|(?:{phrases or '(?!)'})\b)", re.IGNORECASE)


RULE = Rule(
    "notes",
    apply,
    (
        LedgerRule(id="note.correction", d="keep", reason="note about a mistake that was corrected: role correction"),
        LedgerRule(id="note.note", d="keep", reason="note of the editors: role note"),
    ),
)
