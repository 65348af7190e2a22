"""How much of each unit of a rip stands in the known text of its article.

Both are word sequences in the same order, the rip's with furniture between. Four-word sequences that they share place
each unit in the article; the heaviest chain of places in reading order wins, so that a sentence that the page repeats
in a box counts once, where it belongs. Units too short for that are looked for between the places of their neighbours.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

_WORD = re.compile(r"\w+")
_N = 4  # words of the sequences that place a unit
_MOST_PLACES = 20  # places of one sequence in the article that are looked at
_MOST_OFFSETS = 3  # places of a unit that compete
_SHORT = 12  # words below which a unit may be found without such a sequence
_DRIFT = 40  # words that a unit may stretch, where the page has words inside it that the article lacks
_SLACK = 3  # words by which a short unit may overlap its neighbours
_FIRST, _LAST = 200, 400  # words of the article in which a unit above or below all places is looked for


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    return _WORD.findall(text.lower())


def shares(units: Sequence[str], article: str) -> list[float]:
    """Align the units of a rip with its article.

    Parameters:
        units: their texts, in reading order.
        article: the known text.

    Returns:
        For each unit the share of its words that stand in the article, 0 to 1.
    """
    known = words(article)
    unit_words = [words(unit) for unit in units]
    places = defaultdict[tuple[str, ...], list[int]](list)
    for at in range(len(known) - _N + 1):
        places[tuple(known[at : at + _N])].append(at)
    chain = _chain(unit_words, places)
    used = bytearray(len(known))
    found = [0.0] * len(units)
    for number, offset in chain.items():
        found[number] = _covered(unit_words[number], offset, places, used)
    anchors = sorted(chain)
    for number, sought in enumerate(unit_words):
        if sought and number not in chain and len(sought) < _SHORT:
            before = bisect_right(anchors, number)
            low = chain[anchors[before - 1]] + len(unit_words[anchors[before - 1]]) - _SLACK if before else 0
            high = chain[anchors[before]] + _SLACK if before < len(anchors) else len(known)
            if before == 0:
                low = max(0, high - _FIRST)
            elif before == len(anchors) and len(sought) > 1:
                high = min(high, low + _LAST)
            found[number] = _locate(sought, known, max(low, 0), min(high, len(known)), used)
    return found


def _chain(unit_words: Sequence[Sequence[str]], places: Mapping[tuple[str, ...], Sequence[int]]) -> dict[int, int]:
    """The offset in the article of each unit that has one, ascending; the chain that explains the most sequences.

    It is the heaviest increasing subsequence of (unit, offset), by a Fenwick tree of prefix maxima over the offsets.
    """
    candidates: list[tuple[int, int, int]] = []
    for number, found in enumerate(unit_words):
        hits = Counter[int]()
        for start in range(len(found) - _N + 1):
            for at in places.get(tuple(found[start : start + _N]), ())[:_MOST_PLACES]:
                hits[at - start] += 1
        candidates += sorted((number, offset, weight) for offset, weight in hits.most_common(_MOST_OFFSETS))
    offsets = sorted({offset for _, offset, _ in candidates})
    rank = {offset: place for place, offset in enumerate(offsets, 1)}
    tree = [(0, -1)] * (len(offsets) + 1)
    best: list[tuple[int, int]] = []  # weight of the heaviest chain that ends at a candidate, and the one before it
    waiting: list[int] = []  # of the unit at hand, which cannot follow each other
    for index, (number, offset, weight) in enumerate(candidates):
        if waiting and candidates[waiting[0]][0] != number:
            _enter(tree, waiting, candidates, rank, best)
            waiting = []
        place, top = rank[offset] - 1, (0, -1)  # ascending: no two units have the same words
        while place > 0:
            top = max(top, tree[place])
            place -= place & -place
        best.append((top[0] + weight, top[1]))
        waiting.append(index)
    chain: dict[int, int] = {}
    last = max(range(len(best)), key=lambda index: best[index][0], default=-1)
    while last >= 0:
        number, offset, _ = candidates[last]
        chain[number] = offset
        last = best[last][1]
    return chain


def _enter(
    tree: list[tuple[int, int]],
    waiting: Sequence[int],
    candidates: Sequence[tuple[int, int, int]],
    rank: Mapping[int, int],
    best: Sequence[tuple[int, int]],
) -> None:
    for index in waiting:
        place, value = rank[candidates[index][1]], (best[index][0], index)
        while place < len(tree):
            tree[place] = max(tree[place], value)
            place += place & -place


def _covered(
    unit: Sequence[str], offset: int, places: Mapping[tuple[str, ...], Sequence[int]], used: bytearray
) -> float:
    """The share of a placed unit's words that shared sequences near its offset cover; marks the article's as used."""
    covered: set[int] = set()
    for start in range(len(unit) - _N + 1):
        near = (at for at in places.get(tuple(unit[start : start + _N]), ()) if abs(at - start - offset) <= _DRIFT)
        at = next(near, None)
        if at is not None:
            covered.update(range(start, start + _N))
            used[at : at + _N] = b"\1" * _N
    return len(covered) / len(unit)


def _locate(sought: Sequence[str], known: Sequence[str], low: int, high: int, used: bytearray) -> float:
    """1 if a short unit stands between two offsets of the article, in words that no other unit has, else 0."""
    size = len(sought)
    for at in range(low, high - size + 1):
        if known[at] == sought[0] and known[at : at + size] == sought and not any(used[at : at + size]):
            used[at : at + size] = b"\1" * size
            return 1.0
    return 0.0
