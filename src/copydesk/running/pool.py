"""Worker processes of this machine, which may crash and hang without harm to anything but a document."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from threading import Thread
from typing import TYPE_CHECKING, Any

from copydesk.running import worker
from copydesk.running.attempts import Processes
from copydesk.running.launching import interrupts_blocked, launching_context
from copydesk.running.progress import ProgressFile

if TYPE_CHECKING:
    from pebble import ProcessPool

# Pebble is imported where it is used: a run in which nothing has changed needs no worker.

_LEAVE = 2.0
"""Seconds that the pool's threads have to end; they hold nothing that is worth waiting longer for."""


class Workers(Processes):
    """Converts in worker processes, which are started when there is something to do.

    Parameters:
        start: what a worker needs to begin.
        jobs: how many there are.
        providers: distribution and version by format, to name in failures.
    """

    def __init__(self, start: worker.Start, jobs: int, providers: Mapping[str, str]) -> None:
        super().__init__(start, providers, ProgressFile(start.folder))
        self._jobs = jobs
        self._pool: ProcessPool | None = None

    @property
    def jobs(self) -> int:
        """How many there are, or will be."""
        return self._jobs

    def _running(self) -> ProcessPool:
        if self._pool is None:  # workers are not started before there is something to do
            from pebble import ProcessPool

            context = launching_context(self.start.preload)
            self._pool = ProcessPool(
                max_workers=self._jobs, initializer=worker.begin, initargs=(self.start,), context=context
            )
            # Those of a server ignore interrupts as it does; to wait for it must stay possible to interrupt.
            with interrupts_blocked() if context.get_start_method() == "spawn" else nullcontext():
                self._pool.active  # noqa: B018 -- asking starts it
        return self._pool

    def submit(self, function: Callable[..., Any], *given: object, limited: bool) -> Future[Any]:
        """Hand a task to the pool."""
        timeout = self.start.seconds if limited else None
        try:
            return self._running().schedule(function, given, timeout=timeout)
        except RuntimeError:  # the pool broke, which all that was handed out will tell of
            self._end()
            return self._running().schedule(function, given, timeout=timeout)

    def end(self, future: Future[Any]) -> None:
        """End the worker by cancelling its task."""
        future.cancel()

    def how_it_ended(self, future: Future[Any]) -> str | None:
        """How a task ended, by what Pebble says of it."""
        from pebble import ProcessExpired

        try:
            error = future.exception()
        except CancelledError:
            return "was ended"
        if isinstance(error, ProcessExpired):
            return _describe_exit(error.exitcode)
        if isinstance(error, TimeoutError):
            return f"took longer than {self.start.seconds:g} seconds"
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


def _describe_exit(code: int) -> str:
    names = {each.value: each.name for each in signal.Signals}
    if names.get(-code) == "SIGKILL":
        return "its worker process was killed (the system may have run out of memory)"
    if code < 0:
        return f"its worker process crashed ({names.get(-code, -code)})"
    return f"its worker process ended (exit code {code})"
