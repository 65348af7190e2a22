"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from copydesk.running.outputs.folder import FileRecord, OutputFolder, reported


class Writer:
    """Writes below one folder: each file goes to a temporary file and gets its name when it is complete.

    Parameters:
        folder: the output folder. A file that has the content already is left alone.
        scratch: folder of the run on this machine.
    """

    def __init__(self, folder: OutputFolder, scratch: Path) -> None:
        self.folder = folder
        self.scratch = scratch

    @contextmanager
    def staged(self) -> Iterator[Staged]:
        """Stage files that belong together: they appear when the block ends, and none does if it raises."""
        staged = Staged(self)
        try:
            yield staged
            staged.commit()
        finally:
            staged.discard()


class Staged:
    """Files on their way: complete, on disk, but not yet under their names."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._files: list[tuple[str, str, Path | None]] = []
        self.files: list[FileRecord] = []
        """The files in place."""
        self.written: list[str] = []
        """Paths of those among them that had other content before, or were not there."""
        self.paths: list[str] = []
        """Paths of all files, in their place or not."""

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one file to a temporary name.

        Parameters:
            name: path below the output folder, with "/".
            chunks: its content. Whatever the iterable raises goes through, but for an OSError, which is ours alone.

        Raises:
            OutputError: the system would not write it.
        """
        folder = self._writer.folder
        self.paths.append(name)
        content = hashlib.sha256()
        with reported(folder.path(name)):
            temporary = folder.temporary(name, self._writer.scratch)
            self._files.append((name, "", temporary))
            with temporary.open("xb") as stream:
                stream.writelines(_hashed(chunks, content))
                stream.flush()
                same = _holds(folder, name, os.fstat(stream.fileno()).st_size, content.hexdigest())
                if not same:
                    os.fsync(stream.fileno())
            if same:
                temporary.unlink()
        self._files[-1] = (name, content.hexdigest(), None if same else temporary)

    def commit(self) -> None:
        """Give every file its name."""
        folder = self._writer.folder
        while self._files:
            name, sha256, temporary = self._files[0]
            with reported(folder.path(name)):
                if temporary is not None:
                    folder.place(temporary, name)
                    self.written.append(name)
                self.files.append(FileRecord(name, sha256, folder.stamp(name)))
            del self._files[0]

    def discard(self) -> None:
        """Remove what was not given its name."""
        for _, _, temporary in self._files:
            if temporary is not None:
                with suppress(OSError):
                    temporary.unlink()
        self._files.clear()


def _hashed(chunks: Iterable[bytes], content: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        content.update(chunk)
        yield chunk


def _holds(folder: OutputFolder, name: str, size: int, sha256: str) -> bool:
    """Whether a file has this content already."""
    try:
        return folder.listed_stamp(name)[0] == size and folder.sha256(name) == sha256
    except OSError:  # not there, or what replacing it will tell of
        return False
