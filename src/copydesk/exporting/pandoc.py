"""Pandoc for exporters and readers that need it: found, shut in, limited, and the same on every machine.

It is no dependency of core: a plugin that uses this depends on `pypandoc-binary`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from copydesk.errors import CopydeskError, ExportError, SourceError
from copydesk.exporting import program
from copydesk.exporting.program import Done

HEAP_LIMIT = "1g"
"""GHC's `-M`. 5 MB of text take 0.7 GB; an ordinary article stays below 50 MB."""

CHECK = "check that pandoc is the one that pypandoc-binary brings; if it is, report this with the article"
"""The next step where pandoc does what it should not."""

_INSTALL = "run `pip install --force-reinstall pypandoc-binary`, or set PYPANDOC_PANDOC to the path of a pandoc 3"
_ALONE = (
    "--output=-",
    "--sandbox",  # no file is read, nothing is fetched, and the clock stands at 1970
    # Templates and translations in the user's own pandoc folder would change the output: look in one that has none.
    f"--data-dir={Path(__file__).parent}",
)


def run(arguments: Sequence[str], given: bytes, *, failure: type[CopydeskError] = ExportError) -> Done:
    """Run pandoc on bytes.

    What it does depends on these alone: not on locale, time zone, clock, working folder or the user's pandoc data.

    Parameters:
        arguments: such as `--from=json` and `--to=epub3`; those that shut it in are added.
        given: its standard input.
        failure: the error to raise.

    Returns:
        What it left; it may have failed (`failed` says how).

    Raises:
        CopydeskError: pandoc is missing, or exceeds the limit of time.
    """
    command = [_path(failure), "+RTS", f"-M{HEAP_LIMIT}", "-RTS", *_ALONE, *arguments]
    return program.run(command, given, called="pandoc", install=_INSTALL, failure=failure)


def is_out_of_memory(done: Done) -> bool:
    """Whether pandoc came to its limit of memory."""
    return bool(done.status) and "Heap exhausted" in done.complaint


def failed(done: Done) -> ExportError:
    """Make the error of a pandoc that ended with a status other than 0 when it should have written a document."""
    if is_out_of_memory(done):
        return ExportError(
            f"pandoc needed more than {HEAP_LIMIT} of memory", next_step="leave this article out, or split its source"
        )
    said = "; ".join(line.strip() for line in done.complaint.splitlines() if line.strip()) or "it says nothing"
    return ExportError(f"pandoc failed with status {done.status}: {said[:500]}", next_step=CHECK)


def version() -> str:
    """Give pandoc's version, such as "3.9": what it reads out of a document depends on it.

    Raises:
        SourceError: pandoc is missing.
    """
    return _version(_path(SourceError))


@cache
def _version(path: str) -> str:
    done = program.run([path, "--version"], b"", called="pandoc", install=_INSTALL, failure=SourceError)
    found = re.search(rb"\d+(?:\.\d+)+", done.output)
    return found[0].decode("ascii") if found else "unknown"


def _path(failure: type[CopydeskError]) -> str:
    """Find pandoc: the one that the user names, else the one in pypandoc-binary, else what pypandoc finds."""
    if named := os.environ.get("PYPANDOC_PANDOC"):
        return named
    try:
        import pypandoc  # type: ignore[import-untyped, unused-ignore]  # here, as few formats need it
    except ImportError as error:
        raise failure("there is no pandoc, which this format needs", next_step=_INSTALL) from error
    # pypandoc prefers a newer pandoc on the PATH, which would make the output depend on the machine.
    bundled = Path(pypandoc.__file__).parent / "files" / ("pandoc.exe" if sys.platform == "win32" else "pandoc")
    if bundled.is_file():
        return str(bundled)
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise failure("there is no pandoc, which this format needs", next_step=_INSTALL) from error
