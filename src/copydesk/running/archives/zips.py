"""Zip archives."""

from __future__ import annotations

import bz2
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from io import BufferedReader

from copydesk.errors import SourceError
from copydesk.reading.decode import MAX_BYTES as MOST_OF_A_DOCUMENT
from copydesk.running.archives.archive import CHUNK, Archive, Entry, allowed, too_large
from copydesk.running.beside import LONGEST, MAX_BYTES
from copydesk.running.beside import too_large as too_large_a_picture
from copydesk.running.entries import open_file, stamp
from copydesk.running.urls import is_url

_ENCRYPTED, _UTF8 = 0x1, 0x800
"""Bits of a member's flags (APPNOTE.TXT 4.4.4)."""
_END_SIZE = 22
"""Bytes of the record at the end, without the comment (APPNOTE.TXT 4.3.16); the number of members stands at byte 10."""
_LARGE_SIZE = 76
"""Bytes of the records before it if fields of four bytes are too small (4.3.14 and 4.3.15), as zipfile reads them; the
number of members stands at byte 32."""
_TAIL = _LARGE_SIZE + _END_SIZE + 0x10000
_LENGTHS = 26
"""Where the lengths of name and extra field stand in the header of a member (APPNOTE.TXT 4.3.7)."""
_STEP = 4096
"""Bytes that are asked for at once of LZMA, which unpacks all that it is given: it may be 7,000 times as much."""
_MEMBER, _LARGE_END, _END = b"PK\x03\x04", b"PK\x06\x06", b"PK\x05\x06"
"""What a member begins with, and the records at the end."""
_AGAIN = "fetch it again, or recover what is there with zip -FF and give that"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


