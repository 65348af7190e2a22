"""What became of the documents of a run, so far."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.running.report import CharacterSums, DocumentReport
from copydesk.running.spool import Spool


class Tally:
    """Counts documents by what became of them, and gives their reports back, as often as needed."""

    def __init__(self) -> None:
        self.written = self.unchanged = self.failed = self.warnings = self.files = 0
        self.sums = CharacterSums()
        self.spool: Spool | None = None
        """Where the reports are kept, as there may be many; None: nowhere."""

    def add(self, report: DocumentReport) -> None:
        """Count one document, and keep its report."""
        if report.status == "failed":
            self.failed += 1
        elif report.status == "unchanged":
            self.unchanged += 1
        else:
            self.written += 1
        self.warnings += len(report.warnings)
        self.files += len(report.written)
        if report.sums is not None:
            self.sums += report.sums
        if self.spool is not None:
            self.spool.append(report.to_json())

    def __iter__(self) -> Iterator[DocumentReport]:
        return map(DocumentReport.from_json, self.spool or ())
