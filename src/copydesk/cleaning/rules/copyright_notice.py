"""Copyright notice: the line below the text that says whose it is."""

from __future__ import annotations

import re
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.segments import below_text, pruned

_LONGEST = 240  # characters
_LONGEST_BEFORE = 60  # characters in front of the sign; more are other lines, glued to it
_SIGN = re.compile(r"©|\(c\)\s?(?=(?:19|20)\d\d)|\bcopyright\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HOLDER = re.compile(r"©\s?\w")


def apply(draft: Draft) -> None:
    """Move a line below the text that holds the sign or the word and a year, or a full phrase, to head/copyrightNotice.

    `© 2024 Example News`, `Copyright 2024 by Example`, `Alle Rechte vorbehalten.` A correction or an editor's note that
    stands there stays, as does a sentence about copyright, and the credit of a picture among the text.
    """
    if "copyrightNotice" in draft.head:
        return
    for block in below_text(draft):
        text = block.text
        if block.kind != "paragraph" or len(text) > _LONGEST or any(mark.kind == "img" for mark in block.passage.marks):
            continue
        signed = _SIGN.search(text) is not None and (_YEAR.search(text) is not None or _HOLDER.match(text) is not None)
        if signed or _phrases().search(text):
            sign = _SIGN.search(text)
            at = sign.start() if sign and sign.start() > _LONGEST_BEFORE else 0
            draft.move("copyrightNotice", block.passage.cut(at), "meta.copyright")
            block.passage = block.passage.cut(0, at)
            draft.blocks = pruned(draft.blocks)
            return


@cache
def _phrases() -> re.Pattern[str]:
    """Phrases of two words or more, and those of scripts without spaces."""
    phrases = [word for word in in_all_languages("copyright", "phrases") if " " in word or not word.isascii()]
    return re.compile("|".join(map(re.escape, phrases)), re.IGNORECASE)


RULE = Rule(
    "copyright-notice",
    apply,
    (LedgerRule(id="meta.copyright", d="meta", reason="line below the text that says whose it is"),),
)
