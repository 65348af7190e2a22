"""Credits: who made a picture, behind its caption or on a line below it."""

from __future__ import annotations

import re
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import Lexicon, lexicon
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import ends_sentence, word_count
from copydesk.reading.passage import EMPTY, Passage
from copydesk.reading.source import Block

_LONGEST, _LONGEST_CAPTION = 90, 400  # characters
_MOST_WORDS = 10  # of a credit
_AGENCY = r"(?:Getty Images|Shutterstock|iStock|Unsplash|Pexels|Pixabay|Alamy|Depositphotos|Flickr|Wikimedia Commons)"
_BREAK = r"(?:^|(?<=[.!?…”\"’)\]。])\s*|\s\s+|\s+[–—|/-]\s+|\s+(?=[(\[]))"


def apply(draft: Draft) -> None:
    """Make a caption and its credit a figure: `The dome at night. Photo: Jane Doe/Reuters`.

    The label must stand at a sentence's end, in parentheses or behind a gap, and nothing but a name of a few words may
    follow. A line that is a credit as a whole goes to the figure above it, and stays where there is none. A word such
    as "Photo" inside a sentence, and an agency in a dateline, stay.
    """
    blocks: list[Block] = []
    for block in draft.blocks:
        at = _credit(draft.lexicon, block)
        before = blocks[-1] if blocks else None
        if at is None:
            blocks.append(block)
        elif at == 0 and block.kind == "figure":
            if block.image is not None:
                block.passage, block.credit = EMPTY, _plain(draft, block.passage)
            blocks.append(block)
        elif at == 0:
            if (
                before is not None
                and before.kind == "figure"
                and not before.credit
                and (before.passage or before.image)
            ):
                before.credit = _plain(draft, block.passage)
            else:
                blocks.append(block)
        else:
            end = len(block.text[:at].rstrip(" |/–—-\t\xa0"))
            if separator := block.passage.cut(end, at):
                draft.drop(separator, "credit.separator")
            caption, credit = block.passage.cut(0, end), _plain(draft, block.passage.cut(at))
            if block.kind == "figure":
                block.passage, block.credit = caption, credit
                blocks.append(block)
            else:
                blocks.append(Block("figure", caption, credit=credit, rule="caption"))
    draft.blocks = blocks


def _plain(draft: Draft, passage: Passage) -> Passage:
    """A credit's text, which the article holds without links and emphasis."""
    draft.release(passage)
    return passage.unmarked()


def _takes_credit(block: Block) -> bool:
    return block.kind == "figure" and not block.credit and bool(block.passage or block.image)


def _credit(words: Lexicon, block: Block) -> int | None:
    """Where a line's credit begins; None if it has none."""
    text = block.text
    if block.kind not in ("paragraph", "figure") or block.furniture or len(text) > _LONGEST_CAPTION:
        return None
    if block.credit or block.role is not None or any(mark.kind == "img" for mark in block.passage.marks):
        return None
    found = _shape(words.lang).search(text)
    if found is None:
        return None
    at = found.end() - len(found["credit"])
    credit = found["credit"].strip("()[] .")
    if len(credit) > _LONGEST or word_count(credit) > _MOST_WORDS or ends_sentence(credit.rstrip(".")):
        return None
    if at and word_count(text[:at]) < 3:
        return None
    return at


@cache
def _shape(lang: str) -> re.Pattern[str]:
    """A credit that a line ends with."""

    def listed(key: str) -> str:
        words = {word for each in (lang, "en") for word in lexicon(each).words("credits", key)}
        return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))

    name = r"[^\n:：]{2,90}"
    label = rf"(?i:{listed('labels')})(?:\s+(?i:by|von|par|de|di|door))?\s?[:：]\s*(?:©\s?)?{name}"
    by = rf"(?i:{listed('by')})\s+(?=[^\W\d_a-z]|['‘“])(?:{name})"
    owner = rf"©\s?(?:{name})|[^\s.!?()][^.!?()\n]{{1,50}}/\s?{_AGENCY}"
    return re.compile(rf"{_BREAK}(?P<credit>[(\[]?(?:{label}|{by}|{owner})[)\]]?\.?)$")


RULE = Rule(
    "picture-credits",
    apply,
    (
        LedgerRule(id="caption", d="keep", reason="text in front of a picture's credit: its caption"),
        LedgerRule(id="credit.separator", d="drop", match=r"[\s|/–—-]+", reason="mark between caption and credit"),
    ),
)
