"""The inlines of one leaf block as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Literal, TypeAlias

from copydesk.article.model import Inline
from copydesk_markdown.emphasis import settle
from copydesk_markdown.escape import code_span, escape_line, escape_text, guard_edges
from copydesk_markdown.row import SPACES, Atom, Bracket, CodeSpan, LineBreak, Mark, Part, Row

Place: TypeAlias = Literal["paragraph", "heading", "cell"]

_STARS = {"em": "*", "strong": "**"}


def leaf(inlines: Iterable[Inline], place: Place = "paragraph") -> str:
    """Write the inlines of one leaf block.

    Parameters:
        inlines: its content.
        place: where it stands. A heading and a table cell are one line, so a line break is a space there.

    Returns:
        Markdown without a line end at its end; empty if there is nothing to show.
    """
    row = Row()
    row.add(inlines)
    settle(row.parts)
    lines = [""]
    visible = list(_visible(row.parts, place))
    for part, following in zip_longest(visible, visible[1:]):
        match part:
            case str():
                lines[-1] += _text(part, following, opens_line=not lines[-1])
            case Mark():
                lines[-1] += _STARS[part.kind]
            case CodeSpan():
                lines[-1] += code_span(part.text, in_table=place == "cell")
            case Atom() | Bracket():
                lines[-1] += part.source
            case LineBreak():
                lines.append("")
    finished = (guard_edges(line) for line in lines if line)
    return "\\\n".join(map(escape_line, finished) if place == "paragraph" else finished)


def _visible(parts: Iterable[Part], place: Place) -> Iterator[Part]:
    """Yield the parts that are written, neighbours of one sort as one."""
    pending: Part = ""
    for part in parts:
        if isinstance(part, Mark) and not part.live:
            continue
        current: Part = " " if isinstance(part, LineBreak) and place != "paragraph" else part
        if isinstance(pending, str) and isinstance(current, str):
            pending += current
        elif current == "":
            continue
        elif isinstance(pending, CodeSpan) and isinstance(current, CodeSpan):
            pending = CodeSpan(pending.text + current.text)
        else:
            if pending != "":
                yield pending
            pending = current
    if pending != "":
        yield pending


def _text(text: str, following: Part | None, *, opens_line: bool) -> str:
    text = SPACES.sub(" ", text)
    if opens_line:
        text = text.lstrip(" ")
    if following is None or isinstance(following, LineBreak):
        return escape_text(text.rstrip(" "))
    # "!" in front of a link would make it an image.
    return escape_text(text[:-1]) + "\\!" if text.endswith("!") else escape_text(text)
