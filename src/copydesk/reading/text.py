"""Reader of plain-text dumps: every line is a block, as a page's text content keeps one element a line."""

from __future__ import annotations

import re
from typing import ClassVar

from copydesk.reading.characters import Characters
from copydesk.reading.source import Block, Reader, Source

_LINE = re.compile(r"\S[^\r\n]*")  # from its first character: white space before it is skipped unmatched
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
        view, blank, last = source.view, -1, 0
        text = Characters(view)
        for found in _LINE.finditer(view):
            start, end = found.span()
            above = view[last:start]
            blank += above.count("\n") or above.count("\r")
            last = end
            passage = text.passage(start, start + len(found[0].rstrip()))
            if not passage.is_trimmed and not (passage := passage.cut(0)):
                continue
            margin = "" if above[-1:] == "\n" else above[max(above.rfind("\n"), above.rfind("\r")) + 1 :]
            indent = len(margin.expandtabs(_TAB)) if margin else 0
            source.blocks.append(Block("paragraph", passage, indent=indent, blank_before=max(blank, 0)))
            blank = -1
        source.syntax.extend(text.dropped())
