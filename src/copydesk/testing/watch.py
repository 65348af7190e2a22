"""Watching what code does to the file system and the network while it runs."""

from __future__ import annotations

import os
import sys
import tempfile
import zoneinfo
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.machinery import all_suffixes
from pathlib import Path
from typing import Any
from unittest import mock

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate")
_LISTS = ("os.listdir", "os.scandir")
_CONNECTS = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyaddr",
    "socket.gethostbyname",
    "socket.sendmsg",
    "socket.sendto",
    "urllib.Request",
)
_DEVICES = (os.devnull, "/dev/random", "/dev/urandom")


class _Watch:
    """An audit hook can never be taken away (PEP 578), so there is one, which is idle while nobody watches."""

    def __init__(self) -> None:
        self.misdeeds: list[str] | None = None
        self._temporary: tuple[str, ...] = ()
        self._readable: tuple[str, ...] = ()
        self._hooked = False

    def start(self, misdeeds: list[str], temporary: str) -> None:
        self._temporary = _spellings([temporary])
        self._readable = (*self._temporary, *_installed())
        self.misdeeds = misdeeds
        if not self._hooked:
            sys.addaudithook(self._hook)
            self._hooked = True

    def _hook(self, event: str, details: tuple[Any, ...]) -> None:
        if self.misdeeds is None:
            return
        if event in _CONNECTS:
            self.misdeeds.append(f"opened a connection ({event} {details[-1]!r})")
            raise ConnectionRefusedError("there is no network while copydesk.testing checks a plugin")
        if event == "open":
            path, _, flags = details
            self._look(self.misdeeds, event, path, writes=isinstance(flags, int) and bool(flags & _WRITES))
        elif event in _CHANGES:
            self._look(self.misdeeds, event, details[0], writes=True)
        elif event in _LISTS:
            self._look(self.misdeeds, event, "." if details[0] is None else details[0], writes=False)

    def _look(self, misdeeds: list[str], event: str, given: object, *, writes: bool) -> None:
        if not isinstance(given, str | bytes | os.PathLike):  # a descriptor of what was opened before
            return
        path = os.fsdecode(given)
        if path in (*_DEVICES, "") or "__pycache__" in path:
            return
        if not writes and path.endswith(tuple(all_suffixes())):  # what importing a module reads
            return
        folders = self._temporary if writes else self._readable
        if not any(spelling.startswith(folders) for spelling in _spellings([path])):
            misdeeds.append(f"{'changed' if writes else 'read'} a file ({event} {path})")


def _installed() -> tuple[str, ...]:
    """Folders of what is installed, with its data, and of time zones."""
    found = _spellings(filter(None, (*sys.path, sys.prefix, sys.base_prefix, *zoneinfo.TZPATH)))
    files = [getattr(module, "__file__", None) for module in tuple(sys.modules.values())]
    beside = {os.path.dirname(file) for file in files if isinstance(file, str) and not file.startswith(found)}  # noqa: PTH120 -- thousands
    return (*found, *_spellings(sorted(beside)))


def _spellings(paths: Iterable[str]) -> tuple[str, ...]:
    """Paths as they are and with links resolved, each with a separator behind it."""
    return tuple(
        os.path.join(os.path.normcase(resolve(path)), "")  # noqa: PTH118 -- pathlib takes the separator away
        for path in paths
        for resolve in (os.path.abspath, os.path.realpath)
    )


_WATCH = _Watch()


@contextmanager
def watched(owner: str) -> Iterator[None]:
    """Run a block in empty working, home and temporary folders, without a network.

    Temporary files are allowed if they are gone at the end, and so is reading what is installed; other processes are
    seen only by what they leave there.

    Parameters:
        owner: whose doings they are, for the message.

    Raises:
        AssertionError: the block read or changed another file, or asked for a connection, which was refused. It stands
            before what the block itself raised.
    """
    misdeeds: list[str] = []
    failure: Exception | None = None
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        folders = {purpose: root / purpose for purpose in ("work", "home", "temporary")}
        for folder in folders.values():
            folder.mkdir()
        temporary = str(folders["temporary"])
        environment = {"HOME": str(folders["home"]), "TMPDIR": temporary, "TEMP": temporary, "TMP": temporary}
        before = Path.cwd()
        with mock.patch.dict(os.environ, environment), mock.patch.object(tempfile, "tempdir", temporary):
            os.chdir(folders["work"])
            _WATCH.start(misdeeds, temporary)
            try:
                yield
            except Exception as error:
                failure = error
            finally:
                _WATCH.misdeeds = None
                os.chdir(before)
        left = [path.relative_to(root).as_posix() for folder in folders.values() for path in folder.rglob("*")]
        misdeeds.extend(f"left a file behind ({path})" for path in left)
    if misdeeds:
        raise AssertionError(f"{owner}, side effects: {'; '.join(dict.fromkeys(misdeeds))}") from failure
    if failure is not None:
        raise failure
