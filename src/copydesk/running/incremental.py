"""What of earlier runs still holds, so that only the rest has to be made again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from copydesk.errors import SourceError
from copydesk.running.job import COLLECTION, Collected, Converted, Target
from copydesk.running.preview import Change
from copydesk.running.report import DocumentReport
from copydesk.running.resources import Resources
from copydesk.running.sources import STDIN, SourceFile
from copydesk.running.state import MadeRecord, Record, State
from copydesk.running.writer import FileRecord, reported, sha256_of, stamp_of

_COLLECTION = f"/{COLLECTION}/"
"""Name of a collection's record before the format; no document's outputs go by a name that begins with a slash."""
_FORMER = "/former"
"""Behind a format's name: the files that it had by other options and has no longer, which go with their source."""


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
    """

    record: Record | None = None
    unchanged: DocumentReport | None = None
    made: Mapping[str, str] = field(default_factory=dict)


class Past:
    """Earlier runs, as far as they can be relied on.

    Sources are read and compared by their sha256. Outputs count as untouched while their size and times are those of
    when they were put in place, and are read only if these differ.

    Parameters:
        state: what earlier runs made.
        output: the output folder.
        targets: the formats of this run.
        editions: of this run.
        force: rely on nothing.
    """

    def __init__(
        self, state: State, output: Path, *, targets: Sequence[Target], editions: Editions, force: bool = False
    ) -> None:
        self._state, self._output, self._editions, self._force = state, output, editions, force
        self._formats = [target.format for target in targets if not target.collects]
        self._prefix = f"{output}{os.sep}"

    def look(self, file: SourceFile, name: str) -> Seen:
        """Compare a document with what is known of it.

        Parameters:
            file: the document; what comes from standard input, which can be read but once, is always made again.
            name: of its outputs.
        """
        record = self._state.find(name)
        if record is None or self._force or file.path == STDIN:
            return Seen(record)
        made, renewed = dict(record.made), False
        holding: dict[str, str] = {}
        for name_of_format in self._formats:
            known = made.get(name_of_format)
            if known is None or known.edition != self._editions.formats[name_of_format]:
                continue
            files = self._untouched(known.files)
            if files is not None and self._same_resources(file, known.resources):
                holding[name_of_format] = known.article
                if files != known.files:
                    made[name_of_format], renewed = replace(known, files=files), True
        if renewed or record.given != file.path:
            record = replace(record, made=made, given=file.path, source=self._source(file))
            self._state.keep(name, record)
        if record.edition != self._edition_of(file):
            return Seen(record, made=holding)
        try:
            same = record.sha256 == hashlib.sha256(file.read()).hexdigest()
        except SourceError:  # which converting it will tell of
            return Seen(record)
        if same and all(holding.get(each) == record.article for each in self._formats):
            return Seen(record, self._report(record, file))
        return Seen(record, made=holding)

    def keep(self, file: SourceFile, name: str, seen: Seen, converted: Converted) -> DocumentReport:
        """Remember what was made of a document.

        Returns:
            Its report, completed by the files that did not have to be made again.
        """
        report = converted.report
        if converted.article is None or converted.source is None:
            return report
        made = dict(seen.record.made) if seen.record else {}
        for name_of_format, each in converted.made.items():
            self._keep_former(made, name_of_format, {file.path for file in each.files})
            made[name_of_format] = MadeRecord(
                article=converted.article,
                edition=self._editions.formats[name_of_format],
                files=each.files,
                resources=each.resources,
            )
        holds = [each for each in self._formats if each in converted.made or seen.made.get(each) == converted.article]
        report = replace(
            report,
            outputs=tuple(file.path for each in holds for file in made[each].files),
            unchanged=not report.written and not report.failures and bool(holds or seen.record),
        )
        kept = json.loads(report.to_json())
        for member in ("source", "outputs", "written", "unchanged", "failures", "seconds"):
            del kept[member]
        self._state.keep(
            name,
            Record(
                source=self._source(file),
                given=file.path,
                sha256=converted.source,
                edition=self._edition_of(file),
                article=converted.article,
                xml_sha256=converted.xml_sha256,
                report=kept,
                made=made,
            ),
        )
        return report

    @staticmethod
    def _keep_former(made: dict[str, MadeRecord], name: str, now: Collection[str]) -> None:
        """Before the files of a format are recorded, remember those of other options: `--prune` is to find them."""
        former = f"{name}{_FORMER}"
        known = [made.pop(former, None), made.get(name)]
        files = {file.path: file for each in known if each for file in each.files if file.path not in now}
        if files:
            made[former] = MadeRecord(article="", edition="", files=tuple(files.values()))

    def collection_holds(self, name: str, members: str) -> bool:
        """Whether the files of a collection hold.

        Parameters:
            name: of the format.
            members: digest of its members, in order.
        """
        record = None if self._force else self._state.find(f"{_COLLECTION}{name}")
        if record is None:
            return False
        made = record.made[name]
        if made.article != members or made.edition != self._editions.formats[name]:
            return False
        files = self._untouched(made.files)
        if files is not None and files != made.files:
            self._keep_collection(name, replace(made, files=files))
        return files is not None

    def keep_collection(self, name: str, members: str, collected: Collected) -> None:
        """Remember the files of a collection."""
        self._keep_collection(
            name, MadeRecord(article=members, edition=self._editions.formats[name], files=collected.files)
        )

    def _keep_collection(self, name: str, made: MadeRecord) -> None:
        record = Record(
            source=STDIN, given=STDIN, sha256="", edition="", article="", xml_sha256="", report={}, made={name: made}
        )
        self._state.keep(f"{_COLLECTION}{name}", record)

    def gone(self, names: Collection[str], files: Iterable[SourceFile]) -> Iterator[tuple[str, Record]]:
        """Records of documents that are not in this run because their source is gone, or goes by another name now.

        A source that is merely not part of this run is left alone.
        """
        present: set[str] | None = None
        for name in list(self._state.names()):
            if name in names or name.startswith(_COLLECTION):
                continue
            record = self._state.find(name)
            if record is None or record.source == STDIN:
                continue
            path = os.path.abspath(os.path.join(self._output, record.source))  # noqa: PTH100, PTH118 -- lexical
            if present is None:
                present = {os.path.abspath(file.path) for file in files}  # noqa: PTH100
            if path in present or not os.path.lexists(path):
                yield name, record

    def removable(self, record: Record) -> list[Change]:
        """What `remove` would remove."""
        files = [file for made in record.made.values() for file in made.files]
        return [Change(file.path, "removed") for file in files if self._untouched((file,)) is not None]

    def remove(self, name: str, record: Record) -> tuple[list[str], list[str]]:
        """Remove the outputs of a source that is gone, and folders that are empty then.

        Returns:
            The files removed; and those left alone, as they are not what copydesk wrote.

        Raises:
            OutputError: the system would not remove one.
        """
        removed: list[str] = []
        altered: list[str] = []
        for made in record.made.values():
            for file in made.files:
                path = self._output / file.path
                with reported(path):
                    if not path.exists():
                        continue
                    if self._untouched((file,)) is None:
                        altered.append(file.path)
                        continue
                    path.unlink()
                    removed.append(file.path)
                folder = path.parent
                with suppress(OSError):  # not empty
                    while folder != self._output:
                        folder.rmdir()
                        folder = folder.parent
        self._state.forget(name)
        return removed, altered

    def _untouched(self, files: tuple[FileRecord, ...]) -> tuple[FileRecord, ...] | None:
        """The files with the stamps that they have now, if their content is still the same."""
        now = []
        for file in files:
            path = self._prefix + file.path
            try:
                stamp = stamp_of(path)
                if stamp != file.stamp:
                    if stamp[0] != file.stamp[0] or sha256_of(path) != file.sha256:
                        return None
                    file = replace(file, stamp=stamp)
            except OSError:
                return None
            now.append(file)
        return tuple(now)

    @staticmethod
    def _same_resources(file: SourceFile, known: Mapping[str, str | None]) -> bool:
        if not known:
            return True
        resources = Resources(file)
        for src in known:
            resources(src)
        return resources.asked == known

    def _report(self, record: Record, file: SourceFile) -> DocumentReport:
        return DocumentReport.from_members(
            {
                **record.report,
                "source": file.path,
                "outputs": [made.path for each in self._formats for made in record.made[each].files],
                "written": (),
                "unchanged": True,
                "failures": (),
                "seconds": 0.0,
            }
        )

    def _edition_of(self, file: SourceFile) -> str:
        return hashlib.sha256(f"{self._editions.articles}\0{file.name}".encode()).hexdigest()

    def _source(self, file: SourceFile) -> str:
        if file.path == STDIN:
            return STDIN
        try:
            return os.path.relpath(file.path, self._output)
        except ValueError:  # on another drive of Windows
            return os.path.abspath(file.path)  # noqa: PTH100
