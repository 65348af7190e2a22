"""The whole page as lines."""

from __future__ import annotations

import pytest

from copydesk.cleaning.label.units import units
from copydesk.cleaning.whole_page import between, comments_line, line_at
from copydesk.reading.detect import read


@pytest.mark.parametrize("label", ["Comments", "12 comments:", "Kommentare (3)", "— Commentaires —"])
def test_comments_begin_below_their_label(label: str) -> None:
    source = read(f"Comments\n\nThe boats\n\n{label}\n\nAnna Ferris\n".encode(), name="a.txt")
    assert comments_line(units(source.blocks, split=False), 0) == 2


@pytest.mark.parametrize("line", ["Comments are closed", "He comments", "comments" + "-" * 100_000 + "x"])
def test_other_lines_are_no_label(line: str) -> None:
    source = read(f"The boats\n\n{line}\n\nAnna Ferris\n".encode(), name="a.txt")
    assert comments_line(units(source.blocks, split=False), 0) == 3


def test_lines_by_offset_and_what_stands_between_them() -> None:
    assert [line_at([0, 10, 20], offset) for offset in (0, 9, 10, 19, 500)] == [0, 0, 1, 1, 2]
    assert between([3, 5, 8], 3, 8) == 1
    assert between([3, 5, 8], 0, 9) == 3
