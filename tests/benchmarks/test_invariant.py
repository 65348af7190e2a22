"""Every rip of every page of `tests/pages`: each character is accounted for exactly once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.invariant import NO_ARTICLE, PROVEN, outcome, violations
from benchmarks.pages import Page, load_pages
from benchmarks.rips import KINDS, make_rips

from copydesk import Normalized, normalize

PAGES = {page.id: page for page in load_pages(Path(__file__).parent.parent / "pages")}
RAW = "\n\n".join(
    [
        "Lock gates at Marsh End reopen",
        "The first boat for almost a year passed through the lock, watched by two hundred people with folding chairs.",
        "“You can hear that they are wood,” said the lock keeper, who has worked at this canal since the year 1998.",
    ]
).encode("utf-8")


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_ledger_of_every_rip_holds(page: Page) -> None:
    rips = make_rips(page.html(), page.text)
    outcomes = {kind: outcome(rip.encode("utf-8"), f"{page.id}.txt") for kind, rip in rips.items()}
    assert outcomes == dict.fromkeys(KINDS, PROVEN)


@pytest.fixture(scope="module")
def normalized() -> Normalized:
    found = normalize(RAW, name="lock.txt")
    assert violations(RAW, found) == []
    return found


def test_character_without_owner_is_found(normalized: Normalized) -> None:
    entries = normalized.ledger.entries
    last = next(number for number in reversed(range(len(entries))) if entries[number].d != "derive")
    missing = [*entries[:last], *entries[last + 1 :]]
    lost = sum(end - start for start, end in entries[last].at)
    assert lost
    wrong = violations(RAW, _with_entries(normalized, missing))
    assert any(problem.endswith("characters have 0 owners") for problem in wrong)


def test_character_with_two_owners_is_found(normalized: Normalized) -> None:
    entries = normalized.ledger.entries
    wrong = violations(RAW, _with_entries(normalized, [entries[0], *entries]))
    assert any(problem.endswith("characters have 2 owners") for problem in wrong)


def test_changed_source_is_found(normalized: Normalized) -> None:
    assert "the ledger is about another source" in violations(RAW + b"\n", normalized)


def test_changed_text_is_found(normalized: Normalized) -> None:
    changed = replace(normalized, xml=normalized.xml.replace(b"folding chairs", b"folding stools"))
    assert changed.xml != normalized.xml
    assert violations(RAW, changed)


def test_what_holds_no_article_is_no_violation() -> None:
    assert outcome("\u200b".encode(), "empty.txt") == NO_ARTICLE


def test_whatever_stops_a_document_is_told() -> None:
    assert outcome(b"\x00\x01\x02\x03" * 50, "binary.txt").startswith("SourceError: ")


def _with_entries(normalized: Normalized, entries: list) -> Normalized:  # type: ignore[type-arg]
    return replace(normalized, ledger=replace(normalized.ledger, entries=tuple(entries)))
