"""A crew of Ray actors: each a process somewhere, working on one document at a time."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread, current_thread, main_thread
from time import monotonic
from typing import Any

from copydesk import CopydeskError, PluginError
from copydesk.running.attempts import Processes
from copydesk.running.progress import ProgressFile
from copydesk.running.worker import Start
from copydesk_ray.actor import Raised, Terms
from copydesk_ray.engine import LOCAL

_LOOK = 0.5
"""Seconds between two looks at whether the run has ended, or a signal has come."""
_PATIENCE = 300.0
"""Seconds for the first actor to begin: a cluster may have to start a machine for it."""
_ATTEMPTS = 2
"""How often in a row a process may die before it has begun."""
_LEAVE = 4.0
"""Seconds that the cluster has to end; its processes end with this one anyway."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A task on its way."""

    future: Future[Any]
    function: Callable[..., Any]
    given: tuple[object, ...]
    limited: bool


class _DiedError(Exception):
    """A process died at its task."""


class RayWorkers(Processes):
    """Converts in actors of a Ray cluster.

    Tasks wait in a queue of this process. A thread for each actor hands it one after the other, so that it is known on
    which document a process died, and for how long it has been at it; and no more than one document an actor is ever
    with Ray.

    Parameters:
        start: what a worker needs to begin.
        jobs: how many actors there are; None: one for each processor that the cluster has.
        providers: distribution and version by format, to name in failures.
        address: of the cluster, or `local`.
    """

    def __init__(self, start: Start, jobs: int | None, providers: Mapping[str, str], address: str) -> None:
        super().__init__(start, providers, ProgressFile(start.folder))
        self._wanted, self._address = jobs, address
        self._jobs = jobs or os.cpu_count() or 1
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._actors: dict[Thread, Any] = {}
        self._busy: dict[Future[Any], Any] = {}
        self._opened, self._begun, self._stopped = Event(), Event(), Event()

    @property
    def jobs(self) -> int:
        """How many actors there are; a guess until the first document."""
        return self._jobs

    def submit(self, function: Callable[..., Any], *given: object, limited: bool) -> Future[Any]:
        """Put a task into the queue."""
        if not self._threads:
            self._start(self._open)
            while not self._opened.wait(_LOOK):
                pass
            _take_signals_back()
        order = _Order(Future(), function, given, limited)
        self._orders.put(order)
        return order.future

    def end(self, future: Future[Any]) -> None:
        """End the actor that works on this."""
        self._kill(self._busy.get(future))

    def how_it_ended(self, future: Future[Any]) -> str | None:
        """How a task ended, if it did not end well."""
        error = future.exception()
        if isinstance(error, _DiedError):
            return "its worker process died"
        if isinstance(error, TimeoutError):
            return f"took longer than {self.start.seconds:g} seconds"
        return None

    def stop(self) -> None:
        """End all actors, and the connection."""
        self._stopped.set()
        for _ in self._threads:
            self._orders.put(None)
        for actor in list(self._actors.values()):
            self._kill(actor)
        for thread in self._threads[:1]:  # unless it is still connecting, it ends when all is ended
            thread.join(_LEAVE)
        self.progress.close()

    def _start(self, target: Callable[[], None]) -> None:
        thread = Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    # ------------------------------------------------------------ in threads
    def _open(self) -> None:
        """Connect, start a thread for each actor, and stay: the processes of a local cluster end with this thread."""
        # Not in the main thread, where Ray would set handlers of its own for the signals that end a run.
        try:
            from copydesk_ray.cluster import connect, disconnect

            found = connect(self._address, self._wanted)
        except Exception as error:
            self._opened.set()
            self._give_up(
                PluginError(
                    f"Ray cannot be had: {_first_line(error)}",
                    where=f"Ray at {self._address}",
                    next_step="look at ray status there, or choose another with --ray-address",
                )
            )
            return
        self._jobs = self._wanted or found
        self._opened.set()
        self._terms = Terms.of(self.start, local=self._address == LOCAL)
        for _ in range(self._jobs):
            self._start(self._work)
        self._stopped.wait()
        for thread in self._threads[1:]:
            thread.join(_LEAVE)
        disconnect()

    def _work(self) -> None:
        """Hand tasks to an actor, and to its successor when it died."""
        try:
            while not self._stopped.is_set():
                actor = self._hire()
                if actor is None or not self._serve(actor):
                    return
        except CopydeskError as error:
            self._give_up(error)
        except Exception as error:
            self._give_up(
                PluginError(
                    f"a worker process could not begin: {_first_line(error)}",
                    where=f"Ray at {self._address}",
                    next_step="install the same copydesk and plugins on all machines",
                )
            )

    def _hire(self) -> Any:
        """Make an actor and wait until it has begun; None if the run has ended."""
        import ray

        from copydesk_ray.cluster import make_actor

        for left in reversed(range(_ATTEMPTS)):
            actor = make_actor()
            self._actors[current_thread()] = actor
            begun = actor.begin.remote(self._terms)
            since = monotonic()
            while not ray.wait([begun], timeout=_LOOK)[0]:
                if self._stopped.is_set():
                    return None
                if not self._begun.is_set() and monotonic() - since > _PATIENCE:
                    raise PluginError(
                        f"no worker process began within {_PATIENCE:g} seconds",
                        where=f"Ray at {self._address}",
                        next_step="look at ray status there: its processors may be taken",
                    )
            try:
                told = ray.get(begun)
            except ray.exceptions.ActorDiedError:
                if self._stopped.is_set():
                    return None
                if not left:
                    raise
                continue
            if isinstance(told, Raised):
                raise told.error
            self._begun.set()
            return actor
        return None

    def _serve(self, actor: Any) -> bool:
        """Hand tasks to an actor until it died, or there are no more; tell whether it needs a successor."""
        import ray

        while (order := self._orders.get()) is not None:
            future = order.future
            self._busy[future] = actor
            try:
                result = ray.get(
                    actor.run.remote(order.function, *order.given),
                    timeout=self.start.seconds if order.limited else None,
                )
            except ray.exceptions.GetTimeoutError:
                self._kill(actor)
                future.set_exception(TimeoutError())
                return True
            except ray.exceptions.RayActorError as error:  # of which node failures are a kind
                future.set_exception(_DiedError(_first_line(error)))
                return True
            except Exception as error:
                future.set_exception(error)
            else:
                if isinstance(result, Raised):
                    future.set_exception(result.error)
                else:
                    future.set_result(result)
            finally:
                del self._busy[future]
        return False

    def _give_up(self, error: CopydeskError) -> None:
        """Let all that was and will be handed out fail."""
        while not self._stopped.is_set() and (order := self._orders.get()) is not None:
            order.future.set_exception(error)

    @staticmethod
    def _kill(actor: Any) -> None:
        if actor is not None:
            import ray

            with suppress(Exception):  # it is dead already, or the connection is
                ray.kill(actor)


def _take_signals_back() -> None:
    """Set the handlers of signals once more: below them, Ray's has come, which prints a stack first."""
    if current_thread() is main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if (taken := signal.getsignal(number)) is not None:
                signal.signal(number, taken)


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
