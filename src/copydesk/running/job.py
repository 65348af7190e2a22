"""One document, from its bytes to its files; and one collection, from canonical articles to its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from copydesk.article import canonical
from copydesk.article.view import Article
from copydesk.cleaning.pipeline import Normalized
from copydesk.errors import CopydeskError, ExportError
from copydesk.exporting.contract import Exporter, describe, outputs_of
from copydesk.exporting.exporter import ArticleExporter
from copydesk.running.report import CharacterSums, DocumentReport, Failure
from copydesk.running.resources import Resources
from copydesk.running.sources import SourceFile
from copydesk.running.thresholds import head_fields
from copydesk.running.writer import Writer

COLLECTION = "articles"
"""Name of a collection's files, before the suffix."""


class Normalize(Protocol):
    """`copydesk.cleaning.pipeline.normalize` with the run's readers and rules."""

    def __call__(self, raw: bytes, *, name: str) -> Normalized:
        """Turn one document into a canonical article."""


@dataclass(frozen=True, slots=True)
class Target:
    """One format of a run: an exporter, its options, and the distribution to name when it fails."""

    exporter: Exporter
    options: object
    provider: str

    @property
    def format(self) -> str:
        """The format's name, which is its folder too."""
        return self.exporter.name


@dataclass(frozen=True, slots=True)
class Converted:
    """A document's report, and its canonical XML for the collections; None if no article came of it."""

    report: DocumentReport
    xml: bytes | None = None


def convert(
    file: SourceFile, name: str, *, targets: Sequence[Target], writer: Writer, normalize: Normalize
) -> Converted:
    """Convert one document: normalize it and write it in every format that makes files of single articles.

    It depends on nothing but its arguments, so documents can be converted in any order and by any process. A failure
    in one format leaves the others alone.

    Parameters:
        file: the document.
        name: path of its outputs below a format's folder, without suffix.
        targets: the formats; collections among them are passed over.
        writer: writes below the output folder.
        normalize: makes the article.

    Raises:
        OutputError: the output folder cannot be written to; the run cannot go on.
    """
    started = perf_counter()
    try:
        normalized = normalize(file.read(), name=file.name)
        root = canonical.parse(normalized.xml)
        fields = head_fields(root)
        article = Article(root, normalized.ledger, Resources(file))
    except CopydeskError as error:
        return Converted(DocumentReport(source=file.path, failures=(Failure.of(error, where=file.path),)))
    except Exception as error:
        return Converted(DocumentReport(source=file.path, failures=(_defect(error, file.path),)))
    outputs: list[str] = []
    failures: list[Failure] = []
    for target in targets:
        if isinstance(target.exporter, ArticleExporter):
            try:
                outputs += _write(target, article, name, writer)
            except ExportError as error:
                failures.append(_failure(error, target, file.path))
    report = DocumentReport(
        source=file.path,
        outputs=tuple(outputs),
        failures=tuple(failures),
        warnings=normalized.warnings,
        sums=CharacterSums.of(normalized.ledger, normalized.sentences),
        fields=fields,
        seconds=perf_counter() - started,
    )
    return Converted(report, normalized.xml)


def collect(target: Target, articles: Iterable[bytes], *, writer: Writer) -> tuple[list[str], Failure | None]:
    """Write one collection.

    Parameters:
        target: a format whose exporter is a CollectionExporter.
        articles: canonical XML of every article, in order.
        writer: writes below the output folder.

    Returns:
        The files written, below the output folder; and what went wrong, in which case there are none.

    Raises:
        OutputError: the output folder cannot be written to.
    """
    try:
        return _write(target, (Article(canonical.parse(xml)) for xml in articles), COLLECTION, writer), None
    except ExportError as error:
        return [], _failure(error, target, f"{COLLECTION} of all documents")


def _write(target: Target, given: Article | Iterator[Article], name: str, writer: Writer) -> list[str]:
    with writer.staged() as staged:
        for suffix, chunks in outputs_of(target.exporter, given, target.options):
            staged.add(f"{target.format}/{name}{suffix}", chunks)
        if not isinstance(given, Article) and next(given, None) is not None:
            raise ExportError("export() did not take every article, so text would be missing")
    return staged.written


def _failure(error: ExportError, target: Target, where: str) -> Failure:
    if error.next_step is None:
        error.next_step = f"report it to the makers of {target.provider}, with --debug"
    return Failure.of(error, where=where, format=target.format)


def _defect(error: Exception, where: str) -> Failure:
    wrapped = CopydeskError(
        f"a defect in copydesk: {describe(error)}", next_step="report it with what --debug prints; the others go on"
    )
    wrapped.__cause__ = error
    return Failure.of(wrapped, where=where)
