"""The language of a text, by py3langid: offline, its model in the package, 97 languages."""

from __future__ import annotations

from functools import cache
from typing import Any

_SAMPLE = 3000  # characters; more changes nothing and costs time
_FEWEST_LETTERS = 20
_SUREST = 0.6  # probability below which a language is not stated


def language(text: str) -> str:
    """Identify a language.

    Parameters:
        text: the article's paragraphs.

    Returns:
        Its ISO 639-1 code, or "und" where the text is too short or the model is not sure.
    """
    sample = text[:_SAMPLE]
    if sum(1 for c in sample if c.isalpha()) < _FEWEST_LETTERS:
        return "und"
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _SUREST else "und"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads its model, 0.5 s, on first use

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
