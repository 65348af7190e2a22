from __future__ import annotations

import unicodedata
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathvalidate import validate_filename

from copydesk.running.names import MAX_BYTES, output_names
from copydesk.running.sources import SourceFile

SUFFIXES = [(".md",), (".xml", ".ledger.jsonl"), (".jsonl",)]


def names(*files: str | tuple[str, str], suffixes: list[tuple[str, ...]] = SUFFIXES) -> list[str]:
    sources = [SourceFile(f"in/{file}", file) if isinstance(file, str) else SourceFile(*file) for file in files]
    return output_names(sources, source_suffixes={".txt", ".md"}, output_suffixes=suffixes)


def hashed(stem: str, path: str) -> str:
    return f"{stem}-{sha256(path.encode()).hexdigest()[:8]}"


def test_a_name_is_the_path_below_the_source_folder_without_the_readers_suffix() -> None:
    assert names("a.txt", "sub/b.MD", "sub/c.v2.txt", "page.html", "noend", "d.txt.txt") == [
        "a",
        "sub/b",
        "sub/c.v2",
        "page.html",
        "noend",
        "d.txt",
    ]


def test_all_documents_that_collide_take_the_hash_of_their_path_below_the_source() -> None:
    assert names("a.txt", "b.txt", "a.md") == [hashed("a", "a.txt"), "b", hashed("a", "a.md")]


@pytest.mark.parametrize("root", ["in", "/home/one/in", "../in", "s3://bucket/in"])
def test_how_a_source_folder_is_spelled_names_nothing(root: str) -> None:
    below = ["a.txt", "a.md", "sub/B.md", "sub/b.md"]
    assert names(*((f"{root}/{file}", file) for file in below)) == names(*below)


def test_captures_of_one_address_are_told_apart_however_their_archive_is_spelled() -> None:
    def captures(folder: str) -> list[str]:
        archive = f"{folder}/crawl.warc"
        files = [
            SourceFile(f"{archive}/a.org/x.txt@{day}", "crawl.warc/a.org/x.txt", archive=archive)
            for day in (20260105, 20260106)
        ]
        return output_names(files, source_suffixes={".txt"}, output_suffixes=SUFFIXES)

    assert captures("in") == captures("s3://bucket/other")
    assert len(set(captures("in"))) == 2


def test_documents_of_one_name_in_several_sources_take_the_hash_of_their_whole_path() -> None:
    assert names(("one/x.txt", "x.txt"), ("two/x.txt", "x.txt"), ("one/y.txt", "y.txt")) == [
        hashed("x", "one/x.txt"),
        hashed("x", "two/x.txt"),
        "y",
    ]


def test_names_that_differ_only_for_some_file_systems_collide() -> None:
    assert names("A.txt", "a.txt") == [hashed("A", "A.txt"), hashed("a", "a.txt")]
    assert names("Sub/a.txt", "sub/A.md", "sub/b.txt")[2] == "sub/b"
    composed, decomposed = "é.txt", unicodedata.normalize("NFD", "é.txt")
    assert len(set(names(composed, decomposed))) == 2
    assert all("-" in name for name in names(composed, decomposed))
    assert all("-" in name for name in names("straße.txt", "strasse.txt"))


def test_an_output_never_takes_the_place_of_another_ones_sidecar_or_folder() -> None:
    assert names("a.txt", "a.ledger.txt") == ["a", "a.ledger"]  # no format writes both suffixes
    both = [(".jsonl", ".ledger.jsonl")]
    assert all("-" in name for name in names("a.txt", "a.ledger.txt", suffixes=both))
    assert names("a.txt", "a.md/b.txt") == [hashed("a", "a.txt"), "a.md/b"]
    assert names("a.txt", "a.md/b.txt", suffixes=[(".epub",)]) == ["a", "a.md/b"]


def test_a_document_that_is_named_like_another_ones_hash_survives() -> None:
    decoy = hashed("a", "a.txt")
    found = names("a.txt", "a.md", f"{decoy}.txt")
    assert found[:2] == [decoy, hashed("a", "a.md")]
    assert found[2] == hashed(decoy, f"{decoy}.txt")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("CON.txt", "CON_"),
        ("nul.2020.txt", "nul_.2020"),
        ("a: b?*.txt", "a_ b__"),
        ("trailing. .txt", "trailing"),
        (".hidden.txt", "_hidden"),
        ("...txt", "_"),
        ("a\tb\n\x01\x85.txt", "a_b___"),
        ("\udcff.txt", "_"),
        ("a\\b.txt", "a_b"),
        ("é\u0301.txt", "é\u0301"),
        ("新闻.txt", "新闻"),
    ],
)
def test_names_are_made_safe(file: str, name: str) -> None:
    assert names(file) == [name]


def test_long_names_are_cut_at_a_character_and_stay_different() -> None:
    (name,) = names("é" * 118 + ".txt")
    assert name == "é" * 50
    one, other = names("x" * 239 + "1", "x" * 239 + "2")
    assert one != other
    assert len(one.encode()) == len(other.encode()) == MAX_BYTES + 9
    deep, _ = names("y" * 240 + "/" + "z" * 240, "a.txt")
    assert deep == "y" * MAX_BYTES + "/" + "z" * MAX_BYTES


part = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=130).filter(lambda p: p not in (".", ".."))
near = st.sampled_from(["a", "A", "a.md", "a.ledger", "ä", "a\u0308", "CON", "a ", "a.", "b", "a.txt", "a.MD"])
paths = st.lists(st.one_of(part, near), min_size=1, max_size=3).map("/".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(paths, min_size=1, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_names_are_distinct_everywhere_safe_and_independent_of_order(files: list[str], random: object) -> None:
    found = dict(zip(files, names(*files), strict=True))
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert dict(zip(shuffled, names(*shuffled), strict=True)) == found
    for group in SUFFIXES:
        written = [f"{name}{suffix}" for name in found.values() for suffix in group]
        folded = [unicodedata.normalize("NFD", path).casefold() for path in written]
        assert len(set(folded)) == len(folded)
        folders = {path[:at] for path in folded for at, character in enumerate(path) if character == "/"}
        assert not folders.intersection(folded)
        for path in written:
            for piece in path.split("/"):
                validate_filename(piece, platform="universal", max_len=MAX_BYTES + 80)
                assert not piece.startswith(".")
