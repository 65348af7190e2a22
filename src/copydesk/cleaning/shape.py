"""What a text looks like: sentence ends, prose, words. Judged by shape alone, for any language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.cleaning.lexicon import Lexicon

STOPS = ".!?…。！？؟۔"
CLOSERS = "”’\"'»›)]」』）】"
OPENERS = "“„‘\"'«‹([「『（【¿¡"
# Scripts that write no spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_SENTENCE_END = re.compile(rf"(?:[.!?…؟۔]+[{re.escape(CLOSERS)}]*(?=\s|$)|[。！？]+[{re.escape(CLOSERS)}]*)")
_UNSPACED_PER_WORD = 2  # characters; a rough mean for Chinese and Japanese


def words(text: str) -> list[str]:
    """The words of a text, as they stand."""
    return _WORD.findall(text)


def word_count(text: str) -> int:
    """Number of words; text without spaces counts one for every two characters of its script."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(text)) + unspaced // _UNSPACED_PER_WORD


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a sentence's stop, behind which quote marks and brackets may stand."""
    return text.rstrip().rstrip(CLOSERS).endswith(tuple(STOPS))


def is_prose(text: str) -> bool:
    """Whether a text reads like a paragraph: a dozen words, or seven that end as a sentence."""
    count = word_count(text)
    return count >= 12 or (count >= 7 and ends_sentence(text))


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
        before = re.search(r"(\S+)$", text[max(0, found.start() - 30) : found.start()])
        word = before[1].lstrip(OPENERS).casefold() if before else ""
        if found[0][0] == "." and (
            (len(word) == 1 and word.isalpha()) or word in lexicon.abbreviations or re.fullmatch(r"(?:\w\.)+\w", word)
        ):
            continue
        rest = text[found.end() :].lstrip()
        if found[0][0] in ".…" and starts_lower(rest):
            continue
        yield found.end()


def first_sentence(text: str, lexicon: Lexicon) -> int:
    """Offset behind the first sentence; the whole length where no stop is found."""
    return next(sentence_ends(text, lexicon), len(text))
