"""Many documents: one after the other, then the collections, then the report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from pathlib import Path

from copydesk.errors import OutputError
from copydesk.exporting.exporter import CollectionExporter
from copydesk.running.job import Target, collect, convert
from copydesk.running.names import output_names
from copydesk.running.report import CharacterSums, DocumentReport, Failure, RunReport
from copydesk.running.sources import Found
from copydesk.running.spool import Spool
from copydesk.running.writer import Writer


class _Documents:
    """The reports of documents, kept on disk."""

    def __init__(self, spool: Spool | None) -> None:
        self._spool = spool

    def __iter__(self) -> Iterator[DocumentReport]:
        return map(DocumentReport.from_json, self._spool or ())


class _Tally:
    """What a run has done so far."""

    def __init__(self) -> None:
        self.reports: Spool | None = None
        self.written = self.failed = self.warnings = self.files = 0
        self.sums = CharacterSums()
        self.failures: list[Failure] = []
        self.interrupted = False

    def add(self, report: DocumentReport) -> None:
        if report.status == "written":
            self.written += 1
        else:
            self.failed += 1
        self.warnings += len(report.warnings)
        self.files += len(report.outputs)
        if report.sums is not None:
            self.sums += report.sums
        if self.reports is not None:
            self.reports.append(report.to_json())


@contextmanager
def run(
    found: Found,
    *,
    targets: Sequence[Target],
    output: Path,
    source_suffixes: Collection[str],
    reader: str | None = None,
    observe: Callable[[DocumentReport], None],
) -> Iterator[RunReport]:
    """Convert documents, and yield the report while the output folder is still locked.

    Documents are taken once, one at a time. Their canonical XML waits on disk until all are done; then each collection
    reads it on its own. Collections are not written by a run that was interrupted, as they would be incomplete.

    Parameters:
        found: the documents.
        targets: the formats.
        output: the output folder.
        source_suffixes: suffixes that readers declare, which are taken off output names.
        reader: name of the reader to use (None: told by content).
        observe: called with the report of each document as soon as it is done.
    """
    tally = _Tally()
    with ExitStack() as stack:
        try:
            _work(found, targets, output, source_suffixes, reader, observe, tally, stack)
        except OutputError as error:
            tally.failures.append(Failure.of(error, where=error.where or str(output)))
        except KeyboardInterrupt:
            tally.interrupted = True
        yield RunReport(
            version=version("copydesk"),
            formats=tuple(target.format for target in targets),
            output=str(output),
            documents=_Documents(tally.reports),
            written=tally.written,
            failed=tally.failed,
            unfinished=len(found.files) + len(found.errors) - tally.written - tally.failed,
            warnings=tally.warnings,
            files=tally.files,
            sums=tally.sums,
            skipped=found.skipped,
            failures=tuple(tally.failures),
            interrupted=tally.interrupted,
        )


def _work(
    found: Found,
    targets: Sequence[Target],
    output: Path,
    source_suffixes: Collection[str],
    reader: str | None,
    observe: Callable[[DocumentReport], None],
    tally: _Tally,
    stack: ExitStack,
) -> None:
    def done(report: DocumentReport) -> None:
        tally.add(report)
        observe(report)

    writer = Writer(output)
    if found.files:
        stack.enter_context(writer.locked(target.format for target in targets))
    spools = output if found.files else None  # a run that has nothing to do leaves no output folder
    tally.reports = stack.enter_context(closing(Spool(spools)))
    articles = stack.enter_context(closing(Spool(spools)))
    collections = [target for target in targets if isinstance(target.exporter, CollectionExporter)]
    names = output_names(
        found.files,
        source_suffixes=source_suffixes,
        output_suffixes=[target.exporter.suffixes for target in targets],
    )
    for error in found.errors:
        source = error.where or "?"
        done(DocumentReport(source=source, failures=(Failure.of(error, where=source),)))
    for file, name in zip(found.files, names, strict=True):
        converted = convert(file, name, targets=targets, writer=writer, reader=reader)
        if collections and converted.xml is not None:
            articles.append(converted.xml)
        done(converted.report)
    if articles:
        for target in collections:
            files, failure = collect(target, articles, writer=writer)
            tally.files += len(files)
            if failure is not None:
                tally.failures.append(failure)
