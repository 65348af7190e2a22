"""Quotations of an article: what was said, by whom, and the words that say so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copydesk.article.model import (
    Agent,
    Annotation,
    Aside,
    Block,
    Break,
    Caption,
    Code,
    Figure,
    Gallery,
    Heading,
    Image,
    Inline,
    List,
    Para,
    Quotation,
    Quote,
    Rule,
    Table,
    Text,
)

_STOP = re.compile("[.!?…。！？]")
_NEAR = 3  # attributions looked at on either side of a quotation, so that a page in one paragraph stays linear


class _Run(NamedTuple):
    """An annotation and the range of the leaf's text that it covers."""

    start: int
    end: int
    annotation: Annotation


def quotations(blocks: Iterable[Block], agents: Mapping[str, Agent]) -> Iterator[Quotation]:
    """Yield a quotation for each `said`, in reading order.

    Parameters:
        blocks: the blocks to search, at any depth.
        agents: the agents of the head by id.
    """
    for inlines, around in _leaves(blocks, None):
        text, runs = _runs(inlines)
        attributions = sorted((run for run in runs if run.annotation.kind == "attribution"), key=lambda run: run.start)
        for run in runs:
            if run.annotation.kind == "said":
                yield Quotation(
                    text=text[run.start : run.end],
                    who=agents.get(run.annotation.who or ""),
                    credit=_credit(run, text, attributions) or around,
                )


def _leaves(blocks: Iterable[Block], around: str | None) -> Iterator[tuple[tuple[Inline, ...], str | None]]:
    """Yield the inlines of each leaf with the attribution of the block quotation around it."""
    for block in blocks:
        match block:
            case Para() | Heading():
                yield block.inlines, around
            case Quote(attribution=Caption(inlines=inlines)):
                yield from _leaves(block.blocks, _runs(inlines)[0])
                yield inlines, None
            case Quote() | Aside():
                yield from _leaves(block.blocks, around)
            case List():
                for item in block.items:
                    yield from _leaves(item.blocks, around)
            case Figure():
                yield from ((part.inlines, around) for part in (block.caption, block.credit) if part)
            case Gallery():
                yield from _leaves(block.figures, around)
            case Table():
                yield from ((part.inlines, around) for part in (block.caption,) if part)
                yield from ((cell.inlines, around) for row in (*block.head, *block.body) for cell in row)
            case Code() | Rule():
                pass


def _runs(inlines: Iterable[Inline]) -> tuple[str, list[_Run]]:
    text = ""
    runs: list[_Run] = []
    for inline in inlines:
        match inline:
            case Text():
                text += inline.text
            case Break():
                text += "\n"
            case Image():
                pass
            case _:
                inner, found = _runs(inline.inlines)
                start = len(text)
                if isinstance(inline, Annotation):
                    runs.append(_Run(start, start + len(inner), inline))
                runs += [_Run(start + run.start, start + run.end, run.annotation) for run in found]
                text += inner
    return text, runs


def _credit(said: _Run, text: str, attributions: Sequence[_Run]) -> str | None:
    """Choose the attribution of a quotation: of the same speaker, in the same sentence, and near."""
    who = said.annotation.who

    def rank(run: _Run) -> tuple[bool, int, int]:
        before = run.end <= said.start
        between = text[run.end : said.start] if before else text[said.end : run.start]
        order = (0 if ":" in between else 2) if before else 1  # X said: "A", "A" said X, X said "A"
        return _STOP.search(between) is not None, order, len(between)

    at = bisect_left(attributions, said.start, key=lambda run: run.start)
    near = attributions[max(0, at - _NEAR) : at + _NEAR]
    fitting = [run for run in near if not who or run.annotation.who in (who, None)]
    if not fitting:
        return None
    best = min(fitting, key=rank)
    return text[best.start : best.end]
