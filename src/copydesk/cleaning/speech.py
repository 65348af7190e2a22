"""Who said what: quotation runs in a text, and the phrases that attribute them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copydesk.cleaning.lexicon import Lexicon
from copydesk.cleaning.shape import is_name, sentence_ends, word_count

# A word of a phrase; an initial or a short abbreviation with its stop (J. Doe, Dr. Doe); an elided article apart.
_TOKEN = re.compile(r"[^\W\d_]{1,2}[’'](?=[^\W\d_])|\b[^\W\d_]{1,3}\.(?=\s?[^\W\d_])|[^\s,.;:!?()\[\]“”„\"«»\0]+")
_ELISION = re.compile(r"[^\W\d_]{1,2}[’']")
_FEWEST_WORDS = 4  # of a quotation that stands at the end of a clause; shorter ones are scare quotes
_MOST_COMMON = 3  # lower-case words that may name a job the lexicon lacks: said bandleader Tomas Reyl
_MOST_TOKENS = 12  # of the phrase that names a speaker
_MASK = "\0"


@dataclass(frozen=True, slots=True)
class Run:
    """A quotation: [start, end) of the words, [outer_start, outer_end) with its marks."""

    outer_start: int
    start: int
    end: int
    outer_end: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """What a phrase says of its speaker; each a range of the text, or None.

    `apposed`: a common noun stands before the name, as only a person's or a thing's name has it.
    """

    name: tuple[int, int] | None = None
    title: tuple[int, int] | None = None
    affiliation: tuple[int, int] | None = None
    apposed: bool = False


def quotations(text: str, lexicon: Lexicon, *, following: str = "") -> list[Run]:
    """The outermost quotations of a text, in order. An apostrophe is no quote mark.

    A quotation that is not closed runs to the end if the `following` paragraph opens with the same mark, as one of
    several paragraphs does.
    """
    closers: dict[str, str] = {}
    for pair in lexicon.words("quotes", "pairs"):
        closers[pair[0]] = closers.get(pair[0], "") + pair[1]
    runs, at = [], 0
    while at < len(text):
        if text[at] in closers and _opens(text, at):
            end = _closing(text, at, closers[text[at]])
            if end < 0 and text[at] not in "‘'" and following.startswith(text[at]):
                end = len(text)
            if end > at + 1:
                start, stop = at + 1, end
                while start < stop and text[start].isspace():
                    start += 1
                while stop > start and text[stop - 1].isspace():
                    stop -= 1
                if start < stop:
                    runs.append(Run(at, start, stop, min(end + 1, len(text))))
                at = end
        at += 1
    return runs


def _opens(text: str, at: int) -> bool:
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if text[at] in '‘"»':
        return not before.isalnum() and not after.isspace()
    return True


def _closing(text: str, at: int, closers: str) -> int:
    """Offset of the mark that closes the quotation opened at `at`, or -1."""
    opener, depth = text[at], 0
    for i in range(at + 1, len(text)):
        c = text[i]
        if c in closers:
            if c in "’'" and (text[i - 1].isspace() or (i + 1 < len(text) and text[i + 1].isalnum())):
                continue
            if not depth:
                return i
            depth -= 1
        elif c == opener and c not in "‘":
            depth += 1
    return -1


def is_speech(text: str, run: Run) -> bool:
    """Whether a quotation is somebody's words, not a term in quote marks: it ends as a sentence or a clause does."""
    if text[run.end - 1] in ".,!?…。！？":
        return True
    rest = text[run.outer_end :].lstrip()
    return (not rest or rest[0] in ".,;!?…)–—-") and word_count(text[run.start : run.end]) >= _FEWEST_WORDS


