"""What to convert: files, folders and standard input, found in a stable order without reading any of them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from stat import S_ISDIR

from copydesk.errors import SourceError
from copydesk.reading.decode import MAX_BYTES
from copydesk.running.archives.archive import is_archive, too_large
from copydesk.running.archives.opening import open_archive
from copydesk.running.writer import FORMATS, OWN_FOLDER

STDIN = "-"
_NOT_XML = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # surrogates stand for bytes that are no UTF-8


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One document to convert.

    Parameters:
        path: the path as the user gave it, or below the folder that the user gave; `-` is standard input.
        below: the path below the folder that the user gave; for a file named explicitly, its name.
        depth: how many folders up the folder is that its images may lie in; None: that which the user gave.
        archive: path of the archive that it is a member of.
        number: its place there.
    """

    path: str
    below: str
    depth: int | None = None
    archive: str | None = None
    number: int = 0

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
            SourceError: it cannot be read, or is larger than any article.
        """
        try:
            raw = sys.stdin.buffer.read(MAX_BYTES + 1) if self.path == STDIN else _content(self.path)
        except OSError as error:
            raise unreadable(self.path, error) from error
        if len(raw) > MAX_BYTES:
            raise too_large(self.path)
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

    files: list[SourceFile] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)
    complete: bool = True
    """Whether all that was named is there and could be looked through."""
    skipped: Skipped = field(default_factory=Skipped)
    archives: set[str] = field(default_factory=set)
    """Absolute paths of archives of which all members are known."""


def find(
    arguments: Sequence[str],
    *,
    suffixes: Collection[str],
    leave_out: Collection[Path] = (),
    named: Iterable[str] = (),
) -> Found:
    """Find the documents that SOURCE arguments and lists name.

    A file named explicitly is always taken. Folders are recursed in order of name; hidden entries, links, files with
    other suffixes, the folders to leave out and what runs wrote are passed over. A path met twice is taken once.

    Parameters:
        arguments: paths of files and folders, or `-`.
        suffixes: suffixes to take in folders, lower case, with dot.
        leave_out: folders not to descend into.
        named: names in lists, of files and folders; outputs keep the whole of the path.

    Returns:
        The documents, with an error for each path that does not exist or gave no document.
    """
    found = Found()
    search = _Search(found, frozenset(suffixes), {_identity(str(folder)) for folder in leave_out})
    taken: set[str] = set()
    for argument in arguments:
        for file in search.documents(_plain(argument)):
            identity = file.path if file.path == STDIN else _identity(file.path, links=False)
            if identity not in taken:
                taken.add(identity)
                found.files.append(file)
    for name in named:
        path = str(PurePath(name)) if name else name
        for file in search.documents(path, prefix=_inside(path)):
            identity = _identity(file.path, links=False)
            if identity in taken:
                found.skipped.repeated += 1
            else:
                taken.add(identity)
                found.files.append(file)
    return found


@dataclass(frozen=True, slots=True)
class _Search:
    """What documents are looked for by, and where what else is met is noted."""

    found: Found
    suffixes: Collection[str]
    barred: Collection[str]
    opened: set[str] = field(default_factory=set)
    """Archives that have been looked through."""

    def documents(self, root: str, prefix: str | None = None) -> Iterator[SourceFile]:
        """Yield the documents of one argument, or one name of a list; what is wrong becomes an error.

        Parameters:
            root: path of a file or folder, or `-` if there is no prefix.
            prefix: what stands before the path below a folder, and in place of a file's name; None for an argument.
        """
        try:
            yield from self._documents(root, prefix)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            self.found.errors.append(unreadable(root or "''", error))
            self.found.complete = False

    def _documents(self, root: str, prefix: str | None) -> Iterator[SourceFile]:
        if root == STDIN and prefix is None:
            yield SourceFile(STDIN, "stdin")
        elif not root:  # which Path would take for the current folder
            raise FileNotFoundError
        elif S_ISDIR(os.stat(root).st_mode):  # noqa: PTH116 -- there may be a hundred thousand
            errors, empty = len(self.found.errors), True
            for file in self._walk(root):
                empty = False
                yield file if not prefix else replace(file, below=f"{prefix}/{file.below}", depth=file.below.count("/"))
            if empty and len(self.found.errors) == errors:
                next_step = (
                    f"folders are searched for {', '.join(sorted(self.suffixes))}; name a file to try it as it is"
                )
                self.found.errors.append(SourceError("no document in this folder", where=root, next_step=next_step))
        elif self._holds_documents(root):
            errors, empty = len(self.found.errors), True
            for file in self._members(root, prefix or PurePath(root).name):
                empty = False
                yield file
            if empty and len(self.found.errors) == errors and not self.found.skipped.repeated:
                self.found.errors.append(
                    SourceError(
                        "no document in this archive",
                        where=root,
                        next_step=f"archives are searched for {', '.join(sorted(self.suffixes))}; HTML is not read yet",
                    )
                )
        elif prefix is None:
            yield SourceFile(root, PurePath(root).name)
        else:
            yield SourceFile(root, prefix, depth=0)

    def _holds_documents(self, name: str) -> bool:
        """Whether a file is an archive, and not a document that some reader reads as it is."""
        return is_archive(name) and PurePath(name).suffix.lower() not in self.suffixes

    def _members(self, path: str, below: str) -> Iterator[SourceFile]:
        """Yield the documents in an archive, up to a fault, which becomes one error."""
        identity = _identity(path)
        if identity in self.opened:
            self.found.skipped.repeated += 1
            return
        self.opened.add(identity)
        skipped, errors, seen = self.found.skipped, len(self.found.errors), set()
        try:
            for entry in open_archive(path, self.suffixes).entries(listing=True):
                name = f"{entry.name}{entry.label}"
                if entry.skipped:
                    setattr(skipped, entry.skipped, getattr(skipped, entry.skipped) + 1)
                elif entry.error is not None:
                    self.found.errors.append(entry.error)
                elif name in seen:
                    self.found.errors.append(
                        SourceError(
                            "has the name of another member, which was taken",
                            where=f"{path}/{name}",
                            next_step="give each member a name of its own",
                        )
                    )
                else:
                    seen.add(name)
                    yield SourceFile(
                        f"{path}/{name}",
                        f"{below}/{entry.name}",
                        archive=path,
                        number=entry.number,
                    )
        except SourceError as error:
            self.found.errors.append(error)
        if len(self.found.errors) == errors:
            self.found.archives.add(os.path.abspath(path))  # noqa: PTH100
        else:
            self.found.complete = False

    def _walk(self, root: str) -> Iterator[SourceFile]:
        """Yield the documents of a folder, depth first; by a stack, as folders may nest deeper than Python recurses."""
        found, skipped = self.found, self.found.skipped
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
                    if inner in self.barred or entry.name in outputs:
                        skipped.output += 1
                    else:
                        folders.append((entry.path, f"{name}/", inner))
                elif not entry.is_file(follow_symlinks=False):
                    skipped.other += 1
                elif self._holds_documents(entry.name):
                    yield from self._members(entry.path, name)
                elif PurePath(entry.name).suffix.lower() in self.suffixes:
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


def _inside(path: str) -> str:
    """A path of a list as one below the output folder: without drive, root, and what leads out of a folder."""
    parts = PurePath(os.path.normpath(path)) if path else PurePath()
    return "/".join(part for part in parts.relative_to(parts.anchor).parts if part != os.pardir)


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
