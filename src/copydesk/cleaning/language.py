"""The language of a text, by py3langid: offline, its model in the package, 97 languages."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

_PARAGRAPHS, _EACH = 4, 120  # the longest paragraphs and the characters of each; more changes little and costs time
_GLUED = 2000  # characters from which a paragraph is likely several lines of a page without a break between
_FEWEST_LETTERS = 20
_SUREST = 0.6  # probability below which a language is not stated


def sample(texts: list[str]) -> str:
    """What tells the language of a document: the beginnings of its longest paragraphs, in their order.

    Menus and footers, which many rips begin and end with, are short.
    """
    longest = sorted(range(len(texts)), key=lambda i: -len(texts[i]))[:_PARAGRAPHS]
    return "\n".join(_part(texts[i]) for i in sorted(longest))


def _part(text: str) -> str:
    """The beginning of a paragraph; of one too long to be a single one, its middle, as menus are glued to the front."""
    if len(text) < _GLUED:
        return text[:_EACH]
    middle = len(text) // 2
    return text[middle : middle + _PARAGRAPHS * _EACH]


def language(sample: str) -> str:
    """Identify a language.

    Parameters:
        sample: some sentences.

    Returns:
        Its ISO 639-1 code, or "und" where the text is too short or the model is not sure.
    """
    if sum(map(str.isalpha, sample)) < _FEWEST_LETTERS:
        return "und"
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _SUREST else "und"


def is_right_to_left(sample: str) -> bool:
    """Whether most letters of a text belong to a script that runs from right to left (UAX #9, classes R and AL)."""
    if sample.isascii():
        return False
    letters = list(filter(str.isalpha, sample))
    right = sum(1 for letter in letters if unicodedata.bidirectional(letter) in ("R", "AL"))
    return right * 2 > len(letters)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads its model, 0.5 s, on first use

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
