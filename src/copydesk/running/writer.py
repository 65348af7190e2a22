"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from copydesk.running.outputs.folder import FileRecord, OutputFolder, reported_of

_AT_ONCE = 4
"""Files that wait for the disk at once, for which a file system need write its journal but once."""


class Writer:
    """Writes below one folder: each file goes to a temporary file and gets its name when it is complete.

    Parameters:
        folder: the output folder. A file that has the content already is left alone.
        scratch: folder of the run on this machine.
    """

    def __init__(self, folder: OutputFolder, scratch: Path) -> None:
        self.folder = folder
        self.scratch = scratch
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="to-disk")

    def stage(self) -> Staged:
        """Begin files that belong together."""
        return Staged(self)

    def begin_sync(self, descriptor: int) -> Future[None]:
        """Have a file brought to the disk while others are written; it may be closed meanwhile.

        Raises:
            OSError: there are too many open files.
        """
        return self._threads.submit(_sync, os.dup(descriptor))


@dataclass(slots=True)
class _File:
    name: str
    temporary: Path | None
    sha256: str = ""
    synced: Future[None] | None = None


class Staged:
    """Files on their way, not yet under their names; those that did not get them when the block ends are removed."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._files: list[_File] = []
        self.files: list[FileRecord] = []
        """The files in place."""
        self.written: list[str] = []
        """Paths of those among them that had other content before, or were not there."""
        self.paths: list[str] = []
        """Paths of all files, in their place or not."""

    def __enter__(self) -> Staged:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            if file.temporary is not None:
                with suppress(OSError):
                    file.temporary.unlink()
        self._files.clear()

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one file to a temporary name.

        Parameters:
            name: path below the output folder, with "/".
            chunks: its content. Whatever the iterable raises goes through, but for an OSError, which is ours alone.

        Raises:
            OutputError, TakenError: the system would not write it.
        """
        folder = self._writer.folder
        self.paths.append(name)
        content = hashlib.sha256()
        with reported_of(name, folder):
            temporary = folder.temporary(name, self._writer.scratch)
            file = _File(name, temporary)
            self._files.append(file)
            with temporary.open("xb") as stream:
                stream.writelines(_hashed(chunks, content))
                stream.flush()
                file.sha256 = content.hexdigest()
                same = _holds(folder, name, os.fstat(stream.fileno()).st_size, file.sha256)
                if not same:
                    file.synced = self._writer.begin_sync(stream.fileno())
            if same:
                temporary.unlink()
                file.temporary = None

    def commit(self) -> None:
        """Give every file its name, once all are on the disk.

        Raises:
            OutputError, TakenError: the system would not write one.
        """
        folder = self._writer.folder
        for file in self._files:
            if file.synced is not None:
                with reported_of(file.name, folder):
                    file.synced.result()
        while self._files:
            file = self._files[0]
            with reported_of(file.name, folder):
                if file.temporary is not None:
                    folder.place(file.temporary, file.name)
                    self.written.append(file.name)
                self.files.append(FileRecord(file.name, file.sha256, folder.stamp(file.name)))
            del self._files[0]


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hashed(chunks: Iterable[bytes], content: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        content.update(chunk)
        yield chunk


def _holds(folder: OutputFolder, name: str, size: int, sha256: str) -> bool:
    """Whether a file has this content already.

    Raises:
        IsADirectoryError: a folder is in its place. That is known before any of the files that belong together gets
            its name.
    """
    try:
        return folder.listed_stamp(name)[0] == size and folder.sha256(name) == sha256
    except IsADirectoryError:
        raise
    except OSError:  # not there, or what replacing it will tell of
        return False
