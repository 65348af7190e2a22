"""Header lines: the date and the kind of article, each alone on a line above the text."""

from __future__ import annotations

import re
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.dates import LONGEST, iso_date
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.source_footer import LABEL
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


def apply_date(draft: Draft) -> None:
    """Move a line above the text that is nothing but a date to head/datePublished, or dateModified by its label.

    A date without a year, a relative one, and one whose day and month could be changed round stay in the text.
    """
    for block in header_zone(draft):
        text = block.text
        if not text or len(text) > LONGEST + 24 or len(list(block.passage.stretches())) != 1:
            continue
        label = _label(text)
        name = "dateModified" if label and _bare(label) in _modified() else "datePublished"
        if name in draft.head:
            continue
        rest = block.passage.cut(len(label))
        try:
            value = iso_date(rest.string)
        except ValueError:
            continue
        draft.blocks.remove(block)
        draft.move(name, rest, "meta.date", value)
        if label:
            draft.drop(block.passage.cut(0, len(label)), "meta.label")


def _label(text: str) -> str:
    """The printed label at the start of a line, its colon included; empty if there is none."""
    found = _labels().match(text)
    return found[0].rstrip() if found else ""


@cache
def _labels() -> re.Pattern[str]:
    words = in_all_languages("dates", "published") + in_all_languages("dates", "modified")
    listed = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return re.compile(rf"(?i)(?:{listed})(?:\s*[:：]\s*|\s+)")


def _bare(label: str) -> str:
    return label.rstrip(" :：").casefold()


@cache
def _modified() -> frozenset[str]:
    return frozenset(in_all_languages("dates", "modified"))


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


DATE = Rule(
    "date-line",
    apply_date,
    (LedgerRule(id="meta.date", d="meta", norm="date", reason="a date alone on a line above the text"), LABEL),
)
KIND = Rule(
    "kind-label",
    apply_kind,
    (LedgerRule(id="meta.genre", d="meta", reason="kind of article, alone on a line above the text"),),
)
