"""Several machines: shards are parts that come together to the bytes of one run."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cleaning import pipeline
from copydesk.errors import UsageError
from copydesk.running.shards import Refused, Shard, SharedArticle, article_digest

Run = Callable[..., Any]
Write = Callable[..., Path]

FORMATS = "xml,markdown,csv"
DOCUMENTS = 9


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, article_file: Write) -> Path:
    monkeypatch.chdir(tmp_path)
    names = [f"{'deep/' * (n % 2)}{n}.txt" for n in range(DOCUMENTS - 2)]
    for number, name in enumerate(names):
        article_file(name, f"Ferry number {number}\n\nThe harbour ferry sails again from Monday, it was announced.\n")
    article_file("empty.txt", b"")
    article_file("A.md")
    article_file("a.txt")  # which differs from it by case alone, and so takes a hash
    return Path("in")


def tree(folder: str) -> dict[str, bytes]:
    """What a run wrote, but for what it keeps for itself."""
    root = Path(folder)
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.relative_to(root).parts[0].startswith(".")
    }


def said(done: Any) -> str:
    """What a run wrote to people, in one line."""
    return " ".join(done.err.split()).replace(os.sep, "/")


@pytest.fixture
def shards(copydesk: Run, sources: Path) -> list[str]:
    """The output folders of three shards."""
    folders = [f"out-{number}" for number in (1, 2, 3)]  # the third has no document, and so is not there
    for number, folder in enumerate(folders, 1):
        copydesk("convert", sources, "--to", FORMATS, "-o", folder, "--shard", f"{number}/3")
    return folders


def test_shards_merge_to_the_bytes_of_one_run(
    copydesk: Run, sources: Path, shards: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert copydesk("convert", sources, "--to", FORMATS, "-o", "whole").code == 1
    trees = [tree(folder) for folder in shards]
    alone = {name: data for name, data in tree("whole").items() if not name.startswith("csv/")}
    assert {name: data for each in trees for name, data in each.items()} == alone
    assert sum(map(len, trees)) == len(alone) == 3 * DOCUMENTS
    made = []
    normalize = pipeline.normalize

    def counted(raw: bytes, *, name: str, **settings: Any) -> pipeline.Normalized:
        made.append(name)
        return normalize(raw, name=name, **settings)

    monkeypatch.setattr(pipeline, "normalize", counted)
    merge = [argument for folder in shards for argument in ("--merge", folder)]
    done = copydesk("convert", sources, "--to", FORMATS, "-o", "merged", *merge)
    assert done.code == 1  # as of one run: a document is empty
    assert tree("merged") == tree("whole")
    assert made == ["empty.txt"]


def test_a_merged_run_says_of_documents_what_one_run_says(copydesk: Run, sources: Path, shards: list[str]) -> None:
    latin = "Café closes\n\nThe café by the old harbour closes on Monday, it was announced.\n".encode("cp1252")
    (sources / "latin.txt").write_bytes(latin)
    copydesk("convert", sources, "--to", "xml", "-o", "shared")
    documents = []
    for output, merge in [("whole", ()), ("merged", ("--merge", "shared"))]:
        copydesk("convert", sources, "--to", FORMATS, "-o", output, *merge, "--report", "report.json")
        report = json.loads(Path("report.json").read_text(encoding="utf-8"))
        documents.append([{**document, "seconds": 0} for document in report["documents"]])
    assert documents[0] == documents[1]
    assert any(document["warnings"] for document in documents[0])


def test_collections_are_made_of_shards_that_were_copied_together(
    copydesk: Run, sources: Path, shards: list[str]
) -> None:
    copydesk("convert", sources, "--to", FORMATS, "-o", "whole")
    for folder in filter(os.path.isdir, shards):
        shutil.copytree(folder, "exports", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    assert copydesk("convert", sources, "--to", "csv", "--merge", "exports").code == 1
    assert tree("exports") == tree("whole")


@pytest.fixture
def profile(sources: Path) -> str:
    content = {"form": "copydesk-profile/1", "documents": 20, "lines": {"a line that all pages have.": 20}}
    Path("site.json").write_text(json.dumps(content), encoding="utf-8")
    for number in (0, 2, 4):
        path = sources / f"{number}.txt"
        path.write_bytes(path.read_bytes() + b"\nA line that all pages have.\n")
    return "site.json"


@pytest.mark.parametrize("output", ["merged", "part"])
def test_articles_made_with_other_settings_are_made_again(
    copydesk: Run, sources: Path, profile: str, output: str
) -> None:
    copydesk("convert", sources, "--to", "markdown,csv", "-o", "whole")
    copydesk("convert", sources, "--to", "xml", "-o", "part", "--profile", profile)
    shutil.copytree("part", "kept")
    done = copydesk("convert", sources, "--to", "markdown,csv", "-o", output, "--merge", "part")
    assert {name: data for name, data in tree(output).items() if not name.startswith("xml/")} == tree("whole")
    if output == "merged":
        assert f"part: {DOCUMENTS} of its articles were made with other rules, settings" in said(done)
    again = copydesk("convert", sources, "--to", "markdown,csv", "-o", output)
    assert f"{DOCUMENTS} unchanged" in again.err
    copydesk("convert", sources, "--to", "markdown,csv", "-o", "with", "--profile", profile)
    assert tree("with") != tree("whole")
    merged = copydesk("convert", sources, "--to", "markdown,csv", "-o", "same", "--merge", "kept", "--profile", profile)
    assert tree("same") == tree("with")
    assert "made with other" not in merged.err


@pytest.mark.parametrize("damage", ["removed", "torn", "of another version"])
def test_without_its_state_nothing_of_a_shard_is_taken(copydesk: Run, sources: Path, profile: str, damage: str) -> None:
    copydesk("convert", sources, "--to", "markdown", "-o", "whole")
    copydesk("convert", sources, "--to", "xml", "-o", "part", "--profile", profile)
    state = Path("part/.copydesk/state.sqlite3")
    if damage == "removed":
        state.unlink()
    elif damage == "torn":
        state.write_bytes(state.read_bytes()[:1500])
    else:
        with closing(sqlite3.connect(state)) as database:
            database.execute("PRAGMA user_version = 1")
    done = copydesk("convert", sources, "--to", "markdown", "-o", "merged", "--merge", "part")
    assert tree("merged") == tree("whole")
    told = "part has no .copydesk/state.sqlite3 that can be read, which tells what its articles were made with, so none"
    assert told in said(done)


def test_damaged_records_of_a_shard_are_counted(copydesk: Run, sources: Path) -> None:
    copydesk("convert", sources, "--to", "xml", "-o", "part")
    copydesk("convert", sources, "--to", "markdown", "-o", "whole")
    with closing(sqlite3.connect("part/.copydesk/state.sqlite3")) as database, database:
        database.execute("UPDATE records SET record = '[' WHERE name IN ('0', '2')")
    done = copydesk("convert", sources, "--to", "markdown", "-o", "merged", "--merge", "part")
    assert tree("merged") == tree("whole")
    assert "part: 2 of its articles have damaged records in its state, and are made again" in said(done)


def test_a_folder_to_merge_that_is_not_there_is_told(copydesk: Run, sources: Path) -> None:
    copydesk("convert", sources, "--to", "xml", "-o", "part")
    done = copydesk("convert", sources, "--to", "csv", "-o", "merged", "--merge", "part", "--merge", "prat")
    told = said(done)
    assert "prat is not there, so nothing is taken from it; only a share without documents leaves no folder" in told
    assert "part " not in told


def test_shards_may_share_an_output_folder(copydesk: Run, sources: Path) -> None:
    copydesk("convert", sources, "--to", FORMATS, "-o", "whole")
    for number in (1, 2):
        copydesk("convert", sources, "--to", FORMATS, "--shard", f"{number}/2")
    copydesk("convert", sources, "--to", FORMATS, "--merge", "exports")
    assert tree("exports") == tree("whole")


def test_checkouts_that_lie_elsewhere_share_the_same_documents(copydesk: Run, sources: Path) -> None:
    for suffix in (".md", ".text"):  # so that names collide
        for path in sources.rglob("[0-9].txt"):
            shutil.copy(path, path.with_suffix(suffix))
    copydesk("convert", sources, "--to", "xml", "-o", "whole")
    found: dict[str, bytes] = {}
    for number in (1, 2):
        checkout = Path(f"machine-{number}", "in").absolute()
        shutil.copytree(sources, checkout)
        copydesk("convert", checkout, "--to", "xml", "-o", f"share-{number}", "--shard", f"{number}/2")
        found |= tree(f"share-{number}")
    assert found == tree("whole")


def test_what_was_made_of_another_source_or_is_torn_is_made_again(
    copydesk: Run, sources: Path, shards: list[str]
) -> None:
    documents = [Path(shards[0], name) for name in tree(shards[0]) if name.endswith(".xml")]
    assert len(documents) > 3
    assert not any(path.stem == "3" for path in documents)
    documents[0].write_bytes(documents[0].read_bytes()[:-100])
    documents[1].with_suffix(".ledger.jsonl").write_text("{}", encoding="utf-8")
    documents[2].unlink()
    (sources / "deep/3.txt").write_bytes(b"Ferry ends\n\nThe ferry has been sold, the port announced.\n")
    copydesk("convert", sources, "--to", FORMATS, "-o", "whole")
    merge = [argument for folder in shards for argument in ("--merge", folder)]
    done = copydesk("convert", sources, "--to", FORMATS, "-o", "merged", *merge)
    assert tree("merged") == tree("whole")
    assert b"has been sold" in tree("merged")["csv/articles.csv"]
    assert "out-1: 3 of its articles are not there or not as they were written, and are made again" in said(done)
    assert "out-2: 1 of its articles were made of sources that have changed since, and are made again" in said(done)
    again = copydesk("convert", sources, "--to", FORMATS, "-o", "merged", *merge)
    assert f"{DOCUMENTS} unchanged, 1 failed" in again.err
    assert "made again" not in again.err


def test_an_article_that_one_folder_has_is_taken_though_another_has_it_otherwise(
    copydesk: Run, sources: Path, profile: str
) -> None:
    copydesk("convert", sources, "--to", "xml", "-o", "other", "--profile", profile)
    copydesk("convert", sources, "--to", "xml", "-o", "altered")
    shutil.copytree("altered", "right")
    Path("altered/xml/0.xml").unlink()
    merge = [argument for folder in ("other", "altered", "right") for argument in ("--merge", folder)]
    done = copydesk("convert", sources, "--to", "markdown", "-o", "merged", *merge)
    assert f"{DOCUMENTS + 1} documents: {DOCUMENTS} written, 1 failed" in done.err
    assert "made again" not in done.err


def test_articles_of_sources_that_are_no_text_are_made_again_and_counted_as_such(copydesk: Run, sources: Path) -> None:
    copydesk("convert", sources, "--to", "xml", "-o", "part")
    xml, ledger = Path("part/xml/0.xml"), Path("part/xml/0.ledger.jsonl")
    ledger.write_bytes(ledger.read_bytes().replace(b'"text/1"', b'"docx/1"', 1))
    shared = SharedArticle("part", article_digest(xml.read_bytes(), ledger.read_bytes()))
    assert shared.read("0", (sources / "0.txt").read_bytes()) is Refused.NO_TEXT


def test_what_is_altered_in_a_folder_that_shards_share_is_made_again(copydesk: Run, sources: Path) -> None:
    copydesk("convert", sources, "--to", FORMATS, "-o", "whole")
    copydesk("convert", sources, "--to", "xml")
    path = Path("exports/xml/0.xml")
    path.write_bytes(path.read_bytes().replace(b"Monday", b"Sunday"))
    done = copydesk("convert", sources, "--to", "csv", "--merge", "exports")
    assert "exports: 1 of its articles are not there or not as they were written, and are made again" in said(done)
    assert tree("exports")["csv/articles.csv"] == tree("whole")["csv/articles.csv"]


def test_a_shard_prunes_what_goes_by_another_name_now_in_whichever_shard(
    copydesk: Run, sources: Path, article_file: Write
) -> None:
    run = ("convert", sources, "--to", "markdown", "--shard", "1/2", "-o")
    copydesk(*run, "part")
    before = tree("part").keys()
    for name in range(0, DOCUMENTS - 2, 2):
        article_file(f"{name}.md")  # so that both take a hash
    copydesk(*run, "new")
    stale = before - tree("new").keys()
    assert stale
    told = said(copydesk(*run, "part"))
    assert all(name.removeprefix("markdown/").removesuffix(".md") in told.partition("renamed ")[2] for name in stale)
    copydesk(*run, "part", "--prune")
    assert tree("part") == tree("new")


def test_a_shard_leaves_alone_what_others_make_in_its_folder(copydesk: Run, sources: Path) -> None:
    for number in (1, 2, 1):
        done = copydesk("convert", sources, "--to", "markdown", "--shard", f"{number}/2", "-o", "all", "--prune")
        assert "removed" not in done.err
    copydesk("convert", sources, "--to", "markdown", "-o", "whole")
    assert tree("all") == tree("whole")


def test_a_collection_alone_is_no_work_for_a_shard(copydesk: Run, sources: Path) -> None:
    done = copydesk("convert", sources, "--to", "csv,markdown", "--shard", "1/2")
    assert done.code == 2
    assert "csv takes the documents of all shards; add xml to --to" in done.err
    assert copydesk("convert", sources, "--to", "markdown", "--shard", "2/2").code in (0, 1)


@given(st.text(), st.integers(1, 999))
def test_a_document_is_in_exactly_one_share(name: str, count: int) -> None:
    assert sum(Shard(number, count).takes(name) for number in range(1, count + 1)) == 1


def test_the_share_of_a_document_never_changes() -> None:
    assert [next(n for n in (1, 2, 3) if Shard(n, 3).takes(name)) for name in ("a", "b/c", "é", "15")] == [2, 1, 1, 3]


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "-1/2", "1/2/3", "1 / 2", "٣/٣"])
def test_what_is_no_share_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="is no share"):
        Shard.parse(text)
