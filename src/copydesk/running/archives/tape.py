"""The unpacked bytes of a file as a tape that runs forwards only; no more of it is in memory than is asked for."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import sys
import zlib
from collections.abc import Iterator
from io import BufferedReader
from types import TracebackType
from typing import IO

from copydesk.errors import SourceError
from copydesk.running.archives.archive import CHUNK, Archive, allowed
from copydesk.running.entries import open_file

_XZ_MEMORY = 256 << 20
"""Bytes that unpacking xz may take: four times what its densest preset needs. A forged header can ask for 4 GiB."""
_LONGEST = 1 << 20
"""Bytes that are read at once: a header of a tar archive that says it is longer is forged."""


class Tape:
    """What a file unpacks to, whichever of gzip, bzip2, xz, zstd or nothing it is packed by.

    Parameters:
        archive: whose file it is, and whose errors are raised.

    `last` is what was read last, `tail` the last four bytes that were read.

    Raises:
        SourceError: by everything: the file cannot be read, is damaged, cut short, or unpacks to more than it may.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._position = 0
        self._left = self.last = self.tail = b""
        self._fault: SourceError | None = None
        with self._reported():
            self._file = open_file(archive.path)
            self._size = self._file.seek(0, os.SEEK_END)
            self._file.seek(0)
            start = self._file.read(6)
            self._file.seek(0)
        self.packed = True
        try:
            self._chunks = self._unpacked(start)
        except SourceError:
            self._file.close()
            raise

    def _unpacked(self, start: bytes) -> Iterator[bytes]:
        if start.startswith(b"\x1f\x8b"):
            return _chunks(gzip.GzipFile(fileobj=self._file))
        if start.startswith(b"BZh"):
            return _chunks(bz2.BZ2File(self._file))
        if start.startswith(b"\xfd7zXZ\0"):
            return _xz(self._file)
        if start.startswith(b"\x28\xb5\x2f\xfd"):
            return _chunks(self._zstd())
        self.packed = False
        return _chunks(self._file)

    def _zstd(self) -> BufferedReader:
        if sys.version_info < (3, 14):
            raise self._archive.damaged(
                "is packed by zstd, which takes Python 3.14", "run a newer Python, or repack it"
            )
        from compression import zstd  # type: ignore[import-not-found]  # which mypy looks for in 3.11

        stream: BufferedReader = zstd.ZstdFile(self._file)  # as one, with read1
        return stream

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, or fewer at the end."""
        if not 0 <= size <= _LONGEST:
            raise self._archive.damaged(f"has a header of {size:,} bytes")
        while len(self._left) < size and self._fault is None and (chunk := self._next()):
            self._left += chunk
        if size and not self._left and self._fault is not None:  # what stands before a fault is given before
            raise self._fault
        given, self._left = self._left[:size], self._left[size:]
        self._position += len(given)
        self.last = given
        self.tail = (self.tail + given)[-4:]
        return given

    def tell(self) -> int:
        """How many bytes have been read or passed over."""
        return self._position

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
        """Pass over what comes before a position."""
        if whence != os.SEEK_SET or position < self._position:
            raise self._archive.damaged("has a header that points backwards")
        if not self.packed and position - self._position > len(self._left):
            with self._reported():
                self._file.seek(min(position, self._size))
            self._left, self._position = b"", min(position, self._size)
            return self._position
        while self._position < position and self.read(min(CHUNK, position - self._position)):
            pass
        return self._position

    def seekable(self) -> bool:
        """Whether it can be moved at all."""
        return True

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Tape:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _next(self) -> bytes:
        try:
            with self._reported():
                chunk = next(self._chunks, b"")
        except SourceError as error:
            self._fault = error
            return b""
        unpacked = self._position + len(self._left) + len(chunk)
        if self.packed and unpacked > allowed(self._size):
            self._fault = self._archive.too_much(unpacked, self._size)
        return chunk

    def _reported(self) -> _Reported:
        return _Reported(self._archive)


class _Reported:
    """Turns what goes wrong while unpacking into errors of the archive; a class, as it is entered for every chunk."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, EOFError):
            raise self._archive.damaged("is cut short") from error
        if isinstance(error, OSError) and error.errno is not None:
            raise self._archive.unread(error) from error
        if error is not None and not isinstance(error, SourceError | KeyboardInterrupt):
            if isinstance(error, lzma.LZMAError) and "limit" in str(error):
                raise self._archive.damaged(
                    "takes more memory to unpack than any preset of xz needs", "repack it"
                ) from error
            if (
                isinstance(error, OSError | zlib.error | lzma.LZMAError | ValueError)
                or type(error).__name__ == "ZstdError"
            ):
                raise self._archive.damaged(f"is damaged: {error}") from error


def _chunks(stream: BufferedReader | gzip.GzipFile | bz2.BZ2File) -> Iterator[bytes]:
    while chunk := stream.read1(CHUNK):  # read() would keep what it has before a fault to itself
        yield chunk


def _xz(stream: IO[bytes]) -> Iterator[bytes]:
    """As `lzma.LZMAFile` does, but with a limit to memory."""
    given = stream.read(CHUNK)
    while given:
        decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        while not decompressor.eof:
            if decompressor.needs_input and not given:
                given = stream.read(CHUNK)
                if not given:
                    raise EOFError
            chunk = decompressor.decompress(given, CHUNK)
            given = b""
            if chunk:
                yield chunk
        given = (decompressor.unused_data or stream.read(CHUNK)).lstrip(b"\0")  # streams may be padded
