"""In place of the writer: what would change, with nothing written."""

from __future__ import annotations

import difflib
import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import IO, Literal

from copydesk.running.outputs.folder import FileRecord, OutputFolder, reported_of

_IN_MEMORY = 8_000_000
"""Bytes of one output that are kept in memory; more go to the system's folder for temporary files."""
_LINE = 400
"""Characters of a line that are shown: a paragraph is one line."""
MAX_COMPARED = 2_000_000
"""Largest file, in bytes, that is compared line by line: the time that takes grows faster than its length."""


@dataclass(frozen=True, slots=True)
class Change:
    """One file that would be another.

    Parameters:
        path: below the output folder, with "/".
        kind: what would happen to it.
        diff: lines of a unified diff, without line ends; none for a new file.
    """

    path: str
    kind: Literal["new", "changed", "removed"]
    diff: tuple[str, ...] = ()


class Preview:
    """Takes outputs as a `Writer` does, compares them with what is there, and writes nothing below the folder.

    Parameters:
        folder: the output folder.
        lines: how many lines of a diff are shown of one file; None for all.
    """

    def __init__(self, folder: OutputFolder, lines: int | None) -> None:
        self.folder = folder
        self.lines = lines

    def stage(self) -> Previewed:
        """Begin files that belong together."""
        return Previewed(self)


class Previewed:
    """What would become of files that belong together."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        self.files: list[FileRecord] = []
        """Nothing, as no file was put in its place."""
        self.written: list[str] = []
        self.paths: list[str] = []
        """Paths of all files."""
        self.changes: list[Change] = []

    def __enter__(self) -> Previewed:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: nothing was written."""

    def commit(self) -> None:
        """Do nothing: files stay as they are."""

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Compare one file.

        Parameters:
            name: path below the output folder, with "/".
            chunks: its content. Whatever the iterable raises goes through.

        Raises:
            OutputError, TakenError: what is there cannot be looked at, or is no file.
        """
        folder = self._preview.folder
        self.paths.append(name)
        new = hashlib.sha256()
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as content:
            for chunk in chunks:
                new.update(chunk)
                content.write(chunk)
            size = content.tell()
            with reported_of(name, folder):
                try:
                    size = max(size, folder.stamp(name)[0])
                except FileNotFoundError:
                    self._add(Change(name, "new"))
                    return
                try:
                    if folder.sha256(name) != new.hexdigest():
                        content.seek(0)
                        with folder.open(name) as old:
                            self._add(Change(name, "changed", self._diff(name, old, content, size)))
                except PermissionError as error:  # a run would replace it all the same
                    said = f"(what is there cannot be read: {error.strerror or error})"
                    self._add(Change(name, "changed", (said,)))

    def _add(self, change: Change) -> None:
        self.changes.append(change)
        self.written.append(change.path)

    def _diff(self, name: str, old: IO[bytes], new: IO[bytes], largest: int) -> tuple[str, ...]:
        if largest > MAX_COMPARED:
            return ("(too large to be compared line by line)",)
        before, after = old.read(), new.read()
        try:
            if b"\0" in before or b"\0" in after:
                raise ValueError
            lines = difflib.unified_diff(
                before.decode("utf-8").split("\n"),
                after.decode("utf-8").split("\n"),
                f"{name} (there)",
                f"{name} (now)",
                lineterm="",
                n=1 if self._preview.lines is not None else 3,
            )
        except ValueError:  # not UTF-8 either
            return (f"(binary, {len(before):,} bytes there, {len(after):,} now)",)
        if self._preview.lines is None:
            return tuple(lines)
        shown = [line if len(line) <= _LINE else f"{line[:_LINE]}…" for line in islice(lines, self._preview.lines + 1)]
        return (*shown[:-1], "…") if len(shown) > self._preview.lines else tuple(shown)
