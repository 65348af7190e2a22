"""Tar archives, packed or not."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import IO, TypeVar, cast

from copydesk.errors import SourceError
from copydesk.running.archives.archive import CHUNK, Archive, Entry, whole
from copydesk.running.archives.tape import Tape

ResultT = TypeVar("ResultT")


class TarArchive(Archive):
    """A tar archive. It is read as it comes: where it is packed, a step back would mean to unpack all of it again."""

    def entries(self, *, listing: bool) -> Iterator[Entry]:
        """Yield the members (`Archive.entries`)."""
        with Tape(self) as tape:
            headers = _Headers(self, tape)
            number = 0
            while (info := headers.next()) is not None:
                if listing:
                    headers.pass_over()
                if info.isdir():
                    continue
                entry = self.entry(number, info.name, partial(headers.read, info))
                if entry.error is None and not info.isfile():
                    entry = replace(entry, skipped="links" if info.issym() or info.islnk() else "other")
                yield entry
                number += 1
            if listing:
                headers.finish()


class _Headers:
    """The headers on a tape, one after the other, and what stands between them."""

    def __init__(self, archive: Archive, tape: Tape) -> None:
        self._archive, self._tape = archive, tape
        self._tar = self._guarded(lambda: tarfile.TarFile(fileobj=cast("IO[bytes]", tape), encoding="utf-8"))

    def next(self) -> tarfile.TarInfo | None:
        info = self._guarded(self._tar.next)
        self._tar.members = []  # type: ignore[attr-defined]  # which would grow with the archive
        return info

    def read(self, info: tarfile.TarInfo) -> bytes:
        where = f"{self._archive.path}/{info.name}"
        stream = self._guarded(lambda: self._tar.extractfile(info))
        return self._guarded(lambda: whole(stream, where)) if stream else b""

    def pass_over(self) -> None:
        """Go to where the next header is; the data are whole if their last byte is there."""
        end = self._tar.offset
        if self._tape.tell() < end:
            self._tape.seek(end - 1)
            if not self._tape.read(1):
                raise self._archive.damaged("is cut short")

    def finish(self) -> None:
        """See that what looked like the end is one: tarfile takes a damaged header for it."""
        last, end = self._tape.last, self._tape.tell()
        rest = self._tape.read(CHUNK)  # raises what looks like an end too
        if not last:
            raise self._archive.damaged("is cut short: it has no end mark")
        if len(last) < tarfile.BLOCKSIZE or any(last):
            raise self._archive.damaged(f"is damaged: there is no header at byte {end - len(last):,}")
        while rest:
            if any(rest):
                raise self._archive.damaged("goes on behind its end mark", "join archives with tar -A, or give each")
            rest = self._tape.read(CHUNK)

    def _guarded(self, step: Callable[[], ResultT]) -> ResultT:
        try:
            return step()
        except SourceError:
            raise
        except (tarfile.TarError, ValueError, OverflowError, RecursionError, EOFError) as error:
            raise self._archive.damaged(f"is no tar archive, or damaged: {error}") from error
