"""Text that can be shown: what is not printable could act, and what an encoding lacks would raise; both are escaped."""

from __future__ import annotations

import os
from typing import TextIO

from copydesk.errors import OutputError


def printable(text: str) -> str:
    """Escape every character that is not printable: controls, line breaks, bidirectional marks, lone surrogates."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def write(text: str, stream: TextIO) -> None:
    """Write at once, with every character escaped that the encoding lacks, such as that of a pipe on Windows.

    Parameters:
        text: to be written.
        stream: standard output, or standard error in its place.

    Raises:
        OutputError: the system would not write it.
        BrokenPipeError: nobody reads it any more.
    """
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # what is left would be flushed at the end
        raise OutputError(
            f"cannot be written: {error.strerror}", where="standard output", next_step="see what takes it"
        ) from error
