"""The JUnit report that CI servers show: a test case a document, in the form that pytest writes.

An error is a document that failed, a failure one that does not come up to a threshold, a skipped one was not reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from xml.sax.saxutils import escape, quoteattr

from copydesk.running.printable import printable
from copydesk.running.report import DocumentReport, Failure
from copydesk.running.reporting.outcome import Outcome, timestamp
from copydesk.running.thresholds import Unmet
from copydesk.running.urls import is_url

OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="copydesk">\n'
"""What every such report begins with."""


def lines(outcome: Outcome) -> Iterator[str]:
    """The report, in pieces."""
    report = outcome.report
    alone = len(outcome.failures) + bool(report.unfinished) + len(outcome.unmet_by_run) + bool(outcome.warnings)
    suite = _attributes(
        name="copydesk",
        tests=report.documents_done + alone,
        errors=report.failed + len(outcome.failures),
        failures=outcome.unmet + len(outcome.unmet_by_run),
        skipped=1 if report.unfinished else 0,
        time=f"{outcome.seconds:.3f}",
        timestamp=timestamp(outcome.started),
    )
    yield f"{OPENING}<testsuite{suite}>\n"
    for document, unmet in outcome.documents():
        yield _case(document, unmet)
    for number, failure in enumerate(outcome.failures, 1):
        yield f"{_opening('copydesk.run', f'run {number}', 0)}{_error([failure])}</testcase>\n"
    for option, text in outcome.unmet_by_run.items():
        yield f"{_opening('copydesk.run', option, 0)}{_element('failure', option, [text])}</testcase>\n"
    if outcome.warnings:
        yield f"{_opening('copydesk.run', 'warnings', 0)}{_output(outcome.warnings)}</testcase>\n"
    if report.unfinished:
        reason = _attributes(message=f"{report.unfinished:,} documents were not reached")
        yield f"{_opening('copydesk.run', 'documents not reached', 0)}<skipped{reason}/></testcase>\n"
    yield "</testsuite>\n</testsuites>\n"


def _case(document: DocumentReport, unmet: tuple[Unmet, ...]) -> str:
    source = document.source
    folder = source.rpartition("/")[0] if is_url(source) else PurePath(source).parent.as_posix()
    name = "copydesk" if folder == "." else f"copydesk.{folder}"
    content = ""
    if document.failures:
        content = _error(document.failures)
    if unmet:
        content += _element("failure", unmet[0].threshold, [threshold.what for threshold in unmet])
    if document.warnings:
        content += _output(document.warnings)
    return f"{_opening(name, document.source, document.seconds)}{content}</testcase>\n"


def _opening(classname: str, name: str, seconds: float) -> str:
    return f"<testcase{_attributes(classname=classname, name=name, time=f'{seconds:.3f}')}>"


def _error(failures: tuple[Failure, ...] | list[Failure]) -> str:
    return _element("error", failures[0].format or "document", [str(failure) for failure in failures])


def _element(tag: str, kind: str, messages: list[str]) -> str:
    return f"<{tag}{_attributes(message=messages[0], type=kind)}>{escape(_text(messages))}</{tag}>"


def _output(messages: tuple[str, ...]) -> str:
    return f"<system-out>{escape(_text(messages))}</system-out>"


def _text(messages: list[str] | tuple[str, ...]) -> str:
    return "\n".join(map(printable, messages))


def _attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(printable(str(value)))}" for name, value in values.items())
