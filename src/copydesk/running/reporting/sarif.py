"""The SARIF 2.1.0 report (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), as code scanning takes it.

A result is a failure, a warning, or a threshold that a document does not come up to; it points at the document.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from copydesk.running.printable import printable
from copydesk.running.report import DocumentReport, Failure
from copydesk.running.reporting.outcome import Outcome, timestamp
from copydesk.running.sources import STDIN
from copydesk.running.thresholds import Unmet
from copydesk.running.urls import is_url

MAX_RESULTS = 25_000
"""Results of one run that GitHub's code scanning takes; it refuses a file with more."""
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
OPENING = f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{\n"tool": {{"driver": {{"name": "copydesk", '
"""What every such report begins with."""
_RULES = {
    "failed": ("DocumentFailed", "A document could not be converted.", "error"),
    "require": ("FieldMissing", "An article lacks a field that --require names.", "error"),
    "max-drop": ("TextDropped", "More sentence-like text of a document was dropped than --max-drop allows.", "error"),
    "warning": ("Warning", "A person should look at a document.", "warning"),
}
"""Rule ids, with name, description and level."""
_INDEX = {rule: index for index, rule in enumerate(_RULES)}


def lines(outcome: Outcome) -> Iterator[str]:
    """The report, in pieces; one result a line. Results beyond `MAX_RESULTS` are counted in a notification."""
    found = _all_findings(outcome)
    rules = [
        {"id": rule, "name": name, "shortDescription": {"text": text}, "defaultConfiguration": {"level": level}}
        for rule, (name, text, level) in _RULES.items()
    ]
    version = json.dumps(outcome.report.version)
    yield f'{OPENING}"semanticVersion": {version}, "rules": {json.dumps(rules)}}}}},\n'
    yield '"columnKind": "unicodeCodePoints",\n"results": ['
    before = "\n"
    for rule, text, source in islice(found, MAX_RESULTS):
        yield f"{before}{json.dumps(_result(rule, text, source))}"
        before = ",\n"
    yield f'\n],\n"invocations": [{json.dumps(_invocation(outcome, beyond=sum(1 for _ in found)))}]\n}}]}}\n'


def _invocation(outcome: Outcome, *, beyond: int) -> dict[str, Any]:
    notes = [{"level": "error", "message": {"text": printable(str(failure))}} for failure in outcome.failures]
    notes += [{"level": "warning", "message": {"text": printable(warning)}} for warning in outcome.warnings]
    if outcome.report.unfinished:
        text = f"{outcome.report.unfinished:,} documents were not reached"
        notes.append({"level": "error", "message": {"text": text}})
    for text in outcome.unmet_by_run.values():
        notes.append({"level": "error", "message": {"text": printable(text)}})
    if beyond:
        notes.append({"level": "warning", "message": {"text": f"{beyond:,} more results are left out"}})
    return {
        "executionSuccessful": outcome.exit_code == 0,
        "exitCode": outcome.exit_code,
        "startTimeUtc": timestamp(outcome.started),
        "endTimeUtc": timestamp(outcome.started + timedelta(seconds=outcome.seconds)),
        "toolExecutionNotifications": notes,
    }


def _all_findings(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    for document, unmet in outcome.documents():
        for rule, text in _findings(document, unmet):
            yield rule, text, document.source


def _findings(document: DocumentReport, unmet: tuple[Unmet, ...]) -> Iterator[tuple[str, str]]:
    yield from (("failed", _without_place(failure)) for failure in document.failures)
    yield from ((threshold.threshold, threshold.what) for threshold in unmet)
    yield from (("warning", warning) for warning in document.warnings)


def _result(rule: str, text: str, source: str) -> dict[str, Any]:
    text = printable(text)
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": _INDEX[rule],
        "level": _RULES[rule][2],
        "message": {"text": text},
    }
    if source != STDIN:
        place = {"artifactLocation": {"uri": location(source)}, "region": {"startLine": 1}}
        result["locations"] = [{"physicalLocation": place}]
    # Says of two runs' results that they are one; a share of text or a time would make it another.
    words = "".join(c for c in text if not c.isdigit())
    fingerprint = hashlib.sha256(f"{rule}\n{printable(source)}\n{words}".encode()).hexdigest()[:32]
    result["partialFingerprints"] = {"copydesk/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint}:1"}
    return result


def _without_place(failure: Failure) -> str:
    what = f"{failure.format}: {failure.what}" if failure.format else failure.what
    return f"{what}; {failure.next_step}" if failure.next_step else what


def relative(source: str) -> str:
    """The path of a document from the root of the repository (on GitHub) or the current folder, with "/".

    One that lies elsewhere, and a URL, stay as they are.
    """
    if is_url(source):
        return source
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())
    path = Path(os.path.abspath(source))  # noqa: PTH100 -- resolves "..", and no links
    return (path.relative_to(root) if path.is_relative_to(root) else Path(source)).as_posix()


def location(source: str) -> str:
    """The address of a document: a relative reference if it lies where `relative` starts from, else a URI."""
    if is_url(source):
        scheme, colon, rest = source.partition("://")
        return f"{scheme}{colon}{quote(os.fsencode(rest))}"
    path = relative(source)
    address = quote(os.fsencode(path))
    if not Path(path).is_absolute():
        return address
    return f"file://{address}" if address.startswith("/") else f"file:///{address}"  # C:/ on Windows
