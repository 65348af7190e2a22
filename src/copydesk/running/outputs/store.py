"""An output folder in a store, such as `s3://bucket/folder`."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import IO

from copydesk.running import stores
from copydesk.running.listings import Listings
from copydesk.running.outputs.folder import FORMATS, OWN_FOLDER, STATE, OutputFolder, Stamp, reported
from copydesk.running.outputs.lease import TEMPORARY, Lease
from copydesk.running.outputs.patience import patiently
from copydesk.running.urls import join, plain

KEEP_AFTER = 30.0
"""Seconds between two times that the state is copied to the store: what a killed run has to look through again."""
_SHARE = 0.05
"""Part of the time that copying it may take; it is copied less often if it is large."""

_GRACE = 2.0
"""Seconds that copying it may take when the run was asked to end; what a longer one would have spared is made again."""


class StoreFolder(OutputFolder):
    """A folder in a store: a file is complete on this machine before it is copied there.

    Parameters:
        name: its URL.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._url = plain(name)
        stores.check(self._url)
        self._listings = Listings()
        self._lease: Lease | None = None
        self._kept, self._pause = monotonic(), KEEP_AFTER

    def path(self, file: str) -> str:
        """The URL of a file."""
        return join(self._url, file)

    def open(self, file: str) -> IO[bytes]:
        """Open a file for reading."""
        return stores.open_(self.path(file))

    def stamp(self, file: str) -> Stamp:
        """The stamp of a file as the store has it now."""
        return stores.look(self.path(file)).stamp

    def listed_stamp(self, file: str) -> Stamp:
        """The stamp of a file, by a list of all in its folder."""
        return self._listings.find(self.path(file)).stamp

    def is_gone(self, file: str) -> bool:
        """Whether there is no such file."""
        try:
            self.stamp(file)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return False

    def is_one_file(self, one: str, other: str) -> bool:
        """Whether two paths are the same, as case counts."""
        return one == other

    def is_there(self) -> bool:
        """Whether there is anything below the URL."""
        return bool(stores.listed(self._url))

    def has_folder(self, name: str) -> bool:
        """Whether there is anything below this name."""
        return bool(stores.listed(self.path(name)))

    def is_same(self, other: OutputFolder) -> bool:
        """Whether this is the same URL."""
        return isinstance(other, StoreFolder) and self._url == other._url

    def temporary(self, file: str, scratch: Path) -> Path:
        """Name a file in the run's folder, of the same suffix: by it stores tell the type of its content."""
        return scratch / f"{secrets.token_hex(8)}{PurePosixPath(file).suffix}"

    def place(self, temporary: Path, file: str) -> None:
        """Copy a complete file to the store."""
        stores.upload(temporary, self.path(file))
        temporary.unlink()

    def remove(self, file: str) -> None:
        """Remove a file; folders are none."""
        stores.remove(self.path(file))

    @contextmanager
    def held(self, formats: Iterable[str], warn: Callable[[str], None]) -> Iterator[Path]:
        """Lock the folder, and make one of this machine's for what lasts as long as the run."""
        with reported(tempfile.gettempdir()):
            folder = Path(tempfile.mkdtemp(prefix=TEMPORARY))
        lease = Lease(self.path(f"{OWN_FOLDER}/lock"), folder)
        try:
            with lease.held(self.name, warn):
                self._list_formats(set(formats))
                self._lease = lease
                yield folder
        finally:
            self._lease = None
            shutil.rmtree(folder, ignore_errors=True)

    def read(self, file: str) -> bytes:
        """The content of a file, by one request."""
        return stores.read(self.path(file))

    def sweep(self, formats: Iterable[str]) -> None:
        """Do nothing: what was not complete never came to the store."""

    def has_state(self) -> bool:
        """Whether earlier runs left a state."""
        with reported(self.name, "read"):
            try:
                stores.look(self._state())
            except FileNotFoundError:
                return False
        return True

    def state_file(self, scratch: Path, *, copy: bool) -> Path:
        """A copy of the state on this machine."""
        file = scratch / STATE
        with suppress(FileNotFoundError), stores.open_(self._state()) as stored, file.open("xb") as stream:
            shutil.copyfileobj(stored, stream)
        return file

    def keep_state(self, file: Path, *, last: bool) -> None:
        """Copy the state to the store, if that was not done just now."""
        if self._lease is None:  # a copy to work on
            return
        self._lease.check(self.name)
        begun = monotonic()
        if last or begun - self._kept > self._pause:
            patiently(lambda: self._copy_back(file), at_last=_GRACE)
            self._kept = monotonic()
            self._pause = max(KEEP_AFTER, (self._kept - begun) / _SHARE)

    def _copy_back(self, file: Path) -> None:
        if self._lease is not None:
            self._lease.check(self.name, ask=True)
        stores.upload(file, self._state())

    @property
    def root(self) -> str:
        """Nothing, as sources are named from the root of this machine."""
        return ""

    def source_from_here(self, path: str) -> str:
        """The path of a folder from the root of this machine, as there is none from a store."""
        return self._as_given(path)

    def source_name(self, source: str, root: str) -> str:
        """The same, which is whole."""
        return source

    def source_path(self, source: str) -> str:
        """The path of a source, which is whole."""
        return source

    def _state(self) -> str:
        return self.path(f"{OWN_FOLDER}/{STATE}")

    def _list_formats(self, formats: set[str]) -> None:
        url = self.path(f"{OWN_FOLDER}/{FORMATS}")
        with reported(url):
            try:
                known = set(stores.read(url).decode("utf-8").splitlines())
            except (FileNotFoundError, ValueError):
                known = set()
            if not formats <= known:
                stores.write(url, "".join(f"{name}\n" for name in sorted(known | formats)).encode())
