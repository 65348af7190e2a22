"""An output folder of this machine."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO

from copydesk.errors import OutputError
from copydesk.running.orphans import wait_for_end
from copydesk.running.outputs.folder import FORMATS, OWN_FOLDER, STATE, OutputFolder, Stamp, reported
from copydesk.running.urls import real

_PREFIX, _ENDING = ".copydesk-", ".tmp"


class LocalFolder(OutputFolder):
    """A folder of this machine: a file goes to a temporary file beside its place and is renamed when complete.

    Parameters:
        name: its path; it is made when it is first written to.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._folder = Path(name)
        self._prefix = f"{self._folder}{os.sep}"
        self._made: set[Path] = set()
        self._relative = ("", "")

    def path(self, file: str) -> str:
        """The path of a file."""
        return self._prefix + file

    def open(self, file: str) -> IO[bytes]:
        """Open a file for reading."""
        return open(self._prefix + file, "rb")  # noqa: PTH123 -- there may be a hundred thousand; who asks closes

    def stamp(self, file: str) -> Stamp:
        """The stamp of a file as it is now."""
        found = os.stat(self._prefix + file)  # noqa: PTH116 -- called for every file of every run
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), file)
        return found.st_size, found.st_mtime_ns, found.st_ctime_ns

    def is_gone(self, file: str) -> bool:
        """Whether there is no such file."""
        try:
            os.lstat(self._prefix + file)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except (OSError, ValueError):
            return False
        return False

    def is_one_file(self, one: str, other: str) -> bool:
        """Whether two paths are those of the same file."""
        try:
            return os.path.samefile(self._prefix + one, self._prefix + other)  # noqa: PTH121 -- strings
        except (OSError, ValueError):
            return False

    def is_there(self) -> bool:
        """Whether there is such a folder."""
        return self._folder.is_dir()

    def has_folder(self, name: str) -> bool:
        """Whether there is a folder of this name below it."""
        return (self._folder / name).is_dir()

    def is_same(self, other: OutputFolder) -> bool:
        """Whether this is the same folder, be it by another name."""
        try:
            return isinstance(other, LocalFolder) and self._folder.samefile(other.name)
        except OSError:
            return False

    def temporary(self, file: str, scratch: Path) -> Path:
        """Name a file beside that it is for, on the same disk, and make the folder."""
        folder = (self._folder / file).parent
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        return folder / f"{_PREFIX}{secrets.token_hex(8)}{_ENDING}"

    def place(self, temporary: Path, file: str) -> None:
        """Rename a complete file."""
        temporary.replace(self._prefix + file)

    def remove(self, file: str) -> None:
        """Remove a file, and the folders that are empty then."""
        path = self._folder / file
        path.unlink()
        with suppress(OSError):  # not empty
            for folder in path.parents:
                if folder == self._folder:
                    break
                folder.rmdir()

    @contextmanager
    def held(self, formats: Iterable[str], warn: Callable[[str], None]) -> Iterator[Path]:
        """Lock the folder, and make one in its `.copydesk` for what lasts as long as the run.

        The lock is on the folder itself, so that it leaves no file and dies with its process; on Windows, which cannot
        lock folders, on a file in its `.copydesk`.
        """
        formats = list(formats)
        with reported(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = _lock(self._folder)
        own = self._folder / OWN_FOLDER
        folder = own / "run"
        try:
            self.sweep(formats)
            with reported(own):
                own.mkdir(exist_ok=True)
                (own / ".gitignore").write_text("*\n", encoding="ascii")
                wait_for_end(folder)
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(exist_ok=True)
                _list_formats(own / FORMATS, set(formats), folder)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def sweep(self, formats: Iterable[str]) -> None:
        """Remove temporary files of processes that were killed."""
        for name in formats:
            for folder, _, files in os.walk(self._folder / name):
                for file in files:
                    if file.startswith(_PREFIX) and file.endswith(_ENDING):
                        with suppress(OSError):
                            Path(folder, file).unlink()

    def has_state(self) -> bool:
        """Whether earlier runs left a state."""
        return (self._folder / OWN_FOLDER / STATE).exists()

    def state_file(self, scratch: Path, *, copy: bool) -> Path:
        """The file of the state, or a copy of it."""
        own = self._folder / OWN_FOLDER
        if not copy:
            return own / STATE
        for name in (STATE, f"{STATE}-journal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(own / name, scratch / name)
        return scratch / STATE

    def keep_state(self, file: Path, *, last: bool) -> None:
        """Do nothing: the state is where it belongs."""

    @cached_property
    def root(self) -> str:
        """Its one path, by which the same sources have the same names however it is reached."""
        return real(self.name)

    def source_from_here(self, path: str) -> str:
        """The path of a folder from this one."""
        if path != self._relative[0] or not self._relative[1]:  # most documents come folder by folder
            self._relative = (path, _relative(self._as_given(path), self.root))
        return self._relative[1]

    def source_name(self, source: str, root: str) -> str:
        """The path of a source from here, by that from another place."""
        return _relative(os.path.normpath(os.path.join(root, source)), self.root)  # noqa: PTH118 -- lexical

    def source_path(self, source: str) -> str:
        """The path of a source, from the current folder if this one was named from there."""
        path = os.path.normpath(os.path.join(self.root, source))  # noqa: PTH118 -- lexical
        return path if self._folder.is_absolute() else _relative(path, os.getcwd())  # noqa: PTH109 -- strings


def _relative(path: str, folder: str) -> str:
    try:
        return os.path.relpath(path, folder)
    except ValueError:  # on another drive of Windows
        return path


def _list_formats(path: Path, formats: set[str], temporary: Path) -> None:
    try:
        known = set(path.read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError):
        known = set()
    if not formats <= known:
        lines = "".join(f"{name}\n" for name in sorted(known | formats))
        (temporary / FORMATS).write_text(lines, encoding="utf-8", newline="")
        (temporary / FORMATS).replace(path)


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
