from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.article.ledger import Entry, Ledger, LedgerHeader, from_jsonl, to_jsonl
from copydesk.errors import ArticleError

FIXTURES = Path(__file__).parent / "fixtures"

HEADER = LedgerHeader(
    name="a.txt",
    source_sha256="0" * 64,
    view="text/1",
    encoding="utf-8",
    view_sha256="1" * 64,
    chars=9,
    article_sha256="2" * 64,
    generator=("copydesk", "0.1.0"),
)


def test_the_gold_ledgers_read_and_write_byte_for_byte(gold: str) -> None:
    data = (FIXTURES / f"{gold}.ledger.jsonl").read_bytes()
    assert to_jsonl(from_jsonl(data)) == data


def test_the_form_of_an_entry_with_everything() -> None:
    entry = Entry(
        d="drop", rule="r", to="#b", at=((0, 1), (3, 5)), is_=("„ä“",), why="note", score=0.25, model="m 1"
    )  # fmt: skip
    lines = to_jsonl(Ledger(header=HEADER, entries=(entry,))).decode().split("\n")
    assert lines[1:] == [
        '{"d":"drop","rule":"r","to":"#b","at":[[0,1],[3,5]],"is":["„ä“"],"why":"note","score":0.25,"model":"m 1"}',
        "",
    ]
    assert json.loads(lines[0])["source"] == {
        "name": "a.txt",
        "sha256": "0" * 64,
        "view": "text/1",
        "encoding": "utf-8",
        "view_sha256": "1" * 64,
        "chars": 9,
    }


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)  # line separators of all kinds among them
SPANS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple)
ENTRIES = st.builds(
    Entry,
    d=st.sampled_from(["keep", "meta", "merge", "drop", "derive"]),
    rule=TEXT,
    to=st.none() | TEXT,
    at=SPANS,
    is_=st.none() | st.lists(TEXT, max_size=2).map(tuple),
    why=st.none() | TEXT,
    score=st.none() | st.floats(0, 1),
    model=st.none() | TEXT,
)


@given(st.lists(ENTRIES, max_size=4))
def test_round_trip_of_any_ledger(entries: list[Entry]) -> None:
    ledger = Ledger(header=HEADER, entries=tuple(entries))
    assert from_jsonl(to_jsonl(ledger)) == ledger


def test_members_of_a_newer_minor_version_are_ignored() -> None:
    data = to_jsonl(Ledger(header=HEADER, entries=(Entry(d="keep", rule="r", to="#b", at=((0, 1),)),)))
    newer = data.replace(b'"ledger":"1.0"', b'"ledger":"1.4","new":1').replace(b'"d":', b'"new":{},"d":')
    assert newer != data
    assert from_jsonl(newer) == from_jsonl(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1"),
        (b"[]\n", "line 1"),
        (b"{}\n", "line 1"),
        (b"\xff\n", "line 1"),
        (to_jsonl(Ledger(header=HEADER, entries=())).replace(b"1.0", b"2.0"), "version 2.0"),
        (to_jsonl(Ledger(header=HEADER, entries=())) + b'{"d":"keep"}\n', "line 2"),
        (to_jsonl(Ledger(header=HEADER, entries=())) + b"\n", "line 2"),
        (to_jsonl(Ledger(header=HEADER, entries=())) + b'{"d":"keep","rule":"r","at":[[1]]}\n', "line 2"),
        (to_jsonl(Ledger(header=HEADER, entries=())) + b"[" * 100_000, "line 2"),
    ],
)
def test_what_is_no_ledger_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        from_jsonl(data)


def test_no_number_that_json_lacks_is_written() -> None:
    entry = Entry(d="drop", rule="r", at=((0, 1),), score=float("nan"))
    with pytest.raises(ValueError, match="JSON"):
        to_jsonl(Ledger(header=HEADER, entries=(entry,)))
