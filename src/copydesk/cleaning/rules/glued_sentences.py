"""Glued sentences: paragraphs that lost the line between them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import words
from copydesk.reading.source import Block

# A word that ends in lower case (or a closing mark), a stop, a capital, nothing between. `before`: the word with the
# stop; `after`: the next word.
_GLUE = re.compile(r"(?P<before>[^\W\d_]{2,}|\d)(?P<stop>[”’»)\]%]?[.!?…][”’»\"]?|[”’»])(?P<after>[“„«‘]?[^\W\d_]+)")
_FEWEST_WORDS = 3  # on either side of the split


def apply(draft: Draft) -> None:
    """Split a paragraph where a sentence's stop is glued to the next capital.

    The word behind the stop must be a function word, begin with an opening quote mark, or stand elsewhere in the
    document; addresses (`Booking.Com`), names (`Node.Js`, `St.John`), initials and abbreviations stay whole.
    """
    blocks: list[Block] = []
    for block in draft.blocks:
        blocks.extend(_split(draft, block) if block.kind == "paragraph" else [block])
    draft.blocks = blocks


def _split(draft: Draft, block: Block) -> list[Block]:
    text = block.text
    cuts, last = [], 0
    for found in _GLUE.finditer(text):
        at = found.start("after")
        if _is_glue(draft, text, found) and _enough(text[last:at]) and _enough(text[at:]):
            cuts.append(at)
            last = at
    if not cuts:
        return [block]
    edges = [0, *cuts, len(text)]
    return [
        replace(block, passage=block.passage.cut(low, high), rule="para.split-glued", merged=[], blank_before=0)
        for low, high in pairwise(edges)
    ]


def _enough(text: str) -> bool:
    return len(words(text)) >= _FEWEST_WORDS


def _is_glue(draft: Draft, text: str, found: re.Match[str]) -> bool:
    before, stop, after = found["before"], found["stop"], found["after"]
    bare = after.lstrip("“„«‘")
    if not bare[:1].isupper() or (len(bare) > 1 and not bare[1:].islower()):
        return False
    if not any(c in ".!?…" for c in stop):
        return False
    if not (before[-1].islower() or before[-1].isdigit() or len(stop) > 1):
        return False
    if _in_address(text, found.start("after")):
        return False
    if after != bare or len(stop) > 1:
        return True
    folded, lexicon = bare.casefold(), draft.lexicon
    if before.casefold() in lexicon.abbreviations or folded in lexicon.suffixes:
        return False
    return folded in lexicon.function_words or _elsewhere(draft, bare)


def _in_address(text: str, at: int) -> bool:
    start = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
    end = min((i for i in (text.find(" ", at), text.find("\n", at)) if i >= 0), default=len(text))
    token = text[start:end]
    return "://" in token or "@" in token or token.casefold().startswith("www.") or "/" in token


def _elsewhere(draft: Draft, word: str) -> bool:
    """Whether a word stands on its own somewhere in the document, its capital aside."""
    return re.search(rf"(?i)(?<![\w.]){re.escape(word)}(?!\w)", draft.source.view) is not None


RULE = Rule(
    "glued-sentences",
    apply,
    (LedgerRule(id="para.split-glued", d="keep", reason="sentence end glued to the next capital: new paragraph"),),
)
