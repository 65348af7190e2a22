"""Worker processes, which may crash and hang without harm to anything but a document."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from dataclasses import replace
from itertools import count
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from copydesk.errors import PluginError
from copydesk.running import worker
from copydesk.running.crew import Pending
from copydesk.running.job import NORMALIZING, OF_ALL, Collected, Converted, Task
from copydesk.running.launching import interrupts_blocked, launching_context
from copydesk.running.progress import SLOTS, ProgressFile
from copydesk.running.report import DocumentReport, Failure
from copydesk.running.spool import Place

if TYPE_CHECKING:
    from pebble import ProcessPool

# Pebble is imported where it is used: a run in which nothing has changed needs no worker.

_LOOK = 0.2
"""Seconds between two looks at a future, so that signals are noticed on Windows too."""
_LEAVE = 2.0
"""Seconds that the pool's threads have to end; they hold nothing that is worth waiting longer for."""
_ATTEMPTS = 2


class Workers:
    """Converts in worker processes, which are started when there is something to do.

    A document on which a worker crashes or hangs is tried again. If that happens again while one format is made, the
    document is written in the others.

    Parameters:
        start: what a worker needs to begin.
        jobs: how many there are.
        providers: distribution and version by format, to name in failures.
    """

    def __init__(self, start: worker.Start, jobs: int, providers: dict[str, str]) -> None:
        self.ahead = min(SLOTS, 32 * jobs)
        self.providers = providers
        self.seconds = start.seconds
        self._start, self._jobs = start, jobs
        self._numbers = count()
        self._indexes = count()
        self.progress = ProgressFile(start.folder)
        self._pool: ProcessPool | None = None

    def _running(self) -> ProcessPool:
        if self._pool is None:  # workers are not started before there is something to do
            from pebble import ProcessPool

            context = launching_context(self._start.preload)
            self._pool = ProcessPool(
                max_workers=self._jobs, initializer=worker.begin, initargs=(self._start,), context=context
            )
            # Those of a server ignore interrupts as it does; to wait for it must stay possible to interrupt.
            with interrupts_blocked() if context.get_start_method() == "spawn" else nullcontext():
                self._pool.active  # noqa: B018 -- asking starts it
        return self._pool

    def convert(self, task: Task) -> Pending[Converted]:
        """Hand one document out."""
        return _Document(self, task)

    def collect(self, target: int, places: Iterable[Place]) -> Collected:
        """Write one collection in a worker; it hangs if it takes no further article for the time of a document."""
        index = self._start.folder / f"index-{next(self._indexes)}"
        with index.open("w", encoding="ascii") as lines:
            lines.writelines(map(worker.index_line, places))
        said = ""
        for _ in range(_ATTEMPTS):
            future, number = self.schedule(worker.run_collect, target, index, limited=False)
            ended = self.watch(future, number)
            if ended is None:
                collected: Collected = future.result()
                return collected
            said = ended
        name = self.progress.read(number)[1]
        failure = Failure(
            what=f"{said}, twice",
            where=OF_ALL,
            format=name or None,
            next_step=f"report it to the makers of {self.providers.get(name, 'the plugin')}; the other formats go on",
        )
        return Collected(failure=failure)

    def schedule(self, function: Callable[..., Any], *given: object, limited: bool = True) -> tuple[Future[Any], int]:
        """Hand a task out; give its future and its number."""
        number = next(self._numbers)
        self.progress.clear(number)
        timeout = self.seconds if limited else None
        try:
            return self._running().schedule(function, (*given, number), timeout=timeout), number
        except RuntimeError:  # the pool broke, which all that was handed out will tell of
            self._end()
            return self._running().schedule(function, (*given, number), timeout=timeout), number

    def watch(self, future: Future[Any], number: int) -> str | None:
        """Wait for a task that has no time limit of the pool's own.

        Returns:
            How it ended, if it did not end well.
        """
        steps, since = self.progress.read(number)[0], monotonic()
        while not wait([future], timeout=_LOOK).done:
            now = self.progress.read(number)[0]
            if now != steps:
                steps, since = now, monotonic()
            elif steps and monotonic() - since > self.seconds:
                future.cancel()
                return f"made no progress for {self.seconds:g} seconds"
        return self.how_it_ended(future)

    def how_it_ended(self, future: Future[Any]) -> str | None:
        """How a task ended, if it did not end well; what the task itself raised is not told but raised by `result`."""
        from pebble import ProcessExpired

        try:
            error = future.exception()
        except CancelledError:
            return "was ended"
        if isinstance(error, ProcessExpired):
            return _describe_exit(error.exitcode)
        if isinstance(error, TimeoutError):
            return f"took longer than {self.seconds:g} seconds"
        if isinstance(error, BrokenProcessPool):
            return "the worker processes ended"
        return None

    def stop(self) -> None:
        """End all workers, whatever they do."""
        self._end()
        self.progress.close()

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        for process in multiprocessing.active_children():
            if process.name == "pebble_pool_worker":
                process.kill()
        pool.stop()  # type: ignore[no-untyped-call]  # pebble is typed but for a few methods
        # A worker that was killed while it told its result leaves half a message, for the rest of which a thread of
        # the pool would wait for ever.
        leaving = Thread(target=pool.join, daemon=True)
        leaving.start()
        leaving.join(_LEAVE)


class _Document:
    """A document that is handed out, until it is converted or has failed too often."""

    def __init__(self, crew: Workers, task: Task) -> None:
        self._crew, self._task = crew, task
        self._ends: list[str] = []
        self._failures: list[Failure] = []
        self._tries = 0
        self._schedule()

    def _schedule(self) -> None:
        self._tries += 1
        self._future, self._number = self._crew.schedule(worker.run_convert, self._task)

    def done(self) -> bool:
        return self._future.done()

    def result(self) -> Converted:
        while True:
            while not wait([self._future], timeout=_LOOK).done:
                pass
            said = self._crew.how_it_ended(self._future)
            if said is None:
                return self._finished(self._future.result())
            begun, step = self._crew.progress.read(self._number)
            if not begun and self._tries >= _ATTEMPTS:
                raise PluginError(
                    f"{said} before the first document",
                    where="worker process",
                    next_step="try --jobs 0, which runs in this process",
                )
            self._ends.append(step)
            if self._ends.count(step) >= _ATTEMPTS:
                self._failures.append(self._failure(f"{said}, twice", step))
                if step == NORMALIZING:
                    return self._finished(Converted(report=DocumentReport(source=self._task.file.path)))
                self._task = replace(self._task, leave_out=self._task.leave_out | {step})
            self._schedule()

    def _failure(self, what: str, step: str) -> Failure:
        if step == NORMALIZING:
            next_step = "look at the file; leave it out, or give it more with --timeout and --max-memory"
        else:
            next_step = f"report it to the makers of {self._crew.providers[step]}; the other formats go on"
        return Failure(what=what, where=self._task.file.path, format=step or None, next_step=next_step)

    def _finished(self, converted: Converted) -> Converted:
        if self._tries == 1:
            return converted
        report = converted.report
        # What an attempt wrote before it failed is there when the next one comes, which takes it for unchanged.
        report = replace(report, written=report.outputs, failures=(*report.failures, *self._failures))
        return replace(converted, report=report)


def _describe_exit(code: int) -> str:
    names = {each.value: each.name for each in signal.Signals}
    if names.get(-code) == "SIGKILL":
        return "its worker process was killed (the system may have run out of memory)"
    if code < 0:
        return f"its worker process crashed ({names.get(-code, -code)})"
    return f"its worker process ended (exit code {code})"
