"""Title: what every article has, from the headline, the lead, the address or the file name."""

from __future__ import annotations

import re

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft, HeadValue
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.settle import is_derivable, settle
from copydesk.cleaning.shape import STOPS, first_sentence
from copydesk.reading.passage import EMPTY, Passage


def apply(draft: Draft) -> None:
    """Set head/title from the headline, the lead, the address or the file name, in this order.

    From the lead: its first sentence, up to a line break, without dateline, closing parenthesis and final stop. From
    the others: their words. Nothing is taken out of the text for it.
    """
    for origin, passage in (("headline", _headline(draft)), ("lead", _from_lead(draft))):
        if passage and is_derivable(settle(passage, draft.source.view)):
            draft.title = (origin, HeadValue(passage, "derive.title", derived=True))
            return
    url = draft.head.get("url")
    if url and len(url[0].passage.pieces) == 1 and (slug := slug_words(url[0].passage.string)):
        draft.title = ("url", HeadValue(url[0].passage, "derive.title-slug", derived=True, value=slug))
        return
    draft.title = ("file", HeadValue(EMPTY, "derive.title", derived=True, value=slug_words(draft.source.name)))


def _headline(draft: Draft) -> Passage:
    found = draft.head.get("headline")
    return found[0].passage if found else EMPTY


def _from_lead(draft: Draft) -> Passage:
    lead = next((block.passage for block in draft.blocks if block.role == "lead"), EMPTY)
    dateline = next((mark.end for mark in lead.marks if mark.kind == "dateline"), 0)
    text = lead.string
    if dateline:
        dateline += len(text[dateline:]) - len(text[dateline:].lstrip(" \t\r\n–—-"))
    break_ = next((mark.start for mark in lead.marks if mark.kind == "br" and mark.start > dateline), len(text))
    rest = text[dateline:break_]
    sentence = rest[: first_sentence(rest, draft.lexicon)].rstrip()
    sentence = sentence.rstrip(STOPS).rstrip() if not sentence.endswith(("?", "!", "？", "！")) else sentence
    sentence = _without_parenthesis(sentence)
    return lead.cut(dateline, dateline + len(sentence)).unmarked()


def _without_parenthesis(sentence: str) -> str:
    """A sentence less the parenthesis that ends it, unless that holds another."""
    if not sentence.endswith((")", "）")):
        return sentence
    start = max(sentence.rfind(mark) for mark in "(（")
    closed = max(sentence.rfind(mark, 0, -1) for mark in ")）")
    return sentence[:start].rstrip() if start > closed else sentence


def slug_words(address: str) -> str:
    """The words of the last part of an address or of a file name.

    Parameters:
        address: for instance "https://example.org/news/a-new-bridge" or "a-new-bridge.html".

    Returns:
        "A new bridge"; the name as it is if it holds no letters.
    """
    path = re.sub(r"[?#].*$", "", address).rstrip("/")
    last = path.rsplit("/", 1)[-1] if "/" in path else path
    stem = re.sub(r"(?<=.)\.[A-Za-z0-9]{1,8}$", "", last)
    text = " ".join(re.split(r"[-_+\s]+|%20", stem)).strip()
    return text[:1].upper() + text[1:] if text else address


RULE = Rule(
    "title",
    apply,
    (
        LedgerRule(id="derive.title", d="derive", reason="title from the headline or the first sentence of the lead"),
        LedgerRule(id="derive.title-slug", d="derive", norm="slug", reason="title from the words of the address"),
    ),
)
