"""The text reader: one block a line, its indentation and the blank lines before it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.reading.detect import read
from copydesk.reading.source import Block


def blocks(text: str) -> list[Block]:
    return read(text.encode("utf-8"), name="a.txt", reader="text").blocks


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_parts_blocks(end: str) -> None:
    found = blocks(end.join(["One", "  two ", "", "", "\tthree", " \t ", "four"]))
    assert [(b.text, b.indent, b.blank_before) for b in found] == [
        ("One", 0, 0),
        ("two", 2, 0),
        ("three", 8, 2),
        ("four", 0, 1),
    ]
    assert {b.kind for b in found} == {"paragraph"}


def test_spans_count_code_points() -> None:
    source = read("é😀\r\n  “日本”\n".encode(), name="a.txt", reader="text")
    assert [source.view[b.passage.start : b.passage.end] for b in source.blocks] == ["é😀", "“日本”"]
    assert [b.passage.spans() for b in source.blocks] == [((0, 2),), ((6, 10),)]


def test_lines_of_invisible_characters_are_blank() -> None:
    found = blocks("One\n\u200b\n\u00a0\n\u00ad\u2060\nTwo\u200b")
    assert [(b.text, b.blank_before) for b in found] == [("One", 0), ("Two", 3)]


def test_white_space_inside_a_line_parts_no_blocks() -> None:
    assert [b.text for b in blocks("One\x0btwo\x0cthree\u2028four\x85five")] == ["One two three\u2028four\x85five"]


def test_tabs_reach_the_next_stop() -> None:
    assert [b.indent for b in blocks("\ta\n  \tb\n        \tc")] == [8, 8, 16]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(str.strip))
def test_every_character_is_in_a_block_or_dropped(text: str) -> None:
    source = read(text.encode("utf-8"), name="a.txt", reader="text")
    owned = [span for block in source.blocks for span in block.passage.spans()]
    owned += [span for entry in source.syntax for span in entry.at]
    count = Counter(i for span in owned for i in range(*span))
    assert all(count[i] == 1 for i, c in enumerate(source.view) if not c.isspace())
    assert max(count.values(), default=0) <= 1
    lines = [line for b in source.blocks for line in b.text.splitlines()]
    assert all(line.strip() for line in lines)
