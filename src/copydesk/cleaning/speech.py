"""Who said what: quotation runs in a text, and the phrases that attribute them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from copydesk.cleaning.lexicon import Lexicon
from copydesk.cleaning.shape import is_name, sentence_ends, word_count

# A word of a phrase; an initial or a short abbreviation with its stop (J. Doe, Dr. Doe); an elided article apart.
_TOKEN = re.compile(r"[^\W\d_]{1,2}[’'](?=[^\W\d_])|\b[^\W\d_]{1,3}\.(?=\s?[^\W\d_])|[^\s,.;:!?()\[\]“”„\"«»\0]+")
_ELISION = re.compile(r"[^\W\d_]{1,2}[’']")
_NOT_SPACE = re.compile(r"\S")
_FEWEST_WORDS = 4  # of a quotation that stands at the end of a clause; shorter ones are scare quotes
_MOST_COMMON = 3  # lower-case words that may name a job the lexicon lacks: said bandleader Tomas Reyl
_MOST_TOKENS = 12  # of the phrase that names a speaker
_LONGEST_PHRASE = 300  # characters of it
_MOST_VERBS = 8  # before a quotation that are tried, the nearest first
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
    partners = {at: end for opener in closers if opener in text for at, end in _pairs(text, opener, closers[opener])}
    runs: list[Run] = []
    for at in sorted(partners):
        if (runs and at < runs[-1].outer_end) or not _opens(text, at):
            continue
        end = partners[at]
        if end < 0 and text[at] not in "‘'" and following.startswith(text[at]):
            end = len(text)
        start, stop = _trim(text, at + 1, end)
        if start < stop:
            runs.append(Run(at, start, stop, min(end + 1, len(text))))
    return runs


def _pairs(text: str, opener: str, closers: str) -> Iterator[tuple[int, int]]:
    """(opening mark, closing mark or -1) of every quotation in one kind of marks, which may hold others of its kind.

    A single mark that opens does not nest, as its twin closes words with an apostrophe too.
    """
    waiting: list[int] = []
    for found in re.finditer(f"[{re.escape(opener + closers)}]", text):
        at, c = found.start(), found[0]
        if c in closers and _closes(text, at):
            if opener in closers or opener == "‘":
                yield from ((before, at) for before in waiting)
                waiting.clear()
            elif waiting:
                yield waiting.pop(), at
        if c == opener:
            waiting.append(at)
    yield from ((at, -1) for at in waiting)


def _opens(text: str, at: int) -> bool:
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if text[at] in '‘"»':
        return not before.isalnum() and not after.isspace()
    return True


def _closes(text: str, at: int) -> bool:
    if text[at] not in "’'":
        return True
    return not (text[at - 1 : at].isspace() or text[at + 1 : at + 2].isalnum())


def is_speech(text: str, run: Run) -> bool:
    """Whether a quotation is somebody's words, not a term in quote marks: it ends as a sentence or a clause does."""
    if text[run.end - 1] in ".,!?…。！？":
        return True
    behind = _NOT_SPACE.search(text, run.outer_end)
    return (behind is None or behind[0] in ".,;!?…)–—-") and word_count(text[run.start : run.end]) >= _FEWEST_WORDS


