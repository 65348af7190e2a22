"""Many documents: handed out, taken back in order, then the collections, then the report."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from copydesk.errors import OutputError, PluginError
from copydesk.running.crew import Crew, Pending
from copydesk.running.job import Converted, Target, Task
from copydesk.running.report import CharacterSums, DocumentReport, Failure, RunReport
from copydesk.running.sources import STDIN, Found
from copydesk.running.spool import Place, Spool
from copydesk.running.writer import OWN_FOLDER, Writer, reported


class Terminated(KeyboardInterrupt):
    """The system asks the run to end; what a handler of SIGTERM raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is to do.

    Parameters:
        found: the documents.
        names: for each document, the path of its outputs below a format's folder, without suffix.
        targets: the formats.
        output: the output folder.
        crew: who converts; called with a folder for what lasts as long as the run, once the output folder is locked.
        observe: called with the report of each document as soon as it and all before it are done.
    """

    found: Found
    names: Sequence[str]
    targets: Sequence[Target]
    output: Path
    crew: Callable[[Path], Crew]
    observe: Callable[[DocumentReport], None]


@contextmanager
def run(plan: Plan) -> Iterator[RunReport]:
    """Convert documents, and yield the report while the output folder is still locked.

    Documents are taken in order, and so are their results, whoever is done first. Their canonical XML waits on disk
    until all are done; then each collection reads it on its own. Collections are not written by a run that ended early,
    as they would be incomplete.
    """
    batch = _Batch(plan)
    with ExitStack() as stack:
        try:
            batch.work(stack)
        except (OutputError, PluginError) as error:
            batch.failures.append(Failure.of(error, where=error.where or str(plan.output)))
        except KeyboardInterrupt as error:
            batch.interrupted_by = 15 if isinstance(error, Terminated) else 2
        yield batch.report()


class _Batch:
    """A run, and what it has done so far."""

    def __init__(self, plan: Plan) -> None:
        self.failures: list[Failure] = []
        self.interrupted_by = 0
        self._plan = plan
        self._reports: Spool | None = None
        self._places: Spool | None = None
        self._pending = [number for number, target in enumerate(plan.targets) if target.collects]
        self._written = self._unchanged = self._failed = self._warnings = self._files = 0
        self._sums = CharacterSums()

    def work(self, stack: ExitStack) -> None:
        plan = self._plan
        if not plan.found.files:  # a run that has nothing to do leaves no output folder
            self._reports = stack.enter_context(closing(Spool()))
            self._add_errors()
            return
        writer, formats = Writer(plan.output), [target.format for target in plan.targets]
        stack.enter_context(writer.locked(formats))
        folder = stack.enter_context(_folder_of_the_run(plan.output))
        self._reports = stack.enter_context(closing(Spool(folder)))
        self._places = stack.enter_context(closing(Spool(folder)))
        self._add_errors()
        crew = plan.crew(folder)
        try:
            self._convert(crew)
            self._collect(crew)
        except BaseException:
            crew.stop()
            writer.sweep(formats)
            raise
        crew.stop()

    def _add_errors(self) -> None:
        for error in self._plan.found.errors:
            source = error.where or "?"
            self._add(DocumentReport(source=source, failures=(Failure.of(error, where=source),)))

    def _convert(self, crew: Crew) -> None:
        waiting: deque[Pending[Converted]] = deque()
        try:
            for file, name in zip(self._plan.found.files, self._plan.names, strict=True):
                raw = file.read() if file.path == STDIN else None
                waiting.append(crew.convert(Task(file=file, name=name, raw=raw)))
                while waiting and (len(waiting) > crew.ahead or waiting[0].done()):
                    self._take(waiting[0].result())
                    waiting.popleft()
            while waiting:
                self._take(waiting[0].result())
                waiting.popleft()
        except KeyboardInterrupt:
            for pending in waiting:  # what is written is to be reported
                if pending.done():
                    self._take(pending.result())
            raise

    def _take(self, converted: Converted) -> None:
        if converted.xml is not None and self._places is not None:
            self._places.append(_record(converted.xml))
        self._add(converted.report)

    def _collect(self, crew: Crew) -> None:
        while self._pending:
            if self._places:
                collected = crew.collect(self._pending[0], map(_place, self._places))
                self._files += len(collected.written)
                if collected.failure is not None:
                    self.failures.append(collected.failure)
            del self._pending[0]

    def _add(self, report: DocumentReport) -> None:
        if report.status == "failed":
            self._failed += 1
        elif report.status == "unchanged":
            self._unchanged += 1
        else:
            self._written += 1
        self._warnings += len(report.warnings)
        self._files += len(report.written)
        if report.sums is not None:
            self._sums += report.sums
        if self._reports is not None:
            self._reports.append(report.to_json())
        self._plan.observe(report)

    def report(self) -> RunReport:
        found = self._plan.found
        return RunReport(
            version=version("copydesk"),
            formats=tuple(target.format for target in self._plan.targets),
            output=str(self._plan.output),
            documents=_Documents(self._reports),
            written=self._written,
            unchanged=self._unchanged,
            failed=self._failed,
            unfinished=len(found.files) + len(found.errors) - self._written - self._unchanged - self._failed,
            unwritten=tuple(self._plan.targets[number].format for number in self._pending),
            warnings=self._warnings,
            files=self._files,
            sums=self._sums,
            skipped=found.skipped,
            failures=tuple(self.failures),
            interrupted=bool(self.interrupted_by),
            signal=self.interrupted_by or 2,
        )


class _Documents:
    """The reports of documents, kept on disk."""

    def __init__(self, spool: Spool | None) -> None:
        self._spool = spool

    def __iter__(self) -> Iterator[DocumentReport]:
        return map(DocumentReport.from_json, self._spool or ())


def _record(place: Place) -> bytes:
    return f"{place.file} {place.position} {place.length}".encode("ascii")


def _place(record: bytes) -> Place:
    file, position, length = record.decode("ascii").split()
    return Place(file, int(position), int(length))


@contextmanager
def _folder_of_the_run(output: Path) -> Iterator[Path]:
    """A folder for what lasts as long as the run; what a killed run left there is removed."""
    own = output / OWN_FOLDER
    folder = own / "run"
    with reported(own):
        own.mkdir(exist_ok=True)
        (own / ".gitignore").write_text("*\n", encoding="ascii")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
