"""The lock on a folder of a store: a file that names its holder, who is alive while it renews another file.

No lock of a store dies with its process. The lock is never written again by who holds it, so that a holder which was
away for long cannot take it back from its successor unawares.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

from copydesk.errors import CopydeskError, OutputError
from copydesk.running import stores
from copydesk.running.orphans import wait_for_end
from copydesk.running.outputs.folder import reported
from copydesk.running.outputs.patience import patiently

BEAT = 5.0
"""Seconds between two renewals."""
PATIENCE = 30.0
"""Seconds without a renewal after which a lock is that of a run which was killed. No clocks are compared: who waits
watches whether the file changes."""
_SETTLE = 1.0
"""Seconds after which, of two runs that took the same dead lock over, each sees who was last."""
_GRACE = 1.0
"""Seconds that giving it back may take when the run was asked to end."""
TEMPORARY = "copydesk-"
"""What names of folders of runs begin with."""
_ALIVE = "alive"
"""File in the folder of a run that its process holds locked."""


class Lease:
    """Keeps other runs out of a folder of a store.

    Parameters:
        url: of the lock's file; that of its holder has the holder's name behind it.
        folder: the folder of the run on this machine, by which later runs on it learn at once that this one has ended.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self._holder = secrets.token_hex(8)
        self._over = Event()
        self._lost = False

    @contextmanager
    def held(self, where: str, warn: Callable[[str], None]) -> Iterator[None]:
        """Hold the lock.

        Parameters:
            where: what it is a lock of, for people.
            warn: called with why it takes long.

        Raises:
            OutputError: another run holds it, or the store cannot be written to.
        """
        descriptor = _hold(self._folder)
        try:
            try:
                with reported(where):
                    self._take(where, warn)
                    self._sweep()
            except BaseException:
                self._give_back(None)
                raise
            keeper = Thread(target=self._keep, daemon=True)
            keeper.start()
            try:
                yield
            finally:
                self._give_back(keeper)
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def check(self, where: str, *, ask: bool = False) -> None:
        """Make sure that it is still held.

        Parameters:
            where: what it is a lock of, for people.
            ask: ask the store, as what was last heard of it may be old: the machine may have slept.

        Raises:
            OSError: the store does not answer.
            OutputError: another run has taken it, as this one was not heard of for long.
        """
        if self._lost or (ask and not self._holds()):
            raise OutputError(
                "another run has begun to write there, as this one was not heard of for long",
                where=where,
                next_step="let that one end, and run again",
            )

    def _take(self, where: str, warn: Callable[[str], None]) -> None:
        stores.write(self._beats_of(self._holder), b"0")
        content = json.dumps({"holder": self._holder, "folder": str(self._folder)}).encode()
        while True:
            with suppress(FileExistsError):
                stores.create(self._url, content)
                return
            found = self._read()
            if found is None:  # it has just been given back
                continue
            if found.get("holder") == self._holder:  # it did, but the answer was lost, and it was asked again
                return
            if self._is_dead(found, where, warn):
                stores.write(self._url, content)
                self._over.wait(_SETTLE)
                if self._holds():
                    return

    def _is_dead(self, found: dict[str, Any], where: str, warn: Callable[[str], None]) -> bool:
        """Whether the run that holds the lock has ended; if it has not, this does not return.

        Parameters:
            found: what the lock says.
            where: what it is a lock of, for people.
            warn: called with why it takes long.
        """
        folder = Path(str(found.get("folder")))
        # Who may write to the store shall not say what is removed here.
        if folder.name.startswith(TEMPORARY) and folder.is_dir() and (ended := _has_ended(folder)) is not None:
            if not ended:
                raise _taken(where)
            wait_for_end(folder)
            shutil.rmtree(folder, ignore_errors=True)
            return True
        warn(f"{where}: locked; waiting up to {PATIENCE:g} seconds to see whether by a run that was killed")
        holder = str(found.get("holder"))
        before, begun = self._beat(holder), monotonic()
        while monotonic() - begun < PATIENCE:
            self._over.wait(min(1.0, PATIENCE / 4))
            if (self._read() or {}).get("holder") != found.get("holder"):
                return False
            if self._beat(holder) != before:
                raise _taken(where)
        return True

    def _keep(self) -> None:
        """Renew, in a thread."""
        beat = 0
        while not self._over.wait(BEAT):
            beat += 1
            with suppress(OSError, CopydeskError):  # the store does not answer; the next time it may
                if not self._holds():
                    self._lost = True
                    return
                stores.write(self._beats_of(self._holder), str(beat).encode())

    def _give_back(self, keeper: Thread | None) -> None:
        self._over.set()

        def give_back() -> None:
            if keeper is not None:
                keeper.join()
            self._release()

        with suppress(OSError):  # who comes next finds that nobody renews it
            patiently(give_back, at_last=_GRACE)

    def _release(self) -> None:
        with suppress(OSError, CopydeskError):
            if self._holds():
                self._remove(self._url)
            self._remove(self._beats_of(self._holder))

    def _sweep(self) -> None:
        """Remove what runs that were killed left of theirs. One that waits writes its own again."""
        folder, _, name = self._url.rpartition("/")
        own = self._beats_of(self._holder)
        for each in stores.listed(folder):
            if each.name.startswith(f"{name}-") and each.url != own:
                self._remove(each.url)

    def _holds(self) -> bool:
        return (self._read() or {}).get("holder") == self._holder

    def _read(self) -> dict[str, Any] | None:
        """What the lock says; None if there is none, nothing if it is nobody's."""
        try:
            found = json.loads(stores.read(self._url))
        except FileNotFoundError:
            return None
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _beats_of(self, holder: str) -> str:
        return f"{self._url}-{holder}"

    def _beat(self, holder: str) -> bytes | None:
        with suppress(FileNotFoundError):
            return stores.read(self._beats_of(holder))
        return None

    @staticmethod
    def _remove(url: str) -> None:
        with suppress(FileNotFoundError):
            stores.remove(url)


def _taken(where: str) -> OutputError:
    return OutputError(
        "another run is writing to this folder", where=where, next_step="wait for it, or give another with -o"
    )


def _hold(folder: Path) -> int | None:
    """Lock a file in the folder of the run until the process ends; None where that is not possible."""
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(folder / _ALIVE, os.O_RDONLY | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def _has_ended(folder: Path) -> bool | None:
    """Whether the process that held the file in a folder has ended; None if that cannot be told."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        descriptor = os.open(folder / _ALIVE, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return True
