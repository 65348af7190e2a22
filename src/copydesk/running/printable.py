"""Text that cannot act: what a file name may hold that is not printable is escaped."""

from __future__ import annotations


def printable(text: str) -> str:
    """Escape every character that is not printable: controls, line breaks, bidirectional marks, lone surrogates."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
