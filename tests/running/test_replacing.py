"""No run takes text that a source still holds, or that another gave: not with its outputs, not in collections."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rip(path: str, ferry: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"The harbour board said on Monday that ferry {ferry} would sail again in spring.\n", "utf-8")
    return file


def ferries(table: str = "out/csv/articles.csv") -> list[str]:
    return [line.partition("ferry ")[2].split()[0] for line in Path(table).read_text("utf-8").splitlines()[1:]]


@pytest.mark.parametrize("options", [(), ("--force",), ("--check",)], ids=repr)
@pytest.mark.parametrize(
    ("source", "output"),
    [("markdown", "."), ("markdown/a.md", "."), ("o/markdown/a.md", "o"), ("in/a.md", "linked"), ("link.md", "o")],
)
def test_a_source_is_never_overwritten_by_its_own_output(
    source: str, output: str, options: tuple[str, ...], copydesk: Run, tmp_path: Path
) -> None:
    for path in ("markdown/a.md", "o/markdown/a.md", "in/a.md"):
        rip(path, "one")
    Path("linked").mkdir()
    Path("linked/markdown").symlink_to(tmp_path / "in")
    Path("link.md").symlink_to("o/markdown/a.md")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.md")}
    other = rip("other/b.txt", "two")
    done = copydesk("convert", source, other, "--to", "markdown", "--no-config", "-o", output, *options)
    assert done.code == 1
    assert "lies where the outputs go" in done.err
    assert {path: path.read_bytes() for path in before} == before
    assert Path(output, "markdown/b.md").exists() is ("--check" not in options)


def test_what_another_format_made_may_be_a_source(copydesk: Run) -> None:
    rip("exports/markdown/a.md", "one")
    assert copydesk("convert", "exports/markdown/a.md", "--to", "xml").code == 0
    assert "ferry one" in Path("exports/xml/a.xml").read_text("utf-8")


def test_a_collection_keeps_the_row_of_a_source_whose_name_is_taken(copydesk: Run) -> None:
    for path, ferry in (("A/x.txt", "Ax"), ("B/y.txt", "By"), ("B/x.txt", "Bx")):
        rip(path, ferry)
    copydesk("convert", "A", "--to", "csv,xml", "-o", "out")
    done = copydesk("convert", "B", "--to", "csv,xml", "-o", "out")
    assert done.code == 1
    assert "B/x.txt: its outputs would replace those of A/x.txt" in done.err
    assert "csv/articles: would lose A/x.txt" in done.err
    assert ferries() == ["Ax"]
    assert copydesk("convert", "B", "--to", "csv,xml", "-o", "out", "--force").code == 0
    assert ferries() == ["Bx", "By"]


def test_a_document_that_was_kept_out_of_a_collection_is_no_member(copydesk: Run) -> None:
    rip("A/x.txt", "Ax")
    rip("B/y.txt", "By")
    copydesk("convert", "A", "--to", "xml,csv", "-o", "out")
    for _ in range(2):
        assert "would lose A/x.txt" in copydesk("convert", "B", "--to", "xml,csv", "-o", "out").err
    rip("A/z.txt", "Az")
    assert copydesk("convert", "A", "--to", "xml,csv", "-o", "out").code == 0
    assert ferries() == ["Ax", "Az"]


@pytest.mark.parametrize("prune", [False, True])
def test_a_source_that_fails_does_not_take_over_outputs_of_one_that_is_gone(prune: bool, copydesk: Run) -> None:
    rip("2025/a.txt", "old")
    copydesk("convert", "2025", "--to", "xml,csv", "-o", "out")
    shutil.move("2025", "off")
    rip("2026/b.txt", "b")
    Path("2026/a.txt").write_bytes(b"x\0y")
    done = copydesk("convert", "2026", "--to", "xml,csv", "-o", "out", *["--prune"] * prune)
    assert done.code == 1
    assert ferries() == ["b"]
    if prune:
        assert not Path("out/xml/a.xml").exists()
    else:
        assert "gone        sources of a;" in done.err
    shutil.move("off", "2025")
    assert copydesk("convert", "2025", "2026/b.txt", "--to", "xml,csv", "-o", "out").code == 0
    assert "ferry old" in Path("out/xml/a.xml").read_text("utf-8")


def test_formats_of_a_source_that_is_gone_are_not_those_of_the_next(copydesk: Run) -> None:
    rip("2025/a.txt", "old")
    copydesk("convert", "2025", "--to", "xml,markdown", "-o", "out")
    shutil.rmtree("2025")
    rip("2026/a.txt", "new")
    done = copydesk("convert", "2026", "--to", "xml", "-o", "out")
    assert "former      markdown/a.md" in done.err
    copydesk("convert", "2026", "--to", "xml", "-o", "out", "--prune")
    assert not Path("out/markdown/a.md").exists()
    assert "ferry new" in Path("out/xml/a.xml").read_text("utf-8")


def test_outputs_of_a_source_that_only_moved_hold(copydesk: Run) -> None:
    rip("2025/a.txt", "old")
    copydesk("convert", "2025", "--to", "xml,markdown,csv", "-o", "out")
    shutil.move("2025", "2026")
    done = copydesk("convert", "2026", "--to", "xml,csv", "-o", "out", "--prune")
    assert "1 unchanged" in done.err
    assert Path("out/markdown/a.md").exists()


RULE = """
from copydesk import Rule, hookimpl

def apply(draft):
    '''House style.'''
    {}

@hookimpl
def copydesk_register_rules():
    return [Rule("house", apply)]
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("fault", ["raise ValueError", "import os; os._exit(1)"])
def test_outputs_of_a_source_that_moved_and_fails_stay(fault: str, jobs: str, copydesk: Run) -> None:
    for name in ("a", "b"):
        rip(f"2025/{name}.txt", name)
    rules = Path("house.py")
    options = ("--to", "markdown", "-o", "out", "--rules", rules, "--prune", "--jobs", jobs)
    rules.write_text(RULE.format("pass"), encoding="utf-8")
    assert copydesk("convert", "2025", *options).code == 0
    shutil.move("2025", "2026")
    rules.write_text(RULE.format(fault), encoding="utf-8")
    for source in ("2026", "2026/a.txt"):
        done = copydesk("convert", source, *options)
        assert done.code == 1
        assert "gone" not in done.err
        assert sorted(path.name for path in Path("out/markdown").iterdir()) == ["a.md", "b.md"]
    rules.write_text(RULE.format("pass"), encoding="utf-8")
    assert "2 unchanged" in copydesk("convert", "2026", *options).err
