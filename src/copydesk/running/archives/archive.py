"""What all kinds of archive have in common: members with names that are checked, and limits to what they unpack to."""

from __future__ import annotations

import gzip
import posixpath
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import IO

from copydesk.errors import SourceError
from copydesk.reading.decode import MAX_BYTES
from copydesk.running.urls import is_url

FREE = 100_000_000
"""Bytes that any archive may unpack to."""
MAX_RATIO = 200
"""What it may unpack to beyond that, as a multiple of its own size. Text packs to a tenth, a site's rips that are much
alike perhaps to a fiftieth; the densest stream that deflate can make unpacks to 1,032 times its size."""
MAX_NAME = 800
"""Bytes of a member's path: what is left for it where paths have at most 1,024, as on macOS."""
CHUNK = 1 << 16

ZIPS = (".zip",)
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst")
WARCS = (".warc", ".warc.gz", ".wet", ".wet.gz")
_OFFICE = re.compile(rb"\[Content_Types\]\.xml|\APK\x03\x04.{26}mimetype", re.DOTALL)
_PACKED = re.compile(rb"\x1f\x8b|BZh[1-9]1AY|\xfd7zXZ\0|\x28\xb5\x2f\xfd|WARC/[0-9]\.[0-9]\r?\n")
"""What gzip, bzip2, xz, zstd and WARC begin with."""
_DRIVE = re.compile("[A-Za-z]:(?! )")
"""What Windows takes for a drive, absolute or not. It would take `Q: Why.txt` too, but that is a title."""
SUFFIXES = (*ZIPS, *TARS, *WARCS)
"""Suffixes of archives, lower case."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of an archive.

    Parameters:
        number: its place in the archive, from 0.
        name: its path there, with "/".
        read: gives its bytes while the archive stands at it; raises `SourceError`.
        skipped: the field of `Skipped` that counts it, if it is no document.
        error: why it cannot be converted, if that is known before it is read.
        label: what tells it from members of the same name.
    """

    number: int
    name: str
    read: Callable[[], bytes]
    skipped: str = ""
    error: SourceError | None = None
    label: str = ""


class Archive(ABC):
    """An archive, which is read from its beginning to its end.

    Parameters:
        path: of its file.
        suffixes: of members that are documents, lower case, with dot.
    """

    def __init__(self, path: str, suffixes: Collection[str] = ()) -> None:
        self.path = path
        self.suffixes = suffixes

    @abstractmethod
    def entries(self, *, listing: bool) -> Iterator[Entry]:
        """Yield the members in order, but for folders; each can be read until the next is asked for.

        Parameters:
            listing: whether this is to find out which members there are whole, up to the archive's very end.

        Raises:
            SourceError: the archive is no such archive, or damaged, or unpacks to more than it may; members before
                have been yielded.
        """

    def entry(self, number: int, name: str, read: Callable[[], bytes]) -> Entry:
        """Make the entry of a file by its name."""
        name = "/".join(part for part in name.replace("\\", "/").split("/") if part != ".")
        plain = "/".join(filter(None, name.split("/")))
        made = Entry(number, plain, read)
        if problem := _problem(name):
            return replace(made, error=self.refused(_visible(name), problem, "rename it in the archive"))
        if any(part[0] == "." or part == "__MACOSX" for part in plain.split("/")):
            return replace(made, skipped="hidden")
        if posixpath.splitext(plain)[1].lower() in self.suffixes:
            return made
        return replace(made, skipped="archives" if is_archive(plain) else "other")

    def refused(self, member: str, what: str, next_step: str) -> SourceError:
        """The error for one member."""
        return SourceError(what, where=f"{self.path}/{member}", next_step=next_step)

    def damaged(
        self, what: str, next_step: str = "fetch it again, or repair it; what stands before is converted"
    ) -> SourceError:
        """The error for the archive as a whole."""
        return SourceError(what, where=self.path, next_step=next_step)

    def unread(self, error: OSError) -> SourceError:
        """The error for an archive that the system, or its store, will not give."""
        next_step = (
            "check the URL, the credentials and the network" if is_url(self.path) else "check the path and the disk"
        )
        return self.damaged(f"cannot be read: {error.strerror or error}", next_step)

    def too_much(self, unpacked: int, size: int) -> SourceError:
        """The error for an archive that unpacks to more than it may."""
        return self.damaged(
            f"unpacks to {unpacked:,} bytes or more, over {MAX_RATIO} times its own {size:,}, as only bombs do",
            "unpack it yourself if you trust it",
        )


def is_archive(name: str) -> bool:
    """Whether a file is an archive, by its name."""
    return name.lower().endswith(SUFFIXES)


def is_zip(name: str) -> bool:
    """Whether an archive is a zip, by its name."""
    return name.lower().endswith(ZIPS)


def is_tar(name: str) -> bool:
    """Whether an archive is a tar, packed or not, by its name."""
    return name.lower().endswith(TARS)


def begins_archive(content: bytes) -> bool:
    """Whether bytes that have no name are those of an archive of documents, by what archives begin with.

    Word, OpenDocument and EPUB files are zips too, and documents: their first members have names of their own.
    """
    if content.startswith(b"PK\x03\x04"):
        return not _OFFICE.search(content)
    return bool(_PACKED.match(content)) or content[257:262] == b"ustar"


def allowed(size: int) -> int:
    """How many bytes an archive of a size may unpack to."""
    return max(FREE, MAX_RATIO * size)


def whole(stream: IO[bytes] | gzip.GzipFile, where: str) -> bytes:
    """Read a document, of which no more is taken into memory than one may have.

    Raises:
        SourceError: it is larger than any article.
    """
    chunks, size = [], 0
    while chunk := stream.read(min(CHUNK, MAX_BYTES + 1 - size)):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            raise too_large(where)
    return b"".join(chunks)


def too_large(where: str) -> SourceError:
    """The error for a document that is larger than any article."""
    return SourceError(
        f"has more than the {MAX_BYTES:,} bytes that one article may have",
        where=where,
        next_step="split it into one file an article",
    )


def _problem(name: str) -> str:
    if not name.isprintable() and any(unicodedata.category(character) == "Cc" for character in name):
        return "has a control character in its name"
    if not name:
        return "has no name"
    if name.startswith("/") or _DRIVE.match(name):
        return "has an absolute name"
    if ".." in name.split("/"):
        return "has a name that leads out of the archive"
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME:
        return f"has a name of more than {MAX_NAME} bytes"
    return ""


def _visible(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}…"
