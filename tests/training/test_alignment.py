"""The units of a rip that stand in the known article."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from training.alignment import shares, words

ARTICLE = """The bell of the mill rang again on Sunday. Nobody had heard it for forty years.

Good news

Its new rope was made by the pupils of the school at Lenn, who had asked for the work."""


def test_furniture_between_the_units_of_an_article_has_no_share() -> None:
    units = [
        "Home",
        "News",
        "The bell of the mill rang again on Sunday.",
        "Share",
        "Nobody had heard it for forty years.",
    ]
    assert shares(units, ARTICLE) == [0, 0, 1, 0, 1]


def test_a_short_unit_counts_where_the_article_has_it() -> None:
    above = ["Good news", "The bell of the mill rang again on Sunday. Nobody had heard it for forty years."]
    below = ["Good news", "Its new rope was made by the pupils of the school at Lenn, who had asked for the work."]
    assert shares([*above, *below], ARTICLE) == [0, 1, 1, 1]


def test_a_sentence_that_is_repeated_elsewhere_counts_once() -> None:
    first = "The bell of the mill rang again on Sunday. Nobody had heard it for forty years."
    last = "Its new rope was made by the pupils of the school at Lenn, who had asked for the work."
    assert shares([last, first, "Good news", last], ARTICLE) == [0, 1, 1, 1]


def test_a_line_that_furniture_is_glued_to_belongs_in_part() -> None:
    (share,) = shares(["Advertisement Click here to win Nobody had heard it for forty years."], ARTICLE)
    assert share == 7 / 12


@given(st.lists(st.text("ab ", max_size=30), max_size=12), st.text("ab ", max_size=200))
def test_shares_are_shares(units: list[str], article: str) -> None:
    found = shares(units, article)
    assert len(found) == len(units)
    assert all(0 <= share <= 1 for share in found)
    assert all(share == 0 for share, unit in zip(found, units, strict=True) if not words(unit))
