"""Bylines: the words that open them, and the names that follow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from copydesk.article.ledger import Span
from copydesk.cleaning.lexicon import Lexicon, given_names, lexicon
from copydesk.cleaning.shape import is_name

_COLON = re.compile(r"\s*[:：]\s*")
_SPACE = re.compile(r"\s*")
# Degrees and titles behind a name: `MD`, `Ph.D.`, `CFP®`.
_CREDENTIAL = re.compile(r"(?:[A-Z][A-Za-z]?\.?){1,4}(?:-[A-Z]+)?®?|Ph\.?D\.?|Jr\.?|Sr\.?")
_HONORIFIC = re.compile(r"(?:Dr|Prof|Mr|Mrs|Ms|Sir|Dame)\.?\s+")
_FEWEST_LETTERS = 2
_ON = frozenset(["on", "at", "in", "am", "le", "el", "il", "op", "em"])  # between a name and a date
_LONGEST, _MOST_WORDS = 48, 5  # characters and words of one name
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]{2,8}(?:[\\s・=＝][\u3040-\u30ff\u3400-\u9fff]{1,8})?")


@dataclass(slots=True)
class Names:
    """Ranges of a text that name writers, and what they are called.

    Parameters:
        names: a range for each writer, degrees behind a name included.
        roles: (number of the writer, range) of `Staff Writer` behind a name.
        end: offset behind the last of them.
    """

    names: list[Span] = field(default_factory=list)
    roles: list[tuple[int, Span]] = field(default_factory=list)
    end: int = 0


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
    if _any_phrase(words.lang).match(text) is None:  # as nearly every line of a page
        return 0
    for lang in dict.fromkeys((words.lang, "en")):
        found = _phrase(lang, "by").match(text)
        label = found is None
        if found is None:
            found = _phrase(lang, "labels").match(text)
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


def handle(text: str, words: Lexicon) -> int:
    """Length of the words in front of a name in small letters: 3 for "by jdoe", 0 for "by design of"."""
    for lang in dict.fromkeys((words.lang, "en")):
        found = _phrase(lang, "by").match(text)
        if found is None or text[found.end() : found.end() + 1] != " ":
            continue
        rest = text[found.end() + 1 :]
        if rest.isidentifier() and rest.islower() and rest not in words.function_words:
            return found.end() + 1
    return 0


def mailto(text: str) -> str:
    """The address of a mailbox as a URI (RFC 6068)."""
    return f"mailto:{text}"


def is_other(text: str, words: Lexicon) -> bool:
    """Whether a text ends with words in front of names that are not the writers': "Reviewed by"."""
    bare = text.casefold().rstrip(" :：")
    return any(bare.endswith(tuple(lexicon(lang).words("bylines", "others"))) for lang in {words.lang, "en"})


def is_role(text: str, words: Lexicon) -> bool:
    """Whether a text says what a writer is: "Staff Writer", "Chief Tech Editor"."""
    bare = text.casefold().strip(" .")
    if not bare or len(bare) > _LONGEST or len(bare.split()) > _MOST_WORDS + 1:
        return False
    roles = {role for lang in {words.lang, "en"} for role in lexicon(lang).words("bylines", "roles")}
    last = bare.rsplit(" ", 1)[-1]
    return bare in roles or last in roles or last in _title_words(words.lang) or words.titles.match(text) is not None


def is_writer(text: str, words: Lexicon) -> bool:
    """Whether a text has surely the shape of a person's full name, and none of its words is a frequent one."""
    bare = _HONORIFIC.sub("", text)
    if _UNSPACED.fullmatch(bare):
        return True
    parts = [part.casefold().strip(".") for part in bare.split()]
    return (
        len(bare) <= _LONGEST
        and len(parts) <= _MOST_WORDS
        and is_name(bare, words)
        and not any(part in words.function_words for part in parts)
        and _of_pages(words.lang).isdisjoint(parts)
    )


def is_known(text: str, words: Lexicon) -> bool:
    """Whether a text has the shape of a full name and begins with a given name that is known."""
    return text[:1].isupper() and text.split(None, 1)[0] in given_names() and is_writer(text, words)


