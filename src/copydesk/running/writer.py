"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from copydesk.errors import OutputError

OWN_FOLDER = ".copydesk"
"""Folder below the output folder for what is nobody's output: the state, and what a run needs while it lasts."""
FORMATS = "formats"
"""File in there with the folders of formats that lie beside it, one a line: by it no run takes outputs for sources."""
_PREFIX, _ENDING = ".copydesk-", ".tmp"
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file in its place, and what tells later whether it still is what it was.

    Parameters:
        path: below the output folder, with "/".
        sha256: of its content, hex.
        stamp: size in bytes, and times of modification and of change in nanoseconds, as the system gives them. Who
            alters a file alters these, short of setting the machine's clock.
    """

    path: str
    sha256: str
    stamp: tuple[int, int, int]


def stamp_of(path: Path | str) -> tuple[int, int, int]:
    """The stamp of a file as it is now.

    Raises:
        OSError: it is not there.
    """
    found = os.stat(path)  # noqa: PTH116 -- called for every file of every run
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def untouched(folder: str, files: Iterable[FileRecord]) -> tuple[FileRecord, ...] | None:
    """The files with the stamps that they have now, if their content is still the same.

    Parameters:
        folder: the output folder, with a separator at its end.
        files: as they were.
    """
    now = []
    for file in files:
        path = folder + file.path
        try:
            stamp = stamp_of(path)
            if stamp != file.stamp:
                if stamp[0] != file.stamp[0] or sha256_of(path) != file.sha256:
                    return None
                file = replace(file, stamp=stamp)
        except OSError:
            return None
        now.append(file)
    return tuple(now)


def sha256_of(path: Path | str) -> str:
    """The sha256 of a file, hex.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as stream:  # noqa: PTH123
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Writer:
    """Writes below one folder: each file goes to a temporary file beside its place and is renamed when complete.

    Parameters:
        folder: the output folder; it is made when the first file is. A file that has the content already is left alone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: set[Path] = set()

    @contextmanager
    def staged(self) -> Iterator[Staged]:
        """Stage files that belong together: they appear when the block ends, and none does if it raises."""
        staged = Staged(self)
        try:
            yield staged
            staged.commit()
        finally:
            staged.discard()

    @contextmanager
    def locked(self, below: Iterable[str]) -> Iterator[None]:
        """Keep other runs out of the folder, and remove what a killed one left behind.

        The lock is on the folder itself, so that it leaves no file and dies with its process; on Windows, which cannot
        lock folders, on a file in its `.copydesk`.

        Parameters:
            below: names of the folders below this one that are written to, and so are swept.

        Raises:
            OutputError: another run is writing to this folder, or it cannot be made.
        """
        with reported(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = _lock(self.folder)
        try:
            self.sweep(below)
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def sweep(self, below: Iterable[str]) -> None:
        """Remove what processes that were killed left behind.

        Parameters:
            below: names of the folders below this one to look through.
        """
        for name in below:
            _sweep(self.folder / name)

    def make_folder(self, folder: Path) -> None:
        """Make a folder once a run."""
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)


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
        path = self._writer.folder / name
        self.paths.append(name)
        temporary = path.with_name(f"{_PREFIX}{secrets.token_hex(8)}{_ENDING}")
        content = hashlib.sha256()
        with reported(path):
            self._writer.make_folder(path.parent)
            self._files.append((name, "", temporary))
            with temporary.open("xb") as stream:
                stream.writelines(_hashed(chunks, content))
                stream.flush()
                same = _holds(path, os.fstat(stream.fileno()).st_size, content.hexdigest())
                if not same:
                    os.fsync(stream.fileno())
            if same:
                temporary.unlink()
        self._files[-1] = (name, content.hexdigest(), None if same else temporary)

    def commit(self) -> None:
        """Give every file its name."""
        while self._files:
            name, sha256, temporary = self._files[0]
            path = self._writer.folder / name
            with reported(path):
                if temporary is not None:
                    temporary.replace(path)
                    self.written.append(name)
                self.files.append(FileRecord(name, sha256, stamp_of(path)))
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


def _holds(path: Path, size: int, sha256: str) -> bool:
    """Whether a file has this content already."""
    try:
        return path.stat().st_size == size and sha256_of(path) == sha256
    except OSError:  # not there, or what replacing it will tell of
        return False


def _sweep(root: Path) -> None:
    for folder, _, names in os.walk(root):
        for name in names:
            if name.startswith(_PREFIX) and name.endswith(_ENDING):
                with suppress(OSError):
                    Path(folder, name).unlink()


def _lock(folder: Path) -> int | None:
    descriptor = None
    try:
        if sys.platform == "win32":
            import msvcrt

            (folder / OWN_FOLDER).mkdir(exist_ok=True)
            descriptor = os.open(folder / OWN_FOLDER / "lock", os.O_RDWR | os.O_CREAT)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            descriptor = os.open(folder, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException as error:
        if descriptor is None:
            raise
        os.close(descriptor)
        if isinstance(error, BlockingIOError | PermissionError):  # the latter is what Windows says
            raise OutputError(
                "another run is writing to this folder",
                where=str(folder),
                next_step="wait for it, or give another with -o",
            ) from None
        if isinstance(error, OSError):  # some network file systems cannot lock folders: then there is no lock
            return None
        raise
    return descriptor


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what the system says into an `OutputError`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            next_step = "free some space, or give a folder on another disk with -o, and run again"
        elif error.errno in _FORBIDDEN:
            next_step = "give a folder that you may write to with -o"
        else:
            next_step = "look at the folder, or give another with -o"
        raise OutputError(
            f"cannot be written: {error.strerror or error}", where=str(path), next_step=next_step
        ) from error
