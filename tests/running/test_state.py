"""The state is safe whatever became of its file: it only spares work."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from copydesk.running.outputs.folder import FileRecord
from copydesk.running.records import MadeRecord, Record
from copydesk.running.state import State

PAGE = 4096  # bytes, SQLite's default
DIGEST = "0" * 64
RECORD = Record(
    source="../rips/ferry.txt",
    sha256=DIGEST,
    edition=DIGEST,
    article=DIGEST,
    xml_sha256=DIGEST,
    report={"warnings": ["w" * 6000]},  # more than a page holds
    made={"xml": MadeRecord(article=DIGEST, edition=DIGEST, files=(FileRecord("xml/ferry.xml", DIGEST, (1, 2, 3)),))},
)
NAMES = [f"{number:02d}" for number in range(30)]


def kept(path: Path) -> list[Record]:
    with closing(State(path, "state")) as state:
        known = [record for name in NAMES if (record := state.find(name)) is not None]
        assert {name for name, _ in state.sources()} <= set(NAMES)
        for name in NAMES:
            state.keep(name, RECORD)
    return known


def test_contributors_are_remembered_whatever_becomes_of_the_records(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    for plugins in (frozenset({"house", "pandoc"}), frozenset({"house"})):
        with closing(State(path, "state")) as state:
            state.contributors = plugins
            state.keep("a", RECORD)
        with closing(State(path, "state")) as state:
            assert state.contributors == plugins
    with closing(sqlite3.connect(path)) as database:  # as an upgrade of copydesk does, which may have broken the plugin
        database.execute("PRAGMA user_version = 1")
    with closing(State(path, "state")) as state:
        assert state.find("a") is None
        assert state.contributors == {"house"}


@pytest.mark.parametrize("size", [PAGE, 512])  # all of a page, or its end, of which the database knows nothing
@pytest.mark.parametrize(
    "damage", [bytes(PAGE), b"\xff" * PAGE, bytes(range(256)) * (PAGE // 256)], ids=["zeros", "ones", "all values"]
)
def test_damage_to_any_page_costs_work_at_most(tmp_path: Path, damage: bytes, size: int) -> None:
    path = tmp_path / "state.sqlite3"
    assert kept(path) == []
    whole = path.read_bytes()
    assert kept(path) == [RECORD] * len(NAMES)
    damages = 0
    for end in range(PAGE, len(whole) + 1, PAGE):
        path.write_bytes(whole[: end - size] + damage[:size] + whole[end:])
        known = kept(path)  # which keeps them again
        damages += len(known) < len(NAMES)
        assert all(record == RECORD or record == replace(RECORD, report=record.report) for record in known)
        assert kept(path) == [RECORD] * len(NAMES)
    assert damages
