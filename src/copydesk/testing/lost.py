"""The check that no text is lost but what an exporter declares."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Protocol, TypeAlias

from copydesk.article.canonical import LEAVES, NS
from copydesk.article.view import Article
from copydesk.exporting.contract import Exporter
from copydesk.testing.readback import read_back

Passage: TypeAlias = tuple[str, ...]
"""Text of a leaf block, in pieces where inline elements begin and end."""

TextOf: TypeAlias = Callable[[Mapping[str, bytes]], str]

_HINT = "if the format writes it in other words or signs, give check_exporter text_of"
_FARTHEST = 300
"""Characters of markup, such as a link's address, that may stand where an inline element begins or ends."""

# Kana, Han and full-width forms: lines break anywhere between them. All other letters and digits form words.
_SINGLE = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff10-\uff5a\uff66-\uff9f\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_SINGLE}]|[^\W_{_SINGLE}]+|\S")
_ALONE = re.compile(rf"[{_SINGLE}]")
_IN_WORD = r"[^\W_]"
_BETWEEN = r"[\W_]*?"
_SIGNS = re.compile(r"[\W_]+")


class _Reading(Protocol):
    """What can be asked of outputs that have been read back."""

    hint: str

    def count(self, passage: Passage) -> int:
        """How often a passage stands there."""

    def holds_in_order(self, texts: Iterable[str]) -> Iterator[bool]:
        """Whether each text, of more than a few words, stands behind the one before it."""


class _Exact:
    """Text from the author's own `text_of`: a passage stands there whole, white space apart."""

    hint = ""

    def __init__(self, text: str) -> None:
        self._text = _squeeze(text)

    def count(self, passage: Passage) -> int:
        return self._text.count(_squeeze("".join(passage)))

    def holds_in_order(self, texts: Iterable[str]) -> Iterator[bool]:
        return _one_after_another(self._text, map(_squeeze, texts))


class _Marked:
    """Text with markup: every word and sign of a passage stands there in order, with signs in between.

    Where an inline element of the article begins or ends, words may stand in between as well: names of commands,
    addresses, notes.
    """

    hint = f"; {_HINT}"

    def __init__(self, texts: Sequence[str]) -> None:
        # Apart from all others, signs that form no words need no edges, which cost thirty times what a word's do.
        self._texts = [_ALONE.sub(r" \g<0> ", unicodedata.normalize("NFC", text)) for text in texts]

    def count(self, passage: Passage) -> int:
        pattern = re.compile(_pattern(passage))
        return max(sum(1 for _ in pattern.finditer(text)) for text in self._texts)

    def holds_in_order(self, texts: Iterable[str]) -> Iterator[bool]:
        return _one_after_another(_SIGNS.sub("", self._texts[-1]), (_SIGNS.sub("", text) for text in texts))


class Lost:
    """Looks for the text of articles in what an exporter gives.

    Parameters:
        exporter: the class.
        text_of: reads its outputs as plain text; None to read them by their media type.
    """

    def __init__(self, exporter: type[Exporter], text_of: TextOf | None) -> None:
        self._exporter = exporter
        self._text_of = text_of
        self.unread = False
        """Whether outputs that should hold text could not be read."""

    def check(self, articles: Sequence[Article], outputs: Mapping[str, bytes]) -> None:
        """Check that outputs hold all text of articles, each leaf block as often as it stands there.

        Raises:
            AssertionError: something is not there.
        """
        loses = self._exporter.loses
        expected = Counter(passage for article in articles for passage in _body(article, loses))
        head = {value for article in articles for value in _head(article, loses)}
        if not (expected or head):
            return
        reading = self._read(outputs)
        if reading is None:
            return
        for passage, count in expected.items():
            there = reading.count(passage)
            if there < count:
                said = f"{_squeeze(''.join(passage))!r} stands {count} times in the article, {there} in the output"
                self._fail("text", said + reading.hint)
        for value in sorted(head):
            if not reading.count((value,)):
                self._fail("text", f"{_squeeze(value)!r} of the head is not in the output{reading.hint}")

    def check_order(self, article: Article, outputs: Mapping[str, bytes]) -> None:
        """Check that outputs hold the leaf blocks of a long article, no two of which are alike, one after another.

        Raises:
            AssertionError: one is missing, or not in its place.
        """
        texts = ["".join(passage) for passage in _body(article, self._exporter.loses)]
        reading = self._read(outputs) if texts else None
        if reading is None:
            return
        for text, holds in zip(texts, reading.holds_in_order(texts), strict=True):
            if not holds:
                problem = f"{_squeeze(text)!r} is not in the output, or not in its place{reading.hint}"
                self._fail("long article", problem)

    def _read(self, outputs: Mapping[str, bytes]) -> _Reading | None:
        if self._text_of is not None:
            return _Exact(self._text_of(outputs))
        found = read_back(self._exporter, outputs)
        self.unread |= found is None
        return None if found is None else _Marked(found)

    def _fail(self, what: str, problem: str) -> None:
        raise AssertionError(f"{self._exporter.__name__}, {what}: {problem}")


