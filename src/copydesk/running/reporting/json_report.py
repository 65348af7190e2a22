"""The JSON report; `report-1.0.schema.json` beside this file documents and checks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from copydesk.running.report import CharacterSums, DocumentReport, Failure
from copydesk.running.reporting.outcome import Outcome, timestamp
from copydesk.running.thresholds import Unmet

VERSION = "1.0"
"""Version of the report's form: members may be added in a minor one."""
OPENING = '{\n"report": "'
"""What every such report begins with."""


def lines(outcome: Outcome) -> Iterator[str]:
    """The report, in pieces; one document a line."""
    report = outcome.report
    head = {
        "report": VERSION,
        "generator": {"name": "copydesk", "version": report.version},
        "started": timestamp(outcome.started),
        "seconds": round(outcome.seconds, 3),
        "exit_code": outcome.exit_code,
        "interrupted": report.interrupted,
        "formats": list(report.formats),
        "output": report.output,
        "thresholds": {
            "max_failed": str(outcome.thresholds.max_failed),
            "require": list(outcome.thresholds.require),
            "max_drop": outcome.thresholds.max_drop,
        },
        "summary": {
            "documents": report.documents_done + report.unfinished,
            "written": report.written,
            "unchanged": report.unchanged,
            "failed": report.failed,
            "unfinished": report.unfinished,
            "unmet": outcome.unmet,
            "warnings": report.warnings,
            "files": report.files,
            "unwritten": list(report.unwritten),
            "gone": list(report.gone),
            "renamed": list(report.renamed),
            "former": list(report.former),
            "other_formats": list(report.other_formats),
            "removed": list(report.removed),
            "changes": report.changes,
            "characters": _characters(report.sums),
            "skipped": asdict(report.skipped),
        },
        "failures": [_failure(failure) for failure in outcome.failures],
        "warnings": list(outcome.warnings),
    }
    yield "{\n"
    for key, value in head.items():
        yield f'"{key}": {_dumps(value)},\n'
    yield '"documents": ['
    before = "\n"
    for document, unmet in outcome.documents():
        yield f"{before}{_dumps(_document(document, unmet))}"
        before = ",\n"
    yield "\n]\n}\n"


def _document(document: DocumentReport, unmet: tuple[Unmet, ...]) -> dict[str, Any]:
    return {
        "source": document.source,
        "status": document.status,
        "outputs": list(document.outputs),
        "failures": [_failure(failure) for failure in document.failures],
        "warnings": list(document.warnings),
        "unmet": [asdict(threshold) for threshold in unmet],
        "fields": list(document.fields),
        "characters": None if document.sums is None else _characters(document.sums),
        "seconds": round(document.seconds, 4),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    members = asdict(failure)
    del members["traceback"]  # its paths are of this machine; --debug prints it
    return members


def _characters(sums: CharacterSums) -> dict[str, Any]:
    return {
        "read": sums.read,
        "kept": sums.kept,
        "moved": sums.moved,
        "merged": sums.merged,
        "dropped": {"matched": dict(sorted(sums.matched.items())), "judged": dict(sorted(sums.judged.items()))},
        "white_space_between": sums.between,
        "sentences": {"read": sums.sentences, "dropped": sums.dropped_sentences},
    }


def _dumps(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # bytes of a file name that are no UTF-8 are lone surrogates, which only escapes can say
        return json.dumps(value)
    return text
