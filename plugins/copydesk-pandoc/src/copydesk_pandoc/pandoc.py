"""Runs pandoc: a JSON AST in, a document's bytes out, under limits."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copydesk.errors import ExportError
from copydesk_pandoc import process

HEAP_LIMIT = "1g"
"""GHC's `-M`. 5 MB of text take 0.7 GB; an ordinary article stays below 50 MB."""

_INSTALL = "run `pip install --force-reinstall pypandoc-binary`, or set PYPANDOC_PANDOC to the path of a pandoc 3"
_CHECK = "check that pandoc is the one that pypandoc-binary brings; if it is, report this with the article"

_ARGUMENTS = (
    "--from=json",
    "--output=-",
    "--standalone",
    "--sandbox",  # no file is read, nothing is fetched, and the clock stands at 1970
    # Templates and translations in the user's own pandoc folder would change the output: look in one that has none.
    f"--data-dir={Path(__file__).parent}",
    "--wrap=none",
    "--eol=lf",
    "--syntax-highlighting=none",
    "--verbose",  # what a writer leaves out because the format lacks it is no warning, but only worth a note
)
_MESSAGE = re.compile(r"^\[(WARNING|INFO)\] ", re.MULTILINE)
# Of words that pandoc would add ("Abstract"), and of how large a picture is shown: the text is all there.
_HARMLESS = re.compile(
    r"Could not load translations for |The term \w+ has no translation|Invalid 'lang' value"
    r"|Could not determine image size"
)
_OMISSION = "Not rendering"


def write(document: Mapping[str, Any], writer: str) -> bytes:
    """Let pandoc write a standalone document.

    The result depends on the document alone: not on locale, time zone, clock, working folder or the user's pandoc data.

    Parameters:
        document: a pandoc JSON AST; an image that pandoc is to pack is a data URI.
        writer: name of the format, with extensions: "latex-smart".

    Returns:
        The bytes of the file.

    Raises:
        ExportError: pandoc is missing, fails, leaves something out, or exceeds the limits of time or memory.
    """
    command = [_path(), "+RTS", f"-M{HEAP_LIMIT}", "-RTS", *_ARGUMENTS, f"--to={writer}"]
    done = process.run(command, json.dumps(document).encode("ascii"), called="pandoc", install=_INSTALL)
    if done.status:
        raise _failure(done.status, done.complaint)
    if omitted := _omissions(done.complaint):
        raise ExportError(f"pandoc would leave something out: {'; '.join(omitted)[:500]}", next_step=_CHECK)
    return done.output


def _path() -> str:
    """Find pandoc: the one that the user names, else the one in pypandoc-binary, else what pypandoc finds."""
    if named := os.environ.get("PYPANDOC_PANDOC"):
        return named
    import pypandoc  # type: ignore[import-untyped, unused-ignore]  # here, as it is needed for these formats alone

    # pypandoc prefers a newer pandoc on the PATH, which would make the output depend on the machine.
    bundled = Path(pypandoc.__file__).parent / "files" / ("pandoc.exe" if sys.platform == "win32" else "pandoc")
    if bundled.is_file():
        return str(bundled)
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise ExportError("there is no pandoc, which this format needs", next_step=_INSTALL) from error


def _omissions(complaint: str) -> list[str]:
    """What of pandoc's messages means that something is not in the output: every warning that is not known as none."""
    _, *parts = _MESSAGE.split(complaint)
    messages = zip(parts[::2], (" ".join(text.split()) for text in parts[1::2]), strict=True)
    return [
        text
        for level, text in messages
        if not _HARMLESS.match(text) and (level == "WARNING" or text.startswith(_OMISSION))
    ]


def _failure(status: int, complaint: str) -> ExportError:
    if "Heap exhausted" in complaint:
        return ExportError(
            f"pandoc needed more than {HEAP_LIMIT} of memory", next_step="leave this article out, or split its source"
        )
    said = "; ".join(line.strip() for line in complaint.splitlines() if line.strip()) or "it says nothing"
    return ExportError(f"pandoc failed with status {status}: {said[:500]}", next_step=_CHECK)
