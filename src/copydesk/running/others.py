"""Records of earlier runs that are not of this run: of sources that are gone, and of others that are still there."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from copydesk.running.archives.archive import is_archive
from copydesk.running.sources import STDIN
from copydesk.running.state import COLLECTION_MARK, State

OF_STDIN = "standard input"
"""What stands for the path of a source that was read from there."""


@dataclass(slots=True)
class Others:
    """Records that are not of this run, by name of the outputs.

    Parameters:
        gone: of documents whose source is gone, or goes by another name now.
        elsewhere: of documents whose source is still there, but no part of this run, with the path of it.
        collections: of collections.
    """

    gone: list[str] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)
    collections: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, state: State, output: Path, names: Collection[str], is_present: Callable[[str], bool]) -> Others:
        """Sort the records that earlier runs left.

        Parameters:
            state: holds them.
            output: the output folder.
            names: of the outputs of this run.
            is_present: whether a path is that of a document of this run.
        """
        found = cls()
        for name, source in state.sources():
            if name.startswith(COLLECTION_MARK):
                found.collections.append(name)
            elif name in names:
                continue
            elif source == STDIN:
                found.elsewhere[name] = OF_STDIN
            else:
                path = source_path(output, source)
                if is_present(path) or is_gone(path):
                    found.gone.append(name)
                else:
                    found.elsewhere[name] = path
        return found


def source_path(output: Path, source: str) -> str:
    """The path of a record's source, from the current folder."""
    return os.path.normpath(os.path.join(output, source))  # noqa: PTH118 -- lexical


def is_gone(path: str) -> bool:
    """Whether there is no such file, nor an archive that may hold it.

    One that cannot be looked at, as a folder may not be entered, is not gone.
    """
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return not any(is_archive(parent.name) and parent.is_file() for parent in Path(path).parents)
    except (OSError, ValueError):
        return False
    return False
