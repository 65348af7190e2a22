"""Report files: which kind a name asks for, and writing them so that nobody ever sees half of one."""

from __future__ import annotations

import difflib
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from copydesk.errors import OutputError, UsageError
from copydesk.running.reporting import json_report, junit, markdown, sarif
from copydesk.running.reporting.outcome import Outcome
from copydesk.running.urls import is_url

Lines: TypeAlias = Callable[[Outcome], Iterator[str]]

KINDS: dict[str, tuple[Lines, tuple[str, ...]]] = {
    "json": (json_report.lines, (".json",)),
    "junit": (junit.lines, (".xml",)),
    "markdown": (markdown.lines, (".md",)),
    "sarif": (sarif.lines, (".sarif", ".sarif.json")),
}
"""Kinds of reports: what writes one, and the names that ask for it."""
STANDARD_OUTPUT = Path("-")


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One `--report`: the kind, and the file to write; `-` is standard output."""

    kind: str
    path: Path

    @classmethod
    def parse(cls, text: str, *, where: str = "--report") -> ReportFile:
        """Read `FILE`, whose suffix says the kind, or `KIND:FILE`.

        Raises:
            UsageError: the kind is not known, or no file is named.
        """
        before, colon, after = text.partition(":")
        named = bool(colon) and before in KINDS
        kind, file = (before, after) if named else (_kind_of(text), text)
        if not Path(file).name:
            raise UsageError("no file is named", where=f"{where} {text}", next_step="give one, such as report.json")
        if is_url(file):
            raise UsageError(
                "reports are written on this machine",
                where=f"{where} {text}",
                next_step="give a file, and copy it to the store when the run is over",
            )
        if kind is None:
            known = ", ".join(f"{name} ({suffixes[0]})" for name, (_, suffixes) in KINDS.items())
            close = difflib.get_close_matches(before, KINDS, n=1) if colon else []
            meant = f"did you mean {close[0]}? " if close else ""
            raise UsageError(
                "this name does not say which kind of report is wanted",
                where=f"{where} {text}",
                next_step=f"{meant}give KIND:FILE, or one of the suffixes: {known}",
            )
        return cls(kind, Path(file))

    def prepare(self) -> None:
        """Make the folder and see whether it can be written to, before hours of work.

        Raises:
            OutputError: it cannot.
        """
        if self.path == STANDARD_OUTPUT:
            return
        folder = self.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self.path, error.strerror) from error
        if self.path.is_dir():
            raise _unwritable(self.path, "it is a folder")
        if not os.access(folder, os.W_OK):
            raise _unwritable(self.path, "its folder may not be written to")

    def write(self, outcome: Outcome) -> None:
        """Write the report to a temporary file beside its place, which is then given its name.

        Raises:
            OutputError: the system would not write it.
        """
        if self.path == STANDARD_OUTPUT:
            for line in KINDS[self.kind][0](outcome):
                sys.stdout.buffer.write(line.encode("utf-8"))
            sys.stdout.buffer.flush()
            return
        temporary = self.path.with_name(f".copydesk-{secrets.token_hex(8)}.tmp")
        try:
            with temporary.open("x", encoding="utf-8", newline="") as stream:
                stream.writelines(KINDS[self.kind][0](outcome))
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(self.path)
        except OSError as error:
            raise _unwritable(self.path, error.strerror) from error
        finally:
            with suppress(OSError):
                temporary.unlink()


def _kind_of(text: str) -> str | None:
    """The kind whose longest suffix a name has: `a.sarif.json` is SARIF."""
    fitting = [
        (len(suffix), kind)
        for kind, (_, suffixes) in KINDS.items()
        for suffix in suffixes
        if text.lower().endswith(suffix)
    ]
    return max(fitting)[1] if fitting else None


def _unwritable(path: Path, reason: str | None) -> OutputError:
    return OutputError(
        f"the report cannot be written: {reason}", where=str(path), next_step="give another file with --report"
    )
