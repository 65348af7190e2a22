"""Paywall: the notice where a text breaks off for readers who do not pay."""

from __future__ import annotations

import re
from functools import cache

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import lexicon
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.segments import below_text
from copydesk.cleaning.shape import word_count

_LONGEST = 30  # words
_ROLE = "paywall"


def apply(draft: Draft) -> None:
    """Mark the article as incomplete where a notice such as `Subscribe to continue reading` ends its text.

    Two signs: a phrase of the lexicon in a short line, and its place behind all of the text. The notice itself stays
    where it is, with the role "paywall", unless it is judged furniture. The same words inside the text say nothing.
    """
    for block in below_text(draft):
        if word_count(block.text) <= _LONGEST and _notice(draft.lexicon.lang).search(block.text):
            draft.is_cut_off = True
            if block.kind == "paragraph" and block.role is None:
                block.role = _ROLE
            return


@cache
def _notice(lang: str) -> re.Pattern[str]:
    phrases = {word for each in (lang, "en") for word in lexicon(each).words("paywall", "notices")}
    return re.compile("|".join(map(re.escape, sorted(phrases, key=lambda word: (-len(word), word)))), re.IGNORECASE)


RULE = Rule("paywall", apply)
