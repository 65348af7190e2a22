"""Characters that are no text: what XML cannot hold, and invisible ones that only a layout needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.article.ledger import Entry, LedgerRule
from copydesk.reading.passage import GAP, Passage, Piece

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
)

# XML 1.0 section 2.2 gives the legal characters. White space that XML cannot hold (VT, FF, FS to US) parts words as a
# space does. Zero-width joiner and non-joiner stay: Persian and emoji need them.
_SPECIAL = re.compile(f"({_INVISIBLE})|({_CONTROL})|([\x0b\x0c\x1c-\x1f]+)")


def passage_of(view: str, start: int, end: int) -> Passage:
    """The passage of a stretch of the source, less the characters that are no text."""
    pieces = []
    for found in _SPECIAL.finditer(view, start, end):
        if found.start() > start:
            pieces.append(Piece(start, found.start(), view[start : found.start()]))
        if found[3]:
            pieces.append(Piece(found.start(), found.end(), " ", GAP))
        start = found.end()
    if start < end:
        pieces.append(Piece(start, end, view[start:end]))
    return Passage(tuple(pieces))


def dropped(view: str) -> Iterator[Entry]:
    """Ledger entries for every character of the view that is no text."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for found in _SPECIAL.finditer(view):
        if not found[3]:
            spans.setdefault("char.invisible" if found[1] else "char.control", []).append(found.span())
    for rule, at in spans.items():
        yield Entry(d="drop", rule=rule, at=tuple(at))
