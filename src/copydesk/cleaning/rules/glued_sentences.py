"""Glued sentences: paragraphs that lost the line between them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import islice, pairwise

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import WORD
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block

# A stop and a word, nothing between but closing and opening marks, and the space that French sets inside guillemets.
# It begins at the stop, not at the word before, so that long words cost nothing.
_GLUE = re.compile(r"[.!?…][”’»\"]?(?P<after>(?:«\s?|[“„‘])?[^\W\d_]++)(?!\w)")
_WORD_BEFORE = re.compile(r"[^\W\d_]+$")
_NAME = re.compile(r"[^\W\d_.!?…:]\s+[^\W\d_]+\s[^\W\d_]+$")  # two words in mid-sentence
_LONGEST_BEFORE = 24  # letters looked at before the stop; no abbreviation is longer
_LONGEST_ADDRESS = 300  # characters on either side that are searched for the signs of an address
_FEWEST_WORDS = 3  # on either side of the split
_SHORTEST = 4  # letters of words of which nothing else is known: `Node.Js` has fewer
_SPLIT = "para.split-glued"


def apply(draft: Draft) -> None:
    """Split a paragraph where a sentence's stop is glued to the next capital.

    The word behind the stop must be a function word or a job title, or begin with an opening quote mark; or the word
    before it is in lower case or ends a name, and the one behind it stands elsewhere in the document or is long and
    goes on in lower case. Addresses (`Booking.Com`), names (`Node.Js`, `St.John`), code (`Console.Write`), initials and
    abbreviations stay whole, as do the labels of links.
    """
    blocks: list[Block] = []
    for block in draft.blocks:
        if block.kind == "paragraph" and (cuts := _cuts(draft, block.passage)):
            edges = [0, *cuts, len(block.text)]
            blocks.extend(
                replace(block, passage=passage, rule=_SPLIT, merged=[], blank_before=0)
                for passage in block.passage.parts(list(pairwise(edges)))
            )
        else:
            blocks.append(block)
    draft.blocks = blocks


def _cuts(draft: Draft, passage: Passage) -> list[int]:
    text = passage.string
    if _GLUE.search(text) is None:
        return []
    links = sorted((mark.start, mark.end) for mark in passage.marks if mark.kind == "a")
    cuts, last = [], 0
    for found in _GLUE.finditer(text):
        at = found.start("after")
        if (
            _is_glue(draft, text, found)
            and _has_words(text, last, at)
            and _has_words(text, at, len(text))
            and not _is_inside(links, at)
        ):
            cuts.append(at)
            last = at
    return cuts


def _is_inside(links: list[tuple[int, int]], at: int) -> bool:
    number = bisect_left(links, (at, 0)) - 1
    return number >= 0 and at < links[number][1]


def _has_words(text: str, start: int, end: int) -> bool:
    return sum(1 for _ in islice(WORD.finditer(text, start, end), _FEWEST_WORDS)) == _FEWEST_WORDS


def _is_glue(draft: Draft, text: str, found: re.Match[str]) -> bool:
    bare = found["after"].lstrip("“„«‘").lstrip()
    if not bare[:1].isupper() or (len(bare) > 1 and not bare[1:].islower()):
        return False
    stop = found.start()
    end = stop - 1 if stop and text[stop - 1] in "”’»)]%" else stop  # of the sentence's last word
    if not end or not (text[end - 1].isalpha() or text[end - 1].isdecimal()):
        return False
    word = _WORD_BEFORE.search(text, max(0, end - _LONGEST_BEFORE), end)
    before = word[0] if word else ""
    marked = end < stop or found.start("after") > stop + 1 or bare != found["after"]
    if (before and len(before) < 2) or not (marked or text[end - 1].isdecimal() or text[end - 1].islower()):
        return False
    if _is_in_address(text, found.start("after")):
        return False
    if marked:
        return True
    folded, lexicon = bare.casefold(), draft.lexicon
    if before.casefold() in lexicon.abbreviations or folded in lexicon.suffixes:
        return False
    if folded in lexicon.function_words or lexicon.titles.match(bare):
        return True
    behind = text[found.end() : found.end() + 2]
    if behind[:1] in ("(", "[", "_", ".", ":", "=") or (before[:1].isupper() and not _ends_name(text, end)):
        return False
    long = len(bare) >= _SHORTEST and len(before) >= _SHORTEST
    return folded in draft.words or (long and behind[:1].isspace() and behind[1:].islower())


def _ends_name(text: str, end: int) -> bool:
    """Whether a name of two words ends here, in mid-sentence: a person's, rather than an object of a program."""
    found = _NAME.search(text, max(0, end - 2 * _LONGEST_BEFORE), end)
    return found is not None and all(word[:1].isupper() for word in found[0][1:].split())


def _is_in_address(text: str, at: int) -> bool:
    start, end = max(0, at - _LONGEST_ADDRESS), at + _LONGEST_ADDRESS
    before, behind = text[start:at], text[at:end]
    left = max(before.rfind(" "), before.rfind("\n")) + 1
    right = min((i for i in (behind.find(" "), behind.find("\n")) if i >= 0), default=len(behind))
    token = before[left:] + behind[:right]
    return "/" in token or "@" in token or token[:4].casefold() == "www."


RULE = Rule(
    "glued-sentences",
    apply,
    (LedgerRule(id=_SPLIT, d="keep", reason="sentence end glued to the next capital: new paragraph"),),
)
