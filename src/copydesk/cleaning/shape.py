"""What a text looks like: sentence ends, prose, words. Judged by shape alone, for any language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from copydesk.cleaning.lexicon import Lexicon

STOPS = ".!?…。！？؟۔"
CLOSERS = "”’\"'»›)]」』）】"
OPENERS = "“„‘\"'«‹([「『（【¿¡"
# Scripts that write no spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
WORD = re.compile(r"\w+(?:[’'-]\w+)*")
"""A word, with the apostrophes and hyphens inside it."""
_CLOSERS = re.escape(CLOSERS)
# The second lookbehind of each makes a long row of stops be looked at once; all stand behind the stop, as a search is
# quick for what begins with one of few characters. NUL stands for text that has been masked.
_SENTENCE_END = re.compile(
    rf"[.!?…؟۔。！？](?:(?<=[.!?…؟۔])(?<![.!?…؟۔].)[.!?…؟۔]*[{_CLOSERS}]*(?=[\s\0]|$)"
    rf"|(?<=[。！？])(?<![。！？].)[。！？]*[{_CLOSERS}]*)"
)
_LAST_WORD = re.compile(r"\S+$")
_NOT_SPACE = re.compile(r"\S")
_INITIALS = re.compile(r"(?:\w\.)+\w")
_TRAIL = re.compile(r"\S\s+[>›]\s+\S|^[^«]*\S\s+»\s+\S")
_UNSPACED_PER_WORD = 2  # characters; a rough mean for Chinese and Japanese


def words(text: str) -> list[str]:
    """The words of a text, as they stand."""
    return WORD.findall(text)


def word_count(text: str) -> int:
    """Number of words; text without spaces counts one for every two characters of its script."""
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    return len(WORD.findall(text)) + unspaced // _UNSPACED_PER_WORD


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a sentence's stop, behind which quote marks and brackets may stand."""
    return text.rstrip().rstrip(CLOSERS).endswith(tuple(STOPS))


def has_words(text: str, number: int) -> bool:
    """Whether a text has a number of words or more, counted as `word_count` does."""
    if _words(number).match(text) is not None:
        return True
    return not text.isascii() and word_count(text) >= number


@cache
def _words(number: int) -> re.Pattern[str]:
    """A text with so many words."""
    return re.compile(rf"\W*+(?:\w++(?:[’'-]\w++)*+\W*+){{{number}}}")


def is_prose(text: str) -> bool:
    """Whether a text reads like a paragraph: a dozen words, or seven that end as a sentence."""
    return has_words(text, 12) or (has_words(text, 7) and ends_sentence(text))


def is_trail(text: str) -> bool:
    """Whether a text is a trail of breadcrumbs, such as `Home > News > Local`."""
    return not is_prose(text) and _TRAIL.search(text) is not None and not ends_sentence(text)


def starts_lower(text: str) -> bool:
    """Whether the first character is a lower-case letter."""
    return text[:1].islower()


def starts_upper(text: str) -> bool:
    """Whether the first letter, behind opening marks, is a capital."""
    return text.lstrip(OPENERS)[:1].isupper()


def is_capitals(text: str) -> bool:
    """Whether a text has two letters or more and all of them are capitals."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 2 and all(c.isupper() for c in letters)


def is_name(text: str, lexicon: Lexicon) -> bool:
    """Whether a text has the shape of a person's full name: two to five capitalised words, particles between."""
    parts = text.split()
    if not 2 <= len(parts) <= 6 or any(not c.isalpha() and c not in "-’'. " for c in text):
        return False
    big = [part for part in parts if part[0].isupper()]
    small = [part for part in parts if not part[0].isupper()]
    return (
        2 <= len(big) <= 5 and parts[0] in big and parts[-1] in big and all(part in lexicon.particles for part in small)
    )


def sentence_ends(text: str, lexicon: Lexicon) -> Iterator[int]:
    """Offsets behind each sentence's stop and closing marks.

    A stop ends no sentence behind a single letter or an abbreviation, nor before a lower-case letter.
    """
    for found in _SENTENCE_END.finditer(text):
        if found[0][0] in ".…":
            rest = _NOT_SPACE.search(text, found.end())
            if rest and rest[0].islower():
                continue
        if found[0][0] == ".":
            before = _LAST_WORD.search(text, max(0, found.start() - 30), found.start())
            word = before[0].lstrip(OPENERS).casefold() if before else ""
            if (len(word) == 1 and word.isalpha()) or word in lexicon.abbreviations or _INITIALS.fullmatch(word):
                continue
        yield found.end()


def first_sentence(text: str, lexicon: Lexicon) -> int:
    """Offset behind the first sentence; the whole length where no stop is found."""
    return next(sentence_ends(text, lexicon), len(text))
