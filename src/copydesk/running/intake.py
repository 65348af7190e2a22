"""Gives the bytes of documents that only the process which found them can read, and tells what stands beside each."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from pathlib import Path

from copydesk.errors import SourceError
from copydesk.running.archives import pictures
from copydesk.running.archives.archive import Entry, is_zip
from copydesk.running.archives.opening import open_archive
from copydesk.running.beside import Beside, beside_file
from copydesk.running.sources import STDIN, SourceFile

IN_FLIGHT = 64_000_000
"""Bytes of such documents that wait to be converted at once, before the next is read."""


class Intake:
    """Reads documents in the order in which they were found, so that an archive is run through but once.

    Parameters:
        others: by path of a tar archive, numbers of members that are no documents (`Found.others`).
        folder: for pictures that have to be kept aside; None: those of tar archives are not looked for.
    """

    def __init__(self, others: Mapping[str, Collection[int]] | None = None, folder: Path | None = None) -> None:
        self._archive = ""
        self._at = -1
        self._entries: Generator[Entry, None, None] | None = None
        self._others, self._folder = others or {}, folder
        self._aside: dict[str, str] = {}

    def read(self, file: SourceFile) -> bytes | None:
        """Read a document; None if any process can.

        Raises:
            SourceError: it cannot be read, is damaged or too large, or has changed since it was found.
        """
        if file.archive is None:
            return file.read() if file.is_stream else None
        if file.archive != self._archive or file.number <= self._at:
            self._close_archive()
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

    def beside(self, file: SourceFile) -> Beside | None:
        """What stands beside a document; None if nothing does.

        Raises:
            OutputError: pictures cannot be kept aside.
        """
        if file.path == STDIN:
            return None
        if file.archive is None:
            return beside_file(file.path, file.below.count("/") if file.depth is None else file.depth)
        folder = file.path[len(file.archive) + 1 :].rpartition("/")[0]
        if is_zip(file.archive):
            return pictures.ZipBeside(file.archive, folder)
        if self._folder is None or file.archive not in self._others:
            return None
        if file.archive not in self._aside:
            self._aside[file.archive] = pictures.set_aside(file.archive, self._others[file.archive], self._folder)
        return pictures.TarBeside(file.archive, folder, self._aside[file.archive])

    def close(self) -> None:
        """Close what is open."""
        self._close_archive()
        pictures.close()

    def _close_archive(self) -> None:
        if self._entries is not None:
            self._entries.close()
            self._entries = None


def _entries(path: str) -> Generator[Entry, None, None]:
    yield from open_archive(path).entries(listing=False)
