"""Tables as GFM pipe tables."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.article.grid import Placed, place
from copydesk.article.model import Table
from copydesk_markdown.inlines import leaf


def table(block: Table) -> str:
    """Write a table.

    A pipe table has one header row, which may not be missing, and no spans: a second header row becomes the first row
    of the body, a missing one a row of empty cells, and what a span covers beyond its first field is empty.
    """
    grid = place(block)
    rows = [*(grid.head or [[]]), *grid.body]
    header, *others = (_line(row, grid.width) for row in rows)
    return "\n".join([header, f"|{' --- |' * grid.width}", *others])


def _line(row: Sequence[Placed], width: int) -> str:
    fields = [""] * width
    for cell in row:
        fields[cell.start] = leaf(cell.cell.inlines, "cell")
    return f"| {' | '.join(fields)} |"
