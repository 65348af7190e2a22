"""Which blocks are the article: every unit scored, lines taken apart where furniture is glued to text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.label.context import densest
from copydesk.cleaning.label.features import features
from copydesk.cleaning.label.profile import Profile
from copydesk.cleaning.label.scorer import load
from copydesk.cleaning.label.units import Unit, units
from copydesk.cleaning.shape import ends_sentence
from copydesk.reading.source import Block, walk

_FORMS = {"text/plain": "text", "text/markdown": "markdown"}  # the model by media type; nothing else is a rip
_LIKELY, _DOUBTFUL = 0.5, 0.35  # scores from which a line is kept: apart from the article, and within it
_SENTENCE, _PROSE = 0.08, 25  # within it, the score for a sentence, and for whatever has so many tokens
_LONG = ((140, 0.3), (60, 0.4))  # tokens, and the score from which so long a unit is kept apart from the article
_SURE = 0.9  # score from which a line within an article is no furniture, though the site repeats it
_OUTWEIGHS = 0.45  # score above which a unit speaks for its being within the article, and below which against it
_BELONGS = 0.2  # score of a sentence that belongs to an article near it
_NEAR = 3  # units that may stand between the article and a sentence that belongs to it
_FEWEST_TOKENS = 4  # of such a sentence
_SHORTEST = 100  # tokens of a document that is judged; a page with furniture has more, and a note gives no context
_CLEAN = 0.85  # share of a document that the article has where little was left around it
_DIGITS, _DIGIT = re.compile(r"(?<!\d)\d{1,3}\.$"), re.compile(r"\d")  # of one number; a year may end a sentence
_QUOTED = re.compile(r"[^\r\n]*[«»”]")  # behind a mark that opens a quotation here and closes one elsewhere
_HEAVIEST = 360  # characters that a unit counts for at most, so that one long paragraph does not outweigh all others


class _Scored(NamedTuple):
    """Scores and numbers of tokens of units, and the name of the model; empty if there is none."""

    scores: list[float]
    tokens: list[float]
    model: str


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
            furniture is marked apart from the article too. What its profile has is marked wherever it stands apart
            from the article, and within it where it is a paragraph that the model is not sure of.

    Returns:
        First and last index in `draft.blocks` of the article; None if nothing was judged: no model knows the
        language or the kind of document, it is too short, or nothing scores well enough to be an article.
    """
    form = _FORMS.get(draft.source.media_type)
    if form is None:
        return None
    found = units(draft.blocks, split=form == "text", known=draft.parts)
    scored = _scored(draft, found, form)
    known = _site_lines(draft, found, scored)
    if scored is None and known and draft.profile is not None:  # no model: whatever the site does not repeat is text
        scored = _unmodelled(found, known)
    if scored is None:
        return None
    scores, tokens = scored.scores, scored.tokens
    first, last = _stretch(found, scored, draft.profile if known else None)
    sizes = [len(unit.text) for unit in found]
    is_lenient = draft.keep_doubtful or sum(sizes[first : last + 1]) >= _CLEAN * sum(sizes)
    by_block = defaultdict[int, list[_Judged]](list)
    for number, (unit, score, count) in enumerate(zip(found, scores, tokens, strict=True)):
        is_inside = first <= number <= last
        if is_lenient or is_inside:
            enough = _SENTENCE if count > _PROSE or ends_sentence(unit.text) else _DOUBTFUL
        else:
            enough = next((least for length, least in _LONG if count >= length), _LIKELY)
        keep = score >= enough
        if number in known:
            is_text = score >= _SURE or unit.kind > 0 or draft.keep_doubtful
            keep = is_inside and (keep and is_text if scored.model else True)
            score = (score if scored.model else 1.0) if keep else 0.0
        by_block[id(unit.block)].append(_Judged(unit, score, count, keep))
    draft.model = scored.model
    if known and draft.profile is not None:
        draft.model = f"{scored.model}+{draft.profile.name}" if scored.model else draft.profile.name
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


def _unmodelled(found: Sequence[Unit], known: Collection[int]) -> _Scored:
    """Scores of 1 for what the site does not repeat, and for headings and items, which many articles may have."""
    is_own = [number not in known or (unit.kind > 0 and not unit.links) for number, unit in enumerate(found)]
    scores = [float(own) for own in is_own]
    return _Scored(scores, [float(len(unit.text.split())) for unit in found], "")


def _site_lines(draft: Draft, found: Sequence[Unit], scored: _Scored | None) -> frozenset[int]:
    """The units that a profile has; none, with a warning, if they are most of the sentences.

    It was learnt from copies of the document then, or is that of another site.
    """
    if draft.profile is None:
        return frozenset()
    known = frozenset(number for number, unit in enumerate(found) if draft.profile.has(unit.text))
    text = {
        number: len(unit.text)
        for number, unit in enumerate(found)
        if ends_sentence(unit.text) and (scored is None or scored.scores[number] >= _LIKELY)
    }
    repeated = sum(size for number, size in text.items() if number in known)
    if known and (len(known) == len(found) or repeated * 2 > sum(text.values())):
        draft.source.warnings.append(
            "most of its text is in the profile, which is not used for it: take copies out of what it is learnt from"
        )
        return frozenset()
    return known


def _stretch(found: Sequence[Unit], scored: _Scored, profile: Profile | None) -> tuple[int, int]:
    """The article: first and last unit."""
    scores = scored.scores
    if not scored.model:
        return scores.index(1.0), len(scores) - 1 - scores[::-1].index(1.0)
    weights = [(score - _OUTWEIGHS) * min(len(unit.text), _HEAVIEST) for unit, score in zip(found, scores, strict=True)]
    sentences = [
        score >= _BELONGS and count >= _FEWEST_TOKENS and ends_sentence(unit.text)
        for unit, score, count in zip(found, scores, scored.tokens, strict=True)
    ]
    stretch = _grown(densest(weights), sentences)
    return _trimmed(stretch, found, profile) if profile is not None else stretch


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


def _trimmed(stretch: tuple[int, int], found: Sequence[Unit], profile: Profile) -> tuple[int, int]:
    """A stretch without the paragraphs at its ends that half of the site's documents have."""
    first, last = stretch
    while first < last and found[first].kind == 0 and profile.has_usually(found[first].text):
        first += 1
    while first < last and found[last].kind == 0 and profile.has_usually(found[last].text):
        last -= 1
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
