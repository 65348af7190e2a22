"""Where the local images of a document are looked for: a place of each kind is one class, and reads in its own way."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from copydesk.errors import SourceError
from copydesk.running import stores
from copydesk.running.urls import is_url, join

MAX_BYTES = 50_000_000
"""Largest image read: a camera's raw picture; what is larger is no picture for an article."""
LONGEST = 4096
"""Characters of a path, as on Linux; the time to find out where one leads grows with its square."""
_MOST_LINKS = 40
"""Links that are followed for one name, as by Linux."""


class Beside(Protocol):
    """What stands beside a document, and no further up than the source that the user gave."""

    def read(self, path: PurePosixPath) -> bytes | None:
        """Read a file.

        Parameters:
            path: from the document's folder, as the document has it; relative, and may lead up.

        Returns:
            Its bytes; None if no visible file goes by that name inside the source.

        Raises:
            SourceError: there is one, which cannot be read or is too large.
            OSError, ValueError: there can be none of that name.
        """


@dataclass(frozen=True, slots=True)
class Folder:
    """Beside a file.

    Parameters:
        folder: that the file lies in.
        depth: how many folders up that folder is which must not be left.
    """

    folder: str
    depth: int

    def read(self, path: PurePosixPath) -> bytes | None:
        """Read a file (`Beside.read`)."""
        folder = Path(self.folder)
        root = os.path.realpath(folder.joinpath(*[".."] * self.depth))
        found = Path(os.path.realpath(folder.joinpath(*path.parts)))
        if is_hidden(found.relative_to(root).parts) or not found.is_file():
            return None
        if (size := found.stat().st_size) > MAX_BYTES:
            raise too_large(str(found), size)
        try:
            return found.read_bytes()
        except OSError as error:
            raise SourceError(
                f"cannot be read: {error.strerror}", where=str(found), next_step="look at its permissions and the disk"
            ) from error


@dataclass(frozen=True, slots=True)
class StoreBeside:
    """Beside a file in a store, which knows no links.

    Parameters:
        root: URL of the folder that must not be left.
        folder: that the file lies in, from there.
    """

    root: str
    folder: str

    def read(self, path: PurePosixPath) -> bytes | None:
        """Read a file (`Beside.read`)."""
        name = followed(self.folder, path, lambda _: None)
        if not name:
            return None
        url = join(self.root, name)
        try:
            found = stores.look(url)
            if found.is_folder:
                return None
            if found.size is not None and found.size > MAX_BYTES:
                raise too_large(url, found.size)
            return stores.read(url)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SourceError(
                f"cannot be read: {error.strerror or error}", where=url, next_step="look at the store"
            ) from error


def beside_file(path: str, depth: int) -> Beside:
    """What stands beside a file.

    Parameters:
        path: of the file, or its URL.
        depth: how many folders up that folder is which must not be left.
    """
    if not is_url(path):
        return Folder(os.path.dirname(path), depth)  # noqa: PTH120 -- strings
    *parts, _ = path.split("/")
    return StoreBeside("/".join(parts[: len(parts) - depth]), "/".join(parts[len(parts) - depth :]))


def is_hidden(parts: tuple[str, ...]) -> bool:
    """Whether a file is hidden, by the parts of its path below the source."""
    return any(part.startswith(".") for part in parts)


def too_large(where: str, size: int) -> SourceError:
    """The error for what is too large for a picture."""
    return SourceError(
        f"has {size:,} bytes, and a picture may have {MAX_BYTES:,}", where=where, next_step="make it smaller"
    )


def followed(folder: str, path: PurePosixPath, link: Callable[[str], str | None]) -> str | None:
    """Find out which member of an archive, or key of a store, a path means.

    Parameters:
        folder: that the document is in, from the top.
        path: from there.
        link: gives what a name is a link to, or None.

    Returns:
        Its name, from the top; None if it is hidden, leads out, or through links without end.
    """
    pending, parts, links = [*reversed(path.parts), *reversed(folder.split("/"))], list[str](), 0
    while pending:
        part = pending.pop()
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
            name = "/".join(parts)
            if len(name) > LONGEST:
                return None
            target = link(name)
            if target is not None:
                links += 1
                if target.startswith("/") or len(target) > LONGEST or links > _MOST_LINKS:
                    return None
                parts.pop()
                pending += reversed(target.split("/"))
    return None if is_hidden(tuple(parts)) else "/".join(parts)
