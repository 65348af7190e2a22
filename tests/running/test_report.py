from __future__ import annotations

from typing import Any

import pytest

from copydesk.article.ledger import Entry, Ledger, LedgerHeader
from copydesk.errors import ExportError, OutputError, PluginError, SourceError
from copydesk.running.report import CharacterSums, DocumentReport, Failure, RunReport
from copydesk.running.sources import Skipped


def ledger(chars: int, *entries: Entry) -> Ledger:
    header = LedgerHeader(
        name=None,
        source_sha256="",
        view="text/1",
        encoding="utf-8",
        view_sha256="",
        chars=chars,
        article_sha256="",
        generator=("", ""),
    )
    return Ledger(header=header, entries=entries)


def test_characters_are_summed_by_what_happened_to_them() -> None:
    sums = CharacterSums.of(
        ledger(
            100,
            Entry(d="keep", rule="para", at=((0, 10), (12, 20)), to="#b1"),
            Entry(d="meta", rule="headline", at=((20, 30),), to="head/headline"),
            Entry(d="merge", rule="dup", at=((30, 35),), to="#b1"),
            Entry(d="drop", rule="mark", at=((35, 36), (37, 38))),
            Entry(d="drop", rule="mark", at=((40, 41),)),
            Entry(d="drop", rule="menu", at=((50, 60),), score=0.1),
            Entry(d="derive", rule="title", at=((0, 10),), to="head/title"),
        )
    )
    assert sums == CharacterSums(read=100, kept=18, moved=10, merged=5, matched={"mark": 3}, judged={"menu": 10})
    assert sums.dropped == 13
    assert sums + sums == CharacterSums(
        read=200, kept=36, moved=20, merged=10, matched={"mark": 6}, judged={"menu": 20}
    )
    assert CharacterSums() + sums == sums


def test_a_failure_says_what_which_file_and_what_next() -> None:
    failure = Failure.of(ExportError("boom", next_step="wait"), where="in/a.txt", format="csv")
    assert str(failure) == "in/a.txt to csv: boom; wait"
    assert "ExportError" in failure.traceback
    assert str(Failure.of(SourceError("is empty"), where="a")) == "a: is empty"


def test_a_document_report_survives_as_json() -> None:
    reports = [
        DocumentReport(source="in/\udcff.txt"),
        DocumentReport(
            source="in/a.txt",
            outputs=("xml/a.xml",),
            failures=(Failure(what="boom", where="in/a.txt", format="csv", traceback="é\n"),),
            warnings=("odd",),
            sums=CharacterSums(read=3, matched={"mark": 1}),
        ),
    ]
    assert [DocumentReport.from_json(report.to_json()) for report in reports] == reports
    assert [report.status for report in reports] == ["written", "failed"]


@pytest.mark.parametrize(
    ("changes", "strict", "code"),
    [
        ({}, False, 0),
        ({}, True, 0),
        ({"warnings": 1}, False, 0),
        ({"warnings": 1}, True, 1),
        ({"failed": 1}, False, 1),
        ({"failures": (Failure.of(ExportError("x"), where="x"),)}, False, 1),
        ({"failures": (Failure.of(PluginError("x"), where="x"),), "failed": 1}, False, 3),
        ({"failures": (Failure.of(PluginError("x"), where="x"), Failure.of(OutputError("x"), where="x"))}, False, 4),
        ({"failures": (Failure.of(OutputError("x"), where="x"),), "interrupted": True}, False, 130),
    ],
)
def test_the_worst_decides_the_exit_code(changes: dict[str, Any], strict: bool, code: int) -> None:
    settings: dict[str, Any] = {
        "version": "1",
        "formats": ("xml",),
        "output": "out",
        "documents": (),
        "written": 0,
        "failed": 0,
        "unfinished": 0,
        "unwritten": (),
        "warnings": 0,
        "files": 0,
        "sums": CharacterSums(),
        "skipped": Skipped(),
        "failures": (),
        "interrupted": False,
    }
    assert RunReport(**settings | changes).exit_code(strict=strict) == code
