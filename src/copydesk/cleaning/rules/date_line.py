"""Dates above the text: alone on a line, or beside a name, a label, the minutes that reading takes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.dates import LONGEST, iso_date
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.header import header_zone
from copydesk.cleaning.rules.source_footer import LABEL
from copydesk.cleaning.segments import MARKS, Segment, head_segments, leaves, pruned, take
from copydesk.cleaning.shape import ends_sentence, is_prose
from copydesk.reading.source import Block, walk

_BEFORE = re.compile(r"(?:^|[|•·‧∙›»~/⋅●—–,;:()\n]|\s\s|\s-)\s*$|(?<=[^\W_])$")
_BEHIND = re.compile(r"\s*(?:$|[|•·‧∙›»~/⋅●—–,;()\n]|\s\s|-\s)|(?=[^\W_])|\s*\d+\s*\D{0,12}$")
_ON = r"(?:on|at|am|le|el|il|op|em)"  # between a label or a name and a date
_LONGEST_LABEL = 40
_SHORT, _LONGEST_NAME = 90, 5  # characters of a line that is no sentence; words of a name
_ABOVE = 4  # lines above the headline in which a date may stand
_PUBLISHED, _MODIFIED = "datePublished", "dateModified"


def apply(draft: Draft) -> None:
    """Move the dates around the headline to head/datePublished, or dateModified by their labels.

    A line above the text that is nothing but a date; else a piece of a line, where it begins and ends with the date, or
    separators, glue, links or its label part it from the rest, as in `By Jane Doe | June 5, 2024 | 5 min read`. A
    date in a sentence, one without a year, a relative one, and one whose day and month could be changed round stay; and
    so does one behind any other words and a colon, on its line or the one above (`Deadline: June 5, 2024`), or behind a
    comma right below a picture, as in a caption.
    """
    _take_lines(draft)
    if _PUBLISHED not in draft.head or _MODIFIED not in draft.head:
        _take_pieces(draft)


def _take_lines(draft: Draft) -> None:
    over, announced = _under_labels(draft), _announced(draft)
    for block in header_zone(draft):
        text = block.text
        if not text or len(text) > LONGEST + 24 or len(list(block.passage.stretches())) != 1:
            continue
        label = _label_at_start(text)
        above = None if label else over.get(id(block))
        printed = label or (above.text if above else "")
        if not printed and id(block) in announced:
            continue
        name = _MODIFIED if printed and is_modified(printed) else _PUBLISHED
        if name in draft.head:
            continue
        rest = block.passage.cut(len(label))
        try:
            value = iso_date(rest.string)
        except ValueError:
            continue
        draft.blocks.remove(block)
        draft.move(name, rest, "meta.date", value)
        if label:
            draft.drop(block.passage.cut(0, len(label)), "meta.label")
        if above:
            _drop_label(draft, above)


def _take_pieces(draft: Draft) -> None:
    segments = [segment for segment in head_segments(draft) if segment.date is not None]
    below = [segment for segment in segments if segment.below]
    lines = max((segment.line for segment in segments), default=0)
    above = [segment for segment in reversed(segments) if not segment.below]
    first_below = min((segment.line for segment in below), default=lines + 1)
    chosen = defaultdict[int, list[tuple[Segment, tuple[int, int] | None, str]]](list)
    blocks: dict[int, Block] = {}
    taken: set[str] = set(draft.head)
    over, announced, pictured = _under_labels(draft), _announced(draft), under_pictures(draft.blocks)
    for segment in (*below, *above):
        label = _label(segment)
        over_it = over.get(id(segment.block))
        printed = segment.block.text[slice(*label)] if label else over_it.text if over_it else ""
        name = _MODIFIED if printed and is_modified(printed) else _PUBLISHED
        before = segment.block.text[: segment.low].rstrip()
        if not printed and (announces(before) or (not before and id(segment.block) in announced)):
            continue
        if id(segment.block) in pictured and before.endswith(","):
            continue
        if not printed and (other := _glued(segment, segments)) is not None:
            name = _MODIFIED if str(segment.date)[:10] > str(other.date)[:10] else _PUBLISHED
        if name in taken or (not segment.below and first_below - segment.line > _ABOVE + 1 and taken):
            continue
        start = label[0] if label else segment.low
        ends = {each.high for each in segments if each.block is segment.block}
        if not _is_apart(draft, segment, start, ends):
            continue
        taken.add(name)
        if over_it is not None and not label:
            _drop_label(draft, over_it)
        chosen[id(segment.block)].append((segment, label, name))
        blocks[id(segment.block)] = segment.block
    for key, found in chosen.items():
        _move(draft, blocks[key], sorted(found, key=lambda each: each[0].low))


def _glued(segment: Segment, segments: Sequence[Segment]) -> Segment | None:
    """The date that another one without label is glued to: the day of publication and that of the last change."""
    for other in segments:
        ends = {(other.high, segment.low), (segment.high, other.low)}
        if other.block is segment.block and any(low == high for low, high in ends) and _label(other) is None:
            return other
    return None


def _under_labels(draft: Draft) -> dict[int, Block]:
    """Labels that are a line of their own, by the block below."""
    found = {}
    for above, below in pairwise(leaves(draft.blocks)):
        text = above.text
        if len(text) <= _LONGEST_LABEL and above.kind == "paragraph" and _labels().fullmatch(text.rstrip(" :：")):
            found[id(below)] = above
    return found


def _announced(draft: Draft) -> set[int]:
    """Blocks below a line that ends in a colon."""
    return {id(below) for above, below in pairwise(leaves(draft.blocks)) if announces(above.text)}


def under_pictures(blocks: Sequence[Block]) -> set[int]:
    """Leaf blocks, by identity, right below a picture that is a line of its own."""
    found = set()
    for above, below in pairwise(walk(blocks)):
        is_picture = above.image is not None or any(mark.kind == "img" for mark in above.passage.marks)
        if is_picture and not above.text.strip():
            found.add(id(below))
    return found


def _drop_label(draft: Draft, block: Block) -> None:
    draft.drop(block.passage, "date.label")
    block.passage = block.passage.cut(0, 0)
    draft.blocks = pruned(draft.blocks)


def _move(draft: Draft, block: Block, found: list[tuple[Segment, tuple[int, int] | None, str]]) -> None:
    ranges: list[tuple[int, int]] = []
    for segment, label, _ in found:
        ranges += [label] if label else []
        ranges.append((segment.low, segment.high))
    passages = iter(take(draft, block, ranges, "date.separator"))
    for segment, label, name in found:
        if label:
            draft.drop(next(passages), "date.label")
        draft.move(name, next(passages), "meta.date", segment.date)


def _is_apart(draft: Draft, segment: Segment, start: int, ends: set[int]) -> bool:
    """Whether a date, from its label on, is a piece of its own in a line that is no sentence."""
    block = segment.block
    text, marks = block.text, block.passage.marks
    if len(list(block.passage.cut(segment.low, segment.high).stretches())) != 1:
        return False
    edges = {edge for mark in marks for edge in (mark.start, mark.end)}
    before, behind = text[:start], text[segment.high :]
    short = len(text) <= _SHORT and not is_prose(text) and not ends_sentence(text)
    left = (
        not before.strip()
        or start in edges
        or len(before.rstrip()) in ends
        or _BEFORE.search(before[-4:])
        or (short and _is_named(draft, before))
    )
    right = segment.high in edges or _BEHIND.match(behind[:24]) or _labels().match(behind.strip()[:_LONGEST_LABEL])
    return bool(left and (right or short))


def _is_named(draft: Draft, text: str) -> bool:
    """Whether a text may be a name: a few words, all of them with a capital but for particles."""
    words = text.split()
    particles = draft.lexicon.particles
    return len(words) <= _LONGEST_NAME and all(word[:1].isupper() or word in particles for word in words)


def label_before(text: str, at: int) -> str | None:
    """The printed label that stands right in front of a place in a text, such as `Updated on`."""
    found = _label_at_end().search(text, max(0, at - _LONGEST_LABEL), at)
    return text[found.start() : at].strip() if found else None


def is_apart(text: str, low: int, high: int) -> bool:
    """Whether separators, glue or the ends of a line part a range from the rest of it."""
    return _BEFORE.search(text[max(0, low - 4) : low]) is not None and _BEHIND.match(text[high : high + 24]) is not None


def announces(text: str) -> bool:
    """Whether a text in front of a date ends in a colon, so that its words say what the date is of."""
    return text.rstrip(" \t\xa0_*").endswith((":", "："))


def is_modified(label: str) -> bool:
    """Whether a label announces the date of the last change."""
    return _bare(label) in _modified()


def _label(segment: Segment) -> tuple[int, int] | None:
    """The printed label right in front of a date, its colon included."""
    low = max(0, segment.low - _LONGEST_LABEL)
    text = segment.block.text[low : segment.low]
    found = _label_at_end().search(text)
    if found is None and not segment.block.text[:low]:
        found = _preposition().fullmatch(text)
    return (low + found.start(), low + len(text.rstrip())) if found else None


def _label_at_start(text: str) -> str:
    """The printed label at the start of a line, its colon included; empty if there is none."""
    found = _labels().match(text)
    return text[: len(text) - len(text[found.end() :].lstrip(" \t:："))].rstrip() if found else ""


def _words() -> str:
    words = in_all_languages("dates", "published") + in_all_languages("dates", "modified")
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def _label_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_words()})(?:\s+{_ON})?\s*[:：]?\s*$", re.I)


@cache
def _preposition() -> re.Pattern[str]:
    return re.compile(rf"\W*{_ON}\s*", re.I)


@cache
def _labels() -> re.Pattern[str]:
    return re.compile(rf"(?:{_words()})(?!\w)", re.I)


def _bare(label: str) -> str:
    return re.sub(rf"\s+{_ON}$", "", label.rstrip(" :：").casefold())


@cache
def _modified() -> frozenset[str]:
    return frozenset(_bare(word) for word in in_all_languages("dates", "modified"))


def _label_match() -> str:
    return rf"(?i)(?:{_words()})(?:\s+{_ON})?\s*[:：]?|\W*{_ON}"


RULE = Rule(
    "date-line",
    apply,
    (
        LedgerRule(id="meta.date", d="meta", norm="date", reason="a date above the text, a line or a piece of one"),
        LABEL,
        LedgerRule(id="date.label", d="drop", match=_label_match(), reason="printed label of a date that moved"),
        LedgerRule(id="date.separator", d="drop", match=f"{MARKS}+", reason="what parted a date from its line"),
    ),
)
