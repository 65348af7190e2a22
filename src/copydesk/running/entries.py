"""Files and folders of sources, of this machine and of stores, in one way."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from io import BufferedReader
from stat import S_ISDIR
from typing import Literal

from copydesk.running import stores
from copydesk.running.stores import Stored
from copydesk.running.urls import is_url

Kind = Literal["file", "folder", "link", "other"]


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """One entry of a folder.

    Parameters:
        name: in the folder. Stores have folders without a name.
        path: or URL.
        kind: what it is; hidden ones need not be looked at, and are `other`.
        version: of a file in a store (`Stored.version`).
    """

    name: str
    path: str
    kind: Kind
    version: str = ""


def look(path: str) -> FolderEntry:
    """What a path or URL is; links are followed.

    Raises:
        OSError, ValueError: there is nothing, or it cannot be looked at.
        UsageError: there is no such kind of store, or what speaks to it is not installed.
    """
    if is_url(path):
        return _stored(stores.look(path))
    is_folder = S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116 -- there may be a hundred thousand
    return FolderEntry(os.path.basename(path), path, "folder" if is_folder else "file")  # noqa: PTH119 -- strings


def entries(folder: str) -> list[FolderEntry]:
    """What lies in a folder, in order of name.

    Raises:
        OSError, UsageError: it cannot be listed.
    """
    if is_url(folder):
        return [_stored(each) for each in stores.listed(folder)]
    with os.scandir(folder) as found:
        return sorted(map(_found, found), key=lambda entry: entry.name)


def open_file(path: str) -> BufferedReader:
    """Open a file for reading, from any position.

    Raises:
        OSError: it cannot be opened.
    """
    return stores.open_(path) if is_url(path) else open(path, "rb")  # noqa: PTH123 -- strings


def stamp(path: str) -> tuple[int, ...]:
    """The size of a file in bytes, and what changes if it is written.

    Raises:
        OSError: there is none.
    """
    if is_url(path):
        return stores.look(path).stamp
    found = os.stat(path)  # noqa: PTH116 -- for every picture
    return found.st_size, found.st_mtime_ns, found.st_ino


def _stored(found: Stored) -> FolderEntry:
    return FolderEntry(found.name, found.url, "folder" if found.is_folder else "file", found.version)


def _found(entry: os.DirEntry[str]) -> FolderEntry:
    kind: Kind = "other"
    if entry.is_symlink() or (sys.version_info >= (3, 12) and entry.is_junction()):
        kind = "link"
    elif entry.name.startswith("."):
        pass
    elif entry.is_dir(follow_symlinks=False):
        kind = "folder"
    elif entry.is_file(follow_symlinks=False):
        kind = "file"
    return FolderEntry(entry.name, entry.path, kind)
