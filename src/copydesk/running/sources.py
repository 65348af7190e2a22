"""What to convert: files, folders and standard input, found in a stable order without reading any of them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from copydesk.errors import SourceError
from copydesk.reading.decode import MAX_BYTES
from copydesk.running.writer import FORMATS, OWN_FOLDER

STDIN = "-"
_NOT_XML = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # surrogates stand for bytes that are no UTF-8


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One document to convert.

    Parameters:
        path: the path as the user gave it, or below the folder that the user gave; `-` is standard input.
        below: the path below the folder that the user gave; for a file named explicitly, its name.
    """

    path: str
    below: str

    @property
    def name(self) -> str:
        """The file name, fit for XML: what is no character there, or a control character, becomes U+FFFD."""
        name = self.below.rpartition("/")[2]
        return name if name.isascii() and name.isprintable() else _NOT_XML.sub("\ufffd", name)

    def read(self) -> bytes:
        """Read the document.

        Raises:
            SourceError: it cannot be read, or is larger than any article.
        """
        try:
            raw = sys.stdin.buffer.read(MAX_BYTES + 1) if self.path == STDIN else _content(self.path)
        except OSError as error:
            raise unreadable(self.path, error) from error
        if len(raw) > MAX_BYTES:
            raise SourceError(
                f"has more than the {MAX_BYTES:,} bytes that one article may have",
                where=self.path,
                next_step="split it into one file an article",
            )
        return raw


@dataclass(slots=True)
class Skipped:
    """How many entries of the folders were left alone, by reason."""

    hidden: int = 0
    links: int = 0
    other: int = 0
    """Files whose suffix no reader declares, and what is no regular file."""
    output: int = 0
    """Output folders that lie inside a source folder, and folders of formats in one."""


@dataclass(slots=True)
class Found:
    """The documents found, what could not be found, and what was left alone."""

    files: list[SourceFile] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)
    complete: bool = True
    """Whether all that was named is there and could be looked through."""
    skipped: Skipped = field(default_factory=Skipped)


def find(arguments: Sequence[str], *, suffixes: Collection[str], leave_out: Collection[Path] = ()) -> Found:
    """Find the documents that SOURCE arguments name.

    A file named explicitly is always taken. Folders are recursed in order of name; hidden entries, links, files with
    other suffixes, the folders to leave out and what runs wrote are passed over. A path met twice is taken once.

    Parameters:
        arguments: paths of files and folders, or `-`.
        suffixes: suffixes to take in folders, lower case, with dot.
        leave_out: folders not to descend into.

    Returns:
        The documents, with an error for each path that does not exist or gave no document.
    """
    found = Found()
    barred = {_identity(str(folder)) for folder in leave_out}
    taken: set[str] = set()
    for argument in arguments:
        root = _plain(argument)
        try:
            for file in _documents(root, frozenset(suffixes), barred, found):
                identity = file.path if file.path == STDIN else _identity(file.path, links=False)
                if identity not in taken:
                    taken.add(identity)
                    found.files.append(file)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            found.errors.append(unreadable(root or "''", error))
            found.complete = False
    return found


def _documents(root: str, suffixes: Collection[str], barred: Collection[str], found: Found) -> Iterator[SourceFile]:
    """Yield the documents of one argument."""
    if root == STDIN:
        yield SourceFile(STDIN, "stdin")
    elif not root:  # which Path would take for the current folder
        raise FileNotFoundError
    elif Path(root).is_dir():
        errors, empty = len(found.errors), True
        for file in _walk(root, suffixes, barred, found):
            empty = False
            yield file
        if empty and len(found.errors) == errors:
            next_step = f"folders are searched for {', '.join(sorted(suffixes))}; name a file to try it as it is"
            found.errors.append(SourceError("no document in this folder", where=root, next_step=next_step))
    else:
        Path(root).stat()
        yield SourceFile(root, PurePath(root).name)


def _walk(root: str, suffixes: Collection[str], barred: Collection[str], found: Found) -> Iterator[SourceFile]:
    """Yield the documents of a folder, depth first; a stack, as folders may be nested deeper than Python recurses."""
    skipped = found.skipped
    pending = [(root, "", _identity(root))]
    while pending:
        folder, below, identity = pending.pop()
        try:
            with os.scandir(folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            found.errors.append(unreadable(folder, error))
            found.complete = False
            continue
        folders = []
        outputs = _outputs_in(folder) if any(entry.name == OWN_FOLDER for entry in ordered) else frozenset()
        for entry in ordered:
            name = f"{below}{entry.name}"
            if entry.is_symlink() or (sys.version_info >= (3, 12) and entry.is_junction()):
                skipped.links += 1
            elif entry.name.startswith("."):
                skipped.hidden += 1
            elif entry.is_dir(follow_symlinks=False):
                inner = str(PurePath(identity, os.path.normcase(entry.name)))
                if inner in barred or entry.name in outputs:
                    skipped.output += 1
                else:
                    folders.append((entry.path, f"{name}/", inner))
            elif entry.is_file(follow_symlinks=False) and PurePath(entry.name).suffix.lower() in suffixes:
                yield SourceFile(entry.path, name)
            else:
                skipped.other += 1
        pending.extend(reversed(folders))


def _outputs_in(folder: str) -> frozenset[str]:
    """The folders in this one that runs wrote to. Sources may lie beside them."""
    try:
        return frozenset(Path(folder, OWN_FOLDER, FORMATS).read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError):
        return frozenset()


def _plain(argument: str) -> str:
    """The argument without `./` and the like; the empty one is no folder, and `./-` is not standard input."""
    if argument in ("", STDIN):
        return argument
    plain = str(PurePath(argument))
    return plain if plain != STDIN else f".{os.sep}{STDIN}"


def _identity(path: str, *, links: bool = True) -> str:
    """One spelling for each file or folder; `links=False` spares the look-ups where the path has no link to resolve."""
    return os.path.normcase(os.path.realpath(path) if links else os.path.abspath(path))  # noqa: PTH100


def unreadable(path: str, error: OSError | ValueError) -> SourceError:
    """The error for a source that the system will not give."""
    if isinstance(error, FileNotFoundError):
        return SourceError("no such file or folder", where=path, next_step="check the spelling")
    if isinstance(error, PermissionError):
        return SourceError("may not be read", where=path, next_step="change its permissions or run as its owner")
    if isinstance(error, ValueError):
        return SourceError("is no path", where=path, next_step="check the spelling")
    said = error.strerror or str(error)
    return SourceError(f"cannot be read: {said}", where=path, next_step="check the path and the disk")


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
