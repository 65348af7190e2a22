"""Finds documents: of files, folders, archives and lists, in a stable order; of files alone without reading any."""

from __future__ import annotations

import os
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from copydesk.errors import SourceError, UsageError
from copydesk.running.archives.archive import is_archive, is_tar
from copydesk.running.archives.opening import open_archive
from copydesk.running.entries import FolderEntry, entries, look
from copydesk.running.outputs.folder import FORMATS, OWN_FOLDER
from copydesk.running.outputs.opening import output_folder
from copydesk.running.sources import STDIN, Documents, Found, SourceFile, unreadable
from copydesk.running.urls import absolute, is_url, join, plain


def find(
    arguments: Sequence[str],
    *,
    suffixes: Collection[str],
    leave_out: Collection[str] = (),
    named: Iterable[str] = (),
) -> Found:
    """Find the documents that SOURCE arguments and lists name.

    A file named explicitly is always taken. Folders, those of stores too, are recursed in order of name; hidden
    entries, links, files with other suffixes, the folders to leave out and what runs wrote are passed over. A path met
    twice is taken once.

    Parameters:
        arguments: paths of files and folders, or `-`.
        suffixes: suffixes to take in folders, lower case, with dot.
        leave_out: folders not to descend into.
        named: names in lists, of files and folders; outputs keep the whole of the path.

    Returns:
        The documents, with an error for each path that does not exist or gave no document.
    """
    found = Found()
    search = _Search(found, frozenset(suffixes), {_identity(folder) for folder in leave_out})
    taken = _Taken(found.files)
    for argument in arguments:
        taken.begin()
        for file in search.documents(_plain(argument)):
            taken.add(file)
    for name in named:
        path = str(PurePath(name)) if name and not is_url(name) else plain(name)
        taken.begin()
        for file in search.documents(path, prefix=_inside(path)):
            if not taken.add(file):
                found.skipped.repeated += 1
    return found


class _Taken:
    """Documents, each once. What one folder or archive gives is never the same twice, so a single one needs no look-up.

    Parameters:
        files: where they go.
    """

    def __init__(self, files: Documents) -> None:
        self._files = files
        self._known: set[str] | None = None

    def begin(self) -> None:
        """Begin another argument, or name of a list."""
        if self._known is None and self._files:
            self._known = set(map(self._called, self._files))

    def add(self, file: SourceFile) -> bool:
        """Take a document; tell whether it was not there already."""
        if self._known is not None:
            called = self._called(file)
            if called in self._known:
                return False
            self._known.add(called)
        self._files.append(file)
        return True

    @staticmethod
    def _called(file: SourceFile) -> str:
        if file.is_stream:  # archives are opened once; names in them may differ by case alone
            return file.path
        return _identity(file.path, links=False)


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
        except UsageError as error:  # no store; one line of many is a failure of that line
            if prefix is None:
                raise
            self.found.errors.append(SourceError(error.what, where=root, next_step=error.next_step))
            self.found.complete = False

    def _documents(self, root: str, prefix: str | None) -> Iterator[SourceFile]:
        if root == STDIN and prefix is None:
            yield SourceFile(STDIN, "stdin")
            return
        if not root:  # which Path would take for the current folder
            raise FileNotFoundError
        entry, errors, empty = look(root), len(self.found.errors), True
        if entry.kind == "folder":
            for file in self._walk(root):
                empty = False
                yield file if not prefix else replace(file, below=f"{prefix}/{file.below}", depth=file.below.count("/"))
            if empty and len(self.found.errors) == errors:
                self.found.complete = False  # it may be where a disk is to be mounted
                next_step = (
                    f"folders are searched for {', '.join(sorted(self.suffixes))}; name a file to try it as it is"
                )
                self.found.errors.append(SourceError("no document in this folder", where=root, next_step=next_step))
        elif self._holds_documents(root):
            for file in self._members(root, prefix or entry.name):
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
        else:
            yield SourceFile(root, prefix or entry.name, depth=None if prefix is None else 0, version=entry.version)

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
        others = array("Q")
        try:
            for entry in open_archive(path, self.suffixes).entries(listing=True):
                name = f"{entry.name}{entry.label}"
                if entry.skipped:
                    setattr(skipped, entry.skipped, getattr(skipped, entry.skipped) + 1)
                    if entry.skipped in ("other", "links"):
                        others.append(entry.number)
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
        except (OSError, ValueError) as error:  # here, as a fault of one archive would end its whole folder further up
            next_step = "look at what it is, or fetch it again"
            self.found.errors.append(SourceError(f"cannot be read: {error}", where=path, next_step=next_step))
        if others and is_tar(path):
            self.found.others[path] = others
        if len(self.found.errors) == errors:
            self.found.archives.add(absolute(path))
        else:
            self.found.complete = False

    def _walk(self, root: str) -> Iterator[SourceFile]:
        """Yield the documents of a folder, depth first; by a stack, as folders may nest deeper than Python recurses."""
        found, skipped = self.found, self.found.skipped
        pending = [(root, "", _identity(root))]
        while pending:
            folder, below, identity = pending.pop()
            try:
                ordered = entries(folder)
                outputs = _outputs_in(folder) if any(entry.name == OWN_FOLDER for entry in ordered) else frozenset()
            except OSError as error:
                found.errors.append(unreadable(folder, error))
                found.complete = False
                continue
            folders = []
            for entry in ordered:
                name = f"{below}{entry.name}"
                if entry.kind == "link":
                    skipped.links += 1
                elif not entry.name:
                    found.errors.append(_nameless(entry))
                elif entry.name.startswith("."):
                    skipped.hidden += 1
                elif entry.kind == "folder":
                    inner = _inner(identity, entry.name)
                    if inner in self.barred or entry.name in outputs:
                        skipped.output += 1
                    else:
                        folders.append((entry.path, f"{name}/", inner))
                elif entry.kind == "other":
                    skipped.other += 1
                elif self._holds_documents(entry.name):
                    yield from self._members(entry.path, name)
                elif PurePath(entry.name).suffix.lower() in self.suffixes:
                    yield SourceFile(entry.path, name, version=entry.version)
                else:
                    skipped.other += 1
            pending.extend(reversed(folders))


