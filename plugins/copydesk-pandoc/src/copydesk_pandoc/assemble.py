"""One document of pandoc's, with the properties of its file, to one view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from copydesk.article.pandoc_nodes import Node
from copydesk_pandoc import metadata
from copydesk_pandoc.inlines import Flat
from copydesk_pandoc.ledger_rules import FILE_TITLE
from copydesk_pandoc.properties import Value
from copydesk_pandoc.view import ViewWriter

_NEAR = 3  # blocks at the top among which a heading is a title


def write(meta: Mapping[str, Node], blocks: list[Node], of_file: list[Value], *, trusted: bool) -> ViewWriter:
    """Write metadata and blocks.

    Parameters:
        meta, blocks: of pandoc's AST.
        of_file: properties of the file.
        trusted: whether these are better than pandoc's metadata, which then are left out.
    """
    above = list[list[Node]]()
    meta = {**meta, **metadata.notebook(meta)}
    printed = [] if trusted else list(metadata.fields(meta, above))
    title = next((value.text for value in (*printed, *of_file) if value.name == "headline"), None)
    tops = [text for text in _headings(blocks) if text != title]
    writer = ViewWriter(shift=1 if tops and (title is not None or len(tops) > 1) else 0)
    known = set[tuple[str, str]]()
    for value in (*printed, *of_file):
        key = (value.name, "".join(value.text.split()).casefold())
        if key in known:
            continue
        name = value.name
        if name == "headline" and value not in printed and not trusted and _is_stale(value.text, printed, blocks):
            name = FILE_TITLE
        known.add(key)
        writer.declare(name, _label(value.name), value.text)
    writer.add(metadata.abstract(meta), "standfirst")
    if not trusted:
        writer.add(_para(f"{name}: {text}") for name, text in metadata.others(meta, above))
    for note in above:
        writer.add(note)
    writer.add(blocks)
    return writer


def _is_stale(title: str, printed: list[Value], blocks: list[Node]) -> bool:
    """Whether a title in the file's properties is not that of its text."""
    if any(value.name == "headline" for value in printed):
        return True
    headings = [_plain(block["c"][2]) for block in blocks[:_NEAR] if block["t"] == "Header"]
    return bool(headings) and title not in headings


def _headings(blocks: list[Node]) -> Iterator[str]:
    """The texts of headings of the first level."""
    for block in blocks:
        match block["t"], block.get("c"):
            case "Header", [1, _, inlines]:
                yield _plain(inlines)
            case "Div", [_, inner]:
                yield from _headings(inner)


def _plain(inlines: list[Node]) -> str:
    return " ".join(Flat([]).add(inlines).text.split())


def _label(name: str) -> str:
    return "title" if name == "headline" else name


def _para(text: str) -> Node:
    return {"t": "Para", "c": [{"t": "Str", "c": text}]}
