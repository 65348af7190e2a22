"""Every source becomes the article, and has the ledger, that a person judged right.

`pytest --accept tests/golden` rewrites what differs and prints the differences; see README.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import copydesk.testing
from copydesk.article.canonical import content_hash, parse, validate
from copydesk.article.ledger import Ledger, from_jsonl, to_jsonl
from copydesk.cleaning.pipeline import Normalized, normalize

GOLDEN = Path(__file__).parent
SAMPLES = Path(copydesk.testing.__file__).parent / "samples"
SEEDS = GOLDEN.parent.parent / "seeds"
SOURCES = sorted(
    path
    for folder in (GOLDEN, SEEDS)
    for path in folder.iterdir()
    if path.suffix in {".txt", ".md"} and path.name != "README.md"
)

every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)


@cache
def normalized(source: Path) -> Normalized:
    return normalize(source.read_bytes(), name=source.name)


def golden(source: Path, suffix: str) -> Path:
    """The file of that source; articles that `copydesk.testing` has as samples are there."""
    name = f"{source.stem}{suffix}"
    return SAMPLES / name if (SAMPLES / name).exists() else GOLDEN / name


def content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def decisions(ledger: Ledger, view: str) -> list[tuple[str, str | None] | None]:
    """What a ledger says of every character of the view: disposition and target; nothing of white space."""
    out: list[tuple[str, str | None] | None] = [None] * len(view)
    for entry in ledger.entries:
        if entry.d != "derive":
            for start, end in entry.at:
                out[start:end] = [(entry.d, entry.to)] * (end - start)
    return [None if char.isspace() else decision for char, decision in zip(view, out, strict=True)]


def changes(before: list[tuple[str, str | None] | None], after: Ledger, view: str) -> list[str]:
    """The stretches of the view that two ledgers judge differently."""
    now, found, at = decisions(after, view), [], 0
    while at < len(view):
        end = at + 1
        if before[at] != now[at]:
            while end < len(view) and (view[end].isspace() or (before[end], now[end]) == (before[at], now[at])):
                end += 1
            found.append(f"{at}: {view[at:end].rstrip()!r} was {before[at]}, is {now[at]}")
        at = end
    return found


def test_there_are_sources() -> None:
    assert len(SOURCES) >= 15
    assert len({source.stem for source in SOURCES}) == len(SOURCES)


def test_no_golden_file_has_lost_its_source() -> None:
    stems = {source.stem for source in SOURCES}
    assert {path.name.split(".")[0] for path in GOLDEN.glob("*.xml")} <= stems
    assert all(golden(source, ".xml").exists() for source in SOURCES)
    assert {path.name.split(".")[0] for path in GOLDEN.glob("*.jsonl")} == stems


@every_source
def test_article(source: Path, accept: Callable[[Path, bytes], bool]) -> None:
    path, made = golden(source, ".xml"), normalized(source).xml
    expected = content(path)
    if made == expected or accept(path, made):
        return
    lines = difflib.unified_diff(
        expected.decode("utf-8").splitlines(), made.decode("utf-8").splitlines(), "golden", "made", n=0, lineterm=""
    )
    pytest.fail("\n".join(lines), pytrace=False)


@every_source
def test_ledger(source: Path, accept: Callable[[Path, bytes], bool]) -> None:
    path, made, view = golden(source, ".ledger.jsonl"), normalized(source).ledger, source.read_bytes().decode("utf-8")
    before = from_jsonl(content(path)) if path.exists() else None
    known = decisions(before, view) if before else [None] * len(view)
    found = changes(known, made, view)
    if before is not None and before.header.article_sha256 != made.header.article_sha256:
        found.append(f"the article's hash was {before.header.article_sha256}, is {made.header.article_sha256}")
    if not found or accept(path, to_jsonl(made)):
        return
    pytest.fail("\n".join(found), pytrace=False)


@every_source
def test_golden_files_are_sound_in_themselves(source: Path) -> None:
    root = parse(content(golden(source, ".xml")))
    assert validate(root) == []
    ledger, view = from_jsonl(content(golden(source, ".ledger.jsonl"))), source.read_bytes().decode("utf-8")
    assert ledger.header.article_sha256 == content_hash(root)
    assert len(view) == ledger.header.chars
    owned = [0] * len(view)
    for entry in ledger.entries:
        if entry.d != "derive":
            for start, end in entry.at:
                owned[start:end] = [count + 1 for count in owned[start:end]]
    wrong = [at for at, char in enumerate(view) if not char.isspace() and owned[at] != 1]
    assert wrong == []
