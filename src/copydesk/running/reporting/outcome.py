"""What every kind of report is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from copydesk.running.report import DocumentReport, Failure, RunReport
from copydesk.running.thresholds import Thresholds, Unmet


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A finished run, judged.

    Parameters:
        report: what it did.
        thresholds: what it had to come up to.
        failures: what went wrong with no single document, plugins that could not be told of the end among it.
        warnings: what a person should know that is of no single document, such as a plugin that did not load.
        unmet: documents that have an article and do not come up to a threshold.
        forbidden: warnings, if there were to be none.
        exit_code: what the process ends with.
        started: when, with time zone.
        seconds: how long it took.
    """

    report: RunReport
    thresholds: Thresholds
    failures: tuple[Failure, ...]
    warnings: tuple[str, ...]
    unmet: int
    forbidden: int
    exit_code: int
    started: datetime
    seconds: float

    def documents(self) -> Iterator[tuple[DocumentReport, tuple[Unmet, ...]]]:
        """Each document with the thresholds that it does not come up to, read from disk."""
        for document in self.report.documents:
            yield document, self.thresholds.unmet(document)

    @property
    def stale(self) -> str:
        """What a run that was only to look for changes found; empty if it found none."""
        changes = self.report.changes
        return (
            f"{changes:,} {'file' if changes == 1 else 'files'} of {self.report.output} would change" if changes else ""
        )

    @property
    def unmet_by_run(self) -> dict[str, str]:
        """By option, what of the run as a whole makes it fail."""
        warnings = f"{self.forbidden:,} {'warning' if self.forbidden == 1 else 'warnings'}" if self.forbidden else ""
        return {option: text for option, text in (("check", self.stale), ("strict", warnings)) if text}


def timestamp(moment: datetime) -> str:
    """A moment in UTC as RFC 3339 has it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
