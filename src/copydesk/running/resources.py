"""Local images of a document: inside it, else inside the folder that its source came from, and nowhere else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from copydesk.running.sources import SourceFile

MAX_BYTES = 50_000_000
"""Largest image read: a camera's raw picture; what is larger is no picture for an article."""


@dataclass(frozen=True, slots=True)
class Resources:
    """Gives the bytes of an image by its `src`.

    Parameters:
        file: the document; its folder is where relative addresses start, the source folder is what they must not leave.
        inside: gives the images that the document itself holds. If there is one, no other image is given.
    """

    file: SourceFile
    inside: Callable[[str], bytes | None] | None = field(default=None, compare=False)
    asked: dict[str, str | None] = field(default_factory=dict, compare=False)
    """What was asked for beside the document since somebody emptied this, with the sha256 of what was given, hex."""

    def __call__(self, src: str) -> bytes | None:
        """Read a resource, and keep in mind that it was asked for.

        Parameters:
            src: a relative address; anything with a scheme, a host or a leading slash is not local.

        Returns:
            The bytes; None if it is not a plain visible file of moderate size inside the source folder.
        """
        if self.inside is not None:
            return self.inside(src)
        found = self._read(src)
        self.asked[src] = None if found is None else hashlib.sha256(found).hexdigest()
        return found

    def _read(self, src: str) -> bytes | None:
        if self.file.is_stream:
            return None
        try:
            parts = urlsplit(src)
            path = PurePosixPath(unquote(parts.path))
            if parts.scheme or parts.netloc or not path.name or path.is_absolute() or "\\" in str(path):
                return None
            folder = Path(self.file.path).parent
            depth = self.file.below.count("/") if self.file.depth is None else self.file.depth
            root = os.path.realpath(folder.joinpath(*[".."] * depth))
            found = Path(os.path.realpath(folder.joinpath(*path.parts)))
            if any(part.startswith(".") for part in found.relative_to(root).parts):  # hidden
                return None
            if not found.is_file() or found.stat().st_size > MAX_BYTES:
                return None
            return found.read_bytes()
        except (OSError, ValueError):  # unreadable, outside the source folder, a NUL in the name: no such image
            return None
