"""One document, from its bytes to its files; and one collection, from canonical articles to its files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from copydesk.article import canonical
from copydesk.article.view import Article
from copydesk.cleaning.pipeline import Normalized
from copydesk.errors import ExportError, StoreError
from copydesk.running.beside import Beside
from copydesk.running.failures import export_failure, failure_of
from copydesk.running.outputs.folder import FileRecord, TakenError
from copydesk.running.preview import Change, Preview, Previewed
from copydesk.running.report import CharacterSums, DocumentReport, Failure
from copydesk.running.resources import Resources, left_out
from copydesk.running.shards import Refused, SharedArticle, article_digest
from copydesk.running.sources import SourceFile
from copydesk.running.spool import Place, Shelf
from copydesk.running.target import Target
from copydesk.running.thresholds import head_fields
from copydesk.running.writer import Staged, Writer

COLLECTION = "articles"
"""Name of a collection's files, before the suffix."""
OF_ALL = f"{COLLECTION} of all documents"
"""What stands where failures of single documents name their source."""

NORMALIZING = ""
"""What `Progress` is told while there is no article yet; afterwards it is told the format."""


class Normalize(Protocol):
    """`copydesk.cleaning.pipeline.normalize` with the run's readers and rules."""

    def __call__(self, raw: bytes, *, name: str) -> Normalized:
        """Turn one document into a canonical article."""


Progress = Callable[[str], None]
"""Called with what begins: `NORMALIZING`, or the name of a format; and for each article that a collection takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One document to convert.

    Parameters:
        file: the document.
        name: path of its outputs below a format's folder, without suffix.
        raw: its bytes, if only the process that makes the task can read them.
        made: for formats whose files are in place, the digest of the article that they were made of: they are left
            alone if it is the same again.
        leave_out: formats that are not to be tried.
        shared: articles of other runs, of which the first that is of these bytes is taken.
        beside: where local images are looked for.
    """

    file: SourceFile
    name: str
    raw: bytes | None = None
    made: Mapping[str, str] = field(default_factory=dict)
    leave_out: frozenset[str] = frozenset()
    shared: tuple[SharedArticle, ...] = ()
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The files of one format, and what they depend on beside the article and the edition of the target.

    Parameters:
        paths: of its files below the output folder, in the order in which the exporter gave them.
        files: those that are in their place; none if nothing is to be written.
        resources: the local images that it asked for, as `Resources.asked` has them.
    """

    paths: tuple[str, ...]
    files: tuple[FileRecord, ...]
    resources: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What came of a document.

    Parameters:
        report: for people; its outputs are those written or found the same now, not those of `Task.made`.
        source: sha256 of its bytes, hex; None if they could not be read.
        article: digest of its canonical XML and ledger, hex; None if no article came of it.
        xml_sha256: of its canonical XML.
        made: the files of each format that was exported.
        changes: what would change, if nothing is to be written.
        xml: where its canonical XML lies, if there is a shelf for it.
        refused: by folder, why none of `Task.shared` was taken.
    """

    report: DocumentReport
    source: str | None = None
    article: str | None = None
    xml_sha256: str = ""
    made: Mapping[str, Made] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    xml: Place | None = None
    refused: Mapping[str, Refused] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of a collection: paths of its files, those in place, those that changed, and what went wrong."""

    paths: tuple[str, ...] = ()
    files: tuple[FileRecord, ...] = ()
    written: tuple[str, ...] = ()
    failure: Failure | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What it takes to convert documents, whichever they are.

    Parameters:
        targets: the formats.
        normalize: makes articles.
        writer: writes below the output folder.
        shelf: where canonical XML waits for the collections, if there are any.
    """

    targets: Sequence[Target]
    normalize: Normalize
    writer: Writer | Preview
    shelf: Shelf | None = None


