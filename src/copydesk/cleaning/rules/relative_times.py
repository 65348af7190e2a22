"""Times that need the present to be understood, alone on a line: no date can be made of them."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import LANGUAGES, in_all_languages, lexicon
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.page_lines import text_range

_LONGEST = 48  # characters


def apply(draft: Draft) -> None:
    """Drop lines such as `2 hours ago`, `Updated 3 days ago` and `Yesterday, 14:05` around the text.

    The whole line must be such a time, in one language of the lexicons, with or without a date's label. It must stand
    above the text or below it, or be one of several, as comments have them. A time inside a sentence stays, and so does
    one between two paragraphs, as live reports have them. They never become a date.
    """
    pattern = _pattern()
    first, last = text_range(draft.blocks)
    found = [
        (at, block)
        for at, block in enumerate(draft.blocks)
        if block.kind == "paragraph" and len(block.text) <= _LONGEST and pattern.fullmatch(block.text)
    ]
    times = Counter(block.text.casefold() for _, block in found)
    gone = [block for at, block in found if at < first or at > last or times[block.text.casefold()] > 1]
    for block in gone:
        draft.drop(block.passage, "page.relative-time")
    draft.take_out(gone)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_match())


def _match() -> str:
    """A time of any language: number and unit with a word before or behind them, or such a word with an hour."""
    shapes = []
    for lang in LANGUAGES:
        near, unit = (_listed(lexicon(lang).words("times", key)) for key in ("relative", "units"))
        shapes.append(rf"(?:{near})\s?\d{{1,3}}\s?(?:{unit})(?:\s(?:{near}))?|\d{{1,3}}\s?(?:{unit})\s?(?:{near})")
        shapes.append(rf"(?:{near})[\s,]{{1,2}}(?:\w{{1,4}}\s)?\d{{1,2}}[:.h]\d\d")
    labels = _listed(in_all_languages("dates", "published") + in_all_languages("dates", "modified"))
    return rf"(?i)(?:(?:{labels})\s?[:：]?\s?)?(?:{'|'.join(shapes)})\.?"


def _listed(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


RULE = Rule(
    "relative-times",
    apply,
    (
        LedgerRule(
            id="page.relative-time",
            d="drop",
            match=_match(),
            reason="a time that needs the present to be understood: a whole line",
        ),
    ),
)
