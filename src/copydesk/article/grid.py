"""Where the cells of a table stand: columns of a grid, with the spans of cells taken into account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from copydesk.article.model import Cell, Table


class Placed(NamedTuple):
    """A cell and its place.

    Parameters:
        start: first column, from 0.
        end: column after the last one.
        rowspan: rows that it covers, never more than its group (head or body) still has.
        cell: the cell.
    """

    start: int
    end: int
    rowspan: int
    cell: Cell


class Grid(NamedTuple):
    """The placed cells of a table.

    Parameters:
        head: rows of the head.
        body: rows of the body.
        width: number of columns.
        title_columns: number of leading columns that hold header cells only, in all rows of the body.
    """

    head: list[list[Placed]]
    body: list[list[Placed]]
    width: int
    title_columns: int


def place(table: Table) -> Grid:
    """Place the cells of a table as HTML does, but without overlaps.

    A cell goes to the first free column of its row and covers as many columns as it asks for, up to the next cell that
    reaches down from a row above. Columns in which no cell begins or ends are left out, so that the width is never more
    than there are cells, whatever spans they claim.

    Parameters:
        table: the table.

    Returns:
        The grid.
    """
    head, body = _rows(table.head), _rows(table.body)
    edges = sorted({edge for rows in (head, body) for row in rows for cell in row for edge in (cell.start, cell.end)})
    column = {edge: at for at, edge in enumerate(edges)}
    titles = [_title_edges(row) for row in _with_those_above(body)]

    def narrowed(rows: list[list[Placed]]) -> list[list[Placed]]:
        return [[cell._replace(start=column[cell.start], end=column[cell.end]) for cell in row] for row in rows]

    return Grid(
        head=narrowed(head),
        body=narrowed(body),
        width=max(len(edges) - 1, 0),
        title_columns=column[max(set.intersection(*titles))] if titles else 0,
    )


def _rows(rows: Sequence[Sequence[Cell]]) -> list[list[Placed]]:
    placed: list[list[Placed]] = []
    above: list[Placed] = []  # cells that reach into this row
    for y, row in enumerate(rows):
        taken = sorted((cell.start, cell.end) for cell in above)
        here: list[Placed] = []
        at = passed = 0
        for cell in row:
            while passed < len(taken) and taken[passed][0] <= at:
                at = taken[passed][1]
                passed += 1
            end = at + cell.colspan
            if passed < len(taken):
                end = min(end, taken[passed][0])
            here.append(Placed(at, end, min(cell.rowspan, len(rows) - y), cell))
            at = end
        placed.append(here)
        above = _reaching_down([*above, *here])
    return placed


def _reaching_down(cells: Iterable[Placed]) -> list[Placed]:
    """Give the cells that cover the next row as well, each with one row less."""
    return [cell._replace(rowspan=cell.rowspan - 1) for cell in cells if cell.rowspan > 1]


def _with_those_above(rows: Iterable[list[Placed]]) -> Iterator[list[Placed]]:
    covering: list[Placed] = []
    for row in rows:
        covering = sorted([*_reaching_down(covering), *row], key=lambda cell: cell.start)
        yield covering


def _title_edges(row: Iterable[Placed]) -> set[int]:
    """Give the edges of the header cells that a row begins with."""
    edges = {0}
    for cell in row:
        if not cell.cell.header:
            break
        edges.add(cell.end)
    return edges
