"""The words that rules know, per language: TOML files in `lexicons/`, one a language, and `common.toml` for all."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "zh")
"""Languages that have a lexicon."""
TAG_KINDS = ("subject", "audience", "entity", "organization", "place", "person")


@dataclass(frozen=True)
class Lexicon:
    """The words of one language, those of `common.toml` among them.

    `tables` holds the files' tables by name; the properties are what rules ask for, folded and compiled once.
    """

    lang: str
    tables: dict[str, dict[str, list[Any]]]

    def words(self, table: str, key: str) -> list[str]:
        """The list as it stands in the files; empty where the language has none."""
        return self.tables.get(table, {}).get(key, [])

    @cached_property
    def function_words(self) -> frozenset[str]:
        """Frequent words, folded."""
        return _folded(self.words("words", "function"))

    @cached_property
    def is_cased(self) -> bool:
        """Whether the language is known, and written in a script with capitals, and so with spaces between words."""
        return any(word != word.upper() for word in self.function_words)

    @cached_property
    def abbreviations(self) -> frozenset[str]:
        """Words after which a full stop ends no sentence, folded, without the stop."""
        return _folded(self.words("words", "abbreviations"))

    @cached_property
    def suffixes(self) -> frozenset[str]:
        """Words that go on with a name or an address after a full stop, folded."""
        return _folded(self.words("words", "suffixes"))

    @cached_property
    def months(self) -> dict[str, int]:
        """Month number by folded name."""
        return {
            name.casefold(): number for number, names in enumerate(self.words("dates", "months"), 1) for name in names
        }

    @cached_property
    def date_fillers(self) -> frozenset[str]:
        """Words that a written date may hold beside day, month and year, folded."""
        return _folded(self.words("dates", "fillers") + self.words("dates", "weekdays"))

    @cached_property
    def published(self) -> frozenset[str]:
        """Labels of the date of publication, folded."""
        return _folded(self.words("dates", "published"))

    @cached_property
    def modified(self) -> frozenset[str]:
        """Labels of the date of the last change, folded."""
        return _folded(self.words("dates", "modified"))

    @cached_property
    def genres(self) -> frozenset[str]:
        """Names of kinds of articles, folded."""
        return _folded(self.words("genres", "names"))

    @cached_property
    def url_labels(self) -> frozenset[str]:
        """Labels that surely announce the page's own address, folded."""
        return _folded(self.words("labels", "url"))

    @cached_property
    def source_labels(self) -> frozenset[str]:
        """Labels that may announce the page's own address, folded."""
        return _folded(self.words("labels", "source"))

    @cached_property
    def particles(self) -> frozenset[str]:
        """Lower-case words inside personal names, as they are."""
        return frozenset(self.words("people", "particles"))

    @cached_property
    def verbs(self) -> re.Pattern[str]:
        """A verb of saying, as a whole word or words."""
        return _alternatives(self.words("speech", "verbs"), re.IGNORECASE)

    @cached_property
    def titles(self) -> re.Pattern[str]:
        """The head of a job title, as a whole word or words; a capital may stand for a small letter at its start."""
        suffixes = self.words("people", "title_suffixes")
        endings = rf"|\b\w+(?:{'|'.join(map(re.escape, suffixes))})\b" if suffixes else ""
        return re.compile(_alternatives(list(self.titles_as_printed), 0).pattern + endings)

    @cached_property
    def titles_as_printed(self) -> frozenset[str]:
        """Heads of job titles; what the lexicon has in lower case also with a capital, as at the start of a line."""
        titles = self.words("people", "titles")
        return frozenset(titles) | {title[:1].upper() + title[1:] for title in titles}

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The single words of heads of job titles, as they are printed."""
        return frozenset(word for title in self.titles_as_printed for word in title.split())

    @cached_property
    def determiners(self) -> frozenset[str]:
        """Articles and possessives that may open a phrase, folded."""
        return _folded(self.words("speech", "determiners"))

    @cached_property
    def pronouns(self) -> frozenset[str]:
        """Pronouns that may stand for a speaker, folded."""
        return _folded(self.words("speech", "pronouns"))

    @cached_property
    def opening_marks(self) -> re.Pattern[str]:
        """A mark that may open a quotation."""
        return re.compile("[" + re.escape("".join(sorted({pair[0] for pair in self.words("quotes", "pairs")}))) + "]")

    @cached_property
    def furniture(self) -> frozenset[str]:
        """Single words of menus, share bars, forms and footers, folded."""
        return frozenset(word for word in _folded(self.words("furniture", "words")) if " " not in word)

    @cached_property
    def comments(self) -> frozenset[str]:
        """Single words for comments and replies, folded."""
        return frozenset(word for word in _folded(self.words("page", "comments")) if " " not in word)

    @cached_property
    def furniture_pairs(self) -> frozenset[tuple[str, ...]]:
        """The first two words of each phrase of such places, folded."""
        phrases = (re.findall(r"\w+", word) for word in _folded(self.words("furniture", "words")))
        return frozenset(tuple(phrase[:2]) for phrase in phrases if len(phrase) > 1)

    @cached_property
    def tag_labels(self) -> dict[str, str]:
        """Kind of a tag group by the folded head of its label."""
        return {word.casefold(): kind for kind in TAG_KINDS for word in self.words("tags", kind)}

    def is_organization(self, name: str) -> bool:
        """Whether a name is surely an organisation: an acronym, a known name, or one with a noun for organisations.

        An acronym is two letters or more, all capitals (INTERPOL, WHO).
        """
        letters = [c for c in name if c.isalpha()]
        if len(letters) >= 2 and " " not in name and all(c.isupper() for c in letters):
            return True
        if name.casefold() in _folded_names(self.lang):
            return True
        return " " in name and not set(name.split()).isdisjoint(self.words("organizations", "nouns"))


def _folded(words: list[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


def _alternatives(words: list[str], flags: int) -> re.Pattern[str]:
    """Whole-word alternatives, the longest first; matches nothing for an empty list."""
    if not words:
        return re.compile(r"(?!)")
    # Grouped by their first character, as an alternation is tried one by one.
    groups = defaultdict[str, list[str]](list)
    for word in sorted(words, key=lambda word: (-len(word), word)):
        groups[word[0].lower() if flags & re.IGNORECASE else word[0]].append(re.escape(word[1:]))
    listed = "|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in groups.items())
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)", flags)


@cache
def _folded_names(lang: str) -> frozenset[str]:
    return _folded(lexicon(lang).words("organizations", "names"))


def in_all_languages(table: str, key: str) -> list[str]:
    """A list of every language, for shapes that ledger rules promise; sorted, folded, the longest first."""
    found = {word.casefold() for lang in LANGUAGES for word in lexicon(lang).words(table, key)}
    return sorted(found, key=lambda word: (-len(word), word))


@cache
def lexicon(lang: str) -> Lexicon:
    """The lexicon of a language.

    Parameters:
        lang: primary language subtag, lower case; one without a file gets the common words alone.

    Returns:
        The lexicon, read once in a process.
    """
    folder = files("copydesk.cleaning") / "lexicons"
    tables: dict[str, dict[str, list[Any]]] = {}
    for name in ("common", lang):
        path = folder / f"{name}.toml"
        if name.isalpha() and path.is_file():
            for table, keys in tomllib.loads(path.read_text("utf-8")).items():
                for key, words in keys.items():
                    tables.setdefault(table, {}).setdefault(key, []).extend(words)
    return Lexicon(lang, tables)


@cache
def given_names() -> frozenset[str]:
    """Given names as they stand in bylines of many languages; none that is better known as a place or a word."""
    path = files("copydesk.cleaning") / "lexicons" / "given_names.txt"
    return frozenset(path.read_text("utf-8").split())
