"""Doubled stop: two full stops where a sentence ends."""

from __future__ import annotations

import re

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule

_TWO = re.compile(r"(?<=[\w)”’»\"])(?<!\.)\.\.(?![.\w/\\])(?=[\s”’»\"]|$)")


def apply(draft: Draft) -> None:
    """Drop the second of exactly two full stops at the end of a sentence; an ellipsis and `../` stay."""
    for block in draft.paragraphs():
        text = block.text
        found = [match.start() + 1 for match in _TWO.finditer(text)] if ".." in text else []
        if not found:
            continue
        for at in found:
            draft.drop(block.passage.cut(at, at + 1), "typo.double-stop")
        block.passage = block.passage.without((at, at + 1) for at in found)


RULE = Rule(
    "double-stop",
    apply,
    (LedgerRule(id="typo.double-stop", d="drop", match=r"\.", reason="second of exactly two full stops"),),
)
