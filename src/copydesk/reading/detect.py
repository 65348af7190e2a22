"""Which reader a text is for, judged by its content, not by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from copydesk.errors import SourceError, UsageError
from copydesk.reading.decode import decode
from copydesk.reading.markdown import MarkdownReader
from copydesk.reading.source import Reader, Source
from copydesk.reading.text import TextReader

READERS: tuple[type[Reader], ...] = (TextReader, MarkdownReader)
"""The readers that come with the core."""


def read(raw: bytes, *, name: str, reader: str | None = None, readers: Sequence[type[Reader]] = READERS) -> Source:
    """Read a document.

    Parameters:
        raw: its bytes.
        name: its file name, for the ledger and for messages.
        reader: name of the reader to use; None: the one whose `sniff` is surest, the first of equals.
        readers: the readers to choose from.

    Returns:
        The source with its blocks.

    Raises:
        SourceError: it cannot be decoded, or holds no text.
        UsageError: there is no reader of that name.
    """
    view, encoding, warnings = decode(raw, where=name)
    if not view.strip():
        raise SourceError("the file holds nothing but white space", where=name, next_step="remove it")
    if reader is None:
        chosen = max(readers, key=lambda kind: kind().sniff(view))
    else:
        named = [kind for kind in readers if kind.name == reader]
        if not named:
            known = ", ".join(sorted(kind.name for kind in readers))
            raise UsageError(f"no reader is called {reader!r}", where="--from", next_step=f"choose from: {known}")
        chosen = named[0]
    source = Source(
        name=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        media_type=chosen.media_type,
        encoding=encoding,
        kind="text/1",
        view=view,
        warnings=warnings,
    )
    chosen().read(source)
    return source
