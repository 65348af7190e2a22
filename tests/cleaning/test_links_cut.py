"""A link that a rule cuts in two: its target has one owner, whatever becomes of the parts."""

from __future__ import annotations

from copydesk import normalize

TEXT = "The bridge of glass opens tomorrow after seven years of work, the city said in a long statement on Monday.\n"


def test_one_part_moves_and_one_stays() -> None:
    link = '[Claire Wilson\\\nJournalist\\\nThe Bridge Times](https://example.org/claire "Her page")'
    made = normalize(f"# A bridge of glass opens\n\nBy {link}\n\n{TEXT}".encode(), name="a.md")  # or it is not proven
    assert b"Claire Wilson" in made.xml
    owners = [entry for entry in made.ledger.entries if entry.d != "derive" and entry.rule.startswith("link.")]
    spans = [span for entry in owners for span in entry.at]
    assert len(spans) == len(set(spans))
