"""Records of earlier runs that are not of this run: of sources that are gone, and of others that are still there."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path, PurePath

from copydesk.errors import CopydeskError
from copydesk.running.archives.archive import is_archive
from copydesk.running.listings import Listings
from copydesk.running.names import folded
from copydesk.running.outputs.folder import OutputFolder
from copydesk.running.records import COLLECTION_MARK
from copydesk.running.sources import STDIN, Found
from copydesk.running.state import State
from copydesk.running.urls import absolute, is_url, real

OF_STDIN = "standard input"
"""What stands for the path of a source that was read from there."""


@dataclass(slots=True)
class Others:
    """Records that are not of this run, by name of the outputs.

    Parameters:
        gone: of documents whose source is gone.
        renamed: of documents of this run, under another name than the one that they have now.
        elsewhere: of documents whose source is still there, but no part of this run, with the path of it.
        collections: of collections.
    """

    gone: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)
    collections: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, state: State, output: OutputFolder, names: Collection[str], present: Present) -> Others:
        """Sort the records that earlier runs left.

        Parameters:
            state: holds them.
            output: the output folder.
            names: of the outputs of this run.
            present: the documents of this run.
        """
        follow(state, output)
        found, listings = cls(), Listings()
        for name, source in state.sources():
            if name.startswith(COLLECTION_MARK):
                found.collections.append(name)
            elif name in names:
                continue
            elif source == STDIN:
                found.elsewhere[name] = OF_STDIN
            else:
                path = source_path(output, source)
                if name in present.other_names:
                    found.elsewhere[name] = path  # theirs, if they write into this folder too
                elif path in present:
                    found.renamed.append(name)
                elif present.covers(path) or is_gone(path, listings):
                    found.gone.append(name)
                else:
                    found.elsewhere[name] = path
        return found


class Present:
    """Paths and URLs of the documents of this run and its other shards, spelt as they may be.

    Parameters:
        found: the documents.
    """

    def __init__(self, found: Found) -> None:
        self._files, self._archives = (found.files, found.other_shards), found.archives
        self.other_names = found.other_names
        """Of outputs that other shards make."""
        self._paths: dict[str, str] | None = None
        self._absolute = partial(absolute, resolve=lru_cache(maxsize=1024)(real))

    def __contains__(self, path: str) -> bool:
        """Whether it is that of a document, be it by another spelling where the file system ignores case."""
        if self._paths is None:  # most runs do without
            self._paths = {}
            for each in map(self._absolute, (file.path for file in chain(*self._files))):
                self._paths[each] = self._paths[folded(each)] = each
        path = self._absolute(path)
        if path in self._paths:
            return True
        with suppress(OSError, ValueError, KeyError):
            return os.path.samefile(path, self._paths[folded(path)])  # noqa: PTH121 -- strings
        return False

    def covers(self, path: str) -> bool:
        """Whether it lies in an archive that was looked through, so that it is a document of this run or no more."""
        return bool(self._archives) and not self._archives.isdisjoint(folders_of(self._absolute(path)))


def follow(state: State, output: OutputFolder) -> None:
    """If the output folder lies elsewhere than when sources were named from there, name those anew that stayed behind.

    A source that moved along is found from where the folder lies now, and so keeps its name. Where one did, so did all
    that lay in the folder which holds it and the output folder: what is not found there is gone, though a project that
    this one is a copy of may still have it.
    """
    root, former = output.root, state.root
    if root == former:
        return
    if former:
        missing, along = [], 0
        for name, source in state.sources():
            stayed = output.source_name(source, former)
            if not source or source in (STDIN, stayed) or is_url(source):
                continue
            height = PurePath(source).parts.count(os.pardir)
            if not is_gone(output.source_path(source)):
                along = max(along, height)
            else:
                missing.append((name, stayed, height))
        for name, stayed, height in missing:
            if height > along and not is_gone(output.source_path(stayed)):
                state.rename_source(name, stayed)
    state.root = root


def source_path(output: OutputFolder, source: str) -> str:
    """The path of a record's source, from the current folder, or its URL."""
    return source if is_url(source) else output.source_path(source)


def is_gone(path: str, listings: Listings | None = None) -> bool:
    """Whether there is no such source, be it that a folder has its name, nor an archive that may hold it.

    One that cannot be looked at, as a folder may not be entered or a store does not answer, is not gone.

    Parameters:
        path: of the source, or its URL.
        listings: of stores, for who asks for many.
    """
    if is_url(path):
        return _is_gone_there(path, listings or Listings())
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            return False
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, ValueError):
        return False
    return not any(is_archive(parent.name) and parent.is_file() for parent in Path(path).parents)


def _is_gone_there(url: str, listings: Listings) -> bool:
    try:
        for each in (url, *filter(is_archive, folders_of(url))):
            with suppress(FileNotFoundError):
                listings.find(each)
                return False
    except (OSError, CopydeskError):
        return False
    return True


def folders_of(path: str) -> Iterator[str]:
    """The folders that a path or URL lies in, the nearest first."""
    if not is_url(path):
        yield from map(str, PurePath(path).parents)
        return
    while "/" in (path := path.rpartition("/")[0]).partition("://")[2]:
        yield path
