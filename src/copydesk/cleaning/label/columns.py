"""The names of what a unit shows by itself, in the order in which the models were trained with them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.floating[Any]]

OWN = (
    "tokens", "characters", "sentences", "stops", "colon", "comma", "upper", "lower", "digit", "sign",
    "digits", "uppers", "capitals", "function", "commas", "length", "links", "linked", "link", "kind", "level",
    "indent", "blank", "glued", "part", "parts", "more", "spaced", "place", "passed", "before", "behind", "total",
    "units", "again", "furniture", "has furniture", "bar", "copyright", "at", "address", "question", "colons",
    "bracket", "headline", "from headline", "no headline", "year", "common", "shape before", "shape behind",
    "marked", "quoted", "exclamation", "ellipsis", "money", "which", "same start", "same end", "time", "comment",
    "topic", "content",
)  # fmt: skip
AT = {name: number for number, name in enumerate(OWN)}
"""The column of each."""
LONG_PROSE, PROSE = 25, 10
"""Tokens of a unit that is surely prose, and of one that may be."""
