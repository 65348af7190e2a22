"""What the learned scorer sees of a unit: its shape, its place, and the shapes of its neighbours.

Words count only as frequent words and as words of page furniture, which the lexicons give for each language. A model
states `COLUMNS`, the number of features that it was trained with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.label.units import Unit
from copydesk.cleaning.lexicon import Lexicon

Matrix: TypeAlias = NDArray[np.floating[Any]]

_TOKEN = re.compile(r"\w+")
_SENTENCE = re.compile(r"[.!?…。！？][”’\"')\]»]*(?=\s|$)")
_YEAR = re.compile(r"(?:19|20)(?<!\w..)\d\d\b")
_TIME = re.compile(r"\d[:.]\d\d\b")
_SIGNS = frozenset("“\"‘'•-–—*|»›©@#[(")
_STOPS = frozenset(".!?…。！？")
_AFTER_STOP = "”’\"')*_ »]"
_LOOK = 160  # characters of a unit whose digits and capitals are counted; more would cost time and say the same
_WORDS = 25  # words of it whose capitals are counted
_LONG_PROSE, _PROSE = 25, 10  # tokens
_REPEATED = 4  # units that a word must be in to be a word of this page
_FARTHEST = 99  # units; what is farther is as far
_OWN = (
    "tokens", "characters", "sentences", "stops", "colon", "comma", "upper", "lower", "digit", "sign",
    "digits", "uppers", "capitals", "function", "commas", "length", "links", "linked", "link", "kind", "level",
    "indent", "blank", "glued", "part", "parts", "more", "spaced", "place", "passed", "before", "behind", "total",
    "units", "again", "furniture", "has furniture", "bar", "copyright", "at", "address", "question", "colons",
    "bracket", "headline", "from headline", "no headline", "year", "common", "shape before", "shape behind",
    "marked", "quoted", "exclamation", "ellipsis", "money", "which", "same start", "same end", "time", "comment",
    "topic", "content",
)  # fmt: skip
_AT = {name: number for number, name in enumerate(_OWN)}
_LOGARITHMS = ("tokens", "characters", "indent", "blank", "part", "parts", "before", "behind", "total", "units",
               "which", "same start", "same end")  # fmt: skip
# Measured from the mean of the document's long paragraphs, as languages differ: German has capitals in every sentence,
# Polish long words, and no two lexicons list the same share of a text.
_RELATIVE = ("uppers", "capitals", "function", "commas", "length")
_NEAR = ("tokens", "sentences", "stops", "capitals", "function", "links", "linked", "kind", "blank", "furniture",
         "digits", "level")  # fmt: skip
_FAR = ("tokens", "stops", "linked", "function")
_WINDOWS = ((-5, -1), (1, 5), (-15, -1), (1, 15), (-3, 3), (-40, 40))
_ABOVE = ("level", "furniture", "tokens", "capitals")  # of the last heading above a unit
COLUMNS = len(_OWN) + 4 * len(_NEAR) + 4 * len(_FAR) + 8 * len(_WINDOWS) + 8 + 7 + 3 + len(_ABOVE) + 1
"""How many features a unit has."""


def features(units: Sequence[Unit], lexicon: Lexicon) -> tuple[Matrix, Matrix]:
    """Measure the units of a document.

    Parameters:
        units: all units, in reading order; at least one.
        lexicon: the words of the document's language.

    Returns:
        One row a unit and one column a feature; and the number of tokens of each unit.
    """
    own, count = _own(units, lexicon)
    return np.hstack([own, _context(own, count)]), count


def _own(units: Sequence[Unit], lexicon: Lexicon) -> tuple[Matrix, Matrix]:
    size = len(units)
    folded = [unit.text.lower() for unit in units]
    tokens = [_TOKEN.findall(text) for text in folded]
    count = np.array([len(found) for found in tokens], float)
    passed = np.concatenate([[0.0], np.cumsum(count)])
    total = max(float(passed[-1]), 1.0)
    again = Counter(folded)
    top = _headline(units, folded, count, again)
    words = frozenset(tokens[top]) if top is not None else frozenset()
    distinct = [set(found) for found in tokens]
    spread = Counter(chain.from_iterable(distinct))
    common = frozenset(word for word, times in spread.items() if times >= _REPEATED and len(word) > 3)
    shapes = [_TOKEN.sub("a", unit.text[:60]) for unit in units]
    which, times = [0] * size, Counter[str]()
    for i, text in enumerate(folded):
        which[i] = times[text]
        times[text] += 1
    starts, ends = [tuple(found[:2]) for found in tokens], [tuple(found[-2:]) for found in tokens]
    start_times, end_times = Counter(starts), Counter(ends)
    comments = lexicon.comments
    function, furniture, pairs = lexicon.function_words, lexicon.furniture, lexicon.furniture_pairs
    is_furniture, is_function, is_common = furniture.__contains__, function.__contains__, common.__contains__
    before, rows = "", []
    for i, unit in enumerate(units):
        text, found = unit.text, tokens[i]
        number, length = len(found) or 1, len(text)
        look, start = text[:_LOOK], text[0]
        seen = len(look)
        initials = [word[0] for word in look.split()[:_WORDS]]
        of_furniture = sum(map(is_furniture, found))
        if pairs and not pairs.isdisjoint(pairwise(found)):
            of_furniture += 1
        bare = text.rstrip(_AFTER_STOP)
        behind = shapes[i + 1] if i + 1 < size else ""
        rows.append(
            (
                len(found),
                length,
                len(_SENTENCE.findall(text)),
                bare[-1:] in _STOPS if bare else 0,
                text[-1] in ":：",
                text[-1] in ",、",
                start.isupper(),
                start.islower(),
                start.isdigit(),
                start in _SIGNS,
                sum(map(str.isdigit, look)) / seen,
                sum(map(str.isupper, look)) / seen,
                sum(map(str.isupper, initials)) / len(initials),
                sum(map(is_function, found)) / number,
                text.count(",") / number,
                length / number,
                unit.links,
                min(unit.linked / length, 1.0),
                unit.linked >= 0.9 * length,
                unit.kind,
                unit.level,
                unit.indent,
                unit.blank,
                unit.part > 0,
                unit.part,
                unit.parts,
                unit.parts - unit.part > 1,
                unit.spaced + (unit.part > 0),
                i / size,
                passed[i] / total,
                i,
                size - i,
                total,
                size,
                again[folded[i]] > 1,
                of_furniture / number,
                of_furniture > 0,
                "|" in text,
                "©" in text,
                "@" in text,
                "http" in text or "www." in text,
                "?" in text,
                text.count(":") / number,
                "(" in text,
                len(words.intersection(found)) / max(len(words), 1),
                i - top if top is not None else -999,
                top is None,
                _YEAR.search(text) is not None,
                sum(map(is_common, found)) / number,
                shapes[i] == before,
                shapes[i] == behind,
                unit.marked / length,
                "“" in text or '"' in text,
                "!" in text,
                "..." in text or "…" in text,
                "$" in text or "€" in text or "£" in text,
                which[i],
                start_times[starts[i]],
                end_times[ends[i]],
                _TIME.search(look) is not None,
                not comments.isdisjoint(found),
                0,
                0,
            )
        )
        before = shapes[i]
    matrix = np.array(rows, float)
    matrix[:, _AT["topic"]], matrix[:, _AT["content"]] = _topic(distinct, matrix, count, lexicon)
    for name in _LOGARITHMS:
        matrix[:, _AT[name]] = np.log1p(matrix[:, _AT[name]])
    prose = count * ((count >= _LONG_PROSE) & (matrix[:, _AT["linked"]] < 0.5))
    weight = prose if prose.any() else count + 1.0
    for name in _RELATIVE:
        column = matrix[:, _AT[name]]
        column -= np.dot(column, weight) / weight.sum()
    return matrix, count


def _topic(
    distinct: Sequence[set[str]], own: Matrix, count: Matrix, lexicon: Lexicon
) -> tuple[Sequence[float], Matrix]:
    """For each unit, the share of its content words that the densest run of prose repeats, and the share of them."""
    start, end = densest(_prose_mass(own, count).tolist())
    vocabulary = {word for word in set().union(*distinct) if len(word) > 3} - lexicon.function_words
    content = [vocabulary & words for words in distinct]
    spread = Counter(chain.from_iterable(content[start : end + 1]))
    topic = {word for word, times in spread.items() if times > 1}
    shares = [len(topic & words) / (len(words) + 1) for words in content]
    return shares, np.array([len(words) for words in content]) / (count + 1)


def _prose_mass(own: Matrix, count: Matrix) -> Matrix:
    """Tokens of prose units; what is no prose counts against a run that it stands in."""
    prose = (count >= _PROSE) & (own[:, _AT["stops"]] > 0) & (own[:, _AT["linked"]] < 0.5)
    mass: Matrix = np.where(prose, count, -np.minimum(count, 8) - 2.0)
    return mass


def _headline(units: Sequence[Unit], folded: Sequence[str], count: Matrix, again: Counter[str]) -> int | None:
    """The unit that is likely the headline: the first heading, else a line before the first long paragraph."""
    headings = [i for i, unit in enumerate(units) if unit.kind == 1]
    if headings:
        return next((i for i in headings if units[i].level == 1), headings[0])
    first = next((i for i in range(len(units)) if count[i] >= _LONG_PROSE), None)
    near = [i for i in range(max(0, first - 15), first) if 4 <= count[i] <= _LONG_PROSE] if first is not None else []
    return max(near, key=lambda i: (again[folded[i]] > 1, count[i])) if near else None


def _context(own: Matrix, count: Matrix) -> Matrix:
    size = len(own)
    index = np.arange(size)

    def column(name: str) -> Matrix:
        return own[:, _AT[name]]

    linked, heading = column("linked"), column("kind") == 1
    prose = (count >= _PROSE) & (column("stops") > 0) & (linked < 0.5)
    mass = count * prose
    near, far = own[:, [_AT[name] for name in _NEAR]], own[:, [_AT[name] for name in _FAR]]
    parts = [_shifted(near, by) for by in (1, -1, 2, -2)] + [_shifted(far, by) for by in (3, -3, 4, -4)]
    comment = (column("comment") > 0) & (count < _PROSE)
    weights = np.column_stack(
        [mass, count, count < 6, count * linked, column("sentences"), column("furniture"), column("time"), comment]
    )
    sums = np.vstack([np.zeros(weights.shape[1]), np.cumsum(weights, axis=0)])
    for low, high in _WINDOWS:
        window = sums[np.clip(index + high + 1, 0, size)] - sums[np.clip(index + low, 0, size)]
        parts.append(np.log1p(np.maximum(window, 0)))
    columns: list[Matrix] = []
    for flags in (prose, (count >= _LONG_PROSE) & (linked < 0.5), heading, comment):
        columns += [_since(flags), _since(flags[::-1])[::-1]]
    passed = np.cumsum(mass)
    total = max(float(passed[-1]), 1.0)
    columns += [(passed - mass) / total, (total - passed) / total, mass / total]
    columns += [np.full(size, total / max(float(count.sum()), 1.0)), np.full(size, np.log1p(total))]
    said = np.cumsum(comment)
    columns += [np.log1p(said), np.log1p(said[-1] - said)]
    start, end = densest(_prose_mass(own, count).tolist())
    columns += [((index >= start) & (index <= end)) * 1.0, index - float(start), float(end) - index]
    last = np.maximum.accumulate(np.where(heading, index, -1))
    above = np.maximum(last, 0)
    columns += [np.where(last >= 0, own[above, _AT[name]], -1) for name in _ABOVE]
    furniture = np.maximum.accumulate(np.where(column("has furniture") > 0, index, -1))
    columns.append(np.minimum(index - furniture, _FARTHEST).astype(float))
    return np.hstack([*parts, np.column_stack(columns)])


def _shifted(values: Matrix, by: int) -> Matrix:
    shifted = np.full(values.shape, -1.0)
    if abs(by) < len(values):
        if by > 0:
            shifted[by:] = values[:-by]
        else:
            shifted[:by] = values[-by:]
    return shifted


def _since(flags: NDArray[np.bool_]) -> Matrix:
    """Units since the last flagged one before each, at most `_FARTHEST`."""
    index = np.arange(len(flags))
    last = np.concatenate([[-_FARTHEST - 1], np.maximum.accumulate(np.where(flags, index, -_FARTHEST - 1))[:-1]])
    since: Matrix = np.minimum(index - last - 1, _FARTHEST).astype(float)
    return since


def densest(scores: Sequence[float]) -> tuple[int, int]:
    """First and last index of the run with the greatest sum (Kadane's algorithm)."""
    best, start, end, current, begin = -np.inf, 0, 0, 0.0, 0
    for index, score in enumerate(scores):
        if current <= 0:
            current, begin = 0.0, index
        current += score
        if current > best:
            best, start, end = current, begin, index
    return start, end
