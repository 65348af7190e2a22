"""What the learned scorer sees of a unit: its shape, its place, and the shapes of its neighbours.

Words count only as frequent words and as words of page furniture, which the lexicons give for each language. A model
states `COLUMNS`, the number of features that it was trained with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from copydesk.cleaning.label import context
from copydesk.cleaning.label.classes import Bits, Integers, bits, has, have
from copydesk.cleaning.label.columns import AT, LONG_PROSE, OWN, Matrix
from copydesk.cleaning.label.units import Unit
from copydesk.cleaning.label.vocabulary import Vocabulary
from copydesk.cleaning.lexicon import Lexicon

_TOKEN = re.compile(r"\w+")
_YEAR = re.compile(r"(?:19|20)(?<!\w..)\d\d\b")
_TIME = re.compile(r"\d[:.]\d\d\b")
_LOOK = 160  # characters of a unit whose digits and capitals are counted; more would cost time and say the same
_SHAPE = 60  # characters of it that are compared with those of its neighbours
_WORDS = 25  # words of it whose capitals are counted
_REPEATED = 4  # units that a word must be in to be a word of this page
_LOGARITHMS = ("tokens", "characters", "indent", "blank", "part", "parts", "before", "behind", "total", "units",
               "which", "same start", "same end")  # fmt: skip
_LOGARITHMS_AT = [AT[name] for name in _LOGARITHMS]
# Measured from the mean of the document's long paragraphs, as languages differ: German has capitals in every sentence,
# Polish long words, and no two lexicons list the same share of a text.
_RELATIVE = ("uppers", "capitals", "function", "commas", "length")
COLUMNS = len(OWN) + context.COLUMNS
"""How many features a unit has."""

_Columns: TypeAlias = dict[str, ArrayLike]


def features(units: Sequence[Unit], lexicon: Lexicon) -> tuple[Matrix, Matrix]:
    """Measure the units of a document.

    Parameters:
        units: all units, in reading order; at least one.
        lexicon: the words of the document's language.

    Returns:
        One row a unit and one column a feature; and the number of tokens of each unit.
    """
    lower = "\n".join([*(unit.text for unit in units), ""]).lower()
    vocabulary = Vocabulary(lower)
    count = vocabulary.count.astype(float)
    function = vocabulary.among(lexicon.function_words)
    given = _given(units)
    which, again = _repetitions(lower.split("\n")[:-1])
    columns = {
        **_of_layout(given, count),
        "which": which,
        "again": again,
        **_of_characters([unit.text for unit in units], given["length"], vocabulary.count),
        **_of_words(vocabulary, function, lexicon),
        **_of_headline(_headline(units, count, again), vocabulary),
    }
    own = np.zeros((len(units), len(OWN)))
    for name, values in columns.items():
        own[:, AT[name]] = values
    run = context.densest(context.prose_mass(own, count).tolist())
    own[:, AT["topic"]], own[:, AT["content"]] = _topic(vocabulary, run, function)
    own[:, _LOGARITHMS_AT] = np.log1p(own[:, _LOGARITHMS_AT])
    prose = count * ((count >= LONG_PROSE) & (own[:, AT["linked"]] < 0.5))
    weight = prose if prose.any() else count + 1.0
    every = weight.sum()
    for name in _RELATIVE:
        column = own[:, AT[name]]
        column -= np.dot(column, weight) / every
    return np.concatenate([own, context.context(own, count, run)], axis=1), count


_GIVEN = ("links", "linked", "kind", "level", "indent", "blank", "part", "parts", "spaced", "marked", "length")


def _given(units: Sequence[Unit]) -> dict[str, Integers]:
    """What the units themselves say."""
    rows = [
        (u.links, u.linked, u.kind, u.level, u.indent, u.blank, u.part, u.parts, u.spaced, u.marked, len(u.text))
        for u in units
    ]
    return dict(zip(_GIVEN, np.array(rows).T, strict=True))


def _of_layout(given: Mapping[str, Integers], count: Matrix) -> _Columns:
    length, linked, part = given["length"], given["linked"], given["part"]
    size = len(length)
    index = np.arange(size)
    passed = count.cumsum()
    total = max(float(passed[-1]), 1.0)
    return {
        **{name: given[name] for name in ("links", "kind", "level", "indent", "blank", "part", "parts")},
        "tokens": count,
        "characters": length,
        "length": length / np.maximum(count, 1),
        "linked": np.minimum(linked / length, 1.0),
        "link": linked >= 0.9 * length,
        "marked": given["marked"] / length,
        "glued": part > 0,
        "more": given["parts"] - part > 1,
        "spaced": given["spaced"] + (part > 0),
        "place": index / size,
        "passed": (passed - count) / total,
        "before": index,
        "behind": size - index,
        "total": total,
        "units": size,
    }


def _repetitions(folded: Sequence[str]) -> tuple[list[int], list[bool]]:
    """For each unit, how many before it have its text, and whether any other has."""
    times: dict[str, int] = {}
    which = []
    for text in folded:
        before = times.get(text, 0)
        which.append(before)
        times[text] = before + 1
    return which, [times[text] > 1 for text in folded]


_AT_START = ("upper", "lower", "digit", "sign")
_ANYWHERE = ("bar", "copyright", "at", "question", "bracket", "quoted", "exclamation", "money")


def _of_characters(texts: Sequence[str], length: Integers, count: Integers) -> _Columns:
    size = len(texts)
    words = np.maximum(count, 1)
    page = bits("\n".join(["", *texts, ""]))
    end = (length + 1).cumsum()  # the line end behind each unit
    start = end - length
    found: _Columns = {}

    def unit(place: Integers) -> Integers:
        return start.searchsorted(place, "right") - 1

    every = np.bitwise_or.reduceat(page, start)
    found |= zip(_AT_START, have(page[start], _AT_START).T, strict=True)
    found |= zip(_ANYWHERE, have(every, _ANYWHERE).T, strict=True)
    for name in ("colon", "comma"):
        found[name] = has(page[end - 1], f"end {name}")
        found[f"{name}s"] = np.add.reduceat(has(page, name), start, dtype=np.int64) / words
    seen = np.minimum(length, _LOOK)
    edges = np.array([start, start + seen]).T.ravel()
    for name in ("upper", "digit"):
        found[f"{name}s"] = np.add.reduceat(has(page, name), edges, dtype=np.int64)[::2] / seen
    # capitals among the first words
    space = has(page, "space")
    initial = (space[:-1] & ~space[1:]).nonzero()[0] + 1
    of = unit(initial)
    rank = np.arange(len(initial)) - initial.searchsorted(start)[of]
    near = (rank < _WORDS) & (initial - start[of] < _LOOK)
    is_upper = has(page[initial[near]], "upper")
    found["capitals"] = np.bincount(of[near], is_upper, size) / np.bincount(of[near], minlength=size)
    # a stop with white space behind it and the closing marks that follow it
    others = (~has(page, "closer")).nonzero()[0]
    ends = others[:-1][has(page[others[:-1]], "stop") & space[others[1:]]]
    found["sentences"] = np.bincount(unit(ends), minlength=size)
    others = (~has(page, "after stop")).nonzero()[0]
    last = others[others.searchsorted(end) - 1]
    found["stops"] = has(page[last], "stop")
    return found | _of_phrases(texts, every)


def _of_phrases(texts: Sequence[str], every: Bits) -> _Columns:
    """What takes several characters to tell; `every` has the classes of all characters of each unit."""
    ellipsis = np.array(["..." in text for text in texts]) | has(every, "ellipsis")
    year, time = np.zeros(len(texts), bool), np.zeros(len(texts), bool)
    for number in has(every, "digit").nonzero()[0].tolist():
        text = texts[number]
        year[number] = _YEAR.search(text) is not None
        time[number] = _TIME.search(text, 0, _LOOK) is not None
    shapes = _TOKEN.sub("a", "\n".join([text[:_SHAPE] for text in texts])).split("\n")
    same = [one == other for one, other in pairwise(["", *shapes, ""])]
    return {
        "address": ["http" in text or "www." in text for text in texts],
        "ellipsis": ellipsis,
        "year": year,
        "time": time,
        "shape before": same[:-1],
        "shape behind": same[1:],
    }


def _of_words(vocabulary: Vocabulary, function: NDArray[np.bool_], lexicon: Lexicon) -> _Columns:
    words = np.maximum(vocabulary.count, 1)
    units_with = np.bincount(vocabulary.word, minlength=vocabulary.size)
    common = (units_with >= _REPEATED) & vocabulary.is_long
    furniture = vocabulary.times(vocabulary.among(lexicon.furniture)) + vocabulary.has_pair(lexicon.furniture_pairs)
    return {
        "function": vocabulary.times(function) / words,
        "furniture": furniture / words,
        "has furniture": furniture > 0,
        "common": vocabulary.times(common) / words,
        "comment": vocabulary.times(vocabulary.among(lexicon.comments)) > 0,
        "same start": vocabulary.same_start(),
        "same end": vocabulary.same_end(),
    }


def _of_headline(top: int | None, vocabulary: Vocabulary) -> _Columns:
    size = len(vocabulary.count)
    if top is None:
        return {"headline": 0, "from headline": -999, "no headline": True}
    words = vocabulary.of(top)
    share = vocabulary.different(words) / max(int(words.sum()), 1)
    return {"headline": share, "from headline": np.arange(size) - top, "no headline": False}


def _topic(vocabulary: Vocabulary, run: tuple[int, int], function: NDArray[np.bool_]) -> tuple[Matrix, Matrix]:
    """For each unit, the share of its content words that the densest run of prose repeats, and the share of them."""
    content = vocabulary.is_long & ~function
    inside = (vocabulary.unit >= run[0]) & (vocabulary.unit <= run[1])
    topic = content & (np.bincount(vocabulary.word[inside], minlength=vocabulary.size) > 1)
    words = vocabulary.different(content)
    shares: Matrix = vocabulary.different(topic) / (words + 1)
    return shares, words / (vocabulary.count + 1.0)


def _headline(units: Sequence[Unit], count: Matrix, again: Sequence[bool]) -> int | None:
    """The unit that is likely the headline: the first heading, else a line before the first long paragraph."""
    headings = [i for i, unit in enumerate(units) if unit.kind == 1]
    if headings:
        return next((i for i in headings if units[i].level == 1), headings[0])
    long = count >= LONG_PROSE
    first = int(long.argmax())
    near = [i for i in range(max(0, first - 15), first) if 4 <= count[i] <= LONG_PROSE] if long[first] else []
    return max(near, key=lambda i: (again[i], count[i])) if near else None
