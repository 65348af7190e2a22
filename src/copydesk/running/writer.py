"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import errno
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from copydesk.errors import OutputError

_PREFIX, _ENDING = ".copydesk-", ".tmp"
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class Writer:
    """Writes below one folder: each file goes to a temporary file beside its place and is renamed when complete.

    Parameters:
        folder: the output folder; it is made when the first file is.
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

        The lock is on the folder itself, so that it leaves no file and dies with its process. Windows has no such lock;
        there the open temporary file of another run simply cannot be removed.

        Parameters:
            below: names of the folders below this one that are written to, and so are swept.

        Raises:
            OutputError: another run is writing to this folder, or it cannot be made.
        """
        with reported(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = _lock(self.folder)
        try:
            for name in below:
                _sweep(self.folder / name)
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def make_folder(self, folder: Path) -> None:
        """Make a folder once a run."""
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)


class Staged:
    """Files on their way: complete, on disk, but not yet under their names."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._files: list[tuple[Path, Path]] = []
        self.written: list[str] = []
        """Paths of the files in place, below the output folder, with "/"."""

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one file to a temporary name.

        Parameters:
            name: path below the output folder, with "/".
            chunks: its content. Whatever the iterable raises goes through, but for an OSError, which is ours alone.

        Raises:
            OutputError: the system would not write it.
        """
        path = self._writer.folder / name
        temporary = path.with_name(f"{_PREFIX}{secrets.token_hex(8)}{_ENDING}")
        with reported(path):
            self._writer.make_folder(path.parent)
            self._files.append((temporary, path))
            with temporary.open("xb") as stream:
                stream.writelines(chunks)
                stream.flush()
                os.fsync(stream.fileno())

    def commit(self) -> None:
        """Give every file its name."""
        while self._files:
            temporary, path = self._files[0]
            with reported(path):
                temporary.replace(path)
            del self._files[0]
            self.written.append(path.relative_to(self._writer.folder).as_posix())

    def discard(self) -> None:
        """Remove what was not given its name."""
        for temporary, _ in self._files:
            with suppress(OSError):
                temporary.unlink()
        self._files.clear()


def _sweep(root: Path) -> None:
    for folder, _, names in os.walk(root):
        for name in names:
            if name.startswith(_PREFIX) and name.endswith(_ENDING):
                with suppress(OSError):
                    Path(folder, name).unlink()


def _lock(folder: Path) -> int | None:
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise OutputError(
            "another run is writing to this folder", where=str(folder), next_step="wait for it, or give another with -o"
        ) from None
    except OSError:  # some network file systems cannot lock folders: as on Windows, then
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
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
