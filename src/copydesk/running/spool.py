"""Records kept on disk while a run goes on, so that memory does not grow with the number of documents."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from copydesk.running.outputs.folder import reported

_LENGTH = 8
_TAIL = 1 << 16
"""Bytes that are kept in memory before they are written: most records are short."""


class Spool:
    """Byte strings in a nameless temporary file, appended and then read as often as needed.

    Parameters:
        folder: where the file lives (None: the system's folder for such files); it vanishes with the process, even a
            killed one.

    Raises:
        OutputError: the system would not write there.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(tempfile.gettempdir())
        self._end = self._count = 0
        self._tail = bytearray()
        with reported(self._folder):
            # Unbuffered, so that what a full disk refused is not tried again when reading or closing.
            self._file: IO[bytes] = tempfile.TemporaryFile(buffering=0, dir=self._folder)  # noqa: SIM115 -- see close

    def append(self, record: bytes) -> None:
        """Add one record."""
        self._tail += len(record).to_bytes(_LENGTH, "big") + record
        self._count += 1
        if len(self._tail) >= _TAIL:
            self._write()

    def _write(self) -> None:
        left = memoryview(bytes(self._tail))
        with reported(self._folder):
            self._file.seek(self._end)
            while left:
                left = left[self._file.write(left) :]
        self._end += len(self._tail)  # what a full disk refused stays in memory, where it can be read
        self._tail.clear()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[bytes]:
        position = 0
        while position < self._end:
            self._file.seek(position)
            length = int.from_bytes(self._file.read(_LENGTH), "big")
            yield self._file.read(length)
            position += _LENGTH + length
        tail, position = bytes(self._tail), 0
        while position < len(tail):
            length = int.from_bytes(tail[position : position + _LENGTH], "big")
            position += _LENGTH + length
            yield tail[position - length : position]

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a byte string lies: name of a file on a shelf, and position and length in bytes."""

    file: str
    position: int
    length: int

    def to_text(self) -> str:
        """The place in ASCII, on one line."""
        return f"{self.file} {self.position} {self.length}"

    @classmethod
    def from_text(cls, text: str) -> Place:
        """Read back what `to_text` wrote."""
        file, position, length = text.split()
        return cls(file, int(position), int(length))


class Shelf:
    """Byte strings that several processes put into files of one folder, each into its own, and any of them reads.

    So they need not travel between processes, where large ones would have to be copied twice.

    Parameters:
        folder: where the files are; who makes the folder removes it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._own: IO[bytes] | None = None
        self._end = 0
        self._open: dict[str, IO[bytes]] = {}

    def put(self, content: bytes) -> Place:
        """Keep a byte string.

        Raises:
            OutputError: the system would not write it.
        """
        with reported(self.folder):
            if self._own is None:
                self._own = open(self.folder / self._name, "xb", buffering=0)  # noqa: PTH123, SIM115 -- see close
            left = memoryview(content)
            self._own.seek(self._end)
            while left:
                left = left[self._own.write(left) :]
        place = Place(self._name, self._end, len(content))
        self._end += len(content)
        return place

    def get(self, place: Place) -> bytes:
        """Give a byte string back.

        Raises:
            OutputError: the system would not read it.
        """
        with reported(self.folder):
            if place.file not in self._open:
                self._open[place.file] = open(self.folder / place.file, "rb")  # noqa: PTH123, SIM115 -- see close
            stream = self._open[place.file]
            stream.seek(place.position)
            return stream.read(place.length)

    def close(self) -> None:
        """Close the files."""
        for stream in (*self._open.values(), *([self._own] if self._own else [])):
            stream.close()
        self._open.clear()
        self._own = None
