"""What runs in a worker process: it loads the plugins once, then converts one document after the other."""

from __future__ import annotations

import errno
import faulthandler
import importlib
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import IO

from copydesk.cleaning.pipeline import normalize
from copydesk.errors import CopydeskError, OutputError
from copydesk.running.job import Bench, Collected, Converted, Task, collect, convert
from copydesk.running.orphans import hold
from copydesk.running.progress import ProgressFile
from copydesk.running.spool import Place, Shelf

_GRACE = 10.0
"""Seconds beyond its time limit after which a worker that nobody ended ends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a worker process needs to begin.

    Parameters:
        bench: loads the plugins and makes the bench; it is called in the worker, and is to be pickled on the way.
        folder: where processes of this run keep what they tell each other.
        seconds: time limit of one document; for collections, of one article.
        memory: bytes of data that the process may have, where the system limits it; None for no limit.
        preload: name of the module to load before workers are forked, where they are.
        environment: variables that the worker is to have.
    """

    bench: Callable[[Path], Bench]
    folder: Path
    seconds: float
    memory: int | None
    preload: str
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


@dataclass(slots=True)
class _Worker:
    bench: Bench
    start: Start
    progress: ProgressFile
    log: IO[bytes]

    def set_backstop(self) -> None:
        """End if a step takes too long: no Python runs while a plugin holds the interpreter, whose run was killed."""
        faulthandler.dump_traceback_later(self.start.seconds + _GRACE, exit=True, file=self.log)


_worker: _Worker | CopydeskError | None = None
"""The state of this worker process, made once by `begin`; or why it could not be made."""


def begin(start: Start) -> None:
    """Make this process a worker.

    What goes wrong is kept for whoever sends the first task: a worker that ended here would be started again for ever.
    """
    global _worker
    with suppress(OSError):  # some network file systems cannot lock
        hold(start.folder)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.excepthook = sys.__excepthook__
    if os.environ != start.environment:
        os.environ.clear()
        os.environ.update(start.environment)
    importlib.invalidate_caches()  # files may have come since the process was forked from was loaded
    try:
        if start.memory is not None:
            _limit_memory(start.memory)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the parent has warned
            bench = start.bench(start.folder)
        warm_up()
        _worker = _Worker(bench, start, ProgressFile(start.folder), open(os.devnull, "wb"))  # noqa: PTH123, SIM115
    except CopydeskError as error:
        _worker = error
    except Exception as error:
        _worker = CopydeskError(
            f"a worker process could not begin: {type(error).__name__}: {error}",
            next_step="try --jobs 0, which runs in this process",
        )


def run_convert(task: Task, number: int) -> Converted:
    """Convert one document, as `copydesk.running.job.convert` does.

    Parameters:
        task: the document.
        number: of the task, under which it tells of its progress.

    Raises:
        OutputError: the output folder cannot be written to.
        CopydeskError: the plugins could not be loaded.
    """
    worker = _begun()
    with _at_work(worker):
        return convert(task, worker.bench, lambda step: worker.progress.tell(number, step))


def run_collect(target: int, index: Path, number: int) -> Collected:
    """Write one collection, as `copydesk.running.job.collect` does.

    Parameters:
        target: number of the target.
        index: file with the places of the articles, one a line (`Place.to_text`).
        number: of the task, under which it tells of its progress.

    Raises:
        OutputError, CopydeskError: as `run_convert`.
    """
    worker = _begun()

    def progress(step: str) -> None:
        worker.set_backstop()
        worker.progress.tell(number, step)

    with _at_work(worker):
        return collect(target, articles(index, worker.bench.shelf), worker.bench, progress)


@contextmanager
def _at_work(worker: _Worker) -> Iterator[None]:
    """End the process on what is a defect of a plugin, but would end the run; whoever gave the task tells of it."""
    worker.set_backstop()
    try:
        yield
    except KeyboardInterrupt:  # of a plugin, as workers take none: the run would end as if a person had asked for it
        os._exit(1)
    except OutputError as error:
        if getattr(error.__cause__, "errno", None) == errno.EMFILE:  # plugins left files open, perhaps long ago
            os._exit(1)
        raise
    finally:
        faulthandler.cancel_dump_traceback_later()


def articles(index: Path, shelf: Shelf | None) -> Iterator[bytes]:
    """The canonical XML of the articles whose places stand in a file, one a line."""
    assert shelf is not None, "a run with collections has a shelf"  # noqa: S101 -- tells mypy
    with index.open(encoding="ascii") as lines:
        for line in lines:
            yield shelf.get(Place.from_text(line))


def _begun() -> _Worker:
    if isinstance(_worker, CopydeskError):
        raise _worker
    assert _worker is not None, "begin comes first"  # noqa: S101
    return _worker


def _end_with_parent() -> None:
    """Wait for the parent's end, then end: a document that hangs must not outlive a run that was killed."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def warm_up() -> None:
    """Load what is loaded at the first document, language model and schema, so that its time counts for none."""
    with suppress(Exception):  # what is wrong will be told of a document
        normalize(
            b"Warm\n\nA paragraph that is long enough to have a language, which takes a model.\n", name="warm.txt"
        )


def _limit_memory(size: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    # Data, not address space: pandoc and others reserve a terabyte of addresses that they never use. macOS takes the
    # setting and does not keep to it.
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    limit = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
