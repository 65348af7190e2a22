"""A crew of Ray actors: each a process somewhere, working on one document at a time."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread, current_thread, main_thread
from time import monotonic
from typing import Any

from copydesk import CopydeskError
from copydesk.running.archives.pictures import TarBeside
from copydesk.running.attempts import Processes
from copydesk.running.crew import Pending
from copydesk.running.job import NORMALIZING, Collected, Converted, Task
from copydesk.running.pool import Workers
from copydesk.running.spool import Place
from copydesk.running.worker import Start
from copydesk_ray.actor import Raised, Seat, Terms
from copydesk_ray.address import LOCAL
from copydesk_ray.course import LOOK, Course, StoppedError
from copydesk_ray.last_steps import LastSteps
from copydesk_ray.refusals import cannot_begin, first_line, lost, unreachable, without_processes
from copydesk_ray.returned import Returned
from copydesk_ray.sharing import shared_folders
from copydesk_ray.watch import wait_for_silence

_PATIENCE = 300.0
"""Seconds in which nobody is at work, for an actor to begin: a cluster may have to start a machine for it."""
_ATTEMPTS = 2
"""How often in a row a process may die before it has begun."""
_TELL = 20.0
"""Seconds that a machine has to tell how far a process had come that died there. It starts another one for it."""
_UNKNOWN = (1, NORMALIZING)
"""What a process counts as having been at that was lost with its machine."""
_FAREWELL = 3.0
"""Seconds that an actor has to clean up, even if it is just beginning."""
_LEAVE = 4.0
"""Seconds that the cluster has to end; its processes end with this one anyway."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A document on its way: its future, and the arguments of `Worker.convert`, of which the last is its number."""

    future: Future[Any]
    given: tuple[Any, ...]


class _DiedError(Exception):
    """A process died at its task."""


