"""Furniture: what a page has around and inside its article, told by a learned score."""

from __future__ import annotations

import re

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block, walk

_ABOVE, _BELOW = 20, 12  # blocks around the article where a headline, a byline, dates and tags are looked for
_HEADLINE_ABOVE = 60  # blocks: a heading of level 1 may stand further up, above a picture and its share bar
_WHOLE = ("table", "gallery")  # kept or dropped as one
_FURNITURE = "furniture"
_NOTE = re.compile(
    r"\[\^?(?P<marker>\w{1,6})\]:?\s?\S|.{1,2000}↩[\ufe0e\ufe0f]?\s*$", re.DOTALL
)  # opens or ends a note


def apply_frame(draft: Draft) -> None:
    """Score every block, and drop what is furniture far above and far below the article.

    What stands near is left for the rules that look for the headline, byline, date and tags. Nothing is judged in a
    language without capitals or lexicon, in a document that is no rip, or if nothing scores well; but the lines of a
    profile are told in any rip. Notes below the article that it refers to are text whatever their score is, and so is
    code in it or right behind it.
    """
    if not draft.lexicon.is_cased and draft.profile is None:
        return
    from copydesk.cleaning.label.judgement import judge  # numpy and the model, only where they are used

    stretch = judge(draft)
    if stretch is None:
        return
    first, last = stretch
    _spare(draft, first, last)
    tops = (at for at in range(first, max(-1, first - _HEADLINE_ABOVE), -1) if draft.blocks[at].level == 1)
    top = min(max(0, first - _ABOVE), next(tops, first))
    bottom = last + 1 + _BELOW
    if draft.profile is not None and draft.model == draft.profile.name:  # nothing else says what is no headline
        top, bottom = first, last + 1
    draft.blocks = [
        *_pruned(draft, draft.blocks[:top]), *draft.blocks[top:bottom], *_pruned(draft, draft.blocks[bottom:])
    ]  # fmt: skip


def _spare(draft: Draft, first: int, last: int) -> None:
    """Keep code within the article or right behind it, and the notes below that the article refers to."""
    for block in draft.blocks[first : last + 2]:
        if block.kind == "code":
            block.furniture = False
    below = [(block, leaf) for block in draft.blocks[last + 1 :] for leaf in walk([block]) if leaf.furniture]
    notes = [(block, leaf, found) for block, leaf in below if (found := _NOTE.match(leaf.text)) is not None]
    if not notes:
        return
    text = " ".join(leaf.text for block in draft.blocks[first : last + 1] for leaf in walk([block]) if leaf.passage)
    for block, leaf, found in notes:
        refers = found["marker"] is not None and (f"[{found['marker']}]" in text or f"[^{found['marker']}]" in text)
        if refers or leaf.text.rstrip("\ufe0e\ufe0f ").endswith("↩"):
            block.furniture = leaf.furniture = False


def apply(draft: Draft) -> None:
    """Drop what is furniture in and near the article, once its head has been taken from it."""
    if draft.model is not None:
        draft.blocks = _pruned(draft, draft.blocks)


def _pruned(draft: Draft, blocks: list[Block]) -> list[Block]:
    """The blocks without furniture, and without separators that part nothing."""
    kept: list[Block] = []
    for block in blocks:
        if block.kind == "rule":
            if kept and kept[-1].kind != "rule":
                kept.append(block)
        elif block.children and block.kind not in _WHOLE:
            before = len(block.children)
            block.children = _pruned(draft, block.children)
            if block.furniture and len(block.children) < before and not any(map(_has_text, block.children)):
                for inner in walk(block.children):
                    _drop(draft, inner, round(block.score or 0.0, 2))  # pictures of a list that was dropped
            elif block.children:
                kept.append(block)
        elif block.furniture and block.score is not None:
            for inner in walk([block]):
                _drop(draft, inner, round(block.score, 2))
        else:
            kept.append(block)
    while kept and kept[-1].kind == "rule":
        kept.pop()
    return kept


def _has_text(block: Block) -> bool:
    return bool(block.passage) or any(map(_has_text, block.children))


def _drop(draft: Draft, block: Block, score: float) -> None:
    if block.passage or block.passage.marks:  # a cell may hold a picture alone
        draft.drop(block.passage, _FURNITURE, score=score)
    if block.image is not None:
        draft.release(Passage(marks=(block.image,)))
    if block.syntax is not None:
        draft.drop(block.syntax, _FURNITURE, score=score)


FRAME = Rule(
    "page-frame",
    apply_frame,
    (LedgerRule(id=_FURNITURE, d="drop", judged=True, reason="furniture of the page, by the score of a model"),),
)
RULE = Rule("furniture", apply, FRAME.ledger_rules)
