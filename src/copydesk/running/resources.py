"""Local images of a document: inside it, else beside it (`copydesk.running.beside`), and nowhere else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from copydesk.errors import SourceError
from copydesk.running.beside import LONGEST, Beside

_SHA256 = re.compile("[0-9a-f]{64}")
_MOST_WARNINGS = 5
"""Pictures that are named where many could not be read."""


@dataclass(frozen=True, slots=True)
class Resources:
    """Gives the bytes of an image by its `src`.

    Parameters:
        beside: what stands beside the document; None if nothing does.
        inside: gives the images that the document itself holds. If there is one, no other image is given.
    """

    beside: Beside | None
    inside: Callable[[str], bytes | None] | None = field(default=None, compare=False)
    asked: dict[str, str | None] = field(default_factory=dict, compare=False)
    """What was asked for beside the document since somebody emptied this, with the sha256 of what was given, hex; with
    None for what there is not, and with the reason for what is there and could not be read."""

    def __call__(self, src: str) -> bytes | None:
        """Read a resource, and keep in mind that it was asked for.

        Parameters:
            src: a relative address; anything with a scheme, a host or a leading slash is not local.

        Returns:
            The bytes; None if it is not a plain visible file of moderate size inside the source.
        """
        if self.inside is not None:
            return self.inside(src)
        try:
            found = self._read(src)
            self.asked[src] = None if found is None else hashlib.sha256(found).hexdigest()
        except SourceError as error:
            found, self.asked[src] = None, f"{error.what}; {error.next_step}"
        return found

    def _read(self, src: str) -> bytes | None:
        if self.beside is None:
            return None
        try:
            parts = urlsplit(src)
            plain = unquote(parts.path)
            if len(plain) > LONGEST:
                return None
            path = PurePosixPath(plain)
            if parts.scheme or parts.netloc or not path.name or path.is_absolute() or "\\" in str(path):
                return None
            return self.beside.read(path)
        except (OSError, ValueError):  # outside the source, a NUL in the name: no such image
            return None


def left_out(asked: Iterable[Mapping[str, str | None]]) -> tuple[str, ...]:
    """Warnings of pictures that are there and could not be read, by what `Resources.asked` were."""
    reasons = {src: said for each in asked for src, said in each.items() if said and not _SHA256.fullmatch(said)}
    warnings = [f"the picture {src} is left out: it {said}" for src, said in reasons.items()]
    if len(warnings) > _MOST_WARNINGS:
        warnings[_MOST_WARNINGS:] = [f"{len(warnings) - _MOST_WARNINGS:,} more pictures are left out"]
    return tuple(warnings)
