"""Signals that ask `convert` to end: what the process does with them, before a run and while it lasts."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import current_thread, main_thread

from copydesk.console import say


@contextmanager
def ended_at_once() -> Iterator[None]:
    """End the process on an interrupt while the block runs, until `ended_by_signals` takes over.

    Nothing is begun by then that would have to be ended well, and an exception in the middle of an import may get lost.
    """

    def end(*_: object) -> None:
        with suppress(Exception):
            say("error", "interrupted")
        os._exit(130)

    alone = current_thread() is main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not alone:  # it is ignored, or somebody else's
        yield
        return
    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Take SIGTERM as an interrupt while the block runs, and of several signals only the first."""
    from copydesk.running.interrupts import Terminated, begin
    from copydesk.running.interrupts import end as end_run

    def end(number: int, _: object) -> None:
        for ended in caught:
            signal.signal(ended, signal.SIG_IGN)
        end_run(Terminated() if number == signal.SIGTERM else KeyboardInterrupt())

    begin()
    if current_thread() is not main_thread():  # where Python lets nobody set handlers
        yield
        return
    caught = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is not signal.SIG_IGN]
    before = [(number, signal.signal(number, end)) for number in caught]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
