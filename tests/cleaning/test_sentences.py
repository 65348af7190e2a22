from __future__ import annotations

import pytest

from copydesk.article.ledger import Entry, Ledger, LedgerHeader, Span
from copydesk.cleaning.sentences import Sentences, measure


def ledger(*dropped: Span) -> Ledger:
    header = LedgerHeader(
        name=None,
        source_sha256="",
        view="text/1",
        encoding="utf-8",
        view_sha256="",
        chars=0,
        article_sha256="",
        generator=("", ""),
    )
    return Ledger(header=header, entries=tuple(Entry(d="drop", rule="menu", at=(span,)) for span in dropped))


FIRST = "The ferry sails again from Monday."
SECOND = "Passengers had waited for five months."
BOTH = f"{FIRST} {SECOND}"


@pytest.mark.parametrize(
    ("view", "characters"),
    [
        ("", 0),
        ("Home\nNews\nSport", 0),
        ("Read more.", 0),
        (BOTH, len(BOTH) - 1),
        ("The ferry sails again from Monday", 0),  # a headline
        ("The ferry sails\nagain from Monday.", 0),  # lines of a menu, as they are short
        ("In the first week of May, after a long winter,\nit sailed.", 57),  # one that was wrapped
        ("In the first week of May, after a long winter,\n\nit sailed.", 0),
        ("In the first week of May, after a long winter,\r\nit sailed.", 58),
        ("渡し船は月曜日から再び運航します。乗客は五か月待ちました。", 29),
        ("**The ferry sails again from Monday.** More.", 38),
        ("." * 100_000, 0),
    ],
)
def test_what_reads_like_sentences(view: str, characters: int) -> None:
    assert measure(view, ledger()) == Sentences(characters, 0)


@pytest.mark.parametrize(
    ("dropped", "lost"),
    [
        ([(0, len(FIRST))], len(FIRST)),
        ([(0, len(BOTH))], len(BOTH) - 1),
        ([(len(FIRST) + 1, len(BOTH))], len(SECOND)),
        ([(0, len(FIRST) - 1)], 0),  # its stop is kept, so what went ran into it
        ([(len(FIRST) - 4, len(FIRST))], 0),  # the greater part is kept
        ([(4, 20), (20, len(FIRST))], len(FIRST) - 4),
        ([(0, 4), (len(FIRST) - 1, len(FIRST) + 20)], 0),
    ],
)
def test_what_of_it_was_dropped(dropped: list[Span], lost: int) -> None:
    assert measure(BOTH, ledger(*dropped)) == Sentences(len(BOTH) - 1, lost)


def test_a_menu_before_a_sentence_that_is_kept_is_no_sentence_lost() -> None:
    menu = "Home News Sport Weather Contact Imprint Privacy "
    assert measure(menu + FIRST, ledger((0, len(menu)))).dropped == 0
