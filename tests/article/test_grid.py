from __future__ import annotations

import pytest

from copydesk.article.grid import place
from copydesk.article.model import Cell, Table


def rows(*texts: str) -> tuple[tuple[Cell, ...], ...]:
    """Rows of cells written as COLSPAN,ROWSPAN, with an h in front of a header cell."""
    made = []
    for text in texts:
        row = []
        for word in text.split():
            colspan, rowspan = word.lstrip("h").split(",")
            row.append(Cell(inlines=(), header=word[0] == "h", colspan=int(colspan), rowspan=int(rowspan)))
        made.append(tuple(row))
    return tuple(made)


@pytest.mark.parametrize(
    ("head", "body", "placed", "width", "titles"),
    [
        ((), ("1,1 1,1",), [[(0, 1, 1), (1, 2, 1)]], 2, 0),
        ((), ("1,2 1,1", "1,1"), [[(0, 1, 2), (1, 2, 1)], [(1, 2, 1)]], 2, 0),
        ((), ("1,9 1,1", "1,1"), [[(0, 1, 2), (1, 2, 1)], [(1, 2, 1)]], 2, 0),
        # a wide cell ends at the one that reaches down
        ((), ("1,1 1,2", "3,1 1,1"), [[(0, 1, 1), (1, 2, 2)], [(0, 1, 1), (2, 3, 1)]], 3, 0),
        # columns without an edge are left out
        ((), ("7,1 2,1",), [[(0, 1, 1), (1, 2, 1)]], 2, 0),
        ((), ("1000000000,1", "1,1 1,1"), [[(0, 3, 1)], [(0, 1, 1), (1, 2, 1)]], 3, 0),
        (("2,1",), ("1,1 1,1",), [[(0, 1, 1), (1, 2, 1)]], 2, 0),
        # header columns: in all rows, and through no cell
        ((), ("h1,1 1,1", "h1,1 1,1"), [[(0, 1, 1), (1, 2, 1)]] * 2, 2, 1),
        ((), ("h1,2 1,1", "1,1"), [[(0, 1, 2), (1, 2, 1)], [(1, 2, 1)]], 2, 1),
        ((), ("h1,1 1,1", "1,1 1,1"), [[(0, 1, 1), (1, 2, 1)]] * 2, 2, 0),
        ((), ("h2,1 1,1", "h1,1 1,1 1,1"), [[(0, 2, 1), (2, 3, 1)], [(0, 1, 1), (1, 2, 1), (2, 3, 1)]], 3, 0),
        ((), ("h2,1 1,1", "h1,1 h1,1 1,1"), [[(0, 2, 1), (2, 3, 1)], [(0, 1, 1), (1, 2, 1), (2, 3, 1)]], 3, 2),
        ((), (), [], 0, 0),
    ],
)
def test_place(
    head: tuple[str, ...], body: tuple[str, ...], placed: list[list[tuple[int, int, int]]], width: int, titles: int
) -> None:
    grid = place(Table(head=rows(*head), body=rows(*body)))
    assert [[cell[:3] for cell in row] for row in grid.body] == placed
    assert (grid.width, grid.title_columns) == (width, titles)


def test_spans_of_the_head_end_with_it() -> None:
    grid = place(Table(head=rows("1,5 1,1"), body=rows("1,1 1,1")))
    assert [cell[:3] for cell in grid.head[0]] == [(0, 1, 1), (1, 2, 1)]
    assert [cell[:3] for cell in grid.body[0]] == [(0, 1, 1), (1, 2, 1)]
