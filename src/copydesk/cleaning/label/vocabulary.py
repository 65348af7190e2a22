"""The words of a document as numbers, so that numpy can count them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Container

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.label.classes import Integers

_TOKEN = re.compile(r"\w+|\n")
_END = "\n"
_LONG = 4  # characters of a word that is long


class Vocabulary:
    """The tokens of units, each a number; that of the line end behind each unit is 0.

    Parameters:
        page: the folded text of all units, a line end behind each.

    Attributes:
        ids: every token, line ends among them.
        begin, count: where the tokens of each unit begin in `ids`, and how many there are.
        is_long: of every word, whether it is one that tells something of a topic.
        unit, word: each distinct word of each unit: the number of the unit, and of the word.
    """

    def __init__(self, page: str) -> None:
        tokens = _TOKEN.findall(page)
        self._numbers = defaultdict[str, int](int, {_END: 0})
        self._numbers.default_factory = self._numbers.__len__
        self.ids: Integers = np.fromiter(map(self._numbers.__getitem__, tokens), np.int64, len(tokens))
        self.size = len(self._numbers)
        self.is_long = np.fromiter(map(len, self._numbers), np.int64, self.size) >= _LONG
        ends = (self.ids == 0).nonzero()[0]
        self.begin: Integers = np.zeros(len(ends), np.int64)
        self.begin[1:] = ends[:-1] + 1
        self.count: Integers = ends - self.begin
        of_unit = np.arange(len(ends)).repeat(self.count + 1)
        self.unit, self.word = np.divmod(_distinct(of_unit * self.size + self.ids), self.size)

    def among(self, words: Container[str]) -> NDArray[np.bool_]:
        """Of every word, whether it is one of some words."""
        return np.fromiter(map(words.__contains__, self._numbers), np.bool_, self.size)

    def of(self, unit: int) -> NDArray[np.bool_]:
        """Of every word, whether it stands in a unit."""
        begin = int(self.begin[unit])
        found = np.zeros(self.size, bool)
        found[self.ids[begin : begin + int(self.count[unit])]] = True
        return found

    def times(self, words: NDArray[np.bool_]) -> Integers:
        """How many of a unit's tokens are among some words, for each unit."""
        found: Integers = np.add.reduceat(words[self.ids], self.begin, dtype=np.int64)
        return found

    def different(self, words: NDArray[np.bool_]) -> Integers:
        """How many of some words a unit has, for each unit."""
        return np.bincount(self.unit[words[self.word]], minlength=len(self.begin))

    def has_pair(self, pairs: Collection[tuple[str, ...]]) -> NDArray[np.bool_]:
        """Whether a unit has one of some pairs of words, for each unit."""
        numbers = self._numbers
        known = [numbers[one] * self.size + numbers[two] for one, two in pairs if one in numbers and two in numbers]
        found = np.zeros(len(self.begin), bool)
        if known:
            pair = self.ids[:-1] * self.size + self.ids[1:]
            for each in known:
                found[self.begin.searchsorted((pair == each).nonzero()[0], "right") - 1] = True
        return found

    def same_start(self) -> list[int]:
        """How many units begin with the same two words as each."""
        return self._same(self.ids[self.begin], self.ids[np.minimum(self.begin + 1, len(self.ids) - 1)])

    def same_end(self) -> list[int]:
        """How many units end with the same two words as each."""
        end = self.begin + self.count
        return self._same(self.ids[end - 1], self.ids[end - 2])

    def _same(self, one: Integers, two: Integers) -> list[int]:
        # Of a unit with one word the other number is that of a line end.
        keys = ((one * self.size + two) * (self.count > 0)).tolist()
        times = Counter(keys)
        return [times[key] for key in keys]


def _distinct(keys: Integers) -> Integers:
    ordered = np.sort(keys)
    is_first = np.ones(len(keys), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    distinct: Integers = ordered[is_first]
    return distinct
