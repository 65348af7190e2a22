"""Characters that are no text: what XML cannot hold, and invisible ones that only a layout needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.article.ledger import Entry, LedgerRule, Span
from copydesk.reading.passage import EMPTY, GAP, Passage, Piece

_INVISIBLE = "[\u200b\ufeff\u00ad\u2060]+"
_CONTROL = "[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+"
RULES = (
    LedgerRule(
        id="char.invisible",
        d="drop",
        match=_INVISIBLE,
        reason="zero-width space, byte order mark, soft hyphen or word joiner: layout, not text",
    ),
    LedgerRule(
        id="char.control",
        d="drop",
        match=_CONTROL,
        reason="control character or noncharacter, which XML cannot hold",
    ),
    LedgerRule(
        id="char.reference",
        d="drop",
        match=r"&#?[0-9A-Za-z]+;",
        reason="character reference to white space at an edge, or to a character that is no text",
    ),
)

# XML 1.0 section 2.2 gives the legal characters. White space that XML cannot hold (VT, FF, FS to US) parts words as a
# space does. Zero-width joiner and non-joiner stay: Persian and emoji need them.
_SPECIAL = re.compile(f"({_INVISIBLE})|({_CONTROL})|([\x0b\x0c\x1c-\x1f]+)")
# The same characters as one class, which is ten times as fast where, as mostly, none of them occurs.
_ANY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Characters:
    """A view as passages, less the characters that are no text."""

    def __init__(self, view: str) -> None:
        self.view = view
        self._found = [] if _ANY.search(view) is None else list(_SPECIAL.finditer(view))

    def passage(self, start: int, end: int) -> Passage:
        """The passage of a stretch of the view."""
        if start >= end:
            return EMPTY
        if not self._found or _ANY.search(self.view, start, end) is None:
            return Passage((Piece(start, end, self.view[start:end]),))
        return Passage(tuple(self._pieces(start, end)))

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        view = self.view
        for found in _SPECIAL.finditer(view, start, end):
            if found.start() > start:
                yield Piece(start, found.start(), view[start : found.start()])
            if found[3]:
                yield Piece(found.start(), found.end(), " ", GAP)
            start = found.end()
        if start < end:
            yield Piece(start, end, view[start:end])

    @staticmethod
    def has_special(text: str) -> bool:
        """Whether a text holds characters that are no text."""
        return _ANY.search(text) is not None

    def special(self, start: int, end: int) -> Iterator[tuple[str | None, Span]]:
        """(ledger rule, span) for the runs of a stretch without white space; None for one that is text."""
        if self._found:
            for found in _SPECIAL.finditer(self.view, start, end):
                if found.start() > start:
                    yield None, (start, found.start())
                yield "char.invisible" if found[1] else "char.control", found.span()
                start = found.end()
        if start < end:
            yield None, (start, end)

    def dropped(self) -> Iterator[Entry]:
        """Ledger entries for every character of the view that is no text."""
        spans: dict[str, list[Span]] = {}
        for found in self._found:
            if not found[3]:
                spans.setdefault("char.invisible" if found[1] else "char.control", []).append(found.span())
        for rule, at in spans.items():
            yield Entry(d="drop", rule=rule, at=tuple(at))


def fixed(text: str) -> str:
    """Read a text again that was read in the wrong encoding: "donâ€™t" was "don’t".

    Parameters:
        text: some characters.

    Returns:
        What ftfy makes of it, which is the text itself unless reading it again loses nothing. Curled quotes stay.
    """
    import ftfy  # only where a document needs it

    return ftfy.fix_encoding(text)
