"""What spans of the source prove: the text that they make, a drop, a merge, a derived value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from copydesk.article.canonical import collapse
from copydesk.article.ledger import Entry, LedgerRule

_WHITE = re.compile(r"\s")
_SPACE = re.compile(r"\s*")
_LINE = re.compile("\r*\n|\r")  # CR CR LF is a line end that was converted twice
_NO_WORD = re.compile(r"[^\w\s]|_")
_NEAR = 1000  # characters in front of a line that hold the marks of its containers
_NOT_IN_XML = dict.fromkeys([0x0B, 0x0C, *range(0x1C, 0x20)], " ")  # white space that articles have as a space


class Piece(NamedTuple):
    """A span that was kept or moved into a place.

    Parameters:
        start: first offset in the view.
        end: offset behind the last character.
        text: the span's text, or what a converter made of it.
        join: what stands between the piece before and this one; None for what the gap in the source says.
    """

    start: int
    end: int
    text: str
    join: str | None = None


def joined(view: str, pieces: Sequence[Piece]) -> str:
    """Give the text that pieces make.

    Parameters:
        view: the source view.
        pieces: in the order of the source, apart.

    Returns:
        The collapsed text. A gap with white space is one space, any other nothing, unless the piece says what joins it.
    """
    parts: list[str] = []
    at = -1
    for start, end, text, join in pieces:
        if 0 <= at < start:
            if join is not None:
                parts.append(join)
            elif _WHITE.search(view, at, start):
                parts.append(" ")
        parts.append(text)
        at = end
    return collapse("".join(parts))


def is_verbatim(view: str, found: str, pieces: Sequence[Piece]) -> bool:
    """Tell whether preformatted text is that of its pieces.

    Line ends are LF. The white space between pieces is that of the source, as many lines, but indentation may be gone;
    so may blank lines in front. Nothing stands behind the last piece.
    """
    texts = [_LINE.sub("\n", piece.text) for piece in pieces]
    return any(
        _runs_through(view, found, pieces, given)
        for given in (texts, [unicodedata.normalize("NFC", text) for text in texts])
    )


def _runs_through(view: str, found: str, pieces: Sequence[Piece], texts: Sequence[str]) -> bool:
    at = behind = 0
    for piece, text in zip(pieces, texts, strict=True):
        space = _SPACE.match(found, at)
        if space and not at:  # what stands further in front of the code is none of its indentation
            behind = max(0, piece.start - 2 * len(space[0]) - _NEAR)
        if not space or not _is_dedented(space[0], view[behind : piece.start], first=at == 0):
            return False
        if not found.startswith(text, space.end()):
            return False
        at, behind = space.end() + len(text), piece.end
    return at == len(found)


def _is_dedented(space: str, gap: str, *, first: bool) -> bool:
    """Tell whether white space in code is that of a gap less indentation: as many lines, each the end of the gap's."""
    white = "".join(filter(str.isspace, _LINE.sub("\n", gap).translate(_NOT_IN_XML)))  # less marks of a quotation, say
    lines, whole = space.split("\n"), white.split("\n")
    if first:
        whole = whole[-len(lines) :]
    return len(lines) == len(whole) and all(map(str.endswith, whole, lines))


def dropped(entry: Entry, rule: LedgerRule, texts: Sequence[str]) -> Iterator[str]:
    """Say what is wrong with a drop: each text must match the rule in full, or have been judged."""
    if entry.to is not None:
        yield "a drop has no target"
    if entry.is_ is not None:
        yield "a drop has no converted text"
    if rule.match is not None:
        matches = _pattern(rule.match).fullmatch
        yield from (f"the rule does not match {short(text)}" for text in texts if not matches(text))
    elif not rule.judged:
        yield "the rule is declared with neither a pattern nor a judgement"
    if rule.judged and (entry.score is None or not 0 <= entry.score <= 1):
        yield f"a judged drop has a score from 0 to 1, not {entry.score}"


def merged(target: str, texts: Sequence[str]) -> Iterator[str]:
    """Say what is wrong with a merge: the words of the texts must be among the target's, in their order."""
    repeated = words(" ".join(texts))
    of_target = iter(words(target))
    missing = next((word for word in repeated if word not in of_target), None)
    if missing is not None:
        yield f"the target does not repeat it, at {missing!r}"
    elif not repeated:
        yield "it holds no words that the target could repeat"


def is_derived(value: str, texts: Sequence[str], *, whole: bool = False) -> bool:
    """Tell whether a value stands in the texts, or is the whole of them, white space aside."""
    squashed, evidence = _squash(value), _squash("".join(texts))
    return bool(squashed) and (squashed == evidence if whole else squashed in evidence)


def words(text: str) -> list[str]:
    """Give the words of a text, as a merge compares them: what white space and punctuation part; symbols stay."""

    def apart(found: re.Match[str]) -> str:
        return " " if unicodedata.category(found[0]).startswith("P") else found[0]

    return _NO_WORD.sub(apart, unicodedata.normalize("NFC", text)).split()


def short(text: str) -> str:
    """Quote a text in a message, shortened if it is long."""
    return repr(text if len(text) <= 60 else f"{text[:40]} … {text[-16:]}")


def _squash(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(text.split()))


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)
