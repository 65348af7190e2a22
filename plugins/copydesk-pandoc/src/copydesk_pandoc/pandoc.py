"""What pandoc is asked: a JSON AST in, a document's bytes out, or the other way round."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from copydesk.errors import ExportError, SourceError
from copydesk.exporting import pandoc

_ARGUMENTS = (
    "--from=json",
    "--standalone",
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
    done = pandoc.run([*_ARGUMENTS, f"--to={writer}"], json.dumps(document).encode("ascii"))
    if done.status:
        raise pandoc.failed(done)
    if omitted := _omissions(done.complaint):
        raise ExportError(f"pandoc would leave something out: {'; '.join(omitted)[:500]}", next_step=pandoc.CHECK)
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
    arguments = ("--verbose", "--standalone", f"--from={reader}", "--to=json")
    done = pandoc.run(arguments, raw, failure=SourceError)
    if pandoc.is_out_of_memory(done):
        problem = f"pandoc needed more than {pandoc.HEAP_LIMIT} of memory to read it"
        raise SourceError(problem, next_step="split it, or save it as text")
    if done.status:
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
