"""Many documents: handed out, taken back in order, then the collections, then the report."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from copydesk.errors import CopydeskError, SourceError
from copydesk.running.crew import Crew, Pending, done
from copydesk.running.incremental import Past, Seen
from copydesk.running.intake import IN_FLIGHT, Intake
from copydesk.running.interrupts import Terminated, check, held
from copydesk.running.job import COLLECTION, Converted, Task
from copydesk.running.members import Members
from copydesk.running.merging import Merging
from copydesk.running.placement import Placement
from copydesk.running.plan import Plan
from copydesk.running.preview import Change
from copydesk.running.refusals import in_outputs, refused, some, unread, would_lose
from copydesk.running.remains import Remains
from copydesk.running.report import DocumentReport, Failure, RunReport
from copydesk.running.sources import SourceFile
from copydesk.running.spool import Spool
from copydesk.running.state import opened_state
from copydesk.running.tally import Tally


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
        except CopydeskError as error:  # the output folder, or workers that cannot begin
            batch.failures.append(Failure.of(error, where=error.where or plan.output.name))
        except KeyboardInterrupt as error:
            batch.interrupted_by = 15 if isinstance(error, Terminated) else 2
        yield batch.report()


@dataclass(slots=True)
class _Waiting:
    """A document on its way."""

    file: SourceFile
    name: str
    seen: Seen
    pending: Pending[Converted] | None = None
    size: int = 0


class _Batch:
    """A run, and what it has done so far."""

    def __init__(self, plan: Plan) -> None:
        self.failures: list[Failure] = []
        self.interrupted_by = 0
        self._plan = plan
        self._pending = [number for number, target in enumerate(plan.targets) if target.collects]
        self._tally = Tally()
        self._changes = 0
        self._remains: Remains | None = None

    def work(self, stack: ExitStack) -> None:
        plan = self._plan
        if not plan.found.files and not plan.output.has_state():
            self._tally.spool = stack.enter_context(closing(Spool()))  # nothing to do, and no output folder to leave
            self._add_errors()
            return
        formats = [target.format for target in plan.targets]
        if plan.show is None:
            folder = stack.enter_context(plan.output.held(formats, plan.warn))
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-")))
        state = stack.enter_context(opened_state(plan.output, folder, copy=plan.show is not None))
        plan.contributors.check(state, plan.output)
        past = Past(
            state,
            plan.output,
            found=plan.found,
            names=plan.names,
            targets=plan.targets,
            editions=plan.editions,
            force=plan.force,
        )
        self._tally.spool = stack.enter_context(closing(Spool(folder)))
        members = Members(stack.enter_context(closing(Spool(folder))))
        self._add_errors()
        merging = stack.enter_context(closing(Merging(plan.merge, plan.output, state, folder, past.edition_of)))
        crew = plan.crew(folder)
        try:
            with closing(Intake(plan.found.others, folder)) as intake:
                self._convert(crew, past, members, merging, intake)
            with closing(Spool(folder)) as spool:
                self._collect(crew, past, members, merging, spool)
        except BaseException:
            crew.stop()
            if plan.show is None:
                plan.output.sweep(formats)
            raise
        crew.stop()
        if crew.lost and plan.show is None:
            plan.output.sweep(formats)
        for warning in merging.warnings():
            plan.warn(warning)
        self._remains = Remains(state, plan.output, prune=plan.prune, dry=plan.show is not None)
        try:
            self._remains.find(past, plan.found, formats)
        finally:
            self.failures += self._remains.failures
            self._show(self._remains.changes)

    def _add_errors(self) -> None:
        for error in self._plan.found.errors:
            source = error.where or "?"
            self._add(DocumentReport(source=source, failures=(Failure.of(error, where=source),)))

    def _documents(self) -> Iterator[tuple[SourceFile, str]]:
        return zip(self._plan.found.files, self._plan.names, strict=True)

    def _convert(self, crew: Crew, past: Past, members: Members, merging: Merging, intake: Intake) -> None:
        waiting: deque[_Waiting] = deque()
        placement = Placement(self._plan.output.path(target.format) for target in self._plan.targets)
        try:
            for file, name in self._documents():
                check()
                if placement.holds(file):
                    waiting.append(_Waiting(file, name, Seen(), done(in_outputs(file.path))))
                else:
                    waiting.append(self._begin(file, name, crew, past, merging, intake))
                while waiting and (
                    len(waiting) > crew.ahead or sum(each.size for each in waiting) > IN_FLIGHT or _is_done(waiting[0])
                ):
                    self._take(waiting, past, members, merging)
            while waiting:
                check()
                self._take(waiting, past, members, merging)
        except KeyboardInterrupt:
            waiting = deque(filter(_is_done, waiting))
            while waiting:  # what is written is to be reported
                self._take(waiting, past, members, merging)
            raise

    def _begin(self, file: SourceFile, name: str, crew: Crew, past: Past, merging: Merging, intake: Intake) -> _Waiting:
        """Hand a document out, unless it is known without what comes of it."""
        try:
            raw = intake.read(file)
            seen = past.look(file, name, raw, intake.beside)
        except SourceError as error:
            return _Waiting(file, name, Seen(), done(unread(file.path, error)))
        if seen.rival is not None and not self._plan.force:
            return _Waiting(file, name, seen, done(refused(file.path, seen.rival)))
        if seen.unchanged is not None:
            return _Waiting(file, name, seen)
        shared, beside = merging.find(file, name), intake.beside(file)
        task = Task(file=file, name=name, raw=raw, made=seen.made, shared=shared, beside=beside)
        return _Waiting(file, name, seen, crew.convert(task), len(raw or b""))

    def _take(self, waiting: deque[_Waiting], past: Past, members: Members, merging: Merging) -> None:
        """Take the first of those on their way, as a whole or, if a signal comes, not at all."""
        pending = waiting[0].pending
        converted = pending.result() if pending is not None else None
        with held():
            self._record(waiting.popleft(), converted, past, members)
            if converted is not None:
                merging.count(converted.refused)

    def _record(self, waiting: _Waiting, converted: Converted | None, past: Past, members: Members) -> None:
        if converted is None:
            if waiting.seen.record is not None and waiting.seen.unchanged is not None:
                members.add(waiting.seen.record.xml_sha256, None)
                self._add(waiting.seen.unchanged)
            return
        report = converted.report
        kept = past.keep(waiting.file, waiting.name, waiting.seen, converted)
        if self._plan.show is None:  # else it went into a copy of the state
            report = kept
        if waiting.seen.rival is not None and converted.article is not None:
            report = replace(report, warnings=(*report.warnings, f"it replaces outputs of {waiting.seen.rival}"))
        self._show(converted.changes)
        members.add(converted.xml_sha256 if converted.article else None, converted.xml)
        self._add(report)

    def _collect(self, crew: Crew, past: Past, members: Members, merging: Merging, spool: Spool) -> None:
        formats = [target.format for target in self._plan.targets]
        whole: Members | None = None
        while self._pending:
            check()
            name = formats[self._pending[0]]
            digest = members.digest()
            if members.count and not past.memberships.hold(name, digest, members.names(self._plan.names)):
                if self._replaces_others(past, name):
                    del self._pending[0]
                    continue
                if whole is None:
                    try:
                        whole = members.complete(self._documents(), crew, formats, merging, spool)
                    except SourceError as error:
                        self.failures.append(Failure.of(error, where=error.where or name))
                        return
                collected = crew.collect(self._pending[0], whole.places())
                self._tally.files += len(collected.written)
                self._show(collected.changes)
                if collected.failure is not None:
                    self.failures.append(collected.failure)
                else:
                    past.memberships.keep(name, digest, members.names(self._plan.names), collected)
            del self._pending[0]

    def _replaces_others(self, past: Past, name: str) -> bool:
        """Whether a collection would lose members whose sources are still there, so that it has to stay."""
        left_out = past.memberships.left_out(name)
        if not left_out:
            return False
        lost = list(left_out.values())
        if self._plan.force:
            self._plan.warn(f"{name}/{COLLECTION}: {some(lost)}, of an earlier run, left out")
            return False
        self.failures.append(would_lose(f"{name}/{COLLECTION}", lost))
        return True

    def _show(self, changes: Sequence[Change]) -> None:
        self._changes += len(changes)
        for change in changes:
            if self._plan.show is not None:
                self._plan.show(change)

    def _add(self, report: DocumentReport) -> None:
        self._tally.add(report)
        self._plan.observe(report)

    def report(self) -> RunReport:
        found, tally = self._plan.found, self._tally
        return RunReport(
            version=version("copydesk"),
            formats=tuple(target.format for target in self._plan.targets),
            output=self._plan.output.name,
            documents=tally,
            written=tally.written,
            unchanged=tally.unchanged,
            failed=tally.failed,
            unfinished=len(found.files) + len(found.errors) - tally.written - tally.unchanged - tally.failed,
            unwritten=tuple(self._plan.targets[number].format for number in self._pending),
            warnings=tally.warnings,
            files=tally.files,
            sums=tally.sums,
            skipped=found.skipped,
            failures=tuple(self.failures),
            interrupted=bool(self.interrupted_by),
            signal=self.interrupted_by or 2,
            gone=self._remains.gone if self._remains else (),
            renamed=self._remains.renamed if self._remains else (),
            former=tuple(self._remains.former) if self._remains else (),
            other_formats=self._remains.other_formats if self._remains else (),
            prune=self._plan.prune,
            removed=tuple(self._remains.removed) if self._remains else (),
            changes=None if self._plan.show is None else self._changes,
        )


def _is_done(waiting: _Waiting) -> bool:
    return waiting.pending is None or waiting.pending.done()
