"""Who converts documents, seen from the run; and this process as the simplest of them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from copydesk.running.job import Bench, Collected, Converted, Task, collect, convert
from copydesk.running.spool import Place

ResultT_co = TypeVar("ResultT_co", covariant=True)


class Pending(Protocol[ResultT_co]):
    """A result that may not be there yet."""

    def done(self) -> bool:
        """Whether `result` returns at once, but for documents that are tried again."""

    def result(self) -> ResultT_co:
        """Wait for the result.

        Raises:
            OutputError: the output folder cannot be written to.
            PluginError: the workers cannot begin.
        """


class Crew(Protocol):
    """Converts documents and writes collections."""

    lost: bool
    """Whether a process ended in the middle of a task, so that temporary files of it may be left."""

    @property
    def ahead(self) -> int:
        """How many documents are handed out before the first of them is waited for."""

    def convert(self, task: Task) -> Pending[Converted]:
        """Begin one document."""

    def collect(self, target: int, places: Iterable[Place]) -> Collected:
        """Write one collection, of articles by their places on the shelf."""

    def stop(self) -> None:
        """End what is under way, at once."""


def done(result: Converted) -> Pending[Converted]:
    """A result that is there."""
    future: Future[Converted] = Future()
    future.set_result(result)
    return future


class InProcess:
    """Converts in this process, without limits: what a debugger wants, and the quickest for a few documents.

    Parameters:
        bench: what it takes.
    """

    ahead = 0
    lost = False

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def convert(self, task: Task) -> Pending[Converted]:
        """Convert one document at once."""
        return done(convert(task, self._bench))

    def collect(self, target: int, places: Iterable[Place]) -> Collected:
        """Write one collection."""
        shelf = self._bench.shelf
        assert shelf is not None, "a run with collections has a shelf"  # noqa: S101 -- tells mypy
        return collect(target, map(shelf.get, places), self._bench)

    def stop(self) -> None:
        """Close what is open."""
        if self._bench.shelf is not None:
            self._bench.shelf.close()
