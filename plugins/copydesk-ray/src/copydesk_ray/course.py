"""Whether a run goes on: what each of its threads looks at while it waits for Ray."""

from __future__ import annotations

from threading import Event
from time import monotonic
from typing import Any

from copydesk import PluginError

LOOK = 0.5
"""Seconds between two looks."""


class StoppedError(Exception):
    """The run has ended."""


class Course:
    """The end of a run, or of its cluster, as soon as one of them has come."""

    def __init__(self) -> None:
        self.stopped = Event()
        self.lost: PluginError | None = None

    def get(self, reference: Any, seconds: float) -> Any:
        """Wait for an answer of Ray.

        Parameters:
            reference: to it.
            seconds: to wait at most.

        Raises:
            ray.exceptions.GetTimeoutError: it did not come in time.
            PluginError: the cluster is lost.
            StoppedError: the run has ended.
            Exception: what Ray raises in place of the answer.
        """
        import ray

        until = monotonic() + seconds
        while True:
            if self.lost is not None:
                raise self.lost
            try:
                return ray.get(reference, timeout=max(0.0, min(LOOK, until - monotonic())))
            except ray.exceptions.GetTimeoutError:
                if self.stopped.is_set():
                    raise StoppedError from None
                if monotonic() >= until:
                    raise
