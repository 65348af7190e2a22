r"""What stands in one cell: lists in text, and formulas made harmless. Each function has its inverse here.

A cell that holds a list follows this grammar; a backslash before `|`, `;`, `=` or a backslash takes it literally:

    cell  = "" / item *( "|" item )
    item  = [ group "=" ] part *( ";" part )
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SPECIAL = re.compile(r"[|;=\\]")
_TOKEN = re.compile(r"\\(.)|([|;=])|([^|;=\\]+)", re.DOTALL)
# What spreadsheets take for a formula: OWASP, "CSV Injection", which names the full-width forms as well.
_TRIGGER = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_GUARDED = re.compile(f"'+[{_TRIGGER}]")
_TO_GUARD = re.compile(f"'*[{_TRIGGER}]")


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a list: its parts (most have one) and the group that it stands in, if any."""

    parts: tuple[str, ...]
    group: str | None = None


def join_items(items: Iterable[Item]) -> str:
    """Write a list into a cell.

    Parameters:
        items: the values; each has parts, the first of which is not empty.

    Returns:
        The cell, from which `parse_items` makes equal items.
    """
    return "|".join(map(_join_item, items))


def parse_items(cell: str) -> tuple[Item, ...]:
    r"""Read a cell that holds a list.

    Parameters:
        cell: the content of the cell, already read from CSV, without the guard of `--csv-excel`.

    Returns:
        Its items; none for an empty cell.

    Raises:
        ValueError: a backslash ends the cell, or an item has a second "=" or one after a ";".
    """
    if not cell:
        return ()
    items: list[Item] = []
    group: str | None = None
    parts = [""]
    end = 0
    for token in _TOKEN.finditer(cell):
        end = token.end()
        escaped, mark, run = token.groups()
        if mark == "|":
            items.append(Item(tuple(parts), group))
            group, parts = None, [""]
        elif mark == ";":
            parts.append("")
        elif mark == "=":
            if group is not None or len(parts) > 1:
                raise ValueError(f"not a list cell: '=' out of place at {token.start()}")
            group, parts = parts[0], [""]
        else:
            parts[-1] += escaped or run
    if end != len(cell):
        raise ValueError("not a list cell: it ends in a lone backslash")
    return (*items, Item(tuple(parts), group))


def guard(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula, and before what `unguard` would change."""
    return f"'{cell}" if _TO_GUARD.match(cell) else cell


def unguard(cell: str) -> str:
    """Return the exact value of a cell that was written with `--csv-excel`."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _join_item(item: Item) -> str:
    parts = ";".join(map(_escape, item.parts))
    return parts if item.group is None else f"{_escape(item.group)}={parts}"


def _escape(value: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", value)
