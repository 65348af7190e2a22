"""Markdown's syntax in the ledger: what no text event covers is dropped by a rule that matches it, or kept as text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import merge

from copydesk.article.ledger import Entry, LedgerRule, Span
from copydesk.reading.characters import Characters
from copydesk.reading.links import unescape
from copydesk.reading.source import Block, Source, converting, walk

SYNTAX_RULES = (
    LedgerRule(id="md.mark", d="drop", match=r"[#*_\\<>`~=-]+|<br */?>", reason="Markdown syntax with no text value"),
    LedgerRule(id="md.list-marker", d="drop", match=r"[-*+]|\d{1,9}[.)]", reason="marker of a list item"),
    LedgerRule(id="md.table", d="drop", match=r"[|:-]+", reason="lines of a Markdown table"),
    *converting("md.entity", "entity", "character reference or escape, decoded"),
)
_MATCHES = [(rule.id, re.compile(rule.match)) for rule in SYNTAX_RULES if rule.match is not None]
_PARTS = re.compile(r"(?P<reference>&#?[0-9A-Za-z]+;)|(?P<mark>[#*_\\<>`~=-]+)|(?P<table>[|:]+)")
_WORD = re.compile(r"\S+")


def account(source: Source, text: Characters, syntax: Iterable[tuple[str, Span]]) -> None:
    """Give every character of a source that its blocks do not hold to a rule, or keep it as a paragraph.

    Parameters:
        source: its blocks are done; `syntax` and `spaces` are filled, and blocks added for what is no known syntax.
        text: its view.
        syntax: (ledger rule, span) for what is known to be syntax.
    """
    entries = defaultdict[str, list[Span]](list)
    owned: list[Span] = []
    for known, at in syntax:
        entries[known].append(at)
        owned.append(at)
    owned.extend(_held(source, source.blocks))
    strays: list[Span] = []
    for start, end in _gaps(owned, len(text.view)):
        for word in _WORD.finditer(text.view, start, end):
            for rule, at in _sorted_out(text, *word.span()):
                if rule is not None:
                    entries[rule].append(at)
                elif strays and not text.view[strays[-1][1] : at[0]].strip():
                    strays[-1] = (strays[-1][0], at[1])
                else:
                    strays.append(at)
    source.syntax.extend(Entry(d="drop", rule=rule, at=tuple(sorted(at))) for rule, at in entries.items())
    if strays:
        added = [Block("paragraph", text.passage(*at)) for at in strays]
        source.blocks[:] = merge(source.blocks, added, key=_first_offset)


def _held(source: Source, blocks: list[Block]) -> Iterator[Span]:
    """The spans of all text and targets of blocks."""
    for block in walk(blocks):
        passage = block.passage
        for run in passage.stretches():
            yield run.start, run.end
            if run.rule is not None and run.text.isspace():
                source.spaces.append((run.start, run.end))
        for mark in (*passage.marks, *((block.image,) if block.image else ())):
            for target in mark.targets():
                yield from target.spans()
        if block.syntax is not None:
            yield from block.syntax.spans()


def _gaps(owned: list[Span], length: int) -> Iterator[Span]:
    at = 0
    for start, end in sorted(owned):
        if start > at:
            yield at, start
        at = max(at, end)
    if at < length:
        yield at, length


def _sorted_out(text: Characters, start: int, end: int) -> Iterator[tuple[str | None, Span]]:
    """The rules for the parts of a word that no block holds; None for a part that is no known syntax."""
    for special, (low, high) in text.special(start, end):
        word = text.view[low:high]
        rule = special or next((rule for rule, match in _MATCHES if match.fullmatch(word)), None)
        parts = [] if rule else list(_PARTS.finditer(word))
        if parts and sum(len(part[0]) for part in parts) == len(word):
            for part in parts:
                at = (low + part.start(), low + part.end())
                if part["reference"]:
                    yield "char.reference" if _is_void(part[0]) else None, at
                else:
                    yield f"md.{part.lastgroup}", at
        else:
            yield rule, (low, high)


def _is_void(reference: str) -> bool:
    """Whether a character reference stands for white space or for a character that is no text."""
    text = unescape(reference)
    return not text.strip() or Characters.has_special(text)


def _first_offset(block: Block) -> int:
    """Where in the source a block begins; -1 for one without text."""
    if block.passage:
        return block.passage.start
    if block.image:
        return next((target.start for target in block.image.targets()), -1)
    return next((at for child in block.children if (at := _first_offset(child)) >= 0), -1)
