"""Which blocks are the article: every unit scored, lines taken apart where furniture is glued to text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.label.context import densest
from copydesk.cleaning.label.features import features
from copydesk.cleaning.label.profile import Profile, is_short
from copydesk.cleaning.label.scorer import load
from copydesk.cleaning.label.units import Unit, units
from copydesk.cleaning.shape import ends_sentence
from copydesk.reading.source import Block, walk

_FORMS = {"text/plain": "text", "text/markdown": "markdown"}  # the model by media type; nothing else is a rip
_LIKELY, _DOUBTFUL = 0.5, 0.35  # scores from which a line is kept: apart from the article, and within it
_SENTENCE, _PROSE = 0.08, 25  # within it, the score for a sentence, and for whatever has so many tokens
_LONG = ((140, 0.3), (60, 0.4))  # tokens, and the score from which so long a unit is kept apart from the article
_OUTWEIGHS = 0.45  # score above which a unit speaks for its being within the article, and below which against it
_BELONGS = 0.2  # score of a sentence that belongs to an article near it
_NEAR = 3  # units that may stand between the article and a sentence that belongs to it
_FEWEST_TOKENS = 4  # of such a sentence
_SHORTEST = 100  # tokens of a document that is judged; a page with furniture has more, and a note gives no context
_CLEAN = 0.85  # share of a document that the article has where little was left around it
_DIGITS, _DIGIT = re.compile(r"(?<!\d)\d{1,3}\.$"), re.compile(r"\d")  # of one number; a year may end a sentence
_QUOTED = re.compile(r"[^\r\n]*[«»”]")  # behind a mark that opens a quotation here and closes one elsewhere
_HEAVIEST = 360  # characters that a unit counts for at most, so that one long paragraph does not outweigh all others


@dataclass(frozen=True, slots=True)
class _Scored:
    """Scores of units, their tokens, by whom, and what short lines of the site score within an article."""

    scores: list[float]
    tokens: list[float]
    model: str
    short: Mapping[int, float] = field(default_factory=dict)


class _Judged(NamedTuple):
    unit: Unit
    score: float
    tokens: float
    keep: bool


def judge(draft: Draft) -> tuple[int, int] | None:
    """Score the blocks of a draft, and mark those that are furniture.

    The article is the stretch of units whose scores outweigh what stands around it, and sentences near it. Within it
    only what is surely furniture is marked, as a sentence that looks odd is likely to belong there; and so around it,
    if it is nearly all of the document. Lines of a text dump are cut where a unit that is kept meets one that is not; a
    table is judged as one.

    Parameters:
        draft: its blocks get their `score` and `furniture`; if it is to keep the doubtful, only what is surely
            furniture is marked apart from the article too.

    Returns:
        First and last index in `draft.blocks` of the article; None if nothing was judged: no model knows the
        language or the kind of document, it is too short, or nothing scores well enough to be an article.
    """
    form = _FORMS.get(draft.source.media_type)
    if form is None:
        return None
    found = units(draft.blocks, split=form == "text", known=draft.parts)
    scored = _scored(draft, found, form)
    if draft.profile is not None:
        scored = _with_profile(draft.profile, found, scored)
    if scored is None:
        return None
    scores, tokens = scored.scores, scored.tokens
    sizes = [len(unit.text) for unit in found]
    weights = [(score - _OUTWEIGHS) * min(size, _HEAVIEST) for size, score in zip(sizes, scores, strict=True)]
    sentences = [
        score >= _BELONGS and count >= _FEWEST_TOKENS and ends_sentence(unit.text)
        for unit, score, count in zip(found, scores, tokens, strict=True)
    ]
    first, last = _grown(densest(weights), sentences)
    for number, score in scored.short.items():
        if first <= number <= last:
            scores[number] = score
    is_lenient = draft.keep_doubtful or sum(sizes[first : last + 1]) >= _CLEAN * sum(sizes)
    by_block = defaultdict[int, list[_Judged]](list)
    for number, (unit, score, count) in enumerate(zip(found, scores, tokens, strict=True)):
        if is_lenient or first <= number <= last:
            enough = _SENTENCE if count > _PROSE or ends_sentence(unit.text) else _DOUBTFUL
        else:
            enough = next((least for length, least in _LONG if count >= length), _LIKELY)
        keep = score >= enough
        by_block[id(unit.block)].append(_Judged(unit, score, count, keep))
    draft.model = scored.model
    ends = {id(found[first].block), id(found[last].block)}
    blocks: list[Block] = []
    stretch: list[int] = []
    for block in draft.blocks:
        begin = len(blocks)
        if form == "text":
            blocks.extend(_parts(block, by_block[id(block)]) if by_block.get(id(block)) else [block])
        else:
            _mark(block, by_block)
            blocks.append(block)
        if id(block) in ends or (block.children and any(id(inner) in ends for inner in walk(block.children))):
            stretch += [begin, len(blocks) - 1]
    draft.blocks = blocks
    return stretch[0], stretch[-1]


def _scored(draft: Draft, found: Sequence[Unit], form: str) -> _Scored | None:
    """The scores of a model, if there is one and it knows what to make of the document."""
    if not found or not draft.lexicon.is_cased:
        return None
    matrix, tokens = features(found, draft.lexicon)
    if tokens.sum() < _SHORTEST:
        return None
    model = load(form)
    scores = model.scores(matrix).tolist()
    return _Scored(scores, tokens.tolist(), model.name) if max(scores) >= _LIKELY else None


def _with_profile(profile: Profile, found: Sequence[Unit], scored: _Scored | None) -> _Scored | None:
    """The scores with those of a site's lines at 0; without a model every other line is at 1.

    A document that has no other lines is a copy of others, and nothing is known of it.
    """
    scores = scored.scores if scored else [1.0] * len(found)
    known = [number for number, unit in enumerate(found) if profile.has(unit.text)]
    lowered = list(scores)
    for number in known:
        lowered[number] = 0.0
    if not known or max(lowered) < _LIKELY:
        return scored
    tokens = scored.tokens if scored else [float(len(unit.text.split())) for unit in found]
    model = f"{scored.model}+{profile.name}" if scored else profile.name
    return _Scored(lowered, tokens, model, {number: scores[number] for number in known if is_short(found[number].text)})


def _grown(stretch: tuple[int, int], sentences: Sequence[bool]) -> tuple[int, int]:
    """A stretch with the sentences that stand near its ends, and those near these."""
    first, last = stretch
    for at in range(first - 1, -1, -1):
        if first - at > _NEAR:
            break
        if sentences[at]:
            first = at
    for at in range(last + 1, len(sentences)):
        if at - last > _NEAR:
            break
        if sentences[at]:
            last = at
    return first, last


def _parts(block: Block, judged: Sequence[_Judged]) -> list[Block]:
    """A block of one line, cut where a unit that is kept meets one that is not.

    Beside furniture on the same line it takes more to be kept, unless it is a sentence.
    """
    kept = sum(each.keep for each in judged)
    if 0 < kept < len(judged):
        judged = [each._replace(keep=each.keep and (each.score >= _LIKELY or _is_text(each))) for each in judged]
        judged = _unbroken(judged)
        kept = sum(each.keep for each in judged)
    if kept in (0, len(judged)):
        block.score, block.furniture = _mean(judged), not judged[0].keep
        return [block]
    runs = [list(run) for _, run in groupby(judged, key=attrgetter("keep"))]
    passages = block.passage.parts([(run[0].unit.low, run[-1].unit.high) for run in runs])
    return [
        replace(
            block,
            passage=passage,
            score=_mean(run),
            furniture=not run[0].keep,
            blank_before=0 if number else block.blank_before,
        )
        for number, (run, passage) in enumerate(zip(runs, passages, strict=True))
    ]


def _unbroken(judged: Sequence[_Judged]) -> list[_Judged]:
    """Units that belong together, though they look glued, are kept if one of them is: `9.` `30`, and `»` `Ja«`."""
    groups: list[list[_Judged]] = []
    for each in judged:
        if groups and _are_one(groups[-1][-1].unit, each.unit):
            groups[-1].append(each)
        else:
            groups.append([each])
    return [each._replace(keep=any(other.keep for other in group)) for group in groups for each in group]


def _are_one(before: Unit, behind: Unit) -> bool:
    if before.high != behind.low:
        return False
    if before.text in ("»", "”"):
        return _QUOTED.match(behind.text) is not None
    if before.text[-1] != ".":
        return False
    return _DIGITS.search(before.text) is not None and _DIGIT.match(behind.text) is not None


def _is_text(judged: _Judged) -> bool:
    return judged.tokens > _PROSE or ends_sentence(judged.unit.text)


def _mark(block: Block, by_block: Mapping[int, list[_Judged]]) -> None:
    """Mark a block and those that it contains; a table as a whole, another not if a sentence in it is kept."""
    judged = [each for inner in walk([block]) for each in by_block.get(id(inner), ())]
    if judged:
        block.score = _mean(judged)
        kept = sum(each.tokens + 1 for each in judged if each.keep)
        has_text = block.kind != "table" and any(each.keep and _is_text(each) for each in judged)
        block.furniture = not has_text and kept * 2 < sum(each.tokens + 1 for each in judged)
    if block.kind != "table":
        for child in block.children:
            _mark(child, by_block)


def _mean(judged: Sequence[_Judged]) -> float:
    """The mean score, by tokens."""
    return sum(each.score * (each.tokens + 1) for each in judged) / sum(each.tokens + 1 for each in judged)
