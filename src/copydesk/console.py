"""What a person sees on standard error: messages, the progress bar, the summary."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.running.report import CharacterSums, Failure, RunReport

_LABEL = 12  # width of the summary's first column


def say(kind: str, message: object) -> None:
    """Print one message; what a file name may hold that is not printable is escaped, so that it cannot act."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(message))
    print(f"{kind}: {text}", file=sys.stderr)  # noqa: T201 -- the command's own voice


def say_failure(failure: Failure, *, debug: bool) -> None:
    """Print a failure, with its traceback for those who debug."""
    say("error", failure)
    if debug:
        print(failure.traceback, file=sys.stderr, end="")  # noqa: T201


@contextmanager
def progress(total: int, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """Show a progress bar while the block runs, if standard error is a terminal; yield what moves it on by one."""
    if quiet or not total or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console  # slow to import, and of no use in a pipe
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("converting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def say_summary(report: RunReport) -> None:
    """Print the report of a run in a few lines."""
    written = (
        f"{_count(report.written + report.failed, 'document')}: {report.written:,} written, {report.failed:,} failed"
    )
    if report.unfinished:
        written = f"{written}, {report.unfinished:,} not reached"
    lines = [
        ("interrupted" if report.interrupted else "done", written),
        ("output", f"{_count(report.files, 'file')} in {report.output}"),
    ]
    if report.unwritten:
        lines.append(("not written", f"{', '.join(report.unwritten)}, which take all documents"))
    if report.sums.read:
        lines += _characters(report.sums)
    if report.warnings:
        lines.append(("warnings", f"{report.warnings:,}"))
    skipped = report.skipped
    reasons = {
        "hidden": skipped.hidden,
        "links": skipped.links,
        "of other types": skipped.other,
        "output folders": skipped.output,
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
        print(line, file=sys.stderr)  # noqa: T201


def _characters(sums: CharacterSums) -> list[tuple[str, str]]:
    matched, judged = sum(sums.matched.values()), sum(sums.judged.values())
    between = sums.read - sums.kept - sums.moved - sums.merged - matched - judged
    lines = [
        (
            "characters",
            f"{sums.read:,} read: {sums.kept:,} kept, {sums.moved:,} moved to the head, {sums.merged:,} merged as"
            f" repeats, {matched + judged:,} dropped, {between:,} white space between",
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


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
