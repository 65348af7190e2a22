"""Character classes as bits, so that numpy can count those of a whole document at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bits: TypeAlias = NDArray[np.uint32]
Integers: TypeAlias = NDArray[np.signedinteger[Any]]

# Sets of single characters; the names of the others say which method of `str` tells.
_SETS = {
    "stop": ".!?…。！？",
    "closer": "”’\"')]»",
    "after stop": "”’\"')*_ »]",
    "sign": "“\"‘'•-–—*|»›©@#[(",
    "end colon": ":：",
    "end comma": ",、",
    "comma": ",",
    "colon": ":",
    "bar": "|",
    "copyright": "©",
    "at": "@",
    "question": "?",
    "bracket": "(",
    "quoted": '“"',
    "exclamation": "!",
    "ellipsis": "…",
    "money": "$€£",
}
_METHODS = {"upper": str.isupper, "lower": str.islower, "digit": str.isdigit, "space": str.isspace}
_BIT = {name: np.uint32(1 << number) for number, name in enumerate((*_SETS, *_METHODS))}
_KNOWN = np.uint32(1 << 31)
_bits = np.zeros(0x110000, np.uint32)  # by code point; filled as characters are met


def bits(text: str) -> Bits:
    """The classes of each character of a text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    found: Bits = _bits.take(codes)
    if not found.all():
        for code in set(codes[found == 0].tolist()):  # np.unique would load numpy.ma
            _bits[code] = _of(chr(code))
        found = _bits.take(codes)
    return found


def has(bits: Bits, name: str) -> NDArray[np.bool_]:
    """Whether each character, or any of each group, is of a class."""
    found: NDArray[np.bool_] = (bits & _BIT[name]) != 0
    return found


def have(bits: Bits, names: Sequence[str]) -> NDArray[np.bool_]:
    """The same for several classes: one row a character, and one column a class."""
    found: NDArray[np.bool_] = (bits[:, None] & np.array([_BIT[name] for name in names])) != 0
    return found


def _of(character: str) -> np.uint32:
    classes = _KNOWN
    for name, members in _SETS.items():
        if character in members:
            classes |= _BIT[name]
    for name, method in _METHODS.items():
        if method(character):
            classes |= _BIT[name]
    return classes
