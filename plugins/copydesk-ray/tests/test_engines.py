"""The contract of engines: whatever converts documents, the same files come out, and the same document is blamed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="runs where the group ray is installed")
pytest.importorskip("copydesk_csv")

Convert = Callable[..., "subprocess.CompletedProcess[str]"]
DeadlyRule = Callable[[str], tuple[Path, Path]]

DOCUMENTS = 2000
PLACES = ("harbour", "market", "library", "bridge", "tower", "museum", "garden", "station", "mill", "theatre")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def write_documents(folder: Path) -> None:
    for number in range(DOCUMENTS):
        place, day = PLACES[number % len(PLACES)], DAYS[number % len(DAYS)]
        name = {700: "Victim", 1300: "Poison"}.get(number, "Town")
        below = folder / f"{number % 20:02}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"{number:04}.txt").write_text(
            f"{name} opens its {place} again\n\n"
            f"The {place} number {number} opens again on {day}, the council of the town said after a long meeting.\n\n"
            f"It had been closed for {number + 2} days, and {number * 7} people signed a letter about it.\n",
            encoding="utf-8",
            newline="",
        )


def tree(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".copydesk" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_serial_pool_and_ray_make_the_same_tree_and_blame_the_same_document(
    convert: Convert, deadly_rule: DeadlyRule, tmp_path: Path
) -> None:
    write_documents(tmp_path / "in")
    trees = {}
    for engine, jobs in (("serial", "auto"), ("pool", "2"), ("ray", "2")):
        rule, mark = deadly_rule(engine)
        report = f"{engine}.json"
        options = ("--engine", engine, "--jobs", jobs, "--rules", rule, "--report", report, "--to", "xml,csv", "-q")
        done = convert("in", "-o", engine, *options)
        assert done.returncode == 1, done.stderr
        assert done.stdout == ""
        documents = json.loads(Path(report).read_bytes())["documents"]
        assert len(documents) == DOCUMENTS
        failed = [document for document in documents if document["status"] == "failed"]
        assert [Path(document["source"]).name for document in failed] == ["1300.txt"]
        assert len(done.stderr.splitlines()) == 1
        if engine != "serial":
            assert mark.exists()  # so a process was killed at the victim, too
            assert "its worker process" in failed[0]["failures"][0]["what"]
        trees[engine] = tree(tmp_path / engine)
    assert len(trees["serial"]) == 2 * (DOCUMENTS - 1) + 3
    assert trees["pool"] == trees["serial"]
    assert trees["ray"] == trees["serial"]
