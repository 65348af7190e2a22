"""What runs in a process of the cluster: it begins as every worker of copydesk does, and then does as it is told."""

from __future__ import annotations

import os
import pickle
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import invalidate_caches
from importlib.metadata import version
from pathlib import Path
from time import time

from copydesk import CopydeskError, PluginError
from copydesk.plugins import installed
from copydesk.provider import provider_of
from copydesk.running import worker
from copydesk.running.job import Bench, Converted, Task
from copydesk.running.orphans import hold
from copydesk.running.progress import ProgressFile
from copydesk.running.spool import Place, Shelf
from copydesk.running.worker import Start
from copydesk_ray.sharing import is_shared, shared_folders, unshared

_PREFIX = "copydesk-ray-"
_OLD = 7 * 24 * 3600.0
"""Seconds after which nobody will come back to the folder of a process."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What a task raised, told as a result: what Ray makes of an exception is of another class."""

    error: CopydeskError


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a document, and its canonical XML if it is to wait for collections."""

    converted: Converted
    xml: bytes | None


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a process works: id of the machine, and the process's own folder there."""

    node: str
    folder: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a process is given to begin with.

    Parameters:
        start: pickled, as it takes the modules of `path` to read it.
        folder: the current folder, from which paths are counted.
        shared: folders that every machine has to have, as `shared_folders` gives them.
        path: where modules are looked for; None: where the machine has them.
        versions: what `versions` gives where the run was started.
    """

    start: bytes
    folder: str
    shared: tuple[str, ...]
    path: Sequence[str] | None
    versions: dict[str, str]

    @classmethod
    def of(cls, start: Start, *, local: bool) -> Terms:
        """The terms for processes of this machine, or of others.

        Parameters:
            start: of the run. Its environment stays here: there may be passwords in it, and other machines have theirs.
            local: whether they run here, and nowhere else.
        """
        here = os.getcwd()  # noqa: PTH109 -- strings
        path = [entry or here for entry in sys.path] if local else None
        return cls(pickle.dumps(replace(start, environment={})), here, shared_folders(start), path, versions())


class _Pocket(Shelf):
    """Holds the canonical XML of one document, until it goes back with what came of it."""

    content: bytes | None = None

    def put(self, content: bytes) -> Place:
        self.content = content
        return Place("", 0, len(content))

    def take(self) -> bytes | None:
        content, self.content = self.content, None
        return content


class Worker:
    """The class of the actors; Ray makes one a process.

    Each has a folder of its own on its machine. How far it has come stands there, so that it can be looked up when it
    has died.
    """

    def begin(self, terms: Terms) -> Raised | Seat:
        """Make this process a worker.

        Returns:
            Where it works; or what it lacks.
        """
        import ray

        if terms.path is not None:
            sys.path[:] = terms.path
            invalidate_caches()
        try:
            _check_versions(terms.versions)
            self._unshared = _enter(terms.folder)
            for folder in terms.shared:
                if not Path(folder).is_dir():
                    raise unshared(folder)
            start: Start = pickle.loads(terms.start)  # noqa: S301 -- from the process that runs whatever it wants here
        except CopydeskError as error:
            return Raised(error)
        with suppress(OSError):  # another machine's, or a file system that cannot lock
            hold(start.folder)
        # Where the run's folder is that of this machine, this is removed with it, whatever becomes of the process.
        _sweep()
        self._folder = tempfile.mkdtemp(prefix=_PREFIX, dir=None if terms.path is None else start.folder.absolute())
        self._pocket = _Pocket(Path(self._folder))
        memory = None if start.memory is None else start.memory + _data()
        environment = dict(os.environ)

        def bench(folder: Path) -> Bench:
            made = start.bench(folder)
            return made if made.shelf is None else replace(made, shelf=self._pocket)

        worker.begin(replace(start, bench=bench, folder=Path(self._folder), memory=memory, environment=environment))
        return Seat(ray.get_runtime_context().get_node_id(), self._folder)

    def convert(self, task: Task, number: int) -> Raised | Delivered:
        """Convert one document, as `copydesk.running.worker.run_convert` does."""
        try:
            if self._unshared is not None and is_shared(task.file):
                return Raised(self._unshared)
            converted = worker.run_convert(task, number)
        except CopydeskError as error:
            return Raised(error)
        return Delivered(converted, self._pocket.take())

    def leave(self) -> None:
        """Remove the folder, as nothing more will come."""
        _remove(self._folder)


def last_steps(folder: str, number: int) -> tuple[int, str]:
    """How far a process of this machine had come that has died, as `ProgressFile.read` says it; its folder is removed.

    Parameters:
        folder: of the process.
        number: of the task that it was at.

    Raises:
        OSError: the folder is not there.
    """
    progress = ProgressFile(Path(folder))
    try:
        return progress.read(number)
    finally:
        progress.close()
        _remove(folder)


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


def _enter(folder: str) -> PluginError | None:
    """Make a folder the current one; what to say if it is not there."""
    try:
        os.chdir(folder)
    except OSError:
        return unshared(folder)
    return None


def _sweep() -> None:
    """Remove what processes left on this machine that were ended together with their run."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time() - folder.stat().st_mtime > _OLD:
                _remove(str(folder))


def _remove(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _data() -> int:
    """Bytes of data that this process has already, most of it Ray's own; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    sizes = [line.split()[1] for line in lines if line.startswith("VmData:")]
    return int(sizes[0]) * 1024 if sizes else 0
