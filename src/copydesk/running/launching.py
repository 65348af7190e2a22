"""How worker processes are started: on Linux by a process that has loaded everything once, and forks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import BaseContext

_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def launching_context(preload: str) -> BaseContext:
    """The context in which worker processes are to be started.

    On Linux it has a server process, which is started here, and which forks workers in some 30 ms each rather than in a
    second or two. It has one thread, so forking it is safe. Elsewhere each worker is a fresh process: macOS has system
    libraries that do not survive a fork, and Windows has none.

    Parameters:
        preload: name of the module that the server loads.
    """
    if sys.platform != "linux" or sys.flags.ignore_environment:  # -E would keep the variables below from it
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    # Modules are to be those of this process, and none of the current folder, which Python would look through first.
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)  # noqa: PTH109 -- strings
    variables = {"PYTHONPATH": path, "PYTHONSAFEPATH": "1", "COPYDESK_RUN": str(os.getpid()), **_ONE_THREAD}
    with interrupts_blocked(), _environment(variables):
        context.set_forkserver_preload(["copydesk.running.server", preload])
        forkserver.ensure_running()
        context.set_forkserver_preload([])  # should it die, another is started, with another environment
    return context


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Let processes that are started in the block never see an interrupt from the keyboard, which is for their parent.

    They would ignore it anyway, but for the moment when they begin.
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # which unblocks interrupts once it has started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
