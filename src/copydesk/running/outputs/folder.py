"""What a run needs of the folder that its outputs go to, wherever that is."""

from __future__ import annotations

import errno
import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePath
from typing import IO

from copydesk.errors import CopydeskError, OutputError
from copydesk.running.urls import is_url, real

OWN_FOLDER = ".copydesk"
"""Folder below the output folder for what is nobody's output: the state, and what a run needs while it lasts."""
FORMATS = "formats"
"""File in there with the folders of formats that lie beside it, one a line: by it no run takes outputs for sources."""
STATE = "state.sqlite3"
"""File in there with what earlier runs made."""
_FULL = {errno.ENOSPC, errno.EDQUOT}
_TAKEN = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}

Stamp = tuple[int, int, int]
"""What changes if a file is written: on disk, size in bytes and times of modification and of change in nanoseconds, as
the system gives them; in a store, size and 56 bits of a digest of what the store says of it. Who alters a file alters
these, short of setting the machine's clock."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file in its place, and what tells later whether it still is what it was.

    Parameters:
        path: below the output folder, with "/".
        sha256: of its content, hex.
        stamp: as it was.
    """

    path: str
    sha256: str
    stamp: Stamp


class TakenError(CopydeskError):
    """A file cannot be where something else is: that is a failure of the file's document, while the run goes on."""


