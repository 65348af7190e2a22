"""Text that can be shown: what is not printable could act, and what an encoding lacks would raise; both are escaped."""

from __future__ import annotations

from typing import TextIO


def printable(text: str) -> str:
    """Escape every character that is not printable: controls, line breaks, bidirectional marks, lone surrogates."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def encodable(text: str, stream: TextIO) -> str:
    """Escape every character that the encoding of a stream lacks, such as that of a pipe on Windows."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