def _nameless(entry: FolderEntry) -> SourceError:
    """The error for what other tools of the store may have made: there is no path of that name, nor a way to ask."""
    return SourceError(
        "has no name, so it cannot be read",
        where=entry.path,
        next_step="rename what has two slashes together in its name, or a slash at its end",
    )


def _outputs_in(folder: str) -> frozenset[str]:
    """The folders in this one that runs wrote to. Sources may lie beside them.

    Raises:
        OSError: that cannot be told, so that outputs would be taken for sources.
    """
    try:
        listed = output_folder(folder).read(f"{OWN_FOLDER}/{FORMATS}")
        return frozenset(listed.decode("utf-8").splitlines())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError):  # no run made it
        return frozenset()


def _plain(argument: str) -> str:
    """The argument without `./` and the like; the empty one is no folder, and `./-` is not standard input."""
    if argument in ("", STDIN):
        return argument
    if is_url(argument):
        return plain(argument)
    path = str(PurePath(argument))
    return path if path != STDIN else f".{os.sep}{STDIN}"


def _inside(path: str) -> str:
    """A path of a list as one below the output folder: without scheme, drive, root, and what leads out of a folder."""
    if is_url(path):
        path = path.partition("://")[2]
    parts = PurePath(os.path.normpath(path)) if path else PurePath()
    return "/".join(part for part in parts.relative_to(parts.anchor).parts if part != os.pardir)


def _inner(identity: str, name: str) -> str:
    """One spelling of what lies in a folder, by that of the folder."""
    return join(identity, name) if is_url(identity) else str(PurePath(identity, os.path.normcase(name)))


def _identity(path: str, *, links: bool = True) -> str:
    """One spelling for each file or folder; `links=False` spares the look-ups where the path has no link to resolve."""
    if is_url(path):
        return plain(path)
    return os.path.normcase(os.path.realpath(path) if links else os.path.abspath(path))  # noqa: PTH100
