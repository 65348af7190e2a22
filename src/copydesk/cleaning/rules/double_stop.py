"""Doubled stop: two full stops where a sentence ends."""

from __future__ import annotations

import re

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.reading.passage import Passage

_TWO = re.compile(r"(?<=[\w)”’»\"])(?<!\.)\.\.(?![.\w/\\])(?=[\s”’»\"]|$)")


def apply(draft: Draft) -> None:
    """Drop the second of exactly two full stops at the end of a sentence; an ellipsis, `../` and code stay."""
    for block in draft.paragraphs():
        if ".." not in block.text:
            continue
        at = [(match.start() + 1, match.end()) for match in _TWO.finditer(block.text)]
        stops = dict(zip(at, block.passage.parts(at), strict=True))
        labels = {(mark.start, mark.end) for mark in block.passage.marks if mark.kind == "a"}
        second = [
            (at, stop)
            for at, stop in stops.items()
            if stop.pieces[0].rule is None and at not in labels and not any(mark.kind == "code" for mark in stop.marks)
        ]
        for _, stop in second:
            draft.drop(Passage(stop.pieces), "typo.double-stop")
        block.passage = block.passage.without([at for at, _ in second])


RULE = Rule(
    "double-stop",
    apply,
    (LedgerRule(id="typo.double-stop", d="drop", match=r"\.", reason="second of exactly two full stops"),),
)