class Attributions:
    """The attributing phrases of one text."""

    def __init__(self, text: str, runs: list[Run], lexicon: Lexicon) -> None:
        self.text, self.lexicon = text, lexicon
        parts: list[str] = []
        at = 0
        for run in runs:
            parts += (text[at : run.outer_start], _MASK * (run.outer_end - run.outer_start))
            at = run.outer_end
        self.masked = "".join((*parts, text[at:]))
        self.verbs = [found.span() for found in lexicon.verbs.finditer(self.masked)]
        self._starts = [start for start, _ in self.verbs]

    @cached_property
    def _sentences(self) -> list[int]:
        return list(sentence_ends(self.masked, self.lexicon))

    def find(self, run: Run) -> tuple[int, int] | None:
        """The range of the phrase that attributes a quotation: behind it, or before it in the same sentence."""
        return self._behind(run) or self._before(run)

    def _behind(self, run: Run) -> tuple[int, int] | None:
        at = run.outer_end
        while at < len(self.masked) and self.masked[at] in " \u00a0\t\r\n,–—-":
            at += 1
        for number in range(bisect_left(self._starts, at), len(self.verbs)):
            start, end = self.verbs[number]
            if start == at:  # ” said NAME
                phrase_end = self._forward(end)
                if not phrase_end and not self.lexicon.pronouns.isdisjoint(
                    re.split(r"[-\s]", self.text[at:end].casefold())
                ):
                    phrase_end = end  # ” a-t-elle ajouté
                return (at, phrase_end) if phrase_end else None
            if start > at + _LONGEST_PHRASE:
                return None
            if self._backward(start, common=True) == at:
                return at, end  # ” NAME said
        return None

    def _before(self, run: Run) -> tuple[int, int] | None:
        sentence = bisect_right(self._sentences, run.outer_start)
        begin = self._sentences[sentence - 1] if sentence else 0
        last = bisect_left(self._starts, run.outer_start)
        first = max(last - _MOST_VERBS, bisect_left(self._starts, begin))
        for start, end in reversed(self.verbs[first:last]):
            phrase_start = self._backward(start) if end <= run.outer_start else None
            if phrase_start is not None and phrase_start >= begin:
                return phrase_start, end
        return None

    # ------------------------------------------------------------ phrases
    def _forward(self, at: int) -> int:
        """End of the phrase that begins behind a verb, or 0."""
        end, named, common = 0, False, 0
        for number, token in enumerate(self._tokens(at)):
            if number >= _MOST_TOKENS or self.masked[at : token.start()].strip():
                break
            word = token[0]
            if number == 0 and word.casefold() in self.lexicon.pronouns:
                return token.end()
            if self._is_big(word) or word in self.lexicon.title_words:
                end, named = token.end(), True
            elif not self._joins(word):
                common += 1
                if named or common > _MOST_COMMON or not self._is_common(word):
                    break
            at = token.end()
        return end if named else 0

    def _backward(self, at: int, *, common: bool = False) -> int | None:
        """Start of the phrase that ends before a verb, or None; `common`: it may be an article and common nouns."""
        first = max(0, at - _LONGEST_PHRASE, self.masked.rfind(_MASK, 0, at) + 1)
        tokens = list(_TOKEN.finditer(self.masked, first, at))[-_MOST_TOKENS:]
        start: int | None = None
        edge = at
        for number, token in enumerate(reversed(tokens)):
            word = token[0]
            if self.masked[token.end() : edge].strip():
                break
            if number == 0 and word.casefold() in self.lexicon.pronouns:
                return token.start()
            if self._is_big(word) or word in self.lexicon.title_words:
                start = token.start()
            elif start is None and not (common and number < _MOST_COMMON and self._is_common(word)):
                return token.start() if common and number and self._is_article(word) else None
            elif start is None:
                pass
            elif word.casefold() in self.lexicon.determiners:
                return token.start()
            elif not (word in self.lexicon.particles or self._links(word)):
                break
            edge = token.start()
        return start

    def _joins(self, word: str) -> bool:
        """Whether a word may stand inside a phrase: an article, a particle of a name, the link behind a title."""
        return self._is_article(word) or word in self.lexicon.particles or self._links(word)

    def _is_article(self, word: str) -> bool:
        return word.casefold() in self.lexicon.determiners or _ELISION.fullmatch(word) is not None

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
            or folded in self.lexicon.determiners
            or folded in self.lexicon.date_fillers
            or folded in self.lexicon.months
        )

    # ------------------------------------------------------------ who
    def speaker(self, start: int, end: int) -> Speaker:
        """Name, title and organisation in a phrase, as far as the lexicon and shapes are sure of them."""
        text, lexicon = self.text, self.lexicon
        number = bisect_left(self._starts, start)
        if number < len(self.verbs) and self.verbs[number][1] <= end:
            verb = self.verbs[number]
            start, end = (verb[1], end) if verb[0] == start else (start, verb[0])
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
