"""What runs in a process of the cluster: it begins as every worker of copydesk does, and then does as it is told."""

from __future__ import annotations

import os
import pickle
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import invalidate_caches
from importlib.metadata import version
from pathlib import Path
from typing import Any

from copydesk import CopydeskError, PluginError
from copydesk.plugins import installed
from copydesk.provider import provider_of
from copydesk.running import worker
from copydesk.running.worker import Start


@dataclass(frozen=True, slots=True)
class Raised:
    """What a task raised, told as a result: what Ray makes of an exception is of another class."""

    error: CopydeskError


@dataclass(frozen=True, slots=True)
class Terms:
    """What a process is given to begin with.

    Parameters:
        start: pickled, as it takes the modules of `path` to read it.
        folder: the current folder, from which paths are counted.
        path: where modules are looked for; None: where the machine has them.
        versions: what `versions` gives where the run was started.
    """

    start: bytes
    folder: str
    path: Sequence[str] | None
    versions: dict[str, str]

    @classmethod
    def of(cls, start: Start, *, local: bool) -> Terms:
        """The terms for processes of this machine, or of others.

        Parameters:
            start: of the run. Its environment stays here: there may be passwords in it, and other machines have theirs.
            local: whether they run here, and nowhere else.
        """
        path = [entry or os.getcwd() for entry in sys.path] if local else None  # noqa: PTH109 -- strings
        return cls(pickle.dumps(replace(start, environment={})), os.getcwd(), path, versions())  # noqa: PTH109


class Worker:
    """The class of the actors; Ray makes one a process."""

    def begin(self, terms: Terms) -> Raised | None:
        """Make this process a worker; what it lacks is told."""
        if terms.path is not None:
            sys.path[:] = terms.path
            invalidate_caches()
        try:
            _check_versions(terms.versions)
            _enter(terms.folder)
            start: Start = pickle.loads(terms.start)  # noqa: S301 -- from the process that runs whatever it wants here
            _check_folder(start.folder)
        except CopydeskError as error:
            return Raised(error)
        memory = None if start.memory is None else start.memory + _data()
        worker.begin(replace(start, memory=memory, environment=dict(os.environ)))
        return None

    def run(self, function: Callable[..., Any], *given: object) -> object:
        """Call one of the functions of `copydesk.running.worker`."""
        try:
            return function(*given)
        except CopydeskError as error:
            return Raised(error)


def versions() -> dict[str, str]:
    """Versions of Python, of copydesk and of every plugin that is installed: outputs depend on them."""
    found = {provider.distribution: str(provider.version) for provider in map(provider_of, installed())}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python, "copydesk": version("copydesk"), **found}


def _check_versions(wanted: dict[str, str]) -> None:
    there = versions()
    for name in sorted(wanted.keys() | there.keys()):
        if there.get(name) != wanted.get(name):
            raise PluginError(
                f"has {name} {there.get(name, 'not at all')}; where the run was started it is "
                f"{wanted.get(name, 'not installed')}",
                where=f"machine {platform.node()} of the cluster",
                next_step="install the same versions of copydesk and its plugins on all machines",
            )


def _enter(folder: str) -> None:
    try:
        os.chdir(folder)
    except OSError as error:
        raise _unshared(folder) from error


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise _unshared(str(folder))


def _unshared(folder: str) -> PluginError:
    return PluginError(
        f"has no folder {folder}",
        where=f"machine {platform.node()} of the cluster",
        next_step="put sources and output on a file system that all machines have under the same path",
    )


def _data() -> int:
    """Bytes of data that this process has already, most of it Ray's own; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    sizes = [line.split()[1] for line in lines if line.startswith("VmData:")]
    return int(sizes[0]) * 1024 if sizes else 0
