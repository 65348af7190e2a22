"""Which reader a document is for: judged by its first bytes, else by its text; by its name where nothing else tells."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import itemgetter

from copydesk.errors import SourceError, UsageError
from copydesk.reading.decode import decode
from copydesk.reading.markdown import MarkdownReader
from copydesk.reading.source import Reader, Source, View
from copydesk.reading.text import TextReader

READERS: tuple[type[Reader], ...] = (TextReader, MarkdownReader)
"""The readers that come with the core."""

_BY_NAME = 0.1  # what a suffix adds to the sureness of a reader that sees a sign of its kind

TEXT = "text/1"
"""Kind of the view that is the decoded bytes as they are."""


def read(raw: bytes, *, name: str, reader: str | None = None, readers: Sequence[type[Reader]] = READERS) -> Source:
    """Read a document.

    Parameters:
        raw: its bytes.
        name: its file name, for the ledger and for messages.
        reader: name of the reader to use; None: the one that claims the bytes, else the one whose `sniff` is surest,
            the first of equals.
        readers: the readers to choose from.

    Returns:
        The source with its blocks.

    Raises:
        SourceError: it cannot be decoded or taken apart, or holds no text.
        UsageError: there is no reader of that name.
    """
    chosen = _named(reader, readers) if reader is not None else _claimed(raw, name, readers)
    made = _view(chosen, raw, name) if chosen is not None else None
    if made is not None:
        view, encoding, warnings = made.text, "binary", [*made.warnings]
    else:
        view, encoding, warnings = decode(raw, where=name)
    if not view.strip():
        raise SourceError("the file holds nothing but white space", where=name, next_step="remove it")
    if chosen is None:
        chosen = max(readers, key=lambda kind: _sureness(kind, view, name))
    source = Source(
        name=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        media_type=chosen.media_type,
        encoding=encoding,
        kind=TEXT if made is None else made.kind,
        view=view,
        warnings=warnings,
        converter=None if made is None else made.converter,
        parsed=None if made is None else made.parsed,
        resource=None if made is None else made.resource,
    )
    chosen().read(source)
    return source


def _named(name: str, readers: Sequence[type[Reader]]) -> type[Reader]:
    named = [kind for kind in readers if kind.name == name]
    if not named:
        known = ", ".join(sorted(kind.name for kind in readers))
        raise UsageError(f"no reader is called {name!r}", where="--from", next_step=f"choose from: {known}")
    return named[0]


def _claimed(raw: bytes, name: str, readers: Sequence[type[Reader]]) -> type[Reader] | None:
    """The reader that is surest of the bytes; None if none is, and the text has to tell."""
    claims = [(kind().claims(raw, name), kind) for kind in readers]
    sure, chosen = max(claims, key=itemgetter(0))
    return chosen if sure > 0 else None


def _sureness(reader: type[Reader], view: str, name: str) -> float:
    sure = reader().sniff(view)
    return sure + _BY_NAME if sure > 0 and name.lower().endswith(tuple(reader.suffixes)) else sure


def _view(reader: type[Reader], raw: bytes, name: str) -> View | None:
    if not raw.strip():
        return None  # which is refused like any other empty file
    try:
        return reader().view(raw)
    except SourceError as error:
        error.where = error.where or name
        raise
