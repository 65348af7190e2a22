"""A limit of time for code that may hang."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_AGAIN_SECONDS = 1.0
"""The interruption comes again, as the code may have caught the first one and gone on."""


class _TooLate(BaseException):
    """Not an Exception, so that fewer places catch it."""


@contextmanager
def limited(owner: str, what: str, seconds: float) -> Iterator[None]:
    """Run a block, and interrupt it when its time is up.

    On POSIX, in the main thread, a signal interrupts whatever it does. Elsewhere an exception comes to the thread
    between two steps of Python code, which a call that blocks for ever does not reach.

    Parameters:
        owner: whose block it is, for the message.
        what: what it does, for the message.
        seconds: its time.

    Raises:
        AssertionError: it took longer.
    """
    late: list[bool] = []
    start = _start_signal if hasattr(signal, "setitimer") and _in_main_thread() else _start_thread
    stop = start(seconds, lambda: late.append(True))
    failure: BaseException | None = None
    try:
        yield
    except BaseException as error:
        if not late:
            raise
        failure = error
    finally:
        stop()
    if late:
        raise AssertionError(f"{owner}, time: {what} took more than {seconds:g} s; does it hang?") from failure


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _start_signal(seconds: float, note: Callable[[], None]) -> Callable[[], None]:
    assert sys.platform != "win32"  # noqa: S101 -- tells mypy that there are such signals

    def ring(number: int, frame: object) -> None:
        note()
        raise _TooLate

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    before, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)

    def stop() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if before:  # somebody else's, such as that of pytest-timeout
            signal.setitimer(signal.ITIMER_REAL, max(before - (time.monotonic() - began), 0.001), interval)

    return stop


def _start_thread(seconds: float, note: Callable[[], None]) -> Callable[[], None]:
    watched, stopped = ctypes.c_ulong(threading.get_ident()), threading.Event()

    def wait() -> None:
        left = seconds
        while not stopped.wait(left):
            note()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(watched, ctypes.py_object(_TooLate))
            left = _AGAIN_SECONDS

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()

    def stop() -> None:
        stopped.set()
        thread.join()

    return stop
