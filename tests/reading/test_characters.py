"""Characters that are no text: left out of every passage, owned by a rule that matches them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.reading.characters import RULES, Characters

MATCH = {rule.id: re.compile(rule.match or "", re.DOTALL) for rule in RULES}
LEGAL_IN_XML = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")  # XML 1.0, production 2


@pytest.mark.parametrize("c", ["\u200b", "\ufeff", "\u00ad", "\u2060"])
def test_invisible_characters_leave_no_gap(c: str) -> None:
    text = Characters(f"de{c}mo")
    assert text.passage(0, 5).string == "demo"
    assert [(entry.rule, entry.at) for entry in text.dropped()] == [("char.invisible", ((2, 3),))]


@pytest.mark.parametrize("c", ["\x01", "\x08", "\x0e", "\x1b", "\x7f", "\ufdd0", "\ufffe", "\uffff"])
def test_control_characters_leave_no_gap(c: str) -> None:
    text = Characters(f"de{c}mo")
    assert text.passage(0, 5).string == "demo"
    assert [(entry.rule, entry.at) for entry in text.dropped()] == [("char.control", ((2, 3),))]


@pytest.mark.parametrize("c", ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f"])
def test_white_space_that_xml_lacks_is_a_space(c: str) -> None:
    text = Characters(f"de{c}mo")
    assert text.passage(0, 5).string == "de mo"
    assert list(text.dropped()) == []


@pytest.mark.parametrize(
    "text", ["می\u200cخواهم", "👩\u200d🚀", "10\u00a0km", "10\u202fkm", "a\u2028b", "a\x85b", "é\u0301", "\U0001fffe"]
)
def test_what_is_text_stays(text: str) -> None:
    characters = Characters(text)
    assert characters.passage(0, len(text)).string == text
    assert list(characters.dropped()) == []


def test_runs_are_dropped_as_one() -> None:
    text = Characters("a\u200b\u200b\x01\u00adb")
    assert [(entry.rule, entry.at) for entry in text.dropped()] == [
        ("char.invisible", ((1, 3), (4, 5))),
        ("char.control", ((3, 4),)),
    ]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 30), st.integers(0, 30))
def test_every_character_is_text_or_dropped(view: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(view)), min(b, len(view))))
    text = Characters(view)
    passage = text.passage(start, end)
    assert LEGAL_IN_XML.fullmatch(passage.string)
    owned = {i for span in passage.spans() for i in range(*span)}
    for entry in text.dropped():
        for span in entry.at:
            assert MATCH[entry.rule].fullmatch(view[slice(*span)])
            assert owned.isdisjoint(range(*span))
            owned.update(range(*span))
    assert all(i in owned for i in range(start, end) if not view[i].isspace())
