"""Pandoc's metadata, and the properties of the file, as fields of the view."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from copydesk.article.pandoc_nodes import Node, no_attr, words
from copydesk_pandoc.inlines import Flat, leaves
from copydesk_pandoc.properties import NAMES, Value

# What says how a document is typeset or run, and nothing about its text; and what has a place of its own.
_BOOKKEEPING = frozenset({
    "abstract", "jupyter", "documentclass", "classoption", "header-includes", "nocite", "bibliography", "csl",
    "geometry", "fontsize", "cover-image", "css", "numbersections", "toc", "link-citations",
})  # fmt: skip
_SPACES = re.compile("[ \t\r\n]+")  # no-break spaces stay


def fields(meta: Mapping[str, Node], notes: list[list[Node]]) -> Iterator[Value]:
    """Give the fields that an article has a place for.

    Parameters:
        meta: pandoc's metadata.
        notes: what notes in them hold, added to.
    """
    for key, value in meta.items():
        if key in NAMES and key not in _BOOKKEEPING:
            for text in texts(value, notes):
                yield Value(NAMES[key], text)


def others(meta: Mapping[str, Node], notes: list[list[Node]]) -> Iterator[tuple[str, str]]:
    """Give (name, text) of the fields that it has none for."""
    for key, value in meta.items():
        if key not in NAMES and key not in _BOOKKEEPING:
            for text in texts(value, notes):
                yield key, text


def abstract(meta: Mapping[str, Node]) -> list[Node]:
    """Give the blocks of the abstract."""
    match meta.get("abstract"):
        case {"t": "MetaBlocks", "c": blocks}:
            return list(blocks)
        case {"t": "MetaInlines", "c": inlines}:
            return [{"t": "Para", "c": inlines}]
        case {"t": "MetaString", "c": str(text)}:
            return [{"t": "Para", "c": [{"t": "Str", "c": text}]}]
        case _:
            return []


def notebook(meta: Mapping[str, Node]) -> Mapping[str, Node]:
    """Give what a Jupyter notebook says of its text."""
    inner = meta.get("jupyter", {}).get("c", {})
    authors = inner.get("authors", {}).get("c", []) if isinstance(inner, dict) else []
    names = [author["c"]["name"] for author in authors if author["t"] == "MetaMap" and "name" in author["c"]]
    found: dict[str, Node] = {"author": {"t": "MetaList", "c": names}} if names else {}
    if isinstance(inner, dict) and "title" in inner:
        found["title"] = inner["title"]
    return found


def texts(value: Node, notes: list[list[Node]]) -> Iterator[str]:
    """Give the texts of a value: one for each member of a list, none for one without text."""
    match value["t"], value["c"]:
        case "MetaList", members:
            for member in members:
                yield from texts(member, notes)
        case "MetaMap", members:
            for member in members.values():
                yield from texts(member, notes)
        case "MetaInlines", inlines:
            yield from _spaced(_plain(inlines, notes))
        case "MetaBlocks", blocks:
            for leaf in leaves(blocks):
                yield from _spaced(_plain(leaf, notes))
        case "MetaString", str(text):
            yield from _spaced(text)


def _plain(inlines: Iterable[Node], notes: list[list[Node]]) -> str:
    """Text alone. The numbers of notes are left out, as they would be counted apart from those of the text.

    Links and pictures, which a field cannot hold, are added to `notes` as paragraphs.
    """
    flat = Flat(notes).add(_without_notes(inlines, notes))
    for mark in flat.marks:
        if mark.kind in ("a", "img"):
            label = words(flat.text[mark.start : mark.end] or mark.title)
            kind, title = ("Link", mark.title) if mark.kind == "a" else ("Image", "")
            notes.append([{"t": "Para", "c": [{"t": kind, "c": [no_attr(), label, [mark.address, title]]}]}])
    return flat.text


def _without_notes(value: Any, notes: list[list[Node]]) -> Any:
    if isinstance(value, list):
        kept = []
        for part in value:
            if isinstance(part, dict) and part.get("t") == "Note":
                notes.append(part["c"])
            else:
                kept.append(_without_notes(part, notes))
        return kept
    if isinstance(value, dict):
        return {key: _without_notes(part, notes) for key, part in value.items()}
    return value


def _spaced(text: str) -> Iterator[str]:
    if spaced := _SPACES.sub(" ", text).strip():
        yield spaced