class Attributions:
    """The attributing phrases of one text."""

    def __init__(self, text: str, runs: list[Run], lexicon: Lexicon) -> None:
        self.text, self.runs, self.lexicon = text, runs, lexicon
        masked = text
        for run in runs:
            masked = masked[: run.outer_start] + _MASK * (run.outer_end - run.outer_start) + masked[run.outer_end :]
        self.masked = masked
        self.verbs = list(lexicon.verbs.finditer(masked))
        self._titles = {word for title in lexicon.titles_as_printed for word in title.split()}
        self._determiners = {word.casefold() for word in lexicon.words("speech", "determiners")}
        self._pronouns = {word.casefold() for word in lexicon.words("speech", "pronouns")}

    def find(self, run: Run) -> tuple[int, int] | None:
        """The range of the phrase that attributes a quotation: behind it, or before it in the same sentence."""
        return self._behind(run) or self._before(run)

    def _behind(self, run: Run) -> tuple[int, int] | None:
        at = run.outer_end
        while at < len(self.masked) and self.masked[at] in " \u00a0\t\r\n,–—-":
            at += 1
        for verb in self.verbs:
            if verb.start() == at:  # ” said NAME
                end = self._forward(verb.end())
                if not end and not self._pronouns.isdisjoint(re.split(r"[-\s]", verb[0].casefold())):
                    end = verb.end()  # ” a-t-elle ajouté
                return (at, end) if end else None
            if verb.start() > at and self._backward(verb.start(), common=True) == at:
                return at, verb.end()  # ” NAME said
        return None

    def _before(self, run: Run) -> tuple[int, int] | None:
        begin = max((end for end in sentence_ends(self.masked[: run.outer_start], self.lexicon)), default=0)
        for verb in reversed(self.verbs):
            if begin <= verb.start() and verb.end() <= run.outer_start:
                start = self._backward(verb.start())
                if start is not None and start >= begin:
                    return start, verb.end()
        return None

    # ------------------------------------------------------------ phrases
    def _forward(self, at: int) -> int:
        """End of the phrase that begins behind a verb, or 0."""
        end, named, common = 0, False, 0
        for number, token in enumerate(self._tokens(at)):
            if number >= _MOST_TOKENS or self.masked[at : token.start()].strip():
                break
            word = token[0]
            if number == 0 and word.casefold() in self._pronouns:
                return token.end()
            if self._is_big(word) or word in self._titles:
                end, named = token.end(), True
            elif not self._joins(word):
                common += 1
                if named or common > _MOST_COMMON or not self._is_common(word):
                    break
            at = token.end()
        return end if named else 0

    def _backward(self, at: int, *, common: bool = False) -> int | None:
        """Start of the phrase that ends before a verb, or None; `common`: it may be an article and common nouns."""
        tokens = list(_TOKEN.finditer(self.masked, max(0, self.masked.rfind(_MASK, 0, at) + 1), at))[-_MOST_TOKENS:]
        start: int | None = None
        edge = at
        for number, token in enumerate(reversed(tokens)):
            word = token[0]
            if self.masked[token.end() : edge].strip():
                break
            if number == 0 and word.casefold() in self._pronouns:
                return token.start()
            if self._is_big(word) or word in self._titles:
                start = token.start()
            elif start is None and not (common and number < _MOST_COMMON and self._is_common(word)):
                return token.start() if common and number and self._is_article(word) else None
            elif start is None:
                pass
            elif word.casefold() in self._determiners:
                return token.start()
            elif not (word in self.lexicon.particles or self._links(word)):
                break
            edge = token.start()
        return start

    def _joins(self, word: str) -> bool:
        """Whether a word may stand inside a phrase: an article, a particle of a name, the link behind a title."""
        return self._is_article(word) or word in self.lexicon.particles or self._links(word)

    def _is_article(self, word: str) -> bool:
        return word.casefold() in self._determiners or _ELISION.fullmatch(word) is not None

    def _is_common(self, word: str) -> bool:
        """Whether a word is a lower-case one with a meaning of its own."""
        return word.isalpha() and word.islower() and word not in self.lexicon.function_words

    def _tokens(self, at: int) -> Iterator[re.Match[str]]:
        return _TOKEN.finditer(self.masked, at)

    def _links(self, word: str) -> bool:
        return word in self.lexicon.words("people", "title_links")

    def _is_big(self, word: str) -> bool:
        folded = word.casefold()
        return word[:1].isupper() and not (
            folded in self.lexicon.function_words
            or folded in self._determiners
            or folded in self.lexicon.date_fillers
            or folded in self.lexicon.months
        )

    # ------------------------------------------------------------ who
    def speaker(self, start: int, end: int) -> Speaker:
        """Name, title and organisation in a phrase, as far as the lexicon and shapes are sure of them."""
        text, lexicon = self.text, self.lexicon
        verb = next((v for v in self.verbs if start <= v.start() and v.end() <= end), None)
        if verb is not None:
            start, end = (verb.end(), end) if verb.start() == start else (start, verb.start())
        start, end = _trim(text, start, end)
        first = _TOKEN.match(text, start, end)
        if first and self._is_article(first[0]):
            start, end = _trim(text, first.end(), end)
        title = lexicon.titles.search(text, start, end)
        if title is None:
            begin = start
            while (word := _TOKEN.match(text, begin, end)) and self._is_common(word[0]):
                begin, end = _trim(text, word.end(), end)
            return Speaker(name=self._name(begin, end), apposed=begin > start)
        affiliation, title_start = self._organization(start, title.start())
        name = self._name(title.end(), end)
        return Speaker(name, (title_start, title.end()), affiliation)

    def _organization(self, start: int, end: int) -> tuple[tuple[int, int] | None, int]:
        """(organisation before a title, start of the title): `Europol’s Executive`, `EU Foreign Policy`."""
        tokens = list(re.finditer(r"\S+", self.text[start:end]))
        for size in range(len(tokens), 0, -1):
            words = self.text[start : start + tokens[size - 1].end()]
            stem = words
            for ending in self.lexicon.words("organizations", "possessives"):
                if words.endswith(ending) and len(words) > len(ending):
                    stem = words[: -len(ending)]
                    break
            if self.lexicon.is_organization(stem):
                rest = start + tokens[size].start() if size < len(tokens) else end
                return (start, start + len(stem)), _trim(self.text, rest, len(self.text))[0]
        return None, start if tokens and not tokens[-1][0].endswith(("’s", "'s")) else end

    def _name(self, start: int, end: int) -> tuple[int, int] | None:
        start, end = _trim(self.text, start, end)
        found = re.match(r"\S+", self.text[start:end])
        if found and found[0] in self.lexicon.words("people", "honorifics"):
            start, end = _trim(self.text, start + found.end(), end)
        words = self.text[start:end]
        if not words or self.lexicon.is_organization(words):
            return None
        return (start, end) if is_name(words, self.lexicon) or (" " not in words and words[0].isupper()) else None


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
