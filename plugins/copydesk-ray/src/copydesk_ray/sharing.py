"""What machines of a cluster have to have in common: no more than what documents are read from and written to."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from copydesk import PluginError
from copydesk.running.sources import STDIN, SourceFile
from copydesk.running.urls import is_url
from copydesk.running.worker import Start


def needs_shared_folder(start: Start) -> bool:
    """Whether outputs are written to folders, which all machines have to see, and not to a store."""
    return not is_url(_output(start))


def is_shared(file: SourceFile) -> bool:
    """Whether a document is read from a folder, which all machines have to see."""
    return file.path != STDIN and not is_url(file.archive or file.path)


def shared_folders(start: Start) -> tuple[str, ...]:
    """The folders that tell whether a machine sees where outputs are written; none if they are not written to folders.

    Relative paths are those of the current folder, which is the first of them.
    """
    if not needs_shared_folder(start):
        return ()
    output = Path(_output(start))
    # That of the run is new, so no other machine has one of its own there. A run that writes nothing has none there.
    folder = start.folder if start.folder.is_relative_to(output) else output
    return os.getcwd(), *([str(folder)] if folder.is_dir() else [])  # noqa: PTH109 -- strings


def unshared(folder: str) -> PluginError:
    """What to say if this machine lacks a folder."""
    return PluginError(
        f"has no folder {folder}",
        where=f"machine {platform.node()} of the cluster",
        next_step="put sources and output on a file system that all machines have under the same path, or into a store",
    )


def _output(start: Start) -> str:
    return str(getattr(start.bench, "output", os.curdir))
