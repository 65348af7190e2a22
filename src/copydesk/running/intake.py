"""Gives the bytes of documents that only the process which found them can read: of standard input, and in archives."""

from __future__ import annotations

from collections.abc import Generator

from copydesk.errors import SourceError
from copydesk.running.archives.archive import Entry
from copydesk.running.archives.opening import open_archive
from copydesk.running.sources import SourceFile

IN_FLIGHT = 64_000_000
"""Bytes of such documents that wait to be converted at once, before the next is read."""


class Intake:
    """Reads documents in the order in which they were found, so that an archive is run through but once."""

    def __init__(self) -> None:
        self._archive = ""
        self._at = -1
        self._entries: Generator[Entry, None, None] | None = None

    def read(self, file: SourceFile) -> bytes | None:
        """Read a document; None if any process can.

        Raises:
            SourceError: it cannot be read, is damaged or too large, or has changed since it was found.
        """
        if file.archive is None:
            return file.read() if file.is_stream else None
        if file.archive != self._archive or file.number <= self._at:
            self.close()
            self._archive, self._at = file.archive, -1
            self._entries = _entries(file.archive)
        assert self._entries is not None, "an archive was opened"  # noqa: S101 -- tells mypy
        for entry in self._entries:
            self._at = entry.number
            if entry.number == file.number and f"{file.archive}/{entry.name}{entry.label}" == file.path:
                return entry.read()
            if entry.number >= file.number:
                break
        raise SourceError("is not there any more", where=file.path, next_step="run the same again")

    def close(self) -> None:
        """Close what is open."""
        if self._entries is not None:
            self._entries.close()
            self._entries = None


def _entries(path: str) -> Generator[Entry, None, None]:
    yield from open_archive(path).entries(listing=False)
