"""Glued sentences: paragraphs that lost the line between them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.reading.source import Block

# A stop with its closing marks between two words, nothing else there but the space that French sets inside guillemets.
# The pattern begins with the stop itself, for which the regular expression engine skips ahead fast.
_GLUE = re.compile(r"[.!?…](?P<closer>[”’»\"]?)(?P<after>(?:«\s?|[“„‘])?[^\W\d_]+)")
_BEFORE = re.compile(r"(?P<word>[^\W\d_]{2,}|\d)(?P<closer>[”’»)\]%]?)$")
_SHORTEST = 4  # letters of an unknown word that may begin a sentence: `Node.Js` is shorter
_THREE_WORDS = re.compile(r"\w+\W+\w+\W+\w")  # which either side of a split must hold


def apply(draft: Draft) -> None:
    """Split a paragraph where a sentence's stop is glued to the next capital.

    The word behind the stop must be a function word or a job title, begin with an opening quote mark, stand elsewhere
    in the document, or be long and go on in lower case; addresses (`Booking.Com`), names (`Node.Js`, `St.John`),
    initials and abbreviations stay whole.
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
        if _is_glue(draft, text, found) and _enough(text, last, at) and _enough(text, at, len(text)):
            cuts.append(at)
            last = at
    if not cuts:
        return [block]
    edges = [0, *cuts, len(text)]
    return [
        replace(block, passage=block.passage.cut(low, high), rule="para.split-glued", merged=[], blank_before=0)
        for low, high in pairwise(edges)
    ]


def _enough(text: str, start: int, end: int) -> bool:
    return _THREE_WORDS.search(text, start, end) is not None


def _is_glue(draft: Draft, text: str, found: re.Match[str]) -> bool:
    after = found["after"]
    word = _BEFORE.search(text, max(0, found.start() - 40), found.start())
    if word is None:
        return False
    before, closed = word["word"], bool(word["closer"] or found["closer"])
    bare = after.lstrip("“„«‘").lstrip()
    if not bare[:1].isupper() or (len(bare) > 1 and not bare[1:].islower()):
        return False
    if not (before[-1].islower() or before[-1].isdigit() or closed):
        return False
    if _in_address(text, found.start("after")):
        return False
    if after != bare or closed:
        return True
    folded, lexicon = bare.casefold(), draft.lexicon
    if before.casefold() in lexicon.abbreviations or folded in lexicon.suffixes:
        return False
    if folded in lexicon.function_words or lexicon.titles.match(bare) or _elsewhere(draft, bare):
        return True
    goes_on = re.match(r"\s[^\W\d_]", text[found.end() : found.end() + 2])
    return len(bare) >= _SHORTEST and len(before) >= _SHORTEST and goes_on is not None and goes_on[0][1].islower()


def _in_address(text: str, at: int) -> bool:
    start = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
    end = min((i for i in (text.find(" ", at), text.find("\n", at)) if i >= 0), default=len(text))
    token = text[start:end]
    return "://" in token or "@" in token or token.casefold().startswith("www.") or "/" in token


def _elsewhere(draft: Draft, word: str) -> bool:
    """Whether a word stands on its own somewhere in the document, its capital aside."""
    return word.casefold() in draft.words


RULE = Rule(
    "glued-sentences",
    apply,
    (LedgerRule(id="para.split-glued", d="keep", reason="sentence end glued to the next capital: new paragraph"),),
)
