"""The exporter: the articles of a run as one table, and the metadata that describes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from copydesk.article.view import Article
from copydesk.exporting.exporter import CollectionExporter, Output
from copydesk_csv.cells import guard
from copydesk_csv.columns import COLUMNS, row
from copydesk_csv.metadata import csvw, data_package

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """Options of the format."""

    excel: bool = field(
        default=False, metadata={"help": "for spreadsheets: keep formulas from running (reversibly) and write a BOM"}
    )


class CsvExporter(CollectionExporter[CsvOptions]):
    """One table for the whole run, a row an article, with CSVW and Frictionless metadata."""

    name: ClassVar[str] = "csv"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".csv-metadata.json", ".datapackage.json")
    media_type: ClassVar[str] = "text/csv"
    default: ClassVar[bool] = True
    # The header has no column for these. Captions are only counted. Titles and affiliations are lost of authors and
    # publisher, but stand in `people` for who is mentioned; addresses are lost of people, but `url` is the article's.
    loses: ClassVar[frozenset[str]] = frozenset(
        {"affiliation", "contributor", "credit", "figcaption", "identifier", "jobTitle", "url"}
    )
    Options: ClassVar[type[CsvOptions]] = CsvOptions

    def export(self, articles: Iterator[Article], options: CsvOptions) -> Iterator[Output]:
        """Give the table, drawing one article at a time, then its metadata."""
        yield Output(".csv", _lines(articles, excel=options.excel))
        yield Output(".csv-metadata.json", csvw(excel=options.excel))
        yield Output(".datapackage.json", data_package(excel=options.excel))


def _lines(articles: Iterator[Article], *, excel: bool) -> Iterator[bytes]:
    yield ((BOM if excel else "") + _line(column.name for column in COLUMNS)).encode()
    for article in articles:
        cells = row(article)
        yield _line(map(guard, cells) if excel else cells).encode()


def _line(cells: Iterable[str]) -> str:
    """Give one record of RFC 4180: every field quoted, a quote doubled, CRLF at the end."""
    return ",".join(['"' + cell.replace('"', '""') + '"' for cell in cells]) + "\r\n"
