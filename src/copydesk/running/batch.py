"""Many documents: one after the other, then the collections, then the report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from pathlib import Path

from copydesk.errors import OutputError
from copydesk.exporting.exporter import CollectionExporter
from copydesk.running.job import Normalize, Target, collect, convert
from copydesk.running.names import output_names
from copydesk.running.report import CharacterSums, DocumentReport, Failure, RunReport
from copydesk.running.sources import Found
from copydesk.running.spool import Spool
from copydesk.running.writer import Writer


@contextmanager
def run(
    found: Found,
    *,
    targets: Sequence[Target],
    output: Path,
    source_suffixes: Collection[str],
    normalize: Normalize,
    observe: Callable[[DocumentReport], None],
) -> Iterator[RunReport]:
    """Convert documents, and yield the report while the output folder is still locked.

    Documents are taken once, one at a time. Their canonical XML waits on disk until all are done; then each collection
    reads it on its own. Collections are not written by a run that ended early, as they would be incomplete.

    Parameters:
        found: the documents.
        targets: the formats.
        output: the output folder.
        source_suffixes: suffixes that readers declare, which are taken off output names.
        normalize: makes an article of a document.
        observe: called with the report of each document as soon as it is done.
    """
    batch = _Batch(found, targets, output, observe)
    with ExitStack() as stack:
        try:
            batch.work(source_suffixes, normalize, stack)
        except OutputError as error:
            batch.failures.append(Failure.of(error, where=error.where or str(output)))
        except KeyboardInterrupt:
            batch.interrupted = True
        yield batch.report()


class _Batch:
    """A run, and what it has done so far."""

    def __init__(
        self, found: Found, targets: Sequence[Target], output: Path, observe: Callable[[DocumentReport], None]
    ) -> None:
        self.failures: list[Failure] = []
        self.interrupted = False
        self._found, self._targets, self._output, self._observe = found, targets, output, observe
        self._reports: Spool | None = None
        self._pending = [target for target in targets if isinstance(target.exporter, CollectionExporter)]
        self._written = self._failed = self._warnings = self._files = 0
        self._sums = CharacterSums()

    def work(self, source_suffixes: Collection[str], normalize: Normalize, stack: ExitStack) -> None:
        files, writer, spools = self._found.files, Writer(self._output), None
        if files:  # a run that has nothing to do leaves no output folder
            stack.enter_context(writer.locked(target.format for target in self._targets))
            spools = self._output
        self._reports = stack.enter_context(closing(Spool(spools)))
        articles = stack.enter_context(closing(Spool(spools)))
        names = output_names(
            files,
            source_suffixes=source_suffixes,
            output_suffixes=[target.exporter.suffixes for target in self._targets],
        )
        for error in self._found.errors:
            source = error.where or "?"
            self._add(DocumentReport(source=source, failures=(Failure.of(error, where=source),)))
        for file, name in zip(files, names, strict=True):
            converted = convert(file, name, targets=self._targets, writer=writer, normalize=normalize)
            if self._pending and converted.xml is not None:
                articles.append(converted.xml)
            self._add(converted.report)
        while self._pending:
            if articles:
                written, failure = collect(self._pending[0], articles, writer=writer)
                self._files += len(written)
                if failure is not None:
                    self.failures.append(failure)
            del self._pending[0]

    def _add(self, report: DocumentReport) -> None:
        if report.status == "written":
            self._written += 1
        else:
            self._failed += 1
        self._warnings += len(report.warnings)
        self._files += len(report.outputs)
        if report.sums is not None:
            self._sums += report.sums
        if self._reports is not None:
            self._reports.append(report.to_json())
        self._observe(report)

    def report(self) -> RunReport:
        return RunReport(
            version=version("copydesk"),
            formats=tuple(target.format for target in self._targets),
            output=str(self._output),
            documents=_Documents(self._reports),
            written=self._written,
            failed=self._failed,
            unfinished=len(self._found.files) + len(self._found.errors) - self._written - self._failed,
            unwritten=tuple(target.format for target in self._pending),
            warnings=self._warnings,
            files=self._files,
            sums=self._sums,
            skipped=self._found.skipped,
            failures=tuple(self.failures),
            interrupted=self.interrupted,
        )


class _Documents:
    """The reports of documents, kept on disk."""

    def __init__(self, spool: Spool | None) -> None:
        self._spool = spool

    def __iter__(self) -> Iterator[DocumentReport]:
        return map(DocumentReport.from_json, self._spool or ())