def names_of(text: str, words: Lexicon, *, sure: bool) -> Names:
    """Find the names at the start of a text, which commas and the like part.

    Parameters:
        text: what stands behind the opening of a byline, or a line that may be nothing but names.
        words: the lexicon of the document's language.
        sure: whether an opening stands in front: one word, an organisation, a handle will do for the first name then.

    Returns:
        The names; none if the text does not start with one.
    """
    found = Names()
    for low, high in _parts(text, words):
        low, high = _trimmed(text, low, high, words)
        part = text[low:high]
        if not part:
            continue
        if found.names and is_role(part, words):
            found.roles.append((len(found.names) - 1, (low, high)))
        elif is_writer(part, words) or (sure and _may_go_on(text, found) and _may_be_writer(part, words)):
            found.names.append((low, high))
        elif found.names and not found.roles and _CREDENTIAL.fullmatch(part):
            found.names[-1] = (found.names[-1][0], high)
        else:
            break
        found.end = high
    return found


def _may_go_on(text: str, found: Names) -> bool:
    """Whether a part need not have the shape of a full name: the first one, or one behind a first name alone."""
    return not found.names or (len(found.names) == 1 and " " not in text[slice(*found.names[0])])


def _may_be_writer(text: str, words: Lexicon) -> bool:
    parts = text.split()
    if len(text) > _LONGEST or not 1 <= len(parts) <= _MOST_WORDS or not text[:1].isalnum():
        return False
    if sum(map(str.isalpha, text)) < _FEWEST_LETTERS or text.casefold() in _of_pages(words.lang):
        return False
    folded = [part.casefold().strip(".,") for part in parts]
    if all(part in words.months or part in words.date_fillers for part in folded):
        return False
    frequent = [part in words.function_words for part in folded]
    if sum(frequent) > (len(parts) > 1):
        return False
    small = [part for part in parts[1:] if part[:1].islower()]
    return not text.endswith((".", "!", "?")) and all(part in words.particles for part in small)


def _parts(text: str, words: Lexicon) -> list[Span]:
    parts, at = [], 0
    for joint in _joints(words.lang).finditer(text):
        parts.append((at, joint.start()))
        at = joint.end()
    return [*parts, (at, len(text))]


def _trimmed(text: str, low: int, high: int, words: Lexicon) -> Span:
    """A range less white space, and less labels of dates and words of menus at its end."""
    while low < high and text[low].isspace():
        low += 1
    while low < high:
        high = low + len(text[low:high].rstrip(" \t\n\r\xa0.:"))
        last = text[low:high].rsplit(None, 1)[-1] if text[low:high] else ""
        folded = last.casefold()
        if (
            not last
            or last == text[low:high]
            or not (folded in words.furniture or folded in words.published or folded in _ON)
        ):
            break
        high -= len(last)
    abbreviated = text[high : high + 1] == "." and re.search(r"(?:\.\w+|\b[JS]r)$", text[low:high])
    return low, high + 1 if abbreviated else high


@cache
def _of_pages(lang: str) -> frozenset[str]:
    """Words of menus, labels and kinds of articles, which no name is made of."""
    found: set[str] = set()
    for each in {lang, "en"}:
        words = lexicon(each)
        lists = [words.words("page", key) for key in ("actions", "advertisement", "comments", "more", "home")]
        lists += [
            words.words(table, key)
            for table, key in (("genres", "names"), ("bylines", "others"), ("dates", "weekdays"))
        ]
        found.update(word for phrases in lists for phrase in phrases for word in phrase.casefold().split())
        found.update(words.furniture, words.tag_labels)
    return frozenset(found)


@cache
def _title_words(lang: str) -> frozenset[str]:
    return frozenset(word.casefold() for each in (lang, "en") for word in lexicon(each).title_words)


@cache
def _joints(lang: str) -> re.Pattern[str]:
    words = {word for each in (lang, "en") for word in lexicon(each).words("bylines", "joints")}
    listed = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    return re.compile(rf"\s*[,;&+、，]\s*(?:(?:{listed})\s+)?|\s+(?:{listed})\s+|^(?:{listed})\s+", re.IGNORECASE)


@cache
def _any_phrase(lang: str) -> re.Pattern[str]:
    phrases = [_phrase(each, key).pattern for each in (lang, "en") for key in ("by", "labels")]
    return re.compile("|".join(phrases), re.IGNORECASE)


@cache
def _phrase(lang: str, key: str) -> re.Pattern[str]:
    words = {word.rstrip(":：") for word in lexicon(lang).words("bylines", key)}
    listed = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("(?:" + "|".join(map(re.escape, listed)) + ")" if listed else "(?!)", re.IGNORECASE)
