"""Runs pandoc under limits: a JSON AST in, a document's bytes out, or the other way round."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from copydesk.errors import CopydeskError, ExportError, SourceError
from copydesk_pandoc import process

HEAP_LIMIT = "1g"
"""GHC's `-M`. 5 MB of text take 0.7 GB; an ordinary article stays below 50 MB."""

_INSTALL = "run `pip install --force-reinstall pypandoc-binary`, or set PYPANDOC_PANDOC to the path of a pandoc 3"
_CHECK = "check that pandoc is the one that pypandoc-binary brings; if it is, report this with the article"

_ALONE = (
    "--output=-",
    "--sandbox",  # no file is read, nothing is fetched, and the clock stands at 1970
    # Templates and translations in the user's own pandoc folder would change the output: look in one that has none.
    f"--data-dir={Path(__file__).parent}",
)
_ARGUMENTS = (
    "--from=json",
    "--standalone",
    *_ALONE,
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
    command = [*_limited(ExportError), *_ARGUMENTS, f"--to={writer}"]
    done = process.run(command, json.dumps(document).encode("ascii"), called="pandoc", install=_INSTALL)
    if done.status:
        raise _failure(done.status, done.complaint)
    if omitted := _omissions(done.complaint):
        raise ExportError(f"pandoc would leave something out: {'; '.join(omitted)[:500]}", next_step=_CHECK)
    return done.output


def read(raw: bytes, reader: str) -> tuple[Mapping[str, Any], list[tuple[str, str]]]:
    """Let pandoc read a document.

    Parameters:
        raw: the bytes of the file.
        reader: name of the format, with extensions: "latex-latex_macros".

    Returns:
        The JSON AST, and what pandoc says about it: (WARNING or INFO, message).

    Raises:
        SourceError: pandoc is missing, fails, or exceeds the limits of time or memory.
    """
    command = [*_limited(SourceError), *_ALONE, "--verbose", "--standalone", f"--from={reader}", "--to=json"]
    done = process.run(command, raw, called="pandoc", install=_INSTALL, failure=SourceError)
    if done.status:
        if "Heap exhausted" in done.complaint:
            raise SourceError(
                f"pandoc needed more than {HEAP_LIMIT} of memory to read it", next_step="split it, or save it as text"
            )
        lines = [line for line in done.complaint.splitlines() if line.strip() and not line.startswith("[INFO]")]
        said = " ".join(" ".join(lines).split()) or "it says nothing"
        raise SourceError(
            f"pandoc cannot read it as {reader.partition('-')[0]}: {said[:300]}",
            next_step="open it in the program that made it, and save it again",
        )
    try:
        return json.loads(done.output), _messages(done.complaint)
    except RecursionError as error:
        raise SourceError("its parts stand too deep in one another", next_step="simplify it") from error


def version() -> str:
    """Give pandoc's version: what it reads out of a document depends on it."""
    return _version(_path(SourceError))


@cache
def _version(path: str) -> str:
    done = process.run([path, "--version"], b"", called="pandoc", install=_INSTALL, failure=SourceError)
    found = re.search(rb"\d+(?:\.\d+)+", done.output)
    return found[0].decode("ascii") if found else "unknown"


def _limited(failure: type[CopydeskError]) -> list[str]:
    return [_path(failure), "+RTS", f"-M{HEAP_LIMIT}", "-RTS"]


def _path(failure: type[CopydeskError]) -> str:
    """Find pandoc: the one that the user names, else the one in pypandoc-binary, else what pypandoc finds."""
    if named := os.environ.get("PYPANDOC_PANDOC"):
        return named
    try:
        import pypandoc  # type: ignore[import-untyped, unused-ignore]  # here, as it is needed for these formats alone
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


def _omissions(complaint: str) -> list[str]:
    """What of pandoc's messages means that something is not in the output: every warning that is not known as none."""
    return [
        text
        for level, text in _messages(complaint)
        if not _HARMLESS.match(text) and (level == "WARNING" or text.startswith(_OMISSION))
    ]


def _messages(complaint: str) -> list[tuple[str, str]]:
    _, *parts = _MESSAGE.split(complaint)
    return list(zip(parts[::2], (" ".join(text.split()) for text in parts[1::2]), strict=True))


def _failure(status: int, complaint: str) -> ExportError:
    if "Heap exhausted" in complaint:
        return ExportError(
            f"pandoc needed more than {HEAP_LIMIT} of memory", next_step="leave this article out, or split its source"
        )
    said = "; ".join(line.strip() for line in complaint.splitlines() if line.strip()) or "it says nothing"
    return ExportError(f"pandoc failed with status {status}: {said[:500]}", next_step=_CHECK)
