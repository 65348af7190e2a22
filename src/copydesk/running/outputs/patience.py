"""How long a run waits for a store: until it answers, unless the run was asked to end."""

from __future__ import annotations

import errno
from collections.abc import Callable
from threading import Thread

from copydesk.running.interrupts import asked

_STEP = 0.05
"""Seconds between two looks at whether the run was asked to end."""


def patiently(function: Callable[[], object], *, at_last: float) -> None:
    """Call what asks a store, in a thread, as the libraries of stores try again for minutes.

    Parameters:
        function: it is left to itself if it does not return in time, and ends with the process.
        at_last: seconds that it may take from when the run was asked to end.

    Raises:
        OSError: it did not return in time.
        Exception: whatever the function raises.
    """
    raised: list[Exception] = []

    def call() -> None:
        try:
            function()
        except Exception as error:  # which is raised where it is waited for
            raised.append(error)

    thread = Thread(target=call, daemon=True)
    thread.start()
    while thread.is_alive():
        if at_last <= 0:
            raise OSError(errno.ETIMEDOUT, "the store does not answer")
        thread.join(_STEP)
        if asked():
            at_last -= _STEP
    if raised:
        raise raised[0]
