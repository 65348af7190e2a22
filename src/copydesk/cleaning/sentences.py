"""How much of a source reads like sentences, and how much of that was dropped: what `--max-drop` goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copydesk.article.ledger import Ledger, Span
from copydesk.cleaning.shape import CLOSERS, STOPS, has_words

WORDS = 5
"""Words that a sentence has at least; `Read more.` and `All rights reserved.` are none."""
WRAPPED = 40
"""Characters of a line, at least, that a sentence runs on from; labels and menus have shorter lines."""
_LINE = re.compile(r"[^\r\n]+")
_BREAKS = ("\n", "\r\n", "\r")
_UNSPACED_STOPS = "。！？"
_MARKS = re.escape(CLOSERS) + "*_"  # Markdown's emphasis may close behind the stop
_STOPS = re.escape(STOPS)
# The first lookbehind makes a long row of stops be looked at once; it stands behind the stop, as a search is quick for
# what begins with one of few characters.
_END = re.compile(
    rf"[{_STOPS}](?<![{_STOPS}].)(?:[{_STOPS}]*[{_MARKS}]*(?=\s|$)|(?<=[{_UNSPACED_STOPS}])[{_UNSPACED_STOPS}]*[{_MARKS}]*)"
)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Characters of a source in sentence-like text, and how many of them were dropped."""

    characters: int = 0
    dropped: int = 0


NO_SENTENCES = Sentences()
"""Of a source that was not measured."""


def measure(view: str, ledger: Ledger) -> Sentences:
    """Measure a source.

    Sentence-like is a stretch of five words or more that ends with a stop and begins behind the stop before it, or
    where its paragraph does; a paragraph is one line, with the lines that follow one of forty characters or more
    without a blank line between. It counts as dropped, with those of its characters that were, if its stop and more
    than half of it were dropped: a menu that runs into a sentence which is kept is no sentence lost, and neither is
    the markup in one.

    Parameters:
        view: the source view that the ledger counts in.
        ledger: says what was dropped.
    """
    dropped = sorted(span for entry in ledger.entries if entry.d == "drop" for span in entry.at)
    characters = lost = at = 0
    for start, end in _sentences(view):
        characters += end - start
        while at < len(dropped) and dropped[at][1] <= start:
            at += 1
        inside = 0
        for first, last in dropped[at:]:
            if first >= end:
                break
            inside += min(last, end) - max(first, start)
            if last >= end:
                lost += inside if 2 * inside > end - start else 0
                break
    return Sentences(characters, lost)


def _sentences(view: str) -> Iterator[Span]:
    for start, end in _paragraphs(view):
        begin = start
        for found in _END.finditer(view, start, end):
            stop = found.end()
            text = view[begin:stop]
            if has_words(text, WORDS):
                yield stop - len(text.lstrip()), stop
            begin = stop


def _paragraphs(view: str) -> Iterator[Span]:
    start = end = -1
    wrapped = False
    for line in _LINE.finditer(view):
        text = line[0].strip()
        if not text:
            continue
        low, high = line.span()
        if not wrapped or view[end:low] not in _BREAKS:
            if start >= 0:
                yield start, end
            start = low
        end = high
        wrapped = len(text) >= WRAPPED
    if start >= 0:
        yield start, end