class RayWorkers(Processes):
    """Converts in actors of a Ray cluster.

    Tasks wait in a queue of this process. A thread for each actor hands it one after the other, so that it is known on
    which document a process died, and for how long it has been at it; and no more than one document an actor is ever
    with Ray. Collections are written by a process of this machine, where the articles come together, as are documents
    that need what this machine alone has.

    Parameters:
        start: what a worker needs to begin.
        jobs: how many actors there are; None: one for each processor that the cluster has.
        providers: distribution and version by format, to name in failures.
        address: of the cluster, or `local`.
    """

    def __init__(self, start: Start, jobs: int | None, providers: Mapping[str, str], address: str) -> None:
        self._last_steps = LastSteps()
        super().__init__(start, providers, self._last_steps)
        self._wanted, self._address = jobs, address
        self._jobs = jobs or os.cpu_count() or 1
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._busy: dict[Future[Any], Any] = {}
        self._at_work: set[Thread] = set()
        self._last_at_work = 0.0
        self._opened, self._course = Event(), Course()
        self._returned = Returned(start.folder)
        self._alone = address != LOCAL and str(start.folder) not in shared_folders(start)
        self._here: Workers | None = None

    @property
    def jobs(self) -> int:
        """How many actors there are; a guess until the first document."""
        return self._jobs

    def submit(self, function: Callable[..., Any], *given: object, limited: bool) -> Future[Any]:
        """Put a document into the queue."""
        if not self._threads:
            self._start(self._open)
            while not self._opened.wait(LOOK):
                pass
            _take_signals_back()
        order = _Order(Future(), given)
        self._orders.put(order)
        return order.future

    def convert(self, task: Task) -> Pending[Converted]:
        """Hand one document out."""
        if self._alone and isinstance(task.beside, TarBeside):  # its pictures were laid aside in the run's folder
            return self._workers_here(os.cpu_count() or 1).convert(task)
        return super().convert(task)

    def collect(self, target: int, places: Iterable[Place]) -> Collected:
        """Write one collection."""
        return self._workers_here(1).collect(target, places)

    def _workers_here(self, jobs: int) -> Workers:
        if self._here is None:
            self._here = Workers(self.start, jobs, self.providers)
        return self._here

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
        self._course.stopped.set()
        for _ in self._threads:
            self._orders.put(None)
        for actor in list(self._busy.values()):
            self._kill(actor)
        if self._here is not None:
            self._here.stop()
        for thread in self._threads[:1]:  # unless it is still connecting, it ends when all is ended
            thread.join(_LEAVE)
        self._returned.close()

    def _start(self, target: Callable[[], None]) -> None:
        thread = Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    # ------------------------------------------------------------ in threads
    def _open(self) -> None:
        """Connect, start a thread for each actor, and stay: the processes of a local cluster end with this thread."""
        # Not in the main thread, where Ray would set handlers of its own for the signals that end a run.
        try:
            from copydesk_ray.cluster import connect, disconnect, knock, vital_addresses

            found = connect(self._address, self._wanted)
        except Exception as error:
            self._opened.set()
            self._give_up(unreachable(self._address, error))
            return
        self._jobs = self._wanted or found
        self._opened.set()
        self._last_at_work = monotonic()
        self._terms = Terms.of(self.start, local=self._address == LOCAL)
        for _ in range(self._jobs):
            self._start(self._work)
        if silent := wait_for_silence(vital_addresses(self._address), knock, self._course.stopped):
            self._course.lost = lost(self._address, silent)
        self._course.stopped.wait()
        for thread in self._threads[1:]:
            thread.join(_LEAVE)
        disconnect()

    def _work(self) -> None:
        """Hand tasks to an actor, and to its successor when it died."""
        try:
            while not self._course.stopped.is_set():
                actor, seat = self._hire()
                self._at_work.add(current_thread())
                more = self._serve(actor, seat)
                self._at_work.discard(current_thread())
                self._last_at_work = monotonic()
                if not more:
                    return
        except StoppedError:
            return
        except CopydeskError as error:
            self._give_up(error)
        except Exception as error:
            self._give_up(cannot_begin(self._address, error))

    def _hire(self) -> tuple[Any, Seat]:
        """Make an actor, and wait until it has begun."""
        import ray

        from copydesk_ray.cluster import make_actor

        for left in reversed(range(_ATTEMPTS)):
            actor = make_actor()
            try:
                told = self._when_begun(actor.begin.remote(self._terms))
            except ray.exceptions.RayActorError:
                if not left:
                    raise
                continue
            except StoppedError:
                self._dismiss(actor)
                raise
            if isinstance(told, Raised):
                raise told.error
            return actor, told
        raise AssertionError("the last attempt raises")

    def _when_begun(self, begun: Any) -> Raised | Seat:
        """Wait for an actor to begin: for ever, as long as others are at work."""
        import ray

        while True:
            try:
                told: Raised | Seat = self._course.get(begun, LOOK)
            except ray.exceptions.GetTimeoutError:
                if not self._at_work and monotonic() - self._last_at_work > _PATIENCE:
                    raise without_processes(self._address, _PATIENCE) from None
            else:
                return told

    def _serve(self, actor: Any, seat: Seat) -> bool:
        """Hand tasks to an actor until it died, or there are no more; tell whether it needs a successor."""
        import ray

        while (order := self._orders.get()) is not None and not self._course.stopped.is_set():
            future, number = order.future, order.given[-1]
            self._busy[future] = actor
            try:
                told = self._course.get(actor.convert.remote(*order.given), self.start.seconds)
                if isinstance(told, Raised):
                    future.set_exception(told.error)
                else:
                    future.set_result(self._returned.keep(told))
            except ray.exceptions.GetTimeoutError:
                self._bury(actor, seat, number)
                future.set_exception(TimeoutError())
                return True
            except ray.exceptions.RayActorError as error:  # of which node failures are a kind
                self._bury(actor, seat, number)
                future.set_exception(_DiedError(first_line(error)))
                return True
            except StoppedError as error:
                self._kill(actor)
                future.set_exception(error)
                raise
            except Exception as error:
                future.set_exception(error)
            finally:
                del self._busy[future]
        self._dismiss(actor)
        return False

    def _dismiss(self, actor: Any) -> None:
        """End an actor when it has cleaned up."""
        import ray

        with suppress(Exception):  # it was ended already, or takes too long
            ray.get(actor.leave.remote(), timeout=_FAREWELL)
        self._kill(actor)

    def _bury(self, actor: Any, seat: Seat, number: int) -> None:
        """End an actor that hangs or cannot be reached, or has ended, and learn at what it was."""
        from copydesk_ray.cluster import ask_for_last_steps

        self._kill(actor)
        try:
            steps: tuple[int, str] = self._course.get(ask_for_last_steps(seat.node, seat.folder, number), _TELL)
        except Exception:  # its machine is lost, or the run has ended
            steps = _UNKNOWN
        self._last_steps.tell(number, steps)

    def _give_up(self, error: CopydeskError) -> None:
        """Let all that was and will be handed out fail."""
        while not self._course.stopped.is_set() and (order := self._orders.get()) is not None:
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