class OutputFolder(ABC):
    """A folder for outputs. Paths below it are written with "/".

    Parameters:
        name: as the user gave it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._real = lru_cache(maxsize=1024)(real)

    @abstractmethod
    def path(self, file: str) -> str:
        """The path or URL of a file, for people and for `open`."""

    @abstractmethod
    def open(self, file: str) -> IO[bytes]:
        """Open a file for reading.

        Raises:
            OSError: it is not there, or cannot be read.
        """

    @abstractmethod
    def stamp(self, file: str) -> Stamp:
        """The stamp of a file as it is now.

        Raises:
            IsADirectoryError: a folder is in its place.
            OSError: it is not there.
        """

    def listed_stamp(self, file: str) -> Stamp:
        """The stamp of a file, for who asks for those of many: it may be from before this run wrote it.

        Raises:
            IsADirectoryError: a folder is in its place.
            OSError: it is not there.
        """
        return self.stamp(file)

    @abstractmethod
    def is_gone(self, file: str) -> bool:
        """Whether there is no such file; one that cannot be looked at is not gone."""

    @abstractmethod
    def is_one_file(self, one: str, other: str) -> bool:
        """Whether two paths are those of the same file, as where case plays no part."""

    @abstractmethod
    def is_there(self) -> bool:
        """Whether there is such a folder."""

    @abstractmethod
    def has_folder(self, name: str) -> bool:
        """Whether there is a folder of this name below it."""

    @abstractmethod
    def is_same(self, other: OutputFolder) -> bool:
        """Whether this is the same folder, be it by another name."""

    @abstractmethod
    def temporary(self, file: str, scratch: Path) -> Path:
        """Name a file of this machine that does not exist yet, for the content of a file until it is complete.

        Parameters:
            file: that it is for.
            scratch: folder of the run on this machine.

        Raises:
            OSError: there can be none.
        """

    @abstractmethod
    def place(self, temporary: Path, file: str) -> None:
        """Give a complete file its name. Nobody ever sees a part of it there, and `temporary` is gone.

        Raises:
            OSError: it cannot be; then `temporary` may still be there.
        """

    @abstractmethod
    def remove(self, file: str) -> None:
        """Remove a file, and the folders that are empty then.

        Raises:
            OSError: it cannot be removed.
        """

    @abstractmethod
    def held(self, formats: Iterable[str], warn: Callable[[str], None]) -> AbstractContextManager[Path]:
        """Keep other runs out of the folder, and clear away what a killed one left behind.

        Parameters:
            formats: names of the folders below this one that are written to.
            warn: called with why it takes long.

        Returns:
            A folder of this machine for what lasts as long as the run.

        Raises:
            OutputError: another run is writing to this folder, or it cannot be made.
        """

    @abstractmethod
    def sweep(self, formats: Iterable[str]) -> None:
        """Remove what processes that were killed left behind in folders of formats."""

    @abstractmethod
    def has_state(self) -> bool:
        """Whether earlier runs left a state."""

    @abstractmethod
    def state_file(self, scratch: Path, *, copy: bool) -> Path:
        """The file of the state on this machine, which need not exist.

        Parameters:
            scratch: folder of the run on this machine.
            copy: whether the state is to stay as it is.

        Raises:
            OSError: the state cannot be read.
        """

    @abstractmethod
    def keep_state(self, file: Path, *, last: bool) -> None:
        """Take care of the state after changes to it were committed.

        Parameters:
            file: as `state_file` gave it, of a run that holds the folder.
            last: whether there will be no more.

        Raises:
            OSError: it cannot be kept.
            OutputError: the folder is not held any more.
        """

    @property
    @abstractmethod
    def root(self) -> str:
        """Where the folder lies, if the state names sources from there."""

    @abstractmethod
    def source_from_here(self, path: str) -> str:
        """How the state names a folder of sources, given by a path of this machine."""

    @abstractmethod
    def source_name(self, source: str, root: str) -> str:
        """How the state names a source that it named from where the folder lay then."""

    @abstractmethod
    def source_path(self, source: str) -> str:
        """The path of a source, from the current folder, by how the state names it."""

    def _as_given(self, folder: str) -> str:
        """The path of a folder of sources from the root of this machine, by the links that it was given by.

        These may lead elsewhere another day, and what lies there then is the same source. Only what ".." leads out of
        has no links, nor has a folder that this one lies in as well, so that both are known where they move together.
        """
        inner = ""
        while True:
            found = self._real(folder)
            above, name = os.path.split(folder)
            if name in ("", os.pardir) or PurePath(self.root).is_relative_to(found):
                return os.path.normpath(os.path.join(found, inner))  # noqa: PTH118 -- strings
            folder, inner = above, os.path.join(name, inner)  # noqa: PTH118

    def read(self, file: str) -> bytes:
        """The content of a file.

        Raises:
            OSError: it is not there, or cannot be read.
        """
        with self.open(file) as stream:
            return stream.read()

    def sha256(self, file: str) -> str:
        """The sha256 of a file, hex.

        Raises:
            OSError: it cannot be read.
        """
        with self.open(file) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # IO[bytes] is what open() gives

    def untouched(self, files: Iterable[FileRecord]) -> tuple[FileRecord, ...] | None:
        """The files with the stamps that they have now, if their content is still the same.

        Parameters:
            files: as they were.
        """
        now = []
        for file in files:
            try:
                stamp = self.listed_stamp(file.path)
                if stamp != file.stamp:
                    if stamp[0] != file.stamp[0] or self.sha256(file.path) != file.sha256:
                        return None
                    file = replace(file, stamp=stamp)
            except OSError:
                return None
            now.append(file)
        return tuple(now)


@contextmanager
def reported(path: Path | str, done: str = "written") -> Iterator[None]:
    """Turn what the system says of a path into an `OutputError`.

    Parameters:
        path: or URL.
        done: what the block does with it, as a participle.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            next_step = "free some space, or give a folder on another disk with -o, and run again"
        elif is_url(str(path)):
            next_step = "check the URL, the credentials and the network, or give another folder with -o"
        elif error.errno in _FORBIDDEN or isinstance(error, PermissionError):
            next_step = "give a folder that you may write to with -o"
        else:
            next_step = "look at the folder, or give another with -o"
        raise OutputError(
            f"cannot be {done}: {error.strerror or error}", where=str(path), next_step=next_step
        ) from error


@contextmanager
def reported_of(file: str, folder: OutputFolder) -> Iterator[None]:
    """Turn what the system says of an output into an `OutputError`, or a `TakenError` if only this one cannot be.

    Parameters:
        file: below the folder, with "/".
        folder: the output folder.
    """
    try:
        with reported(folder.path(file)):
            yield
    except OutputError as error:
        said = error.__cause__
        if isinstance(said, OSError) and said.errno in _TAKEN and folder.has_folder(file.partition("/")[0]):
            raise TakenError(
                f"{Path(folder.path(file))} cannot be written, as there is a folder of its name, or a file of the name"
                " of its folder",
                next_step="remove what is in the way, or let --prune do so if an earlier run made it, and run again",
            ) from said
        raise
