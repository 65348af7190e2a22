"""Pictures that documents in archives show: members beside them, which any process reads by name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from copydesk.running.archives.zips import ZipMembers
from copydesk.running.beside import followed


@dataclass(frozen=True, slots=True)
class ZipBeside:
    """Beside a member of a zip archive.

    Parameters:
        archive: path of its file.
        folder: that the member is in.
    """

    archive: str
    folder: str

    def read(self, path: PurePosixPath) -> bytes | None:
        """Read a member (`copydesk.running.beside.Beside.read`)."""
        stat = os.stat(self.archive)  # noqa: PTH116 -- for every picture
        members = _opened(self.archive, stat.st_size, stat.st_mtime_ns, stat.st_ino, os.getpid())
        name = followed(self.folder, path, members.link)
        return None if name is None else members.read(name)


@lru_cache(maxsize=2)
def _opened(path: str, *_: int) -> ZipMembers:
    """An archive, by its file's stamp and the process: its directory may be long, and is read once."""
    return ZipMembers(path)


def close() -> None:
    """Close the archives that this process has opened for their pictures."""
    _opened.cache_clear()
