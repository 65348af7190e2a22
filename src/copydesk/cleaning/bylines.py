"""Bylines: the words that open them, and the names that follow."""

from __future__ import annotations

import re
from functools import cache

from copydesk.cleaning.lexicon import Lexicon, lexicon

_COLON = re.compile(r"\s*[:：]\s*")
_SPACE = re.compile(r"\s*")


def opening(text: str, words: Lexicon) -> int:
    """Length of the words that open a byline at the start of a text, with the space or colon behind them.

    A name must follow, or nothing: a capital, or a character of a script without capitals. In front of a small letter
    only a colon is a sign of a byline.

    Parameters:
        text: a line, for instance "By Jane Doe", "ByJane Doe", "Author: jdoe".
        words: the lexicon of the document's language; English is always tried too.

    Returns:
        The length; 0 if the text opens with no such words.
    """
    for lang in dict.fromkeys((words.lang, "en")):
        found = _opening(lang, "by").match(text)
        label = found is None
        if found is None:
            found = _opening(lang, "labels").match(text)
        if found is None:
            continue
        colon = _COLON.match(text, found.end())
        if colon is not None:
            return colon.end()
        space = _SPACE.match(text, found.end())
        end = space.end() if space else found.end()
        if end == len(text):
            return end
        following = text[end]
        if label or following.islower() or not following.isalpha():
            continue
        if end > found.end() or following.isupper() or following.upper() == following.lower():
            return end
    return 0


@cache
def _opening(lang: str, key: str) -> re.Pattern[str]:
    listed = sorted(
        {word.rstrip(":：") for word in lexicon(lang).words("bylines", key)}, key=lambda word: (-len(word), word)
    )
    return re.compile("(?:" + "|".join(map(re.escape, listed)) + ")" if listed else "(?!)", re.IGNORECASE)
