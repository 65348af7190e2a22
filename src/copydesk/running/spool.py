"""Records kept on disk while a run goes on, so that memory does not grow with the number of documents."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from copydesk.running.writer import reported

_LENGTH = 8


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
        with reported(self._folder):
            # Unbuffered, so that what a full disk refused is not tried again when reading or closing.
            self._file: IO[bytes] = tempfile.TemporaryFile(buffering=0, dir=self._folder)  # noqa: SIM115 -- see close

    def append(self, record: bytes) -> None:
        """Add one record."""
        left = memoryview(len(record).to_bytes(_LENGTH, "big") + record)
        with reported(self._folder):
            self._file.seek(self._end)
            while left:
                left = left[self._file.write(left) :]
        self._end += _LENGTH + len(record)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[bytes]:
        position = 0
        while position < self._end:
            self._file.seek(position)
            length = int.from_bytes(self._file.read(_LENGTH), "big")
            yield self._file.read(length)
            position += _LENGTH + length

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()
