"""What to convert: one document, and all of a run in little memory."""

from __future__ import annotations

import errno
import marshal
import os
import re
import sys
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from copydesk.errors import SourceError, StoreError
from copydesk.reading.decode import MAX_BYTES
from copydesk.running import stores
from copydesk.running.archives.archive import begins_archive, too_large
from copydesk.running.urls import is_url

STDIN = "-"
_PATIENCE = 10
"""Documents in a row for which a store may fail to answer, each of which takes seconds, until the run ends."""
_ANSWERS = {errno.ENOENT, errno.EACCES, errno.EPERM, errno.EINVAL}
"""What a store says of single files."""
_unanswered: list[str] = []
"""The URLs for which none has answered this process, since one did."""
_NOT_XML = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # surrogates stand for bytes that are no UTF-8


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One document to convert.

    Parameters:
        path: the path or URL as the user gave it, or below the folder that the user gave; `-` is standard input.
        below: the path below the folder that the user gave; for a file named explicitly, its name.
        depth: how many folders up the folder is that its images may lie in; None: that which the user gave.
        archive: path of the archive that it is a member of.
        number: its place there.
        version: of one in a store, what changes with its content, as the store says (`stores.Stored.version`).
    """

    path: str
    below: str
    depth: int | None = None
    archive: str | None = None
    number: int = 0
    version: str = ""

    @property
    def is_stream(self) -> bool:
        """Whether only the process that found it can read it, and in order only (`copydesk.running.intake`)."""
        return self.path == STDIN or self.archive is not None

    @property
    def name(self) -> str:
        """The file name, fit for XML: what is no character there, or a control character, becomes U+FFFD."""
        name = self.below.rpartition("/")[2]
        return name if name.isascii() and name.isprintable() else _NOT_XML.sub("\ufffd", name)

    def read(self) -> bytes:
        """Read the document.

        Raises:
            SourceError: it cannot be read, is larger than any article, or is an archive without a name.
            StoreError: its store has not answered for many documents.
        """
        try:
            if self.path == STDIN:
                raw = sys.stdin.buffer.read(MAX_BYTES + 1)
            else:
                raw = _stored(self.path, self.version) if is_url(self.path) else _content(self.path)
        except OSError as error:
            raise unreadable(self.path, error) from error
        if self.path == STDIN and begins_archive(raw):
            raise SourceError(
                "is an archive, and standard input is one document",
                where=self.path,
                next_step="save it to a file, and give the file's name",
            )
        if len(raw) > MAX_BYTES:
            raise too_large(self.path)
        return raw


class Documents(Sequence[SourceFile]):
    """The documents of a run, each in some fifty bytes beside its path: there may be hundreds of thousands.

    Parameters:
        files: the first ones.
    """

    def __init__(self, files: Iterable[SourceFile] = ()) -> None:
        self._records = bytearray()
        self._starts = array("Q")
        for file in files:
            self.append(file)

    def append(self, file: SourceFile) -> None:
        """Add a document."""
        below: str | int = len(file.below) if file.path.endswith(file.below) else file.below  # as it is in folders
        self._starts.append(len(self._records))
        self._records += marshal.dumps((file.path, below, file.depth, file.archive, file.number, file.version))

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> SourceFile: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[SourceFile]: ...
    def __getitem__(self, index: int | slice) -> SourceFile | Sequence[SourceFile]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        start = self._starts[index]
        end = self._starts[index + 1] if index not in (-1, len(self) - 1) else len(self._records)
        path, below, *rest = marshal.loads(memoryview(self._records)[start:end])  # noqa: S302 -- own records
        return SourceFile(path, path[len(path) - below :] if isinstance(below, int) else below, *rest)

    def __iter__(self) -> Iterator[SourceFile]:
        return map(self.__getitem__, range(len(self)))


@dataclass(slots=True)
class Skipped:
    """How many entries of the folders were left alone, by reason."""

    hidden: int = 0
    links: int = 0
    other: int = 0
    """Files whose suffix no reader declares, and what is no regular file."""
    output: int = 0
    """Output folders that lie inside a source folder, and folders of formats in one."""
    repeated: int = 0
    """Names of lists for what had been named before."""
    archives: int = 0
    """Archives inside archives."""
    html: int = 0
    """Records of web archives that are HTML."""
    records: int = 0
    """Records of web archives that are neither text nor HTML: requests, metadata, pictures, redirections."""


@dataclass(slots=True)
class Found:
    """The documents found, what could not be found, and what was left alone."""

    files: Documents = field(default_factory=Documents)
    errors: list[SourceError] = field(default_factory=list)
    complete: bool = True
    """Whether all that was named is there and could be looked through."""
    skipped: Skipped = field(default_factory=Skipped)
    archives: set[str] = field(default_factory=set)
    """Absolute paths of archives of which all members are known."""
    others: dict[str, array[int]] = field(default_factory=dict)
    """By path of a tar archive, numbers of the members that are no documents, pictures perhaps."""
    other_shards: Documents = field(default_factory=Documents)
    """Documents that other shards convert."""
    other_names: Collection[str] = ()
    """Names of the outputs of those."""


def unreadable(path: str, error: OSError | ValueError) -> SourceError:
    """The error for a source that the system will not give."""
    if isinstance(error, FileNotFoundError):
        return SourceError("no such file or folder", where=path, next_step="check the spelling")
    if isinstance(error, PermissionError) and not is_url(path):
        return SourceError("may not be read", where=path, next_step="change its permissions or run as its owner")
    if isinstance(error, ValueError):
        return SourceError("is no path", where=path, next_step="check the spelling")
    said = error.strerror or str(error)
    next_step = "check the URL, the credentials and the network" if is_url(path) else "check the path and the disk"
    return SourceError(f"cannot be read: {said}", where=path, next_step=next_step)


def _stored(url: str, version: str) -> bytes:
    """The bytes of a file in a store, whose size its version has.

    Raises:
        OSError: there is none, or the store does not answer.
        SourceError: it is larger than any article.
        StoreError: the store has not answered for many.
    """
    if (stores.size_in(version) if version else stores.look(url).size or 0) > MAX_BYTES:
        raise too_large(url)
    try:
        content = stores.read(url)
    except OSError as error:
        if error.errno in _ANSWERS:
            _unanswered.clear()
            raise
        _unanswered.append(url)
        if len(_unanswered) >= _PATIENCE:
            raise StoreError(
                f"the store has not answered for {_PATIENCE} documents in a row: {error.strerror}",
                where=url,
                next_step="run again when it does; what is done stays",
            ) from error
        raise
    _unanswered.clear()
    return content


def _content(path: str) -> bytes:
    """The bytes of a file, in as few calls of the system as can be; if it is too large, one more than may be read."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(descriptor).st_size
        content = os.read(descriptor, min(size, MAX_BYTES) + 1)
        if len(content) == size:
            return content
        chunks, left = [content], MAX_BYTES + 1 - len(content)
        while left and (chunk := os.read(descriptor, min(left, 1 << 20))):  # a pipe, or a file that grows
            chunks.append(chunk)
            left -= len(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)
