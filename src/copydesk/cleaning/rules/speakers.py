"""Speakers: the names that open the turns of an interview or a transcript."""

from __future__ import annotations

import re
from collections import Counter

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.reading.passage import Mark
from copydesk.reading.source import Block

# One to four words, the first with a capital, and a colon: `JANE DOE:`, `Q:`, `Ana Ruiz (laughs):`.
_LABEL = re.compile(r"(?P<name>[^\W\d_a-z][\w.’'-]*(?:\s[^\W\d_][\w.’'-]*){0,3})(?:\s\([^()]{1,30}\))?\s?[:：](?=\s|$)")
_FEWEST_TURNS, _FEWEST_SPEAKERS = 4, 2


def apply(draft: Draft) -> None:
    """Mark the names that open turns in place: `NAME:` at the start of four paragraphs or more, two names or more.

    Each name must open two turns or more. The text stays as it is. A single label (`Note: ...`), and a list of terms
    with their meanings, each of which stands there once, stay plain text.
    """
    found: list[tuple[Block, str, int]] = []
    for block in draft.blocks:
        label = _LABEL.match(block.text, 0, 80) if block.kind == "paragraph" else None
        if label and (block.role is None or block.role == "lead"):
            found.append((block, label["name"], label.end()))
    turns = Counter(name for _, name, _ in found)
    speakers = {name for name, count in turns.items() if count > 1}
    if len(speakers) < _FEWEST_SPEAKERS or sum(turns[name] for name in speakers) < _FEWEST_TURNS:
        return
    for block, name, end in found:
        if name in speakers and not any(mark.kind == "a" and mark.start < end for mark in block.passage.marks):
            block.passage = block.passage.marked(Mark(0, end, "speaker"))


RULE = Rule("speakers", apply)
