"""Tables of FictionBook, which pandoc's reader passes over without a word."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from lxml import etree

from copydesk.article.pandoc_nodes import Contents, Node, no_attr, words
from copydesk_pandoc.archive import parsed

_NONE: Contents = [None, []]


def without_tables(raw: bytes) -> tuple[bytes, Mapping[str, Node]]:
    """Put a paragraph in place of each table.

    Parameters:
        raw: the bytes of the file.

    Returns:
        The file, as it is if it has no tables or is not well-formed; and the tables by the text of their paragraphs.
    """
    root = parsed(raw)
    if root is None:
        return raw, {}
    tables: dict[str, Node] = {}
    mark = hashlib.sha256(raw).hexdigest()[:16]
    for table in list(root.iter("{*}table")):
        parent = table.getparent()
        if parent is not None:
            paragraph = etree.Element(etree.QName(table).text.replace("}table", "}p"))
            paragraph.text = f"table-{len(tables)}-{mark}"
            paragraph.tail = table.tail
            tables[paragraph.text] = _table(table)
            parent.replace(table, paragraph)
    return (etree.tostring(root, encoding="utf-8", xml_declaration=True), tables) if tables else (raw, {})


def with_tables(blocks: list[Node], tables: Mapping[str, Node]) -> list[Node]:
    """Put the tables back in place of their paragraphs."""
    made = []
    for block in blocks:
        match block:
            case {"t": "Para", "c": [{"t": "Str", "c": str(text)}]} if text in tables:
                made.append(tables[text])
            case {"t": "Div", "c": [attr, inner]}:
                made.append({"t": "Div", "c": [attr, with_tables(inner, tables)]})
            case _:
                made.append(block)
    return made


def _table(table: etree._Element) -> Node:
    rows = [(row, [cell for cell in row if cell.tag in (f"{_space(row)}th", f"{_space(row)}td")]) for row in table]
    heads = 0
    while heads < len(rows) and all(cell.tag.endswith("}th") for cell in rows[heads][1]):
        heads += 1
    made = [[no_attr(), [_cell(cell) for cell in cells]] for _, cells in rows]
    return {
        "t": "Table",
        "c": [
            no_attr(), _NONE, [], [no_attr(), made[:heads]], [[no_attr(), 0, [], made[heads:]]], [no_attr(), []],
        ],
    }  # fmt: skip


def _space(element: etree._Element) -> str:
    return str(element.tag).partition("}")[0] + "}"


def _cell(cell: etree._Element) -> Contents:
    text = " ".join("".join(map(str, cell.itertext())).split())
    blocks = [{"t": "Plain", "c": words(text)}] if text else []
    return [no_attr(), {"t": "AlignDefault"}, _span(cell, "rowspan"), _span(cell, "colspan"), blocks]


def _span(cell: etree._Element, name: str) -> int:
    span = cell.get(name, "")
    return max(1, int(span)) if span.isascii() and span.isdecimal() and len(span) < 4 else 1
