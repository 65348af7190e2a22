"""The options of `convert` about what it says, reports and puts up with, and what they do."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from copydesk.commands.arguments import names_in
from copydesk.console import LOG_FORMATS, say, say_document, say_failure, say_summary
from copydesk.errors import OutputError

if TYPE_CHECKING:
    from copydesk.running.report import DocumentReport, Failure, RunReport
    from copydesk.running.reporting.outcome import Outcome
    from copydesk.running.sources import Found

# What writes reports is imported where it is used: `convert --help` is to be instant.


def on_standard_output(namespace: argparse.Namespace) -> bool:
    """Whether standard output is to hold a report, and nothing else."""
    return any(report == "-" or report.endswith(":-") for report in namespace.report)


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Add what `Reporting` needs."""
    thresholds = parser.add_argument_group("thresholds", "What makes a run end with exit code 1.")
    thresholds.add_argument("--strict", action=argparse.BooleanOptionalAction, default=False, help="any warning")
    thresholds.add_argument(
        "--max-failed",
        default="0",
        metavar="N|P%",
        help="more failed documents than this, or than this share of all (default: 0)",
    )
    thresholds.add_argument(
        "--require",
        action="append",
        default=[],
        metavar="FIELD[,FIELD]",
        help="an article whose head lacks one of these, such as headline",
    )
    thresholds.add_argument(
        "--max-drop", type=float, metavar="SHARE", help="a document that lost a greater share of its sentences, 0 to 1"
    )
    reports = parser.add_argument_group("reports")
    reports.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="[KIND:]FILE",
        help="write a report: .json, .xml (JUnit), .sarif or .md, or the kind json, junit, sarif, markdown before it",
    )
    loud = reports.add_mutually_exclusive_group()
    loud.add_argument("-v", "--verbose", action="store_true", help="print every document with its files")
    loud.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    reports.add_argument(
        "--log-format", choices=LOG_FORMATS, default="text", help="json: one object a line on standard error"
    )
    reports.add_argument("--debug", action="store_true", help="print where errors come from")


class Reporting:
    """Says what a run does while it does it, and reports on it when it is over.

    Parameters:
        namespace: the options of `add_report_options`.

    Raises:
        UsageError: a threshold or a kind of report that there is not.
        OutputError: a report cannot be written where it should be.
    """

    def __init__(self, namespace: argparse.Namespace) -> None:
        from copydesk.running.reporting import github
        from copydesk.running.reporting.files import report_files
        from copydesk.running.thresholds import MaxFailed, Thresholds

        self._started, self._clock = datetime.now(UTC), perf_counter()
        self._quiet, self._verbose, self._debug = namespace.quiet, namespace.verbose, namespace.debug
        self._strict: bool = namespace.strict
        self._says_warnings = self._strict or not self._quiet  # why a run fails is to be seen
        self._thresholds = Thresholds(
            max_failed=MaxFailed.parse(namespace.max_failed),
            require=tuple(names_in(namespace.require)),
            max_drop=namespace.max_drop,
        )
        self._files = report_files(namespace.report)
        for file in self._files:
            file.prepare()
        # The runner takes commands from either; a report is to be read by a machine.
        stream = sys.stderr if on_standard_output(namespace) else sys.stdout
        self._annotations = github.Annotations(stream) if github.is_running() else None
        self._unmet = 0
        self._warnings: list[str] = []

    def without_reports(self, found: Found) -> Found:
        """The documents without what is a report of this run, such as the summary.md of the run before."""
        from copydesk.running.reporting.files import STANDARD_OUTPUT
        from copydesk.running.sources import Documents

        reports = {os.path.realpath(file.path) for file in self._files if file.path != STANDARD_OUTPUT}
        if not reports:
            return found
        names = {os.path.basename(path) for path in reports}  # noqa: PTH119 -- real paths are strings
        kept = [
            file
            for file in found.files
            if os.path.basename(file.path) not in names or os.path.realpath(file.path) not in reports  # noqa: PTH119
        ]
        return found if len(kept) == len(found.files) else replace(found, files=Documents(kept))

    def warn(self, warning: str, *, always: bool = False) -> None:
        """Say what a person should know that is of no single document; it counts under `--strict`.

        Parameters:
            warning: what to say.
            always: even with `--quiet`.
        """
        self._warnings.append(warning)
        if always or self._says_warnings:
            say("warning", warning, event="warning")
        self._annotate("warning", warning)

    def fail(self, failure: Failure) -> None:
        """Say what went wrong with no single document."""
        say_failure(failure, debug=self._debug)
        self._annotate("error", failure)

    def observe(self, document: DocumentReport) -> None:
        """Say what there is to say of a document that is done."""
        source = document.source
        for failure in document.failures:
            say_failure(failure, debug=self._debug)
            self._annotate("error", failure, source)
        unmet = self._thresholds.unmet(document)
        self._unmet += bool(unmet)
        for threshold in unmet:
            say("error", f"{source}: {threshold.what}", event="threshold", source=source, threshold=threshold.threshold)
            self._annotate("error", threshold.what, source)
        for warning in document.warnings:
            if self._says_warnings:
                say("warning", f"{source}: {warning}", event="warning", source=source)
            self._annotate("warning", warning, source)
        if self._verbose:
            say_document(document)

    def finish(self, report: RunReport, *, before: Sequence[Failure] = (), after: Sequence[Failure] = ()) -> int:
        """Judge a run that is over, say its summary and write the reports.

        Parameters:
            report: what it did.
            before: what went wrong before it, and has been said.
            after: what went wrong when plugins were told of its end.

        Returns:
            The exit code.
        """
        from copydesk.running.reporting.outcome import Outcome

        for failure in (*report.failures, *after):
            self.fail(failure)
        documents = report.documents_done + report.unfinished
        code = report.exit_code(strict=self._strict, max_failed=self._thresholds.max_failed.of(documents))
        code = max(code, *(failure.exit_code for failure in (*before, *after)), 0)
        code = max(code, 1 if self._unmet or (self._strict and self._warnings) else 0)
        outcome = Outcome(
            report=report,
            thresholds=self._thresholds,
            failures=(*before, *report.failures, *after),
            warnings=tuple(self._warnings),
            unmet=self._unmet,
            forbidden=report.warnings + len(self._warnings) if self._strict else 0,
            exit_code=code,
            started=self._started,
            seconds=perf_counter() - self._clock,
        )
        if outcome.stale:
            self._annotate("error", outcome.stale)
        if not self._quiet:
            say_summary(report, unmet=self._unmet)
        return max(code, self._write(outcome))

    def _write(self, outcome: Outcome) -> int:
        from copydesk.running.reporting import github

        code = 0
        for file in self._files:
            try:
                file.write(outcome)
            except OutputError as error:
                say("error", error)
                self._annotate("error", error)
                code = error.exit_code
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if summary and self._annotations:
            try:
                github.add_summary(summary, outcome)
            except OSError as error:
                say("warning", f"the job summary cannot be written: {error.strerror}")
        return code

    def _annotate(self, level: str, message: object, source: str | None = None) -> None:
        if self._annotations:
            self._annotations.add(level, str(message), source=source)
