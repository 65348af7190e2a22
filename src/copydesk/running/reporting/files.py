"""Report files: which kind a name asks for, and writing them so that nobody ever sees half of one."""

from __future__ import annotations

import difflib
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from copydesk.errors import OutputError, UsageError
from copydesk.running.reporting import json_report, junit, markdown, sarif
from copydesk.running.reporting.outcome import Outcome
from copydesk.running.urls import is_url

Lines: TypeAlias = Callable[[Outcome], Iterator[str]]

KINDS: dict[str, tuple[Lines, tuple[str, ...], str]] = {
    "json": (json_report.lines, (".json",), json_report.OPENING),
    "junit": (junit.lines, (".xml",), junit.OPENING),
    "markdown": (markdown.lines, (".md",), markdown.OPENING),
    "sarif": (sarif.lines, (".sarif", ".sarif.json"), sarif.OPENING),
}
"""Kinds of reports: what writes one, the names that ask for it, and what tells one from other files."""
STANDARD_OUTPUT = Path("-")


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One `--report`: the kind, and the file to write; `-` is standard output."""

    kind: str
    path: Path

    @classmethod
    def parse(cls, text: str) -> ReportFile:
        """Read `FILE`, whose suffix says the kind, or `KIND:FILE`.

        Raises:
            UsageError: the kind is not known, or no file is named.
        """
        before, colon, after = text.partition(":")
        named = bool(colon) and before in KINDS
        kind, file = (before, after) if named else (_kind_of(text), text)
        if not Path(file).name:
            raise UsageError("no file is named", where=f"--report {text}", next_step="give one, such as report.json")
        if is_url(file):
            raise UsageError(
                "reports are written on this machine",
                where=f"--report {text}",
                next_step="give a file, and copy it to the store when the run is over",
            )
        if kind is None:
            known = ", ".join(f"{name} ({suffixes[0]})" for name, (_, suffixes, _) in KINDS.items())
            close = difflib.get_close_matches(before, KINDS, n=1) if colon else []
            meant = f"did you mean {close[0]}? " if close else ""
            raise UsageError(
                "this name does not say which kind of report is wanted",
                where=f"--report {text}",
                next_step=f"{meant}give KIND:FILE, or one of the suffixes: {known}",
            )
        return cls(kind, Path(file))

    def prepare(self) -> None:
        """Make the folder and see whether it can be written to, before hours of work.

        Raises:
            OutputError: it cannot, or there is a file which is no report and may be what somebody wrote.
        """
        if self.path == STANDARD_OUTPUT:
            return
        folder = self._place.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if self.path.is_dir():
                raise _unwritable(self.path, "it is a folder")
            if self._is_special():
                return
            if not os.access(folder, os.W_OK):
                raise _unwritable(self.path, "its folder may not be written to")
            self._refuse_others()
        except OSError as error:
            raise _unwritable(self.path, error.strerror) from error

    def _refuse_others(self) -> None:
        if not _is_report(self._place):
            raise _unwritable(self.path, "there is a file of that name that is no report of copydesk")

    @property
    def _place(self) -> Path:
        """The file itself, if the name is that of a link."""
        return Path(os.path.realpath(self.path))

    def _is_special(self) -> bool:
        """Whether it is a device or a pipe, which is written to and never replaced."""
        return self.path.exists() and not self.path.is_file()

    def write(self, outcome: Outcome) -> None:
        """Write the report to a temporary file beside its place, which is then given its name.

        Raises:
            OutputError: the system would not write it, or there is a file by now that is no report.
        """
        lines = KINDS[self.kind][0](outcome)
        try:
            if self.path == STANDARD_OUTPUT:
                for line in lines:
                    sys.stdout.buffer.write(line.encode("utf-8"))
                sys.stdout.buffer.flush()
            elif self._is_special():
                with self.path.open("w", encoding="utf-8", newline="") as stream:
                    stream.writelines(lines)
            else:
                self._refuse_others()  # which may be an output of this run
                _replace(self._place, lines)
        except OSError as error:
            raise _unwritable(self.path, error.strerror) from error


def report_files(texts: Iterable[str]) -> list[ReportFile]:
    """Read all of a run.

    Raises:
        UsageError: one cannot be read, or has the name of another, which it would replace.
    """
    files: dict[str, ReportFile] = {}
    for text in texts:
        file = ReportFile.parse(text)
        name = os.path.normcase(os.path.realpath(file.path))
        if name in files and not file._is_special():
            raise UsageError(
                "another report has this name", where=f"--report {text}", next_step="give each a file of its own"
            )
        files[name] = file
    return list(files.values())


def _is_report(path: Path) -> bool:
    """Whether a file is a report of an earlier run, or there is none."""
    try:
        with path.open("rb") as stream:
            start = stream.read(max(len(opening) for _, _, opening in KINDS.values()))
    except FileNotFoundError:
        return True
    return not start or any(start.startswith(opening.encode()) for _, _, opening in KINDS.values())


def _replace(path: Path, lines: Iterator[str]) -> None:
    temporary = path.with_name(f".copydesk-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", newline="") as stream:
            stream.writelines(lines)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _kind_of(text: str) -> str | None:
    """The kind whose longest suffix a name has: `a.sarif.json` is SARIF."""
    fitting = [
        (len(suffix), kind)
        for kind, (_, suffixes, _) in KINDS.items()
        for suffix in suffixes
        if text.lower().endswith(suffix)
    ]
    return max(fitting)[1] if fitting else None


def _unwritable(path: Path, reason: str | None) -> OutputError:
    return OutputError(
        f"the report cannot be written: {reason}", where=str(path), next_step="give another file with --report"
    )