class ZipArchive(Archive):
    """A zip archive, by the directory at its end."""

    def entries(self, *, listing: bool) -> Iterator[Entry]:
        """Yield the members (`Archive.entries`)."""
        with self.opened() as archive:
            if listing:
                self._check(archive, self._check_count, self._check_places, self._check_size)
            for number, info in enumerate(archive.infolist()):
                if not info.orig_filename.endswith("/"):
                    yield self._entry(number, archive, info)
            if listing:
                self._check(archive, self._check_outside)

    def _entry(self, number: int, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
        entry = self.entry(number, _name(info), partial(self._read, archive, info))
        if entry.error is None and stat.S_ISLNK(info.external_attr >> 16):
            return replace(entry, skipped="links")
        if entry.error is None and not entry.skipped and info.flag_bits & _ENCRYPTED:
            return replace(
                entry, error=self.refused(entry.name, "is encrypted", "unpack the archive with its password")
            )
        return entry

    def opened(self) -> zipfile.ZipFile:
        """Read the directory.

        Raises:
            SourceError: it cannot be read.
        """
        try:
            return zipfile.ZipFile(open_file(self.path) if is_url(self.path) else self.path)
        except OSError as error:
            raise self.unread(error) from error
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:  # or reading its end failed
            try:
                with open_file(self.path) as stream:
                    begins = stream.read(2) == b"PK"
            except OSError as unread:
                raise self.unread(unread) from unread
            if begins:
                raise self.damaged("is cut short or damaged: it has no whole directory at its end", _AGAIN) from error
            raise self.damaged("is no zip archive", "look at what it is") from error

    def _check(self, archive: zipfile.ZipFile, *checks: Callable[[zipfile.ZipFile], None]) -> None:
        try:
            for check in checks:
                check(archive)
        except OSError as error:
            raise self.unread(error) from error

    def _check_places(self, archive: zipfile.ZipFile) -> None:
        """Zipfile takes every place that the directory says; what is none in the file cannot be gone to."""
        places = [info.header_offset for info in archive.infolist()]
        if places and not 0 <= min(places) < archive.start_dir:
            raise self.damaged("is damaged: its directory says that members stand where there can be none", _AGAIN)

    def _check_count(self, archive: zipfile.ZipFile) -> None:
        """Zipfile reads what it finds: a damaged length within the directory can hide the members behind it."""
        with open_file(self.path) as stream:
            tail = _tail(stream, stream.seek(0, os.SEEK_END))
        end = tail.rfind(_END)
        large, found = tail[max(0, end - _LARGE_SIZE) : end], len(archive.infolist())
        if large.startswith(_LARGE_END):
            count = int.from_bytes(large[32:40], "little")
            right = count == found
        else:
            count = int.from_bytes(tail[end + 10 : end + 12], "little")
            right = count in (found % 0x10000, 0xFFFF)  # the latter stands for a number that is too large
        if not right:
            raise self.damaged(f"is damaged: its directory has {found:,} members and should have {count:,}", _AGAIN)

    def _check_outside(self, archive: zipfile.ZipFile) -> None:
        """A program that unpacks may stand in front of the members; members that the directory does not have may not.

        So it is with zips that were joined: only the last directory is looked at, or that before it if the last is cut
        short. Anything else may follow, such as what mail programs and servers leave there.
        """
        front = min((info.header_offset for info in archive.infolist()), default=archive.start_dir)
        with open_file(self.path) as stream:
            begins = stream.read(min(front, len(_MEMBER)))
            ends, size = _tail(stream, front), stream.seek(0, os.SEEK_END)
            tail = _tail(stream, size)
        end, behind = ends.rfind(_END), tail[_end_of(tail, tail.rfind(_END)) :]
        next_step = "give each by itself; what the directory at its end names is converted"
        if begins == _MEMBER or (end >= 0 and len(ends) == _end_of(ends, end)):
            raise self.damaged(f"has another archive in its first {front:,} bytes", next_step)
        if _MEMBER in behind:
            whole = size - len(behind)
            raise self.damaged(f"has another archive, cut short, behind its first {whole:,} bytes", next_step)

    def _check_size(self, archive: zipfile.ZipFile) -> None:
        """No member gives more bytes than the directory says, so what the directory says can be relied on."""
        entries = (self._entry(0, archive, info) for info in archive.infolist())
        documents = zip(entries, archive.infolist(), strict=True)
        unpacked = sum(info.file_size for entry, info in documents if not entry.skipped)
        size = stamp(self.path)[0]
        if unpacked > allowed(size):
            raise self.too_much(unpacked, size)

    def _read(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        if info.file_size > MOST_OF_A_DOCUMENT:
            raise too_large(f"{self.path}/{_name(info)}")
        return self.content(archive, info)

    def content(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        """Unpack a member, of which no more is taken into memory than the directory says that there is.

        Raises:
            SourceError: it is damaged.
        """
        where = f"{self.path}/{_name(info)}"
        try:
            with archive.open(info) as stream:
                if info.compress_type != zipfile.ZIP_BZIP2:
                    step = _STEP if info.compress_type == zipfile.ZIP_LZMA else CHUNK
                    return b"".join(iter(partial(stream.read, step), b""))
            return self._bunzipped(info)
        except NotImplementedError as error:
            raise SourceError(
                f"is packed in a way that cannot be read: {error}",
                where=where,
                next_step="unpack it, or make the zip anew",
            ) from error
        except _FAULTS as error:
            raise SourceError(f"is damaged: {error}", where=where, next_step="fetch the archive again") from error

    def _bunzipped(self, info: zipfile.ZipInfo) -> bytes:
        """Unpack what bzip2 has packed: zipfile would unpack whole blocks, of which 50 bytes can stand for 45 MB."""
        with open_file(self.path) as stream:
            stream.seek(info.header_offset + _LENGTHS)
            stream.seek(sum(struct.unpack("<HH", stream.read(4))), os.SEEK_CUR)
            packed = stream.read(min(info.compress_size, 2 * info.file_size + _STEP))
        content = bz2.BZ2Decompressor().decompress(packed, info.file_size + 1)
        if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
            raise zipfile.BadZipFile("it is not what the directory says")
        return content

    def visible(self, archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """Yield the members that are not hidden, links among them, with their names."""
        for number, info in enumerate(archive.infolist()):
            entry = self._entry(number, archive, info)
            if not info.orig_filename.endswith("/") and entry.error is None and entry.skipped != "hidden":
                yield entry.name, info


class ZipMembers:
    """The members of a zip archive by name, open. Of two of one name it is the last, as when they are unpacked.

    Parameters:
        path: of its file.

    Raises:
        SourceError: it cannot be read.
    """

    def __init__(self, path: str) -> None:
        self._archive = ZipArchive(path)
        self._zip = self._archive.opened()
        self._members = dict(self._archive.visible(self._zip))
        size = stamp(path)[0]
        unpacked = sum(info.file_size for info in self._members.values() if info.file_size <= MAX_BYTES)
        self._fault = self._archive.too_much(unpacked, size) if unpacked > allowed(size) else None

    def link(self, name: str) -> str | None:
        """What a member is a link to; None if it is none."""
        info = self._members.get(name)
        if info is None or not stat.S_ISLNK(info.external_attr >> 16) or info.file_size > LONGEST:
            return None
        return self._read(name, info).decode("utf-8", "replace")

    def read(self, name: str) -> bytes | None:
        """Read a member; None if there is none of that name.

        Raises:
            SourceError: it is damaged, encrypted or too large, or the archive is a bomb.
        """
        info = self._members.get(name)
        return None if info is None else self._read(name, info)

    def _read(self, name: str, info: zipfile.ZipInfo) -> bytes:
        where = f"{self._archive.path}/{name}"
        if self._fault is not None:
            raise self._fault
        if info.flag_bits & _ENCRYPTED:
            raise SourceError("is encrypted", where=where, next_step="unpack the archive with its password")
        if info.file_size > MAX_BYTES:
            raise too_large_a_picture(where, info.file_size)
        return self._archive.content(self._zip, info)


def _tail(stream: BufferedReader, end: int) -> bytes:
    """What stands before a position, as much as zipfile looks through for the records at the end."""
    stream.seek(max(0, end - _TAIL))
    return stream.read(end - stream.tell())


def _end_of(tail: bytes, end: int) -> int:
    """Where the comment ends that belongs to a record at the end."""
    return end + _END_SIZE + int.from_bytes(tail[end + 20 : end + 22], "little")


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it stands there, NUL and all; UTF-8 is read as such where the flag that should say so is missing."""
    if not info.flag_bits & _UTF8:
        try:
            return info.orig_filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.orig_filename