def _body(article: Article, loses: frozenset[str]) -> Iterator[Passage]:
    """Each leaf block's text, in more passages than one where an element that the format loses parts it."""
    leaves = " or ".join(f"self::a:{name}" for name in (*LEAVES, "attribution[parent::a:blockquote]"))
    tags = _tags(loses)
    for leaf in article.xpath(f"//a:body//*[{leaves}]"):
        passages: list[list[str]] = [[]]
        for text in leaf.xpath(".//text()"):
            if _lost(text.getparent().getparent() if text.is_tail else text.getparent(), tags):
                passages.append([])
            else:
                passages[-1].append(unicodedata.normalize("NFC", str(text)))
        yield from (tuple(pieces) for pieces in passages if any(map(_squeeze, pieces)))


def _head(article: Article, loses: frozenset[str]) -> Iterator[str]:
    tags = _tags(loses)
    for value in article.xpath("//a:head//a:*[not(*)][text()]"):
        if not _lost(value, tags):
            yield unicodedata.normalize("NFC", value.text)


def _tags(names: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{{{NS}}}{name}" for name in names)


def _lost(element: Any, tags: frozenset[str]) -> bool:
    """Whether an element of lxml lies in one of these."""
    return not tags.isdisjoint(each.tag for each in chain((element,), element.iterancestors()))


def _squeeze(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def _one_after_another(text: str, wanted: Iterable[str]) -> Iterator[bool]:
    at = 0
    for one in wanted:
        at = text.find(one, at)
        yield at >= 0
        at = max(at, 0) + len(one)


def _pattern(passage: Passage) -> str:
    """A pattern for a passage. Its groups are atomic, as the first place that fits leaves most room for the rest."""
    pieces = [piece for piece in passage if piece.strip()]
    open_start = False
    found = ""
    for number, piece in enumerate(pieces):
        tokens = _TOKEN.findall(piece)
        # "CO" and "2" of CO₂ are one word: no edges where the pieces touch.
        open_end = number + 1 < len(pieces) and not (piece[-1].isspace() or pieces[number + 1][0].isspace())
        written = [_written(token) for token in tokens]
        written[0] = _written(tokens[0], start=not open_start, end=not (open_end and len(tokens) == 1))
        if len(tokens) > 1:
            written[-1] = _written(tokens[-1], end=not open_end)
        whole = written[0] + "".join(f"(?>{_BETWEEN}{token})" for token in written[1:])
        found += f"(?>[\\s\\S]{{0,{_FARTHEST}}}?{whole})" if number else whole
        open_start = open_end
    return found


def _written(token: str, *, start: bool = True, end: bool = True) -> str:
    """A token as a pattern, with edges if it is a word."""
    if not re.fullmatch(f"{_IN_WORD}+", token) or _ALONE.match(token):
        return re.escape(token)
    return f"{f'(?<!{_IN_WORD})' if start else ''}{re.escape(token)}{f'(?!{_IN_WORD})' if end else ''}"
