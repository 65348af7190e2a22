"""What is tried again, and who is blamed, when the process that converts a document crashes or hangs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from itertools import count
from time import monotonic
from typing import Any

from copydesk.errors import PluginError
from copydesk.running import worker
from copydesk.running.crew import Pending
from copydesk.running.job import NORMALIZING, OF_ALL, Collected, Converted, Task
from copydesk.running.progress import SLOTS, Progress
from copydesk.running.report import DocumentReport, Failure
from copydesk.running.spool import Place

_LOOK = 0.2
"""Seconds between two looks at a future, so that signals are noticed on Windows too."""
_ATTEMPTS = 2


class Processes(ABC):
    """A crew of other processes, whatever starts them: it knows what each works on, and what becomes of it.

    A document on which a process crashes or hangs is tried again. If that happens again while one format is made, the
    document is written in the others.

    Parameters:
        start: what a process needs to begin (`copydesk.running.worker.begin`).
        providers: distribution and version by format, to name in failures.
        progress: what the processes are at, or were at when they ended.
    """

    def __init__(self, start: worker.Start, providers: Mapping[str, str], progress: Progress) -> None:
        self.start = start
        self.providers = providers
        self.progress = progress
        self.lost = False
        self._numbers = count()
        self._indexes = count()

    @property
    @abstractmethod
    def jobs(self) -> int:
        """How many processes there are."""

    @property
    def ahead(self) -> int:
        """How many documents are handed out before the first of them is waited for."""
        return min(SLOTS, 32 * self.jobs)

    @abstractmethod
    def submit(self, function: Callable[..., Any], *given: object, limited: bool) -> Future[Any]:
        """Have a function called by one of the processes.

        Parameters:
            function: `run_convert` or `run_collect` of `copydesk.running.worker`.
            given: its arguments.
            limited: whether the process is to be ended after `start.seconds`.
        """

    @abstractmethod
    def end(self, future: Future[Any]) -> None:
        """End the process that works on this, as it hangs."""

    @abstractmethod
    def how_it_ended(self, future: Future[Any]) -> str | None:
        """How a task ended, if its process did not end it well; what the task itself raised is raised by `result`.

        Returns:
            What follows the name of the document in a message: "its worker process was killed".
        """

    @abstractmethod
    def stop(self) -> None:
        """End all processes, whatever they do, and close `progress`."""

    def convert(self, task: Task) -> Pending[Converted]:
        """Hand one document out."""
        return _Document(self, task)

    def collect(self, target: int, places: Iterable[Place]) -> Collected:
        """Write one collection; it hangs if it takes no further article for the time of a document."""
        index = self.start.folder / f"index-{next(self._indexes)}"
        with index.open("w", encoding="ascii") as lines:
            lines.writelines(f"{place.to_text()}\n" for place in places)
        said = ""
        for _ in range(_ATTEMPTS):
            future, number = self.schedule(worker.run_collect, target, index, limited=False)
            ended = self._watch(future, number)
            if ended is None:
                collected: Collected = future.result()
                return collected
            said, self.lost = ended, True
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
        return self.submit(function, *given, number, limited=limited), number

    def _watch(self, future: Future[Any], number: int) -> str | None:
        """Wait for a task that has no time limit of its own.

        Returns:
            How it ended, if it did not end well.
        """
        steps, since = self.progress.read(number)[0], monotonic()
        while not wait([future], timeout=_LOOK).done:
            now = self.progress.read(number)[0]
            if now != steps:
                steps, since = now, monotonic()
            elif steps and monotonic() - since > self.start.seconds:
                self.end(future)
                return f"made no progress for {self.start.seconds:g} seconds"
        return self.how_it_ended(future)


class _Document:
    """A document that is handed out, until it is converted or has failed too often."""

    def __init__(self, crew: Processes, task: Task) -> None:
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
            self._crew.lost = True
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
