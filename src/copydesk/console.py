"""What a person sees on standard error: messages, the progress bar, the summary; or the same as JSON, for machines."""

from __future__ import annotations

import shutil
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from copydesk.running.printable import printable

if TYPE_CHECKING:
    from copydesk.running.report import CharacterSums, DocumentReport, Failure, RunReport

LOG_FORMATS = ("text", "json")
_LABEL = 12  # width of the summary's first column
_NAMED = 5  # how many of a long list are named
_COMMAND = "##["
"""What GitHub's and Azure's runners take for a command, wherever it stands in a line."""
_format = "text"


def use(log_format: str) -> None:
    """Choose between text and JSON, one object a line, for all that is said from now on."""
    global _format
    _format = log_format


def say(kind: str, message: object, *, event: str = "message", **members: object) -> None:
    """Print one message; what a file name may hold that is not printable is escaped, so that it cannot act.

    Parameters:
        kind: error, warning, or what else it is, which a log takes for information.
        message: what to say.
        event: what a log calls it: message, failure, warning, threshold, document or summary.
        members: more that a log holds.
    """
    if _format == "json":
        _log("info" if kind not in ("error", "warning") else kind, event, printable(str(message)), members)
    else:
        _print(f"{kind}: {printable(str(message))}")


def _log(level: str, event: str, message: str, members: Mapping[str, object]) -> None:
    import json
    from datetime import UTC, datetime

    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = {"time": now, "level": level, "event": event, "message": message, **members}
    print(json.dumps(line).replace(_COMMAND, "#\\u0023["), file=sys.stderr, flush=True)  # noqa: T201


def _print(line: str) -> None:
    print(line.replace(_COMMAND, r"#\x23["), file=sys.stderr)  # noqa: T201 -- the command's own voice


def say_error(error: Exception, message: str | None = None, *, debug: bool) -> None:
    """Print what ended the command, for those who debug with its traceback.

    Parameters:
        error: it.
        message: what to say of it; None: what it says itself.
        debug: whether to print the traceback.
    """
    trace = "".join(traceback.format_exception(error)) if debug else ""
    say("error", message or error, **({"traceback": trace} if trace and _format == "json" else {}))
    if _format == "text":
        print(trace, file=sys.stderr, end="")  # noqa: T201


def say_failure(failure: Failure, *, debug: bool) -> None:
    """Print a failure, with its traceback for those who debug."""
    members = {"source": failure.where, "format": failure.format, "exit_code": failure.exit_code}
    if debug and _format == "json":
        members["traceback"] = failure.traceback
    say("error", failure, event="failure", **members)
    if debug and _format == "text":
        print(failure.traceback, file=sys.stderr, end="")  # noqa: T201


def say_document(document: DocumentReport) -> None:
    """Print what became of one document."""
    files = ", ".join(document.outputs) or "no file"
    say(
        document.status,
        f"{document.source}: {files}",
        event="document",
        source=document.source,
        status=document.status,
        outputs=document.outputs,
        seconds=round(document.seconds, 4),
    )


@contextmanager
def progress(total: int, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """Show a progress bar while the block runs, if standard error is a terminal; yield what moves it on by one."""
    if quiet or not total or not sys.stderr.isatty() or _format == "json":
        yield lambda: None
        return
    from rich.console import Console  # slow to import, and of no use in a pipe
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("converting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def say_summary(report: RunReport, *, unmet: int = 0) -> None:
    """Print the report of a run in a few lines, with the number of documents below a threshold."""
    unchanged = f"{report.unchanged:,} unchanged, " if report.unchanged else ""
    written = (
        f"{_count(report.documents_done, 'document')}: {report.written:,} written, {unchanged}{report.failed:,} failed"
    )
    if _format == "json":
        say(
            "info",
            written,
            event="summary",
            written=report.written,
            unchanged=report.unchanged,
            failed=report.failed,
            unfinished=report.unfinished,
            unmet=unmet,
            warnings=report.warnings,
            files=report.files,
            gone=len(report.gone),
            renamed=len(report.renamed),
            former=len(report.former),
            removed=len(report.removed),
            changes=report.changes,
            output=report.output,
            characters={"read": report.sums.read, "kept": report.sums.kept, "dropped": report.sums.dropped},
            interrupted=report.interrupted,
        )
        return
    if report.unfinished:
        written = f"{written}, {report.unfinished:,} not reached"
    lines = [
        ("interrupted" if report.interrupted else "done", written),
        ("output", f"{_count(report.files, 'file')} in {printable(report.output)}"),
    ]
    if report.changes is not None:
        lines = [
            ("checked", f"{_count(report.documents_done, 'document')}: {report.failed:,} failed; nothing was written"),
            ("output", f"{_count(report.changes, 'file')} in {printable(report.output)} would change"),
        ]
    if report.removed:
        lines.append(("removed", f"{_count(len(report.removed), 'file')} that nothing would make any more"))
    else:
        if report.gone:
            lines.append(("gone", f"sources of {_named(report.gone)}{_prune(report, 'what was made of them')}"))
        if report.renamed:
            renamed = f"sources of {_named(report.renamed)} have other names in this run"
            lines.append(("renamed", f"{renamed}{_prune(report, 'what has the former ones')}"))
    if report.former:
        lines.append(("former", f"{_named(report.former)}, made by other options{_prune(report, 'them')}"))
    if report.other_formats:
        formats = ", ".join(report.other_formats)
        lines.append(("left alone", f"{formats}, which earlier runs made here and this one does not"))
    if report.unwritten:
        lines.append(("not written", f"{', '.join(report.unwritten)}, which take all documents"))
    if report.sums.read:
        lines += _characters(report.sums)
    if unmet:
        lines.append(("thresholds", f"not met by {_count(unmet, 'document')}"))
    if report.warnings:
        lines.append(("warnings", f"{report.warnings:,}"))
    skipped = report.skipped
    reasons = {
        "hidden": skipped.hidden,
        "links": skipped.links,
        "of other types": skipped.other,
        "output folders": skipped.output,
        "named again": skipped.repeated,
        "archives in archives": skipped.archives,
        "HTML records, as HTML is not read yet": skipped.html,
        "other records": skipped.records,
    }
    if any(reasons.values()):
        lines.append(("skipped", ", ".join(f"{count:,} {reason}" for reason, count in reasons.items() if count)))
    width = max(40, shutil.get_terminal_size().columns)
    for label, text in lines:
        line = textwrap.fill(
            text,
            width=width,
            initial_indent=label.ljust(_LABEL),
            subsequent_indent=" " * _LABEL,
            break_on_hyphens=False,
            break_long_words=False,
        )
        _print(line)


def _prune(report: RunReport, what: str) -> str:
    return "" if report.prune else f"; --prune removes {what}"


def _characters(sums: CharacterSums) -> list[tuple[str, str]]:
    matched, judged = sum(sums.matched.values()), sum(sums.judged.values())
    lines = [
        (
            "characters",
            f"{sums.read:,} read: {sums.kept:,} kept, {sums.moved:,} moved to the head, {sums.merged:,} merged as"
            f" repeats, {sums.dropped:,} dropped, {sums.between:,} white space between",
        )
    ]
    if matched:
        lines.append(("dropped", f"{matched:,} by pattern: {_by_rule(sums.matched)}"))
    if judged:
        lines.append(("dropped", f"{judged:,} by judgement: {_by_rule(sums.judged)}"))
    return lines


def _by_rule(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{rule}\u00a0{count:,}" for rule, count in ordered)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(map(printable, names[:_NAMED]))}{more}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
