from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_csv import Item, parse_items, unguard
from copydesk_csv.cells import guard, join_items

# Mostly the characters that mean something in a cell.
MARKED = st.text(st.sampled_from("|;=\\ab\n'") | st.characters(exclude_categories=["Cs"]))
VALUES = MARKED.filter(bool)
ITEMS = st.lists(
    st.builds(lambda first, rest, group: Item((first, *rest), group), VALUES, st.lists(MARKED), st.none() | MARKED)
)


@pytest.mark.parametrize(
    ("items", "cell"),
    [
        ([], ""),
        ([Item(("Interpol",))], "Interpol"),
        ([Item(("a",)), Item(("b",))], "a|b"),
        ([Item(("Jürgen Stock", "Secretary General", "INTERPOL"))], "Jürgen Stock;Secretary General;INTERPOL"),
        ([Item(("Jürgen Stock", "", ""))], "Jürgen Stock;;"),
        ([Item(("Cybercrime",), "CRIME AREAS"), Item(("x",))], "CRIME AREAS=Cybercrime|x"),
        ([Item(("a|b;c=d\\e",), "g=h")], r"g\=h=a\|b\;c\=d\\e"),
        ([Item(("\\",)), Item(("|",))], r"\\|\|"),
    ],
)
def test_lists_are_written_as_documented_and_read_back(items: list[Item], cell: str) -> None:
    assert join_items(items) == cell
    assert list(parse_items(cell)) == items


@given(ITEMS)
def test_any_list_survives(items: list[Item]) -> None:
    assert list(parse_items(join_items(items))) == items


@pytest.mark.parametrize("cell", ["a\\", "a=b=c", "a;b=c"])
def test_what_no_list_is_written_as_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="not a list cell"):
        parse_items(cell)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "'=1", "''-1"]
)
def test_formulas_are_guarded(cell: str) -> None:
    assert guard(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", "'a", "''", " =1", "1-2", "–", "’=", "\\=1"])
def test_other_cells_are_left_alone(cell: str) -> None:
    assert guard(cell) == cell


@given(st.text(st.sampled_from("'=+-@\t\r\na＝") | st.characters(exclude_categories=["Cs"])))
def test_the_guard_can_be_undone(cell: str) -> None:
    assert unguard(guard(cell)) == cell


def test_the_readme_shows_what_happens() -> None:
    readme = Path(__file__).parents[1] / "README.md"
    results = doctest.testfile(str(readme), module_relative=False, encoding="utf-8")
    assert results.attempted >= 2
    assert results.failed == 0
