"""Times that need the present to be understood, alone on a line: no date can be made of them."""

from __future__ import annotations

import re
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import LANGUAGES, in_all_languages, lexicon
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.page_lines import text_range
from copydesk.cleaning.shape import CLOSERS, ends_sentence
from copydesk.reading.source import Block

_LONGEST = 48  # characters


def apply(draft: Draft) -> None:
    """Drop lines such as `2 hours ago`, `Updated 3 days ago` and `Yesterday, 14:05` above the text and below it.

    The whole line must be such a time, in one language of the lexicons, with or without a date's label. A time inside
    the text stays, as live reports and timelines have them, and with it those without a label at the text's edges. So
    does one between two sentences, one that a question or an unfinished sentence leads to, and one of months or years
    without a label, as memoirs have them. They never become a date.
    """
    first, last = text_range(draft.blocks)
    found = {
        at: block
        for at, block in enumerate(draft.blocks)
        if block.kind == "paragraph" and len(block.text) <= _LONGEST and _pattern().fullmatch(block.text)
    }
    is_report = any(first <= at <= last for at in found)
    gone = []
    for at, block in found.items():
        before = next((draft.blocks[near] for near in range(at - 1, -1, -1) if near not in found), None)
        behind = next((draft.blocks[near] for near in range(at + 1, len(draft.blocks)) if near not in found), None)
        if first <= at <= last or (before is not None and _leads_on(before, is_headline=at < first)):
            continue
        if before and behind and ends_sentence(before.text) and ends_sentence(behind.text):
            continue
        if not is_report or _labelled().match(block.text):
            gone.append(block)
    for block in gone:
        draft.drop(block.passage, "page.relative-time")
    draft.take_out(gone)


def _leads_on(block: Block, *, is_headline: bool) -> bool:
    """Whether a line asks for what follows it: a question, a colon, or words that do not end as a sentence.

    A headline, a name and a link do not end as a sentence either.
    """
    text = block.text.rstrip().rstrip(CLOSERS)
    if text.endswith(("?", "？", "؟", ":", "：", ",", "，", "、", "،", ";", "–", "—")):
        return True
    if block.kind != "paragraph" or is_headline or ends_sentence(text):
        return False
    return any(word[0].islower() for word in text.split()) and not any(mark.kind == "a" for mark in block.passage.marks)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_match())


@cache
def _labelled() -> re.Pattern[str]:
    return re.compile(rf"(?i)(?:{_labels()})")


def _match() -> str:
    """A time of any language: number and unit with a word before or behind them, or such a word with an hour.

    Months and years need a date's label.
    """
    short, long = [], []
    for lang in LANGUAGES:
        near, units, years = (lexicon(lang).words("times", key) for key in ("relative", "units", "long_units"))
        short += _shapes(_listed(near), _listed([unit for unit in units if unit not in years]))
        short.append(rf"(?:{_listed(near)})[\s,]{{1,2}}(?:\w{{1,4}}\s)?\d{{1,2}}[:.h]\d\d")
        long += _shapes(_listed(near), _listed(years))
    label = rf"(?:{_labels()})\s?[:：]?\s?"
    return rf"(?i)(?:(?:{label})?(?:{'|'.join(short)})|{label}(?:{'|'.join(long)}))"


def _shapes(near: str, unit: str) -> list[str]:
    return [
        rf"(?:{near})\s?\d{{1,3}}\s?(?:{unit})(?:\s(?:{near}))?",
        rf"\d{{1,3}}\s?(?:{unit})\s?(?:{near})",
    ]


def _labels() -> str:
    return _listed(in_all_languages("dates", "published") + in_all_languages("dates", "modified"))


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
