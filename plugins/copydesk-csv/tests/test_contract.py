"""What core asks of every exporter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

import pytest

from copydesk.testing import check_exporter
from copydesk_csv import parse_items, unguard
from copydesk_csv.exporter import CsvExporter, CsvOptions

csv.field_size_limit(2**31 - 1)  # Python's reader takes 131,072 characters a cell unless told; a long article has more
LISTS = {"alt_headline", "authors", "genre", "section", "keywords", "people"}


def values(outputs: Mapping[str, bytes], *, excel: bool) -> Iterator[str]:
    table = outputs[".csv"].decode("utf-8-sig" if excel else "utf-8")
    for row in csv.DictReader(io.StringIO(table, newline=""), strict=True):
        for column, written in row.items():
            cell = unguard(written) if excel else written
            if column in LISTS:
                yield from (part for item in parse_items(cell) for part in (item.group or "", *item.parts))
            else:
                yield cell


@pytest.mark.parametrize("excel", [False, True])
def test_contract(excel: bool) -> None:
    check_exporter(
        CsvExporter, CsvOptions(excel=excel), text_of=lambda outputs: "\n".join(values(outputs, excel=excel))
    )
    check_exporter(CsvExporter, CsvOptions(excel=excel))
