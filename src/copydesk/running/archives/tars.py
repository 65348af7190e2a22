"""Tar archives, packed or not."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, TypeVar, cast

from copydesk.errors import SourceError
from copydesk.running.archives.archive import CHUNK, Archive, Entry, whole
from copydesk.running.archives.tape import Tape

ResultT = TypeVar("ResultT")

_HAS_HOLES = "is stored without its holes (a sparse file)"
"""What unpacks to any size from nothing, and texts and pictures never are."""


class TarArchive(Archive):
    """A tar archive. It is read as it comes: where it is packed, a step back would mean to unpack all of it again."""

    def entries(self, *, listing: bool) -> Iterator[Entry]:
        """Yield the members (`Archive.entries`)."""
        with Tape(self) as tape:
            for entry, _, _ in self._members(tape, listing=listing):
                yield entry

    def _members(self, tape: Tape, *, listing: bool) -> Iterator[tuple[Entry, tarfile.TarInfo, _Headers]]:
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
            elif info.issparse() and not entry.skipped:
                entry = replace(entry, error=self.refused(entry.name, _HAS_HOLES, "pack it without --sparse"))
            yield entry, info, headers
            number += 1
        if listing:
            headers.finish()

    def pictures(self, numbers: Container[int]) -> Iterator[Picture]:
        """Yield the members that are no documents, up to a fault, which is told when documents are looked for.

        Parameters:
            numbers: theirs.
        """
        with suppress(SourceError), Tape(self) as tape:
            for entry, info, headers in self._members(tape, listing=False):
                if entry.number not in numbers:
                    continue
                if info.issym():
                    yield Picture(entry.name, link=info.linkname)
                elif info.islnk():  # whose names count from the top
                    yield Picture(entry.name, link="../" * entry.name.count("/") + info.linkname)
                elif info.issparse():
                    yield Picture(entry.name, fault=_HAS_HOLES)
                elif info.isfile():
                    read = partial(headers.read_picture, info) if tape.packed else None
                    yield Picture(entry.name, position=info.offset_data, size=info.size, read=read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What may be a picture.

    Parameters:
        name: of the member, from the top.
        link: what it is a link to, if it is one.
        fault: why it cannot be read, if it cannot.
        position: where it begins in the file, if that is not packed.
        size: in bytes.
        read: gives its bytes while the archive stands at it, if its file is packed.
    """

    name: str = field(kw_only=False)
    link: str | None = None
    fault: str = ""
    position: int = 0
    size: int = 0
    read: Callable[[], bytes] | None = None


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
        return self._guarded(lambda: whole(self._stream(info), where))

    def read_picture(self, info: tarfile.TarInfo) -> bytes:
        return self._guarded(lambda: b"".join(iter(partial(self._stream(info).read, CHUNK), b"")))

    def _stream(self, info: tarfile.TarInfo) -> IO[bytes]:
        return self._tar.extractfile(info) or io.BytesIO()

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
