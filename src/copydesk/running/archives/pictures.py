"""Pictures that documents in archives show: members beside them, which any process can read by name.

Zip archives have a directory, so each process opens them itself. Tar archives have none, and those that are packed can
only be read from their beginning: they are run through once more, and what may be a picture is kept aside.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from copydesk.errors import SourceError
from copydesk.running.archives.tars import Picture, TarArchive
from copydesk.running.archives.zips import ZipMembers
from copydesk.running.beside import MAX_BYTES, followed, too_large
from copydesk.running.entries import open_file, stamp
from copydesk.running.outputs.folder import reported
from copydesk.running.spool import Shelf

MAX_ASIDE = 2_000_000_000
"""Bytes of the pictures of a packed archive that are kept aside on disk."""
_UNPACK = "unpack the archive, or make it a zip"


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
        members = _opened(self.archive, *_stamp(self.archive), os.getpid())
        name = followed(self.folder, path, members.link)
        return None if name is None else members.read(name)


@dataclass(frozen=True, slots=True)
class TarBeside:
    """Beside a member of a tar archive.

    Parameters:
        archive: path of its file.
        folder: that the member is in.
        index: path of the file that `set_aside` made.
    """

    archive: str
    folder: str
    index: str

    def read(self, path: PurePosixPath) -> bytes | None:
        """Read a member (`copydesk.running.beside.Beside.read`)."""
        index = _index(self.index)
        name = followed(self.folder, path, index.links.get)
        lies = None if name is None else index.members.get(name)
        if lies is None:
            return None
        where = f"{self.archive}/{name}"
        if isinstance(lies, str):
            raise SourceError(lies, where=where, next_step=_UNPACK)
        file, position, size = lies
        if size > MAX_BYTES:
            raise too_large(where, size)
        try:
            if not file and _stamp(self.archive) != tuple(index.stamp):
                raise SourceError(
                    "is in an archive that has changed since the run began", where=where, next_step="run the same again"
                )
            with open_file(str(Path(self.index).with_name(file)) if file else self.archive) as stream:
                stream.seek(position)
                return stream.read(size)
        except OSError as error:
            raise _unreachable(where, error) from error


def set_aside(archive: str, numbers: Collection[int], folder: Path) -> str:
    """Make the pictures of a tar archive such that they can be read by name.

    Parameters:
        archive: path of its file.
        numbers: of the members that are no documents.
        folder: for what is kept aside, which lasts as long as the run.

    Returns:
        Path of the file that `TarBeside` needs.

    Raises:
        OutputError: the system would not write there.
    """
    shelf, left = Shelf(folder), MAX_ASIDE
    members: dict[str, str | tuple[str, int, int]] = {}
    links: dict[str, str] = {}
    before = _stamp(archive)
    try:
        for each in TarArchive(archive).pictures(frozenset(numbers)):
            members.pop(each.name, None)  # of two of one name it is the last, as when they are unpacked
            links.pop(each.name, None)
            if each.link is not None:
                links[each.name] = each.link
                continue
            members[each.name] = lies = _lies(each, shelf, left)
            left -= lies[2] if not isinstance(lies, str) and lies[0] else 0
    finally:
        shelf.close()
    index = folder / f"pictures-{len(list(folder.glob('pictures-*')))}.json"
    with reported(folder), index.open("w", encoding="ascii") as stream:
        json.dump(_Index(members, links, before), stream)
    return str(index)


def _lies(picture: Picture, shelf: Shelf, left: int) -> str | tuple[str, int, int]:
    """Where the bytes of a picture are, or why they are nowhere."""
    if picture.fault:
        return picture.fault
    if picture.read is None or picture.size > MAX_BYTES:
        return "", picture.position, picture.size
    if picture.size > left:
        return f"is in a packed archive, of whose pictures the first {MAX_ASIDE:,} bytes are looked at"
    try:
        place = shelf.put(picture.read())
    except SourceError as error:
        return error.what
    return place.file, place.position, place.length


class _Index(NamedTuple):
    """What `set_aside` writes: place or fault by name, what links point to, and the archive's stamp."""

    members: dict[str, str | tuple[str, int, int]]
    links: dict[str, str]
    stamp: tuple[int, ...]


@lru_cache(maxsize=2)
def _index(path: str) -> _Index:
    """An index, whose file is never written again."""
    try:
        with open(path, encoding="ascii") as stream:  # noqa: PTH123 -- beside strings
            return _Index(*json.load(stream))
    except OSError as error:
        raise _unreachable(path, error) from error


@lru_cache(maxsize=2)
def _opened(path: str, *_: int) -> ZipMembers:
    """An archive, by its file's stamp and the process: its directory may be long, and is read once."""
    return ZipMembers(path)


def _stamp(path: str) -> tuple[int, ...]:
    try:
        return stamp(path)
    except OSError as error:
        raise _unreachable(path, error) from error


def _unreachable(where: str, error: OSError) -> SourceError:
    return SourceError(
        f"is in an archive that cannot be read: {error.strerror or error}", where=where, next_step=_UNPACK
    )


def close() -> None:
    """Close what this process has opened for pictures."""
    _opened.cache_clear()
    _index.cache_clear()
