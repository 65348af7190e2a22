"""What the learned scorer sees around a unit: its neighbours, headings above it, prose near it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.label.columns import AT, LONG_PROSE, PROSE, Matrix

_NEAR = ("tokens", "sentences", "stops", "capitals", "function", "links", "linked", "kind", "blank", "furniture",
         "digits", "level")  # fmt: skip
_FAR = ("tokens", "stops", "linked", "function")
_NEAR_AT, _FAR_AT = [AT[name] for name in _NEAR], [_NEAR.index(name) for name in _FAR]
_SHIFT = 4  # units to the farthest of the neighbours
_WINDOWS = ((-5, -1), (1, 5), (-15, -1), (1, 15), (-3, 3), (-40, 40))
_EDGES = np.array([[[low for low, _ in _WINDOWS]], [[high + 1 for _, high in _WINDOWS]]])
_SUMMED_AT = [AT[name] for name in ("sentences", "furniture", "time")]
_FEW = 6  # tokens that a unit of few has less than
_ABOVE = ("level", "furniture", "tokens", "capitals")  # of the last heading above a unit
_ABOVE_AT = [AT[name] for name in _ABOVE]
_FARTHEST = 99  # units; what is farther is as far
COLUMNS = 4 * len(_NEAR) + 4 * len(_FAR) + 8 * len(_WINDOWS) + 8 + 7 + 3 + len(_ABOVE) + 1
"""How many features the context of a unit has."""


def context(own: Matrix, count: Matrix, run: tuple[int, int]) -> Matrix:
    """Measure what stands around each unit.

    Parameters:
        own: what each unit shows by itself, one row a unit (`columns.OWN`).
        count: the number of tokens of each.
        run: first and last number of the units of the densest run of prose.

    Returns:
        One row a unit and one column a feature.
    """
    size = len(own)
    index = np.arange(size)

    def column(name: str) -> Matrix:
        return own[:, AT[name]]

    linked, heading = column("linked"), column("kind") == 1
    is_long, comment = count >= LONG_PROSE, (column("comment") > 0) & (count < PROSE)
    prose = (count >= PROSE) & (column("stops") > 0) & (linked < 0.5)
    mass = count * prose
    padded = np.full((size + 2 * _SHIFT, len(_NEAR)), -1.0)
    padded[_SHIFT:-_SHIFT] = own[:, _NEAR_AT]
    near = [padded[_SHIFT - by : _SHIFT - by + size] for by in (1, -1, 2, -2)]
    far = [padded[_SHIFT - by : _SHIFT - by + size, _FAR_AT] for by in (3, -3, 4, -4)]
    sums = np.zeros((size + 1, 8))
    weights = sums[1:]
    weights[:, :4] = np.array([mass, count, count < _FEW, count * linked]).T
    weights[:, 4:7] = own[:, _SUMMED_AT]
    weights[:, 7] = comment
    weights.cumsum(axis=0, out=weights)
    low, high = np.minimum(np.maximum(index[:, None] + _EDGES, 0), size)
    windows = np.maximum(sums[high] - sums[low], 0).reshape(size, -1)
    since = _since(np.array([prose, is_long & (linked < 0.5), heading, comment]))
    passed, said = mass.cumsum(), comment.cumsum()
    total = max(float(passed[-1]), 1.0)
    start, end = run
    last = np.maximum.accumulate(np.where(heading, index, -1))
    furniture = np.maximum.accumulate(np.where(column("has furniture") > 0, index, -1))
    single = np.empty((10, size))
    single[:3] = passed - mass, total - passed, mass
    single[:3] /= total
    single[3] = total / max(float(count.sum()), 1.0)
    single[4] = np.log1p(total)
    single[5:7] = np.log1p([said, said[-1] - said])
    single[7:] = (index >= start) & (index <= end), index - start, end - index
    above = np.where((last >= 0)[:, None], own[np.maximum(last, 0)][:, _ABOVE_AT], -1)
    from_furniture = np.minimum(index - furniture, _FARTHEST)[:, None]
    return np.concatenate([*near, *far, np.log1p(windows), since, single.T, above, from_furniture], axis=1)


def _since(flags: NDArray[np.bool_]) -> Matrix:
    """For each row of flags, units since the last flagged one before each and until the next, at most `_FARTHEST`."""
    rows, size = flags.shape
    index = np.arange(size)
    both = np.array([flags, flags[:, ::-1]])
    last = np.full((2, rows, size), -_FARTHEST - 1)
    np.maximum.accumulate(np.where(both, index, -_FARTHEST - 1)[:, :, :-1], axis=2, out=last[:, :, 1:])
    since = np.minimum(index - last - 1, _FARTHEST).astype(float)
    since[1] = since[1, :, ::-1]
    found: Matrix = since.transpose(2, 1, 0).reshape(size, -1)
    return found


def prose_mass(own: Matrix, count: Matrix) -> Matrix:
    """Tokens of prose units; what is no prose counts against a run that it stands in."""
    prose = (count >= PROSE) & (own[:, AT["stops"]] > 0) & (own[:, AT["linked"]] < 0.5)
    mass: Matrix = np.where(prose, count, -np.minimum(count, 8) - 2.0)
    return mass


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
