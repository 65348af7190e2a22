"""Units of judgement: lines of blocks, and the parts of lines that a page's markup glued together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from copydesk.cleaning.lexicon import lexicon
from copydesk.reading.passage import Mark
from copydesk.reading.source import Block

_UPPER = "A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ"
_LOWER = "a-zß-öø-ÿα-ωа-яё"
# Where two elements met without a space: a capital or an opening mark behind lower case, a digit or a closing mark; a
# capitalised word behind capitals; a digit behind lower case or a stop; a bar or bullet. What stands behind the joint
# comes first, as few characters of a text can begin one. An apostrophe is no closing mark (`l’Europe`, `O’Brien`), and
# a word behind capitals has four letters, as `NFTs` is one word.
_JOINT = (
    rf"[{_UPPER}“‘«\d•|»›](?:(?<=[{_LOWER}0-9.!?…:;)\]”»%。！？][{_UPPER}])|(?<=[^\w\s]’[{_UPPER}])"
    rf"|(?<=[{_LOWER}0-9.!?…:;)\]”’»%。！？][“‘«])(?=\w)|(?<=[{_UPPER}]{{3}})(?=[{_LOWER}]{{3}})"
    rf"|(?<=[{_LOWER}.!?”]\d)|(?<=[{_LOWER}.][•|»›]))"
)
_GLUE = re.compile(_JOINT)
_GLUE_OR_GAP = re.compile(rf"{_JOINT}|\s\s+|\t")  # or a run of white space inside a line
_MAC = re.compile(r"\bMa?c$")
_LINE = re.compile(r"[^\r\n]+")
KINDS = {"paragraph": 0, "heading": 1, "item": 2, "quote": 3, "row": 4, "code": 5}


@dataclass(slots=True)
class Unit:
    """A stretch of a leaf block that is judged as one.

    Parameters:
        block: the leaf block.
        low, high: range of its passage's string.
        text: that range.
        kind: number of the kind of its nearest container or of itself (`KINDS`).
        level: of a heading, or depth of a list.
        linked: characters of it that are inside links.
        links: number of links that touch it.
        marked: characters that are strong or emphasised.
        part, parts: which part of how many of one line.
        spaced: whether white space parts it from the part before.
        indent, blank: columns before its line, blank lines above.
    """

    block: Block
    low: int
    high: int
    text: str
    kind: int
    level: int
    linked: int = 0
    links: int = 0
    marked: int = 0
    part: int = 0
    parts: int = 1
    spaced: bool = False
    indent: int = 0
    blank: int = 0


Parts: TypeAlias = dict[str, Sequence[tuple[int, str, bool]]]
"""Of each line: offset, text, and whether white space stands before it, of each part between glue points."""


def units(blocks: Sequence[Block], *, split: bool, known: Parts | None = None) -> list[Unit]:
    """Take a document apart into what is judged.

    Parameters:
        blocks: its blocks.
        split: whether lines are taken apart at glue points, as text dumps need it.
        known: the parts of lines that were taken apart before; those of others are added.

    Returns:
        The units in reading order; every printable character of a leaf block is in one.
    """
    known = {} if known is None else known
    found: list[Unit] = []
    for block, kind, level in _leaves(blocks, 0, 0):
        marks = [mark for mark in block.passage.marks if mark.kind in ("a", "strong", "em")]
        indent, blank = block.indent, block.blank_before
        for start, line in _lines(block.passage.string):
            spans = known.get(line) if split else _whole(line)
            if spans is None:
                spans = known[line] = _parts(line)
            for part, (low, text, spaced) in enumerate(spans):
                at, parts = start + low, len(spans)
                unit = Unit(block, at, at + len(text), text, kind, level, 0, 0, 0, part, parts, spaced, indent, blank)
                indent = blank = 0  # of the first unit alone
                if marks:
                    _measure(unit, marks)
                found.append(unit)
    return found


def _leaves(blocks: Sequence[Block], kind: int, depth: int) -> Iterator[tuple[Block, int, int]]:
    for block in blocks:
        if block.passage:
            own = KINDS.get(block.kind, kind) if block.kind != "paragraph" else kind
            yield block, own, block.level or depth
        if block.children:
            inner = KINDS.get(block.kind, kind)
            yield from _leaves(block.children, inner, depth + (block.kind == "list"))


def _lines(string: str) -> Iterable[tuple[int, str]]:
    """Offset and text of each line."""
    if "\n" not in string and "\r" not in string:
        return ((0, string),)
    return ((found.start(), found[0]) for found in _LINE.finditer(string))


def _whole(line: str) -> Sequence[tuple[int, str, bool]]:
    text = line.strip()
    return ((len(line) - len(line.lstrip()), text, False),) if text else ()


def _parts(line: str) -> Sequence[tuple[int, str, bool]]:
    glue = _GLUE if line.isprintable() and "  " not in line else _GLUE_OR_GAP
    joints = [found.span() for found in glue.finditer(line) if not _is_in_name(line, found.start())]
    if not joints:
        return _whole(line)
    spans: list[tuple[int, str, bool]] = []
    at = 0
    for low, high in (*joints, (len(line), len(line))):
        part = line[at:low]
        text = part.strip()
        if text:
            left = len(part) - len(part.lstrip())
            spans.append((at + left, text, at > 0 and (left > 0 or line[at - 1].isspace())))
        at = high if line[low:high].isspace() else low
    return spans


def _is_in_name(line: str, at: int) -> bool:
    """Whether a capital stands inside a name: one that is known, or one with the prefix Mc or Mac."""
    known = _names().get(line[at - 1 : at + 1])
    if known and any(line.endswith(before, 0, at) and line.startswith(behind, at) for before, behind in known):
        return True
    return line[at - 1] == "c" and _MAC.search(line, max(0, at - 4), at) is not None


@cache
def _names() -> dict[str, list[tuple[str, str]]]:
    """Both sides of each capital inside a known name, by the two letters that meet there."""
    sides = defaultdict[str, list[tuple[str, str]]](list)
    for name in lexicon("und").words("words", "inner_capitals"):
        for at in range(1, len(name)):
            sides[name[at - 1 : at + 1]].append((name[:at], name[at:]))
    return dict(sides)


def _measure(unit: Unit, marks: list[Mark]) -> None:
    for mark in marks:
        overlap = min(mark.end, unit.high) - max(mark.start, unit.low)
        if overlap > 0:
            if mark.kind == "a":
                unit.linked += overlap
                unit.links += 1
            else:
                unit.marked += overlap
