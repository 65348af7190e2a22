"""Source footer: the page's own address, printed last."""

from __future__ import annotations

import re
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import words
from copydesk.reading.links import is_uri

_URL = re.compile(r"https?://\S+$")
_SHARED = 0.5  # share of the address's words that the headline must hold where the label alone does not decide


def apply(draft: Draft) -> None:
    """Move `Source URL: https://...` at the very end to head/url.

    A label that surely means the page ("Source URL") is enough; a vague one ("Source") needs a rule above it or an
    address that repeats the headline. A source cited in the text, or any other address at the end, stays.
    """
    blocks = draft.blocks
    if not blocks or blocks[-1].kind != "paragraph":
        return
    block = blocks[-1]
    text = block.text
    found = _URL.search(text)
    if not found or not is_uri(found[0]):
        return
    printed = block.passage.cut(0, found.start())
    if not printed.is_verbatim or len(printed.spans()) != 1:
        return
    label = printed.string.rstrip(":：").strip().casefold()
    ruled = len(blocks) > 1 and blocks[-2].kind == "rule"
    sure = label in draft.lexicon.url_labels or label in _sure()
    vague = label in draft.lexicon.source_labels or label in _vague()
    if not (sure or (vague and (ruled or _repeats_headline(draft, found[0])))):
        return
    draft.move("url", block.passage.cut(found.start()), "meta.url")
    draft.drop(printed, "meta.label")
    blocks.pop()
    if ruled:
        blocks.pop()


@cache
def _sure() -> frozenset[str]:
    return frozenset(in_all_languages("labels", "url"))


@cache
def _vague() -> frozenset[str]:
    return frozenset(in_all_languages("labels", "source"))


def _repeats_headline(draft: Draft, url: str) -> bool:
    slug = {word.casefold() for part in url.rstrip("/").rsplit("/", 1)[-1].split("-") for word in words(part)}
    slug = {word for word in slug if not word.isdigit()}
    first = {word.casefold() for block in draft.blocks[:3] for word in words(block.text)}
    return len(slug) >= 3 and len(slug & first) >= _SHARED * len(slug)


def _label_match() -> str:
    tables = (("labels", "url"), ("labels", "source"), ("dates", "published"), ("dates", "modified"))
    words_ = {word for table in tables for word in in_all_languages(*table)}
    listed = sorted(words_, key=lambda word: (-len(word), word))
    return "(?i)(?:" + "|".join(map(re.escape, listed)) + r")\s*[:：]?"


LABEL = LedgerRule(
    id="meta.label", d="drop", match=_label_match(), reason="printed label of a field that moved to the head"
)
RULE = Rule("source-footer", apply, (LedgerRule(id="meta.url", d="meta", reason="the page's own address"), LABEL))
