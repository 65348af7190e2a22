"""What is judged to be furniture goes as a whole, with all that it holds; what is kept is not cut within a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from copydesk import normalize
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.label import judgement
from copydesk.cleaning.label.units import Unit
from copydesk.cleaning.rules import furniture
from copydesk.reading.detect import read
from copydesk.reading.source import walk

PROSE = "The harbour board met on Tuesday and voted to keep the old crane on the eastern quay for another ten years.\n"


@pytest.mark.parametrize(
    "block",
    [
        "| [Log in](a) | Share |\n|---|---|\n| ![mark of the shop](b.png) | Terms |",
        "> ![mark of the shop](b.png)\n>\n> * Terms",
        "* [![mark of the shop](b.png)](c)\n* Terms",
    ],
)
def test_what_a_dropped_block_holds_has_an_owner(block: str) -> None:
    source = read(f"{PROSE}\n{block}\n".encode(), name="a.md", reader="markdown")
    draft = Draft(source, lang="en", blocks=list(source.blocks), model="a/1")
    for each in walk(draft.blocks[1:]):
        each.score, each.furniture = 0.1, True
    furniture.RULE.apply(draft)
    assert [each.text for each in draft.blocks] == [PROSE.strip()]
    view = draft.source.view
    assert {"mark of the shop", "b.png"} <= {view[start:end] for entry in draft.drops for start, end in entry.at}


def test_list_of_buttons_with_a_picture_is_proven() -> None:
    made = normalize(f"# A crane\n\n{PROSE}\n* Share\n* ![mark](b.png)\n* Print\n".encode(), name="a.md")
    assert b"b.png" in made.xml


@pytest.mark.parametrize(
    ("line", "low", "kept"),
    [
        ("The baths are open from 9.30 to 18.45 on every day of the week.", "45 on", True),
        ("The baths are open from 9.30 until late on every day.", "30 until", True),
        ("»Ja, wir öffnen im Mai wieder«, sagte der Wirt am Montag.", "»", True),
        ("The baths were closed in 2019.12 comments on this article were left.", "12 comments", False),
        ("The baths are open again.Share on Facebook", "Share", False),
        ("Startseite»Politik", "Startseite", False),
    ],
)
def test_a_line_is_not_cut_within_a_number_or_a_quotation(
    line: str, low: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judgement, "load", lambda _: _Sure(low))
    monkeypatch.setattr(judgement, "features", lambda found, _: (found, np.array([40.0] * len(found))))
    source = read(f"{PROSE * 5}\n{line}\n".encode(), name="a.txt", reader="text")
    draft = Draft(source, lang="en", blocks=list(source.blocks))
    assert judgement.judge(draft) is not None
    assert any(low in block.text for block in draft.blocks if not block.furniture) == kept
    assert [block.text for block in draft.blocks if not block.furniture][:1] == [source.blocks[0].text]


@dataclass(frozen=True)
class _Sure:
    """A model that is sure of everything, and knows furniture by its first words."""

    furniture: str
    name: str = "a/1"

    def scores(self, found: Sequence[Unit]) -> NDArray[np.float64]:
        return np.array([0.01 if unit.text.startswith(self.furniture) else 0.99 for unit in found])
