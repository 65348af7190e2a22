"""How far tasks have come, told between processes by a file that outlives a process that was killed."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Protocol

SLOTS = 1024
"""How many tasks can be on their way at once."""
_SIZE = 80
"""Bytes of a slot: the number of steps, and the name of the last, which file systems limit for `--to` anyway."""


class Progress(Protocol):
    """How far tasks have come, seen from the run."""

    def read(self, number: int) -> tuple[int, str]:
        """How many steps of a task have begun, and the last of them: a format, or empty for what comes before all."""

    def clear(self, number: int) -> None:
        """Make ready for a task."""

    def close(self) -> None:
        """Close what is open."""


class ProgressFile:
    """A file with one slot a task; the process that works on a task writes it, any may read it.

    Parameters:
        folder: where the file is; it is made by who comes first.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "progress"
        path.touch()
        self._file: IO[bytes] = path.open("r+b", buffering=0)

    def tell(self, number: int, step: str) -> None:
        """Say what begins.

        Parameters:
            number: of the task.
            step: name of a format; empty for what comes before all formats.
        """
        count = self.read(number)[0] + 1
        self._file.seek(number % SLOTS * _SIZE)
        self._file.write(count.to_bytes(8, "big") + step.encode("ascii")[: _SIZE - 8].ljust(_SIZE - 8, b"\0"))

    def read(self, number: int) -> tuple[int, str]:
        """How many steps have begun, and the last of them."""
        self._file.seek(number % SLOTS * _SIZE)
        slot = self._file.read(_SIZE)
        return int.from_bytes(slot[:8], "big"), slot[8:].rstrip(b"\0").decode("ascii")

    def clear(self, number: int) -> None:
        """Make a slot ready for a task."""
        self._file.seek(number % SLOTS * _SIZE)
        self._file.write(bytes(_SIZE))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
