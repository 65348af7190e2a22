"""Runs typst: its markup in, a PDF's bytes out, under limits and with no fonts but its own."""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from copydesk.errors import ExportError
from copydesk.exporting import program

_PROGRAM = str(Path(__file__).with_name("typesetting.py"))
_INSTALL = "run `pip install copydesk-pandoc[pdf]`"
MEMORY_LIMIT = 2_000_000_000
"""Bytes of address space, on Linux. Typst itself takes 0.1 GB; 1 MB of text fits, 5 MB do not."""


def typeset(source: bytes) -> bytes:
    """Let typst make a PDF/A-2u, which asks that every character has a glyph and can be copied out again.

    The fonts of the machine are left alone, so that the same article gives the same bytes everywhere.

    Parameters:
        source: a document in Typst's markup, which names no other files.

    Returns:
        The bytes of the PDF.

    Raises:
        ExportError: typst is missing or fails, its fonts lack a character, or it exceeds a limit of time or memory.
    """
    if find_spec("typst") is None:
        raise ExportError("there is no typst, which PDF needs", next_step=_INSTALL)
    with tempfile.TemporaryDirectory() as empty:  # typst reads no files but those below it
        command = [sys.executable, "-I", _PROGRAM, empty, str(MEMORY_LIMIT)]
        done = program.run(command, source, called="typst", install=_INSTALL)
    if done.status == 0:
        return done.output
    said = " ".join(done.complaint.split())[:500] or "it says nothing"
    if "could not be displayed with font" in said:
        raise ExportError(
            f"the fonts that come with typst lack characters of this article ({said})",
            next_step="take docx, odt or html5, which use the fonts of the reader's machine",
        )
    if "memory allocation" in said:
        raise ExportError(
            f"typst needed more than {MEMORY_LIMIT:,} bytes of memory",
            next_step="leave this article out, or split its source",
        )
    raise ExportError(
        f"typst failed with status {done.status}: {said}",
        next_step="report this with the article, or take another format",
    )
