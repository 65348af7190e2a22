"""Headline: the first heading, or a dump's lone first line."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, takewhile

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.bylines import opening
from copydesk.cleaning.dates import find_dates, iso_date
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.headlines import headline_of
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.notices import is_notice
from copydesk.cleaning.shape import first_sentence, has_words, is_prose, is_trail, starts_lower, word_count
from copydesk.reading.source import Block

_LONGEST = 40  # words
_SPLIT = "para.split-headline"
_NEAR = 8  # blocks within which the text must begin


def apply(draft: Draft) -> None:
    """Move the headline to head/headline, and merge its repetitions nearby; one in other letters is an alternative.

    The one that the format declares, if it does. Of a page whose blocks were judged, the line that has most signs of a
    headline, cut out of the line that it is glued into. Else a first heading of level 1, unless it is one of several
    that part the text; else a heading above the text. In a dump, the first line if it ends without a full stop and
    longer text follows. A first sentence that ends with its stop stays, as does a line that the next one goes on with
    in lower case, a line of a form for newsletters or of a dialog about cookies, a byline, a line
    with a date, with an address or of two sentences, and the first of a few that are indented, as captions are. A trail
    of breadcrumbs above it stays as well.
    Pictures in the headline stay in the body.
    """
    at = 0
    if declared := draft.head.get("headline"):
        spaced = " ".join(declared[0].passage.string.split())
    else:
        block = _judged(draft) or _heading(draft) or _first_line(draft)
        if block is None:
            return
        at = draft.blocks.index(block)
        images = [mark for mark in block.passage.marks if mark.kind == "img"]
        draft.blocks[at : at + 1] = [Block("figure", image=image) for image in images]
        draft.move("headline", block.passage.without_images(), "meta.headline")
        spaced = " ".join(block.text.split())
    for other in draft.blocks[max(0, at - _NEAR) : at + _NEAR]:
        text = " ".join(other.text.split())
        if other.kind not in ("paragraph", "heading") or text.casefold() != spaced.casefold():
            continue
        draft.take_out([other])
        if text == spaced and other.passage.has_whole_words and word_count(text):
            draft.release(other.passage)
            draft.merged_head.append(("head/headline", "dup.headline", other.passage, "the headline again"))
        else:
            draft.move("alternativeHeadline", other.passage, "meta.headline")


def _judged(draft: Draft) -> Block | None:
    """The headline of a page whose blocks have been judged; cut out of the line that it is glued into."""
    found = headline_of(draft) if draft.model is not None else None
    if found is None or is_notice(found.block.passage.string[found.low : found.high]):
        return None
    block, low, high = found.block, found.low, found.high
    if block not in draft.blocks:  # in a list
        return None
    before, title, after = block.passage.parts([(0, low), (low, high), (high, len(block.passage))])
    if not before and not after:
        return block
    at = draft.blocks.index(block)
    parts = [replace(block, passage=part, rule=_SPLIT, merged=[]) for part in (before, title, after) if part]
    draft.blocks[at : at + 1] = parts
    return parts[1 if before else 0]


def _heading(draft: Draft) -> Block | None:
    tops = [block for block in draft.blocks if block.level == 1 and _is_heading(block)]
    if len(tops) == 1:
        return tops[0]
    above = [block for block in takewhile(_is_no_text, draft.blocks) if _is_heading(block)]
    first = above[0] if above and above[0] in draft.blocks[:_NEAR] else None
    return next((block for block in above if block.level == 1), first)


def _is_heading(block: Block) -> bool:
    return block.kind == "heading" and has_words(block.text, 1)


def _is_no_text(block: Block) -> bool:
    return block.kind in ("heading", "rule", "figure") or (block.kind == "paragraph" and not is_prose(block.text))


def _first_line(draft: Draft) -> Block | None:
    lines = (
        block
        for block in draft.blocks
        if block.kind != "rule" and not is_trail(block.text) and not is_notice(block.text)
    )
    blocks = list(islice(lines, _NEAR + 1))
    first = blocks[0] if blocks else None
    if first is None or first.kind != "paragraph" or first.passage.string.count("\n"):
        return None
    text = first.text
    if not has_words(text, 2) or has_words(text, _LONGEST + 1):
        return None
    if text.endswith((".", "。", ":", ",", ";", "…")) or "://" in text:
        return None
    stop = first_sentence(text, draft.lexicon)
    if text[:stop].endswith((".", "。")) or opening(text, draft.lexicon) or any(find_dates(text)):
        return None
    if not text.lstrip("“„‘«\"'(¿¡「『")[:1].isalnum() or _is_date(text):
        return None
    following = blocks[1:]
    if not following or (following[0].kind == "paragraph" and starts_lower(following[0].text)):
        return None
    if first.indent and following[0].indent and not all(block.indent for block in following):
        return None
    longer = any(
        block.kind == "paragraph" and is_prose(block.text) and len(block.text) > len(text) for block in following
    )
    return first if longer else None


def _is_date(text: str) -> bool:
    try:
        iso_date(text)
    except ValueError:
        return False
    return True


RULE = Rule(
    "headline",
    apply,
    (
        LedgerRule(id="meta.headline", d="meta", reason="first heading, or a dump's lone first line: the headline"),
        LedgerRule(id=_SPLIT, d="keep", reason="text in front of or behind a headline that stood in its line"),
        LedgerRule(id="dup.headline", d="merge", reason="the headline, repeated above the text"),
    ),
)
