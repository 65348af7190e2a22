"""Lead and dateline: the first paragraph of the text, and the place that opens it."""

from __future__ import annotations

import re

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import Lexicon
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import OPENERS, is_capitals, is_prose, starts_lower, starts_upper, words
from copydesk.reading.passage import Mark
from copydesk.reading.source import Block

_DASH = re.compile(r"\s*(?:\s[–—-]{1,2}\s|—)\s*")
_LONGEST = 70  # characters before the dash
# `МОСКВА, 12 апреля. /ТАСС/.`
_SLASHED = re.compile(r"(?P<place>[^\W\d_][^./\n]{1,50})\.\s?/(?P<agency>[^/\n]{2,30})/\.?(?=\s)")
_AGENCY = re.compile(r"[(（]([^()（）]{2,30})[)）]")


def apply(draft: Draft) -> None:
    """Give the first paragraph the role "lead", and mark its dateline in place.

    A dateline is a place, a dash and a sentence: the place in capitals (`LYON, France –`), with an agency in
    parentheses, or two capitalised names with a comma between; or a place in capitals and an agency between slashes
    (`МОСКВА, 12 апреля. /ТАСС/.`). An opening clause that a dash ends stays plain text, as
    does one that goes on in lower case behind it (`NATO – which was founded in 1949 –`).
    """
    block = lead_of(draft)
    if block is None:
        return
    block.role = "lead"
    if block.rule == "para":
        block.rule = "lead"
    end = _dateline(block.text, draft.lexicon)
    if end:
        block.passage = block.passage.marked(Mark(0, end, "dateline"))


def lead_of(draft: Draft) -> Block | None:
    """The first paragraph of the body, if no quotation or list comes before it."""
    for block in draft.blocks:
        if block.kind == "paragraph" and block.role is None:
            return block
        if block.kind in ("quote", "list", "aside"):
            return None
    return None


def _dateline(text: str, lexicon: Lexicon) -> int:
    """Length of the dateline at the start of a text; 0 if it has none."""
    slashed = _SLASHED.match(text)
    if slashed and is_capitals(re.split("[,(]", slashed["place"])[0]) and is_prose(text[slashed.end() :]):
        known = slashed["agency"].strip() in lexicon.words("agencies", "names")
        return slashed.end() if known or is_capitals(slashed["agency"]) else 0
    dash = _DASH.search(text, 0, _LONGEST + 3)
    if dash is None:
        return 0
    head, rest = text[: dash.start()].rstrip(), text[dash.end() :]
    if not head or not is_prose(rest) or not head[0].isalpha() or starts_lower(rest.lstrip(OPENERS)):
        return 0
    agency = _AGENCY.search(head)
    place = head[: agency.start()].rstrip() if agency else head
    known = agency is not None and agency[1].strip() in lexicon.words("agencies", "names")
    first = re.split(r"[,/]", place)[0].strip()
    if not first or len(words(first)) > 4:
        return 0
    if is_capitals(first) and _after_place(place[len(first) :], lexicon):
        return len(head)
    if known and all(word[0].isupper() or word in lexicon.particles for word in words(first)):
        return len(head)
    named = re.fullmatch(r"[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){0,2}, [^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*)?", place)
    capitalised = named and all(word[0].isupper() or word in lexicon.particles for word in words(place))
    plain = capitalised and not any(word.casefold() in lexicon.function_words for word in words(place))
    return len(head) if plain and starts_upper(rest) else 0


def _after_place(text: str, lexicon: Lexicon) -> bool:
    """Whether what follows a place in capitals may belong to a dateline: a country, a date, nothing."""
    found = words(text)
    lower = [word for word in found if word.islower() and word not in lexicon.particles]
    return len(found) <= 6 and all(
        word in lexicon.months or word.rstrip(".") in lexicon.months or word in lexicon.date_fillers for word in lower
    )


RULE = Rule(
    "lead",
    apply,
    (LedgerRule(id="lead", d="keep", reason="first paragraph of the text: role lead, dateline marked in place"),),
)
