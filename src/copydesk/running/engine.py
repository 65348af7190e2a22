"""What carries a run through many documents, other than this machine's own processes: the base class for plugins."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic

from copydesk.exporting.exporter import NoOptions, OptionsT
from copydesk.running.crew import Crew
from copydesk.running.worker import Start


class Engine(ABC, Generic[OptionsT]):
    """Starts processes somewhere, for `--engine NAME`.

    Whatever the engine, a document is converted by `copydesk.running.worker.run_convert` in a process that has been
    made ready by `copydesk.running.worker.begin`, so that the same files come out. They are read and written there:
    paths must mean the same in each process.

    Parameters:
        options: an instance of `Options`.

    Raises:
        UsageError: something that it needs is not installed. It is made before anything is read or written.
    """

    name: ClassVar[str]
    """What follows `--engine`: lower-case letters, digits and hyphens."""
    Options: ClassVar[type[Any]] = NoOptions
    """Frozen dataclass of options; each field becomes the flag `--NAME-FIELD`, its metadata["help"] the help text."""

    def __init__(self, options: OptionsT) -> None:
        self.options = options

    @abstractmethod
    def crew(self, start: Start, jobs: int | None, providers: Mapping[str, str]) -> Crew:
        """Make who converts; it is to start nothing before it is given a document.

        Parameters:
            start: what a process needs to begin, and the limits of `--timeout` and `--max-memory`.
            jobs: how many processes are asked for; None if that is left to the engine.
            providers: distribution and version by format, to name in failures.

        Returns:
            Usually a subclass of `copydesk.running.attempts.Processes`, which knows what to try again, and whom to
            blame.
        """
