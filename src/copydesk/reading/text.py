"""Reader of plain-text dumps: every line is a block, as a page's text content keeps one element a line."""

from __future__ import annotations

import re
from typing import ClassVar

from copydesk.reading.characters import passage_of
from copydesk.reading.source import Block, Reader, Source

_LINE = re.compile(r"[^\r\n]+")
_TAB = 8  # columns of a tab stop, as terminals have it


class TextReader(Reader):
    """Plain text, and whatever no other reader claims."""

    name: ClassVar[str] = "text"
    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".text")
    media_type: ClassVar[str] = "text/plain"

    def sniff(self, view: str) -> float:
        """Any text can be read as plain text; a reader that sees signs of its own kind goes first."""
        return 0.25

    def read(self, source: Source) -> None:
        """One block a line that holds text, with its indentation and the blank lines before it."""
        view, blank, last = source.view, 0, 0
        for found in _LINE.finditer(view):
            newlines = view[last : found.start()]
            blank += max(newlines.count("\n") or newlines.count("\r"), 1) - 1
            last = found.end()
            line = found[0]
            body = line.lstrip()
            passage = passage_of(view, found.end() - len(body), found.end()).cut(0) if body else None
            if not passage:
                blank += 1
                continue
            indent = len(line[: len(line) - len(body)].expandtabs(_TAB))
            source.blocks.append(Block("paragraph", passage, indent=indent, blank_before=blank))
            blank = 0
