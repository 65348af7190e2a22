"""What of earlier runs still holds, so that only the rest has to be made again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from copydesk.errors import SourceError
from copydesk.running.beside import Beside
from copydesk.running.job import Converted
from copydesk.running.memberships import Memberships
from copydesk.running.names import meeting
from copydesk.running.others import OF_STDIN, Others, Present, is_gone, source_path
from copydesk.running.outputs.folder import OutputFolder
from copydesk.running.records import COLLECTION_MARK, FORMER, MadeRecord, Record, keep_former
from copydesk.running.report import DocumentReport
from copydesk.running.resources import Resources, left_out
from copydesk.running.sources import STDIN, Found, SourceFile
from copydesk.running.state import State
from copydesk.running.target import Target
from copydesk.running.urls import is_url


@dataclass(frozen=True, slots=True)
class Editions:
    """What tells whether the same sources could give other outputs now.

    Parameters:
        articles: digest of readers, rules, their order and settings, and of the code that runs them.
        formats: by name of the format, digest of its exporter, its options and the code that it runs on.
    """

    articles: str
    formats: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """One document, beside what an earlier run made of it.

    Parameters:
        record: what is known of it; None if nothing is.
        unchanged: its report, if everything holds.
        made: formats whose files hold for the article of the given digest.
        rival: path of another source that is still there and whose outputs those of this one would replace.
    """

    record: Record | None = None
    unchanged: DocumentReport | None = None
    made: Mapping[str, str] = field(default_factory=dict)
    rival: str | None = None


_OF_THE_RUN = frozenset({"source", "outputs", "written", "unchanged", "failures", "seconds"})
"""Members of a report that tell of the run, not of the article."""


class Past:
    """Earlier runs, as far as they can be relied on.

    Sources are read and compared by their sha256; those of a store that tells a checksum, by that. Outputs count as
    untouched while their size and times are those of when they were put in place, and are read only if these differ.

    Parameters:
        state: what earlier runs made.
        output: the output folder.
        found: the documents of this run.
        names: of their outputs.
        targets: the formats of this run.
        editions: of this run.
        force: rely on nothing.
    """

    def __init__(
        self,
        state: State,
        output: OutputFolder,
        *,
        found: Found,
        names: Sequence[str],
        targets: Sequence[Target],
        editions: Editions,
        force: bool = False,
    ) -> None:
        self._state, self._output, self._editions, self._force = state, output, editions, force
        self._formats = [target.format for target in targets if not target.collects]
        self._collections = [target.format for target in targets if target.collects]
        self._present = Present(found)
        self.others = Others.of(state, output, frozenset(names), self._present)
        suffixes = [target.exporter.suffixes for target in targets]
        self._rivals = meeting(names, self.others.elsewhere, output_suffixes=suffixes)
        self.memberships = Memberships(state, output, self.others, editions.formats, self._note, force=force)
        self.former: dict[str, None] = {}
        """Records of this run with files that were made by other options."""
        for collection in self.others.collections:
            if self.is_former(collection, collection.removeprefix(COLLECTION_MARK)):
                self.former[collection] = None
        self.seen_formats = {name.removeprefix(COLLECTION_MARK) for name in self.others.collections}
        """Formats of documents of this run, and of collections, by whichever run."""

    def look(
        self, file: SourceFile, name: str, raw: bytes | None, beside: Callable[[SourceFile], Beside | None]
    ) -> Seen:
        """Compare a document with what is known of it.

        Parameters:
            file: the document; what comes from standard input, which can be read but once, is always made again.
            name: of its outputs.
            raw: its bytes, if they have been read.
            beside: gives where its local images are looked for.
        """
        record = self._state.find(name)
        if record is None:
            rival = self._rivals.get(name)
            return Seen(rival=rival and self.others.elsewhere[rival])
        source = self._source(file)
        rival = self._rival(name, record, source, file)
        if rival and not self._force:
            self.memberships.keep_out(name, rival)
        if not rival and record.source != source:
            record = self._moved(name, record, source, file, raw)
        if rival or self._force or file.path == STDIN:
            return Seen(record, rival=rival)
        made, renewed = dict(record.made), False
        holding: dict[str, str] = {}
        for name_of_format in self._formats:
            known = made.get(name_of_format)
            if known is None or known.edition != self._editions.formats[name_of_format]:
                continue
            files = self._output.untouched(known.files)
            if files is not None and _same_resources(known.resources, file, beside):
                holding[name_of_format] = known.article
                if files != known.files:
                    made[name_of_format], renewed = replace(known, files=files), True
        if renewed:
            record = replace(record, made=made)
            self._state.keep(name, record)
        self._note(name, made)
        if record.edition != self.edition_of(file):
            return Seen(record, made=holding)
        try:
            if not _is_same(record, file, raw):
                return Seen(record, made=holding)
            if file.version and record.version != file.version:
                record = replace(record, version=file.version)
                self._state.keep(name, record)
        except SourceError:  # which converting it will tell of
            return Seen(record)
        if all(holding.get(each) == record.article for each in self._formats):
            return Seen(record, self._report(record, file))
        return Seen(record, made=holding)

    def edition_of(self, file: SourceFile) -> str:
        """What the article of a document depends on beside its bytes: readers, rules, settings, code, and its name."""
        return hashlib.sha256(f"{self._editions.articles}\0{file.name}".encode()).hexdigest()

    def keep(self, file: SourceFile, name: str, seen: Seen, converted: Converted) -> DocumentReport:
        """Remember what was made of a document.

        Returns:
            Its report, completed by the files that did not have to be made again.
        """
        report, source = converted.report, self._source(file)
        former = seen.record if seen.rival is None else None
        if former is not None and (former.source == source or former.sha256 == converted.source):
            former = None
        if converted.article is None or converted.source is None:
            if former is not None and converted.source is not None:
                self.others.gone.append(name)
            return report
        made = dict(seen.record.made) if seen.record else {}
        if former is not None:
            for key, known in former.made.items():  # what is not made anew is of a text that is gone
                if known.files and not key.endswith(FORMER) and seen.made.get(key) != converted.article:
                    keep_former(made, key, ())
        for name_of_format, each in converted.made.items():
            keep_former(made, name_of_format, each.paths)
            made[name_of_format] = MadeRecord(
                article=converted.article,
                edition=self._editions.formats[name_of_format],
                files=each.files,
                resources=each.resources,
            )
        holds = [each for each in self._formats if each in converted.made or seen.made.get(each) == converted.article]
        own = left_out(each.resources for each in converted.made.values())
        report = replace(
            report,
            outputs=tuple(file.path for each in holds for file in made[each].files),
            warnings=tuple(warning for warning in report.warnings if warning not in own),
            unchanged=not report.written and not report.failures and bool(holds or seen.record),
        )
        self._note(name, made)
        kept = {member: value for member, value in report.members().items() if member not in _OF_THE_RUN}
        self._state.keep(
            name,
            Record(
                source=source,
                sha256=converted.source,
                edition=self.edition_of(file),
                article=converted.article,
                xml_sha256=converted.xml_sha256,
                report=kept,
                made=made,
                version=file.version,
            ),
        )
        return replace(report, warnings=report.warnings + left_out(made[each].resources for each in holds))

    def _moved(self, name: str, record: Record, source: str, file: SourceFile, raw: bytes | None) -> Record:
        """The record of a document whose source is another now: with that source if it was moved, and is the same."""
        with suppress(SourceError):  # which converting it will tell of
            if file.path != STDIN and _is_same(record, file, raw):
                record = replace(record, source=source)
                self._state.keep(name, record)
        return record

    def _note(self, name: str, made: Iterable[str]) -> None:
        for key in made:
            if self.is_former(name, key):
                self.former[name] = None
            else:
                self.seen_formats.add(key)

    def is_former(self, name: str, key: str) -> bool:
        """Whether files of a record, of the given key, are such as are not made any more.

        That is by its options, or as a format is made of each document that was one of all, or the reverse.
        """
        others = self._formats if name.startswith(COLLECTION_MARK) else self._collections
        return key.endswith(FORMER) or key in others

    def _rival(self, name: str, record: Record, source: str, file: SourceFile) -> str | None:
        """The source whose outputs those of a document would replace, if there is one and it is still there."""
        if record.source == source or not (record.made or self._state.is_member(name)):
            return None
        if record.source == STDIN:
            return OF_STDIN
        path = source_path(self._output, record.source)
        if path in self._present or self._present.covers(path) or is_gone(path):  # present: it has another name now
            return None
        with suppress(OSError):
            if file.path != STDIN and os.path.samefile(path, file.path):  # noqa: PTH121 -- strings
                return None
        return path

    def _report(self, record: Record, file: SourceFile) -> DocumentReport:
        return DocumentReport.from_members(
            {
                **record.report,
                "source": file.path,
                "warnings": [
                    *record.report["warnings"],
                    *left_out(record.made[each].resources for each in self._formats),
                ],
                "outputs": [made.path for each in self._formats for made in record.made[each].files],
                "written": (),
                "unchanged": True,
                "failures": (),
                "seconds": 0.0,
            }
        )

    def _source(self, file: SourceFile) -> str:
        if file.path == STDIN:
            return STDIN
        if is_url(file.path):
            return file.path
        folder, name = os.path.split(file.path)
        return os.path.join(self._output.source_from_here(folder), name)  # noqa: PTH118 -- strings


def _is_same(record: Record, file: SourceFile, raw: bytes | None) -> bool:
    """Whether the source has the bytes of the record."""
    if file.version and record.version == file.version:
        return True
    return record.sha256 == hashlib.sha256(file.read() if raw is None else raw).hexdigest()


def _same_resources(
    known: Mapping[str, str | None], file: SourceFile, beside: Callable[[SourceFile], Beside | None]
) -> bool:
    if not known:
        return True
    resources = Resources(beside(file))
    for src in known:
        resources(src)
    return resources.asked == known
