"""Object stores and other places that have a URL, such as `s3://bucket/folder`, by fsspec.

What speaks to them is found by `copydesk.running.connections`.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from copydesk.running.connections import errors_of_system, store_of
from copydesk.running.urls import join

_TEMPORARY = ".copydesk-"
"""What names of files that are on their way begin with."""
_CHECKSUMS = ("ETag", "etag", "md5Hash")
"""What stores call a checksum of the content, or a mark that changes with it."""
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "created")


@dataclass(frozen=True, slots=True)
class Stored:
    """One file or folder of a store.

    Parameters:
        url: of it.
        size: in bytes; None if the store does not tell.
        is_folder: whether others lie below it. Stores may have a file and a folder of the same name.
        checksum: what the store says of the content; empty if it says nothing that changes with each content.
        time: when it was written, as the store says it; empty if it does not.
    """

    url: str
    size: int | None
    is_folder: bool
    checksum: str
    time: str

    @property
    def name(self) -> str:
        """The last part of the URL."""
        return self.url.rpartition("/")[2]

    @property
    def version(self) -> str:
        """What stands for the content: another content has another. Empty if the store gives no checksum."""
        return f"{self.size} {self.checksum}" if self.checksum and self.size is not None else ""

    @property
    def stamp(self) -> tuple[int, int, int]:
        """Size, and what tells whether it was written since, in the form of `copydesk.running.outputs` stamps."""
        digest = hashlib.sha256((self.checksum or self.time).encode()).digest()
        return self.size or 0, int.from_bytes(digest[:7], "big"), 0


def size_in(version: str) -> int:
    """The size in bytes that a version was made with."""
    return int(version.partition(" ")[0])


def look(url: str) -> Stored:
    """What the store has there.

    Raises:
        OSError: there is nothing, or the store does not answer.
        UsageError: there is no such kind of store, or what speaks to it is not installed.
    """
    store, path = store_of(url)
    with errors_of_system():
        return _stored(url, store.info(path))


def listed(url: str) -> list[Stored]:
    """What lies in a folder, in order of name; none if there is no such folder, as stores know none that are empty.

    Raises:
        OSError, UsageError: as `look`.
    """
    store, path = store_of(url)
    with errors_of_system():
        try:
            infos = store.ls(path, detail=True)
        except FileNotFoundError:
            return []
        found = [_stored(join(url, str(info["name"]).rpartition("/")[2]), info) for info in infos]
        if len(found) == 1 and not found[0].is_folder and str(infos[0]["name"]).strip("/") == path.strip("/"):
            return []  # it is a file
    # Consoles mark folders by files without name and content.
    return sorted((each for each in found if each.name or each.is_folder or each.size), key=lambda each: each.name)


def read(url: str) -> bytes:
    """The content of a file.

    Raises:
        OSError, UsageError: as `look`.
    """
    store, path = store_of(url)
    with errors_of_system():
        return cast("bytes", store.cat_file(path))


def open_(url: str) -> io.BufferedReader:
    """Open a file for reading, from any position.

    Raises:
        OSError, UsageError: as `look`; reading raises OSError.
    """
    store, path = store_of(url)
    with errors_of_system():
        return io.BufferedReader(_Raw(store.open(path, "rb")))


def write(url: str, content: bytes) -> None:
    """Write a small file. Only what speaks to object stores does it as a whole; see `upload`.

    Raises:
        OSError, UsageError: as `look`.
    """
    store, path = store_of(url)
    with errors_of_system():
        _make_folder(store, path)
        store.pipe_file(path, content)


def create(url: str, content: bytes) -> None:
    """Write a small file that must not be there yet. Of two who try at once one succeeds, where the store sees to it.

    Raises:
        FileExistsError: it is there.
        OSError, UsageError: as `look`.
    """
    store, path = store_of(url)
    with errors_of_system():
        _make_folder(store, path)
        try:
            store.pipe_file(path, content, mode="create")
        except OSError:  # of which stores have several for this
            if store.exists(path):
                raise FileExistsError(errno.EEXIST, "is there", url) from None
            raise


def upload(file: Path, url: str) -> None:
    """Copy a file of this machine to a store. Who reads it there sees all of it, or what was there before.

    Raises:
        OSError, UsageError: as `look`.
    """
    store, path = store_of(url)
    with errors_of_system():
        if not _has_folders(store):  # an object appears when all of it is there
            store.put_file(str(file), path)
            return
        _make_folder(store, path)
        temporary = f"{path.rpartition('/')[0]}/{_TEMPORARY}{secrets.token_hex(8)}"
        try:
            store.put_file(str(file), temporary)
            store.mv(temporary, path)
        except BaseException:
            with suppress(Exception):
                store.rm_file(temporary)
            raise


def remove(url: str) -> None:
    """Remove a file.

    Raises:
        OSError, UsageError: as `look`.
    """
    store, path = store_of(url)
    with errors_of_system():
        store.rm_file(path)


def check(url: str) -> None:
    """Make sure that there is such a kind of store, without asking it.

    Raises:
        UsageError: there is none, or what speaks to it is not installed.
    """
    store_of(url)


def _has_folders(store: Any) -> bool:
    """Whether it is a server with folders, and not a store of objects."""
    return not store.async_impl


def _make_folder(store: Any, path: str) -> None:
    if _has_folders(store):
        store.makedirs(path.rpartition("/")[0], exist_ok=True)


def _stored(url: str, info: Mapping[str, Any]) -> Stored:
    checksum = next((str(info[key]).strip('"') for key in _CHECKSUMS if info.get(key)), "")
    time = next((str(info[key]) for key in _TIMES if info.get(key)), "")
    return Stored(url, info.get("size"), info.get("type") == "directory", checksum, time)


class _Raw(io.RawIOBase):
    """A file of a store, which raises what files raise."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with errors_of_system():
            content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with errors_of_system():
            return int(self._file.seek(offset, whence))

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