def convert(task: Task, bench: Bench, progress: Progress = lambda _: None) -> Converted:
    """Convert one document: normalize it and write it in every format that makes files of single articles.

    It depends on nothing but its arguments, so documents can be converted in any order and by any process. A failure
    in one format leaves the others alone.

    Parameters:
        task: the document.
        bench: its collections are passed over.
        progress: told what begins.

    Raises:
        OutputError, StoreError: the output folder cannot be written to, or the sources' store does not answer; the run
            cannot go on.
    """
    started, file = perf_counter(), task.file
    progress(NORMALIZING)
    source = None
    refused: Mapping[str, Refused] = {}
    try:
        raw = file.read() if task.raw is None else task.raw
        source = hashlib.sha256(raw).hexdigest()
        shared, refused = _shared(task, raw)
        normalized = shared or bench.normalize(raw, name=file.name)
        root = canonical.parse(normalized.xml)
        fields = head_fields(root)
        resources = Resources(task.beside, normalized.resource)
        article = Article(root, normalized.ledger, resources, xml=normalized.xml)
    except StoreError:
        raise
    except Exception as error:
        report = DocumentReport(source=file.path, failures=(failure_of(error, file.path),))
        return Converted(report=report, source=source, refused=refused)
    digest = article_digest(normalized.xml, article.ledger_jsonl or b"")
    made: dict[str, Made] = {}
    written: list[str] = []
    failures: list[Failure] = []
    changes: list[Change] = []
    complete: list[tuple[str, Staged | Previewed, Mapping[str, str | None]]] = []
    with ExitStack() as stack:
        for target in bench.targets:
            name = target.format
            if target.collects or name in task.leave_out or task.made.get(name) == digest:
                continue
            progress(name)
            resources.asked.clear()
            staged = bench.writer.stage()
            stack.enter_context(staged)
            try:
                target.export(article, task.name, staged)
            except ExportError as error:
                failures.append(export_failure(error, name, target.provider, file.path))
                continue
            except TakenError as error:
                failures.append(Failure.of(error, where=file.path, format=name))
                continue
            complete.append((name, staged, dict(resources.asked)))
        for name, staged, asked in complete:  # only now, so that one format is made while others wait for the disk
            try:
                staged.commit()
            except TakenError as error:
                failures.append(Failure.of(error, where=file.path, format=name))
                continue
            made[name] = Made(tuple(staged.paths), tuple(staged.files), asked)
            written += staged.written
            changes += _changes(staged)
    report = DocumentReport(
        source=file.path,
        outputs=tuple(record.path for each in made.values() for record in each.files),
        written=tuple(written),
        failures=tuple(failures),
        warnings=normalized.warnings + left_out(each.resources for each in made.values()),
        sums=CharacterSums.of(normalized.ledger, normalized.sentences),
        fields=fields,
        seconds=perf_counter() - started,
    )
    return Converted(
        report=report,
        source=source,
        article=digest,
        xml_sha256=hashlib.sha256(normalized.xml).hexdigest(),
        made=made,
        changes=tuple(changes),
        xml=None if bench.shelf is None else bench.shelf.put(normalized.xml),
        refused=refused,
    )


def _shared(task: Task, raw: bytes) -> tuple[Normalized | None, Mapping[str, Refused]]:
    refused = {}
    for each in task.shared:
        found = each.read(task.name, raw)
        if isinstance(found, Normalized):
            return found, {}
        refused[each.folder] = found
    return None, refused


def collect(number: int, articles: Iterable[bytes], bench: Bench, progress: Progress = lambda _: None) -> Collected:
    """Write one collection.

    Parameters:
        number: of the target among those of the bench; its exporter is a CollectionExporter.
        articles: canonical XML of every article, in order.
        bench: the rest.
        progress: told of every article that the exporter takes.

    Returns:
        The files; or what went wrong, in which case there are none.

    Raises:
        OutputError: the output folder cannot be written to.
    """
    target = bench.targets[number]

    def views() -> Iterator[Article]:
        for xml in articles:
            progress(target.format)
            yield Article(canonical.parse(xml), xml=xml)

    progress(target.format)
    with bench.writer.stage() as staged:
        try:
            target.export(views(), COLLECTION, staged)
            staged.commit()
        except ExportError as error:
            return Collected(failure=export_failure(error, target.format, target.provider, OF_ALL))
        except TakenError as error:
            return Collected(failure=Failure.of(error, where=OF_ALL, format=target.format))
    return Collected(tuple(staged.paths), tuple(staged.files), tuple(staged.written), changes=_changes(staged))


def _changes(staged: Staged | Previewed) -> tuple[Change, ...]:
    return tuple(staged.changes) if isinstance(staged, Previewed) else ()
