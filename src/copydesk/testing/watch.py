"""Watching what code does to the file system and the network while it runs."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate")
_CONNECTS = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request")


class _Watch:
    """An audit hook can never be taken away (PEP 578), so there is one, which is idle while nobody watches."""

    def __init__(self) -> None:
        self.misdeeds: list[str] | None = None
        self.allowed = ""
        self._hooked = False

    def start(self, misdeeds: list[str], allowed: Path) -> None:
        self.misdeeds, self.allowed = misdeeds, str(allowed)
        if not self._hooked:
            sys.addaudithook(self._hook)
            self._hooked = True

    def _hook(self, event: str, details: tuple[Any, ...]) -> None:
        if self.misdeeds is None:
            return
        if event in _CONNECTS:
            self.misdeeds.append(f"opened a connection ({event} {details[-1]!r})")
        elif (event == "open" and isinstance(details[2], int) and details[2] & _WRITES) or event in _CHANGES:
            path = details[0]
            if isinstance(path, str | bytes | os.PathLike) and not self._harmless(os.fsdecode(path)):
                self.misdeeds.append(f"changed a file ({event} {os.fsdecode(path)})")

    def _harmless(self, path: str) -> bool:
        """Temporary files; and what importing a module writes."""
        return path in (os.devnull, "") or "__pycache__" in path or os.path.abspath(path).startswith(self.allowed)  # noqa: PTH100


_WATCH = _Watch()


@contextmanager
def watched() -> Iterator[list[str]]:
    """Run a block in empty working, home and temporary folders, and collect what it did that an exporter must not.

    Temporary files are allowed if they are gone at the end; other processes are seen only by what they leave there.
    """
    misdeeds: list[str] = []
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
            _WATCH.start(misdeeds, folders["temporary"])
            try:
                yield misdeeds
            finally:
                _WATCH.misdeeds = None
                os.chdir(before)
        left = [path.relative_to(root).as_posix() for folder in folders.values() for path in folder.rglob("*")]
        misdeeds.extend(f"left a file behind ({path})" for path in left)
