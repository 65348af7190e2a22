"""Whatever the document: an article with its proof, or a clear refusal; never another error, never a lost character."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from copydesk.article.canonical import parse, serialize, validate
from copydesk.article.ledger import from_jsonl, to_jsonl
from copydesk.article.verify import verify
from copydesk.article.view import Article
from copydesk.cleaning.pipeline import CONVERTERS, Normalized, ledger_rules, normalize
from copydesk.errors import SourceError

PIECES: list[str] = json.loads((Path(__file__).parent.parent / "reading" / "pieces.json").read_text("utf-8"))
# What rips are made of, whole and in pieces: rules meet what they look for in places where they do not expect it.
PARTS: list[str] = json.loads((Path(__file__).parent / "parts.json").read_text("utf-8"))
rips = st.lists(st.sampled_from(PARTS), min_size=1, max_size=14).map("".join)
mixed = st.lists(st.sampled_from(PARTS + PIECES), min_size=1, max_size=16).map("".join)
anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)
NAMES = ["a.txt", "Ünïcödé naïve.txt", "a.b.c", ".txt", "…", "con.txt", "x" * 200, "a&b<c>.md", "日本.txt"]
readers = st.sampled_from([None, "text", "markdown"])


def normalized(text: str, reader: str | None) -> Normalized | None:
    try:
        return normalize(text.encode("utf-8"), name="fuzz.txt", reader=reader)
    except SourceError:
        return None


def assert_sound(text: str, reader: str | None) -> None:
    made = normalized(text, reader)
    assert normalized(text, reader) == made
    if made is None:
        return
    view = text.removeprefix("\ufeff") if made.ledger.header.encoding == "utf-8-sig" else text
    owners = Counter(i for e in made.ledger.entries if e.d != "derive" for span in e.at for i in range(*span))
    assert {i for i, n in owners.items() if n > 1} == set()
    assert {i for i, c in enumerate(view) if not c.isspace()} <= set(owners)
    root = parse(made.xml)
    assert serialize(root) == made.xml
    assert validate(root) == []
    ledger = from_jsonl(to_jsonl(made.ledger))
    assert ledger == made.ledger
    assert verify(view, text.encode("utf-8"), root, ledger, ledger_rules(), CONVERTERS) == []
    assert Article.parse(made.xml, ledger).blocks()


@given(rips, readers)
@example("# Ferry\n\nFERRY\n\nThe ferry sails again from Monday, twice an hour, as the port authority announced.", None)
@example("# &amp;`&amp;`\n\na", "markdown")
@example("**A\n[b](c)** d e f g h i j k l m n o p.", "markdown")
@example("Tags&#58; a&#44; b\n\nTags: &nbsp;a, b&nbsp;", "markdown")
@example("**Source** **URL:** <https://e.org/>", "markdown")
@example("[End of it all..The audience heard](u) this and that.", "markdown")
def test_rips(text: str, reader: str | None) -> None:
    assert_sound(text, reader)


@given(mixed, readers)
def test_rips_with_hostile_pieces(text: str, reader: str | None) -> None:
    assert_sound(text, reader)


@given(anything, readers)
def test_any_text(text: str, reader: str | None) -> None:
    assert_sound(text, reader)


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    try:
        made = normalize(raw, name="fuzz.txt")
    except SourceError as error:
        assert error.where == "fuzz.txt"  # noqa: PT017 -- most bytes are refused, some are read
    else:
        assert validate(parse(made.xml)) == []


@given(
    anything,
    st.sampled_from(
        ["a.txt", "Ünïcödé naïve.txt", "a.b.c", ".txt", "…", "con.txt", "x" * 200, "a&b<c>.md", "日本.txt"]
    ),
)
def test_any_file_name(text: str, name: str) -> None:
    try:
        made = normalize(text.encode("utf-8"), name=name)
    except SourceError:
        return
    assert made.ledger.header.name == name
    assert parse(made.xml).find("head/source", {None: parse(made.xml).nsmap[None]}) is not None


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{'> ' * i}quote {i}\n" for i in range(1, 200)),
        "\n".join(f"{'  ' * i}- item {i}" for i in range(200)),
        f"{'> - ' * 3_000}end of the nesting",
        "".join(f"{'*_'[i % 2]}a{i} " for i in range(2_000)) + "".join(f"b{'_*'[i % 2]} " for i in range(2_000)),
        f"{'[' * 2_000}label{'](u)' * 2_000}",
    ],
    ids=["quotations", "lists", "both on one line", "emphasis", "links"],
)
def test_deep_nesting_is_no_error(text: str) -> None:
    assert normalize(text.encode(), name="deep.md", reader="markdown").xml


def test_the_same_bytes_give_the_same_article_whatever_went_before() -> None:
    first = "# Ferry returns\n\n“The ferry is back,” said Port Director Jane Doe. “It is late,” Doe added.".encode()
    before = normalize(first, name="a.md")
    normalize("Die Fähre ist zurück, sagte Jens Holm am Montag in der Stadt.".encode(), name="b.txt")
    assert normalize(first, name="a.md") == before
    assert normalize(first, name="c.md").xml != before.xml  # the file's name is in the article, nothing else is
