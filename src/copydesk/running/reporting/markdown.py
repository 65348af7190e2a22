"""The Markdown report: a table of figures and the first documents that want a look, as a CI job's summary shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from copydesk.running.printable import printable
from copydesk.running.reporting.outcome import Outcome

OPENING = "### copydesk: "
"""What every such report begins with."""
LISTED = 50
"""Documents listed under each heading. GitHub takes summaries of 1 MiB at most."""
_LONGEST = 500  # characters of one line
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|&~$@])")


def lines(outcome: Outcome) -> Iterator[str]:
    """The report, in pieces."""
    yield f"{OPENING}{_state(outcome)}\n\n"
    yield from _table(outcome)
    failed: list[str] = []
    unmet: list[str] = []
    warned: list[str] = []
    for document, short in outcome.documents():
        _note(failed, (str(failure) for failure in document.failures))
        _note(unmet, (f"{document.source}: {threshold.what}" for threshold in short))
        _note(warned, (f"{document.source}: {warning}" for warning in document.warnings))
    yield from _section("Failures of the run", [str(failure) for failure in outcome.failures])
    yield from _section("Warnings of the run", outcome.warnings)
    yield from _section("Failed documents", failed)
    yield from _section("Below a threshold", unmet)
    yield from _section("Warnings", warned)


def _state(outcome: Outcome) -> str:
    if outcome.report.interrupted:
        return "interrupted"
    if outcome.exit_code != 0:
        return "failed"
    return "done, with warnings of the run" if outcome.warnings else "all well"


def _note(noted: list[str], messages: Iterable[str]) -> None:
    """Keep one more than are listed, so that the list can say that there are more."""
    for message in messages:
        if len(noted) <= LISTED:
            noted.append(message)


def _table(outcome: Outcome) -> Iterator[str]:
    report, sums = outcome.report, outcome.report.sums
    listed = report.changes is not None
    files = 0 if listed else report.files
    rows: dict[str, object] = {
        "documents that would be written" if listed else "documents written": f"{report.written:,}",
        "documents unchanged": report.unchanged and f"{report.unchanged:,}",
        "documents failed": f"{report.failed:,} (at most {outcome.thresholds.max_failed} may)",
        "documents not reached": report.unfinished and f"{report.unfinished:,}",
        "would change": outcome.stale and f"{report.changes:,} files",
        "sources gone": report.gone and f"{len(report.gone):,}",
        "sources renamed": report.renamed and f"{len(report.renamed):,}",
        "files by other options": report.former and f"{len(report.former):,}",
        "documents below a threshold": outcome.unmet and f"{outcome.unmet:,}",
        "warnings": f"{report.warnings + len(outcome.warnings):,}",
        "files written": f"{files:,} in {_escaped(report.output)} ({', '.join(report.formats)})",
        "characters": f"{sums.read:,} read, {sums.kept:,} kept, {sums.moved:,} moved, {sums.merged:,} merged,"
        f" {sums.dropped:,} dropped",
        "dropped by pattern": _by_rule(sums.matched),
        "dropped by judgement": _by_rule(sums.judged),
        "sentence-like text dropped": f"{sums.drop_share:.1%}",
        "time": f"{outcome.seconds:.1f} s",
    }
    yield "| | |\n|---|---|\n"
    for name, value in rows.items():
        if value:
            yield f"| {name} | {value} |\n"


def _section(heading: str, messages: Sequence[str]) -> Iterator[str]:
    if messages:
        yield f"\n#### {heading}\n\n"
    for message in messages[:LISTED]:
        text = printable(message)
        yield f"- {_escaped(text if len(text) <= _LONGEST else text[:_LONGEST] + '…')}\n"
    if len(messages) > LISTED:
        yield "- … and more; the JSON report has them all\n"


def _by_rule(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{_escaped(rule)} {count:,}" for rule, count in ordered)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(text))
