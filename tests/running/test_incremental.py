"""Runs after the first: what is made again, what is left alone, and what is said of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]
Write = Callable[..., Path]

ALL = ("xml", "csv", "markdown")


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def convert(copydesk: Run, article_file: Write) -> Run:
    for name in ("a.txt", "b.txt", "deep/c.txt"):
        article_file(name)

    def run(*arguments: object, to: str = ",".join(ALL), code: int = 0) -> Any:
        done = copydesk("convert", "in", "--to", to, *arguments)
        assert done.code == code, done.err
        return done

    return run


def stamps() -> dict[str, tuple[int, int]]:
    """Which file is where, and whether it is the one that was there before."""
    paths = [path for path in Path("exports").rglob("*") if path.is_file() and ".copydesk" not in path.parts]
    return {path.relative_to("exports").as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}


def replaced(before: dict[str, tuple[int, int]]) -> set[str]:
    return {name for name, stamp in stamps().items() if before.get(name) != stamp}


CSV = {"csv/articles.csv"}


def test_what_did_not_change_is_not_made_again(convert: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first = convert()
    assert "3 documents: 3 written, 0 failed" in first.err
    before = stamps()
    from copydesk.running import crew

    def unwanted(*_: object) -> None:
        raise AssertionError("a document was converted")

    monkeypatch.setattr(crew, "convert", unwanted)
    monkeypatch.setattr(crew, "collect", unwanted)
    second = convert()
    assert "3 documents: 0 written, 3 unchanged, 0 failed" in second.err
    assert "output      0 files" in second.err
    assert stamps() == before
    # What happened to the characters is told of every document, made again or not.
    assert first.err.partition("characters")[2] == second.err.partition("characters")[2]


def test_a_changed_source_is_made_again_and_the_collections_with_it(convert: Run, article_file: Write) -> None:
    convert()
    before = stamps()
    text = article_file("b.txt").read_text(encoding="utf-8")
    assert "3 unchanged" in convert().err  # written again, the same
    article_file("b.txt", text.replace("five", "six"))
    done = convert()
    assert "3 documents: 1 written, 2 unchanged, 0 failed" in done.err
    assert replaced(before) == {"xml/b.xml", "xml/b.ledger.jsonl", "markdown/b.md"} | CSV
    assert Path("exports/csv/articles.csv").read_bytes().count(b"six months") == 1
    assert Path("exports/csv/articles.csv").read_bytes().count(b"five months") == 2


def test_a_source_that_comes_or_goes_changes_the_collections(convert: Run, article_file: Write) -> None:
    convert()
    before = stamps()
    article_file("aa.txt")
    convert()
    assert replaced(before) == {"xml/aa.xml", "xml/aa.ledger.jsonl", "markdown/aa.md"} | CSV
    before = stamps()
    Path("in/aa.txt").unlink()
    done = convert()
    assert replaced(before) == CSV
    assert "gone        sources of aa; --prune removes what was made of them" in done.err
    assert "xml/aa.xml" in stamps()


@pytest.mark.parametrize("how", ["altered", "same length", "removed", "torn"])
def test_outputs_that_were_altered_are_written_again(convert: Run, how: str) -> None:
    convert()
    reference = {name: Path("exports", name).read_bytes() for name in stamps()}
    for name in ("xml/a.xml", "csv/articles.csv"):
        path = Path("exports", name)
        content = path.read_bytes()
        if how == "removed":
            path.unlink()
        else:
            new = {
                "altered": content + b" ",
                "same length": content[:-2] + b"x\n",
                "torn": content[: len(content) // 2],
            }
            path.write_bytes(new[how])
    done = convert()
    assert {name: Path("exports", name).read_bytes() for name in stamps()} == reference
    assert "3 documents: 1 written, 2 unchanged, 0 failed" in done.err
    assert "output      2 files" in done.err


def test_outputs_that_were_only_touched_are_left_alone(convert: Run) -> None:
    convert()
    for name in stamps():
        os.utime(Path("exports", name), ns=(1, 1))
    before = stamps()
    assert "0 written, 3 unchanged" in convert().err
    assert stamps() == before


def test_options_rules_and_names_are_part_of_what_outputs_are_made_of(
    convert: Run, install_plugin: Install, exporter_source: Source
) -> None:
    convert()
    before = stamps()
    convert("--disable", "double-stop")  # makes all articles again, which come out the same
    assert stamps() == before
    extra = "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Options:\n    loud: bool = False\n"
    source = exporter_source("aaa", "yield Output('.out', repr(options).encode())", extra=extra)
    install_plugin("aaa", source.replace("default = False", "Options = Options"))
    convert(to="aaa")
    convert("--aaa-loud", to="aaa")
    assert Path("exports/aaa/a.out").read_bytes() == b"Options(loud=True)"
    assert stamps().items() > before.items()
    Path("in/a.txt").rename("in/z.txt")
    convert()
    assert 'name="z.txt"' in Path("exports/xml/z.xml").read_text(encoding="utf-8")


def test_a_changed_exporter_makes_its_own_format_again_and_no_other(
    convert: Run, install_plugin: Install, exporter_source: Source
) -> None:
    site = install_plugin("aaa", exporter_source("aaa", "yield Output('.out', b'one')"))
    convert("--jobs", "1", to="aaa,xml,csv")
    before = stamps()
    assert "3 unchanged" in convert("--jobs", "1", to="aaa,xml,csv").err
    (module,) = site.glob("stranger_*.py")
    module.write_text(module.read_text(encoding="utf-8").replace("b'one'", "b'another'"), encoding="utf-8")
    from copydesk import editions

    editions._package.cache_clear()
    convert("--jobs", "1", to="aaa,xml,csv")
    assert replaced(before) == {"aaa/a.out", "aaa/b.out", "aaa/deep/c.out"}
    assert Path("exports/aaa/a.out").read_bytes() == b"another"


RULE = """
from copydesk import Rule, hookimpl

def apply(draft):
    '''Warn of {0}.'''
    if draft.source.name == "b.txt":
        draft.source.warnings.append("{0}")

@hookimpl
def copydesk_register_rules():
    return [Rule("stranger", apply)]
"""


def test_a_changed_rule_makes_articles_again_and_outputs_only_where_these_changed(convert: Run) -> None:
    rules = Path("rules.py")
    rules.write_text(RULE.format("one"), encoding="utf-8")
    assert "warning: in/b.txt: one" in convert("--rules", rules).err.replace("\\", "/")
    before = stamps()
    again = convert("--rules", rules)
    assert "warning: in/b.txt: one" in again.err.replace("\\", "/")  # told from the state
    assert "3 unchanged" in again.err
    rules.write_text(RULE.format("two"), encoding="utf-8")
    assert "warning: in/b.txt: two" in convert("--rules", rules).err.replace("\\", "/")
    assert stamps() == before


def test_local_images_are_part_of_what_outputs_are_made_of(
    convert: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    install_plugin("aaa", exporter_source("aaa", "yield Output('.out', article.resource('a.png') or b'none')"))
    convert(to="aaa")
    for content in (b"picture", b"another"):
        article_file("a.png", content)
        assert "2 written, 1 unchanged" in convert(to="aaa").err
        assert Path("exports/aaa/b.out").read_bytes() == content
    assert "3 unchanged" in convert(to="aaa").err
    Path("in/a.png").unlink()
    convert(to="aaa")
    assert Path("exports/aaa/b.out").read_bytes() == b"none"


def test_failed_documents_and_formats_are_tried_again(
    convert: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    body = """
        import os
        if article.meta.source.name == "a.txt" and not os.path.exists("well"):
            raise ValueError("boom")
        yield Output(".out", b"")"""
    install_plugin("aaa", exporter_source("aaa", body))
    article_file("bad.txt", b"")
    for _ in range(2):
        done = convert(to="aaa,xml,csv", code=1)
        assert "4 documents" in done.err
        assert "2 failed" in done.err
        assert "ValueError: boom" in done.err
        assert "the file is empty" in done.err
    Path("well").touch()
    done = convert(to="aaa,xml,csv", code=1)
    assert "4 documents: 1 written, 2 unchanged, 1 failed" in done.err
    assert "output      1 file in" in done.err


def test_force_makes_all_again(convert: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    convert()
    from copydesk.running import crew

    made, real = [], crew.convert
    monkeypatch.setattr(crew, "convert", lambda task, bench: made.append(task.name) or real(task, bench))
    convert("--force")
    assert made == ["a", "b", "deep/c"]


def test_prune_removes_what_was_made_of_sources_that_are_gone_and_nothing_else(
    convert: Run, article_file: Write
) -> None:
    convert()
    Path("in/deep/c.txt").unlink()
    Path("in/b.txt").unlink()
    mine = Path("exports/xml/mine.xml")
    mine.write_bytes(b"mine")
    Path("exports/markdown/b.md").write_bytes(b"edited by hand")
    listed = convert("--check", code=1).out
    assert "would remove" not in listed
    assert "would change csv/articles.csv" in listed
    checked = convert("--check", "--prune", code=1)
    assert [line for line in checked.out.splitlines() if "would remove" in line] == [
        "would remove xml/b.xml",
        "would remove xml/b.ledger.jsonl",
        "would remove xml/deep/c.xml",
        "would remove xml/deep/c.ledger.jsonl",
        "would remove markdown/deep/c.md",
    ]
    assert "markdown/b.md: its source is gone, but it is not as copydesk wrote it, so it stays" in checked.err
    done = convert("--prune", code=1)
    assert "markdown/b.md: its source is gone, but it is not as copydesk wrote it, so it stays" in done.err
    assert "removed     5 files that nothing would make any more" in done.err
    assert {name for name in stamps() if not name.startswith("csv/")} == {
        "xml/a.xml",
        "xml/a.ledger.jsonl",
        "xml/mine.xml",
        "markdown/a.md",
        "markdown/b.md",
    }
    assert not Path("exports/xml/deep").exists()
    assert "markdown/b.md: its source is gone" in convert("--prune", code=1).err  # until somebody removes it
    Path("exports/markdown/b.md").unlink()
    assert "gone        sources of b" in convert("--prune").err
    assert "gone" not in convert("--prune").err


def test_files_that_other_options_made_are_told_of_and_pruned(convert: Run) -> None:
    convert("--jsonld-script", to="jsonld")
    assert "former" not in convert("--jsonld-script", to="jsonld").err
    checked = convert("--check", "--prune", to="jsonld", code=1).out
    assert {line for line in checked.splitlines() if "would" in line} == {
        f"would {act}.{suffix}"
        for name in ("a", "b", "deep/c")
        for act, suffix in ((f"write jsonld/{name}", "jsonld"), (f"remove jsonld/{name}", "html"))
    }
    told = "former      jsonld/a.html, jsonld/b.html, jsonld/deep/c.html, made by other options; --prune removes them"
    for _ in range(2):  # in the run that changes them, and in those after it
        assert told in " ".join(convert(to="jsonld").err.split()).replace("former ", "former      ")
    Path("exports/jsonld/b.html").write_bytes(b"edited by hand")
    Path("in/deep/c.txt").unlink()
    done = convert("--prune", to="jsonld", code=1)
    assert "jsonld/b.html: it was made by options that hold no longer, but it is not as copydesk wrote it" in done.err
    assert stamps().keys() == {"jsonld/a.jsonld", "jsonld/b.jsonld", "jsonld/b.html"}
    assert "former      jsonld/b.html, made by other options" in convert(to="jsonld").err
    assert "jsonld/b.html: it was made by options" in convert("--prune", to="jsonld", code=1).err  # until it is removed
    Path("exports/jsonld/b.html").unlink()
    assert "former" not in convert("--prune", to="jsonld").err


def test_an_altered_output_of_a_source_that_is_gone_is_told_until_it_is_dealt_with(convert: Run) -> None:
    convert(to="markdown")
    output = Path("exports/markdown/a.md")
    written = output.read_bytes()
    output.write_bytes(written + b"more\n")
    source = Path("in/a.txt").rename("a.txt")
    for flags in (("--prune",), ("--check", "--prune"), ("--prune",)):
        done = convert(*flags, to="markdown", code=1)
        assert "markdown/a.md: its source is gone, but it is not as copydesk wrote it" in done.err
        assert "gone        sources of a\n" in done.err  # --prune was given, and does not remove it
    output.write_bytes(written)
    assert "removed     1 file that nothing would make any more" in convert("--prune", to="markdown").err
    assert not output.exists()
    source.rename("in/a.txt")
    convert(to="markdown")
    assert output.read_bytes() == written


def test_a_source_that_comes_back_is_made_whole_beside_a_file_that_stayed(convert: Run) -> None:
    convert(to="xml")
    output = Path("exports/xml/a.xml")
    written = output.read_bytes()
    output.write_bytes(b"edited by hand")
    source = Path("in/a.txt").rename("a.txt")
    convert("--prune", to="xml", code=1)
    assert not Path("exports/xml/a.ledger.jsonl").exists()
    output.write_bytes(written)
    source.rename("in/a.txt")
    assert "former" not in convert("--prune", to="xml").err
    assert Path("exports/xml/a.ledger.jsonl").exists()
    assert "3 unchanged" in convert("--prune", to="xml").err


def test_an_altered_collection_of_which_nothing_is_left_is_written_again_when_documents_come(copydesk: Run) -> None:
    def convert(name: str, *flags: str) -> Any:
        with ZipFile("rips.zip", "w") as archive:
            archive.writestr(name, "The ferry sails again on Monday, the harbour board said.\n")
        return copydesk("convert", "rips.zip", "--to", "csv", *flags)

    table = Path("exports/csv/articles.csv")
    convert("a.txt")
    written = table.read_bytes()
    table.write_bytes(b"edited by hand")
    for _ in range(2):
        told = convert("a.bin", "--prune").err
        assert "csv/articles.csv: its source is gone, but it is not as copydesk wrote it" in told
    assert convert("a.txt").code == 0
    assert table.read_bytes() == written


def test_what_goes_by_the_names_of_another_set_of_formats_stays(copydesk: Run, article_file: Write) -> None:
    article_file("news.txt")
    article_file("news.md/x.txt")
    copydesk("convert", "in", "--to", "xml,markdown", "--prune")
    before = stamps()
    assert len([name for name in before if name.startswith("markdown/news-")]) == 1
    for _ in range(2):  # beside CSV, no Markdown meets the folder
        done = copydesk("convert", "in", "--to", "csv", "--prune")
        assert done.code == 0
        assert before.items() <= stamps().items()
        assert "renamed" not in done.err
        assert "left alone  markdown, xml, which earlier runs made here" in done.err
    done = copydesk("convert", "in", "--to", "xml", "--prune")
    assert "removed     2 files" in done.err
    assert before.keys() - stamps().keys() == {name for name in before if name.startswith("xml/news-")}
    done = copydesk("convert", "in", "--to", "xml,markdown,csv", "--prune")
    assert done.code == 0
    assert {name for name in stamps() if not name.startswith("csv/")} == before.keys()


@pytest.mark.parametrize("before", ["ArticleExporter", "CollectionExporter"])
def test_files_of_a_format_that_is_made_of_all_documents_now_or_no_longer_are_former_ones(
    convert: Run, install_plugin: Install, exporter_source: Source, before: str
) -> None:
    from copydesk import editions

    bodies = {
        "ArticleExporter": "yield Output('.out', article.xml)",
        "CollectionExporter": "yield Output('.out', b''.join(each.xml for each in article))",
    }
    files = {
        "ArticleExporter": ["desk/a.out", "desk/b.out", "desk/deep/c.out"],
        "CollectionExporter": ["desk/articles.out"],
    }

    def install(base: str) -> None:
        site = install_plugin("desk", exporter_source("desk", bodies[base]).replace("(ArticleExporter)", f"({base})"))
        entries = next(site.glob("*.dist-info/entry_points.txt"))
        entries.write_text("[copydesk]\n" + entries.read_text("utf-8").splitlines()[-1], "utf-8")
        editions._package.cache_clear()

    now = next(base for base in bodies if base != before)
    install(before)
    convert(to="desk")
    assert sorted(stamps()) == files[before]
    install(now)
    assert f"former      {files[before][0]}" in convert(to="desk").err
    assert sorted(stamps()) == sorted(files[before] + files[now])
    checked = convert("--check", "--prune", to="desk", code=1).out
    assert checked.splitlines() == [f"would remove {name}" for name in files[before]]
    convert("--prune", to="desk")
    assert sorted(stamps()) == files[now]
    done = convert("--check", "--prune", to="desk")
    assert "former" not in done.err
    assert "3 documents" in done.err
    assert done.out == ""


def test_pruning_former_files_leaves_documents_members(copydesk: Run, article_file: Write) -> None:
    article_file("../one/a.txt")
    article_file("../two/b.txt")
    copydesk("convert", "one", "--to", "xml")
    Path("one").rename("off")
    source = article_file("../one/a.txt")
    source.write_text(source.read_text("utf-8").replace("five", "six"), "utf-8")
    article_file("../one/c.txt")
    Path("one/a.txt").rename("one/a.md")  # another source of the same name
    copydesk("convert", "one", "--to", "csv", "--prune")
    assert stamps().keys() & {"xml/a.xml", *CSV} == CSV
    assert f"would lose {Path('one/a.md')} and 1 more" in copydesk("convert", "two", "--to", "csv").err


def test_formats_that_a_run_does_not_make_are_named_and_stay(convert: Run) -> None:
    convert()
    before = stamps()
    for options in ((), ("--prune",)):
        assert (
            "left alone  csv, markdown, which earlier runs made here and this one does not"
            in convert(*options, to="xml").err
        )
    assert stamps() == before
    assert "left alone" not in convert().err


def test_a_folder_without_documents_may_be_a_disk_that_is_not_mounted(convert: Run) -> None:
    convert()
    before = stamps()
    for path in Path("in").rglob("*.txt"):
        path.unlink()
    done = convert(code=1)
    assert "in: no document in this folder" in done.err
    assert "gone        sources of a, b, deep/c, csv; --prune removes what was made of them" in done.err
    assert "would remove" not in convert("--check", "--prune", code=1).out
    pruned = convert("--prune", code=1)
    assert "exports: nothing was removed, as not all sources could be looked through" in pruned.err
    assert stamps() == before


SPLIT = """
from dataclasses import dataclass
from copydesk import CollectionExporter, Output, hookimpl

@dataclass(frozen=True)
class Options:
    split: bool = False

class Stranger(CollectionExporter[Options]):
    Options = Options
    name, suffixes, media_type = "coll", (".one", ".two"), "text/plain"

    def export(self, articles, options):
        yield Output(".two" if options.split else ".one", b"".join(article.xml for article in articles))

@hookimpl
def copydesk_register_exporters():
    return [Stranger]
"""


def test_a_check_lists_the_files_that_a_collection_had_by_other_options(
    copydesk: Run, install_plugin: Install, article_file: Write
) -> None:
    install_plugin("coll", SPLIT)
    article_file()
    copydesk("convert", "in", "--to", "coll")
    assert list(stamps()) == ["coll/articles.one"]
    checked = copydesk("convert", "in", "--to", "coll", "--coll-split", "--prune", "--check").out
    assert [line for line in checked.splitlines() if line.startswith("would ")] == [
        "would write coll/articles.two",
        "would remove coll/articles.one",
    ]
    copydesk("convert", "in", "--to", "coll", "--coll-split", "--prune")
    assert list(stamps()) == ["coll/articles.two"]


def test_what_is_gone_from_an_archive_is_gone_with_its_collections(convert: Run, copydesk: Run) -> None:
    for name, code in (("a.txt", 0), ("a.bin", 1)):
        with ZipFile("rips.zip", "w") as archive:
            archive.writestr(name, "The ferry sails again on Monday, the harbour board said.\n")
        done = copydesk("convert", "rips.zip", "--to", "xml,csv", "--prune")
        assert done.code == code
    assert "rips.zip: no document in this archive" in done.err
    assert stamps() == {}
    assert "gone" not in copydesk("convert", "rips.zip", "--to", "xml,csv", "--prune").err


def test_former_names_are_not_pruned_either_while_a_source_is_missing(convert: Run, copydesk: Run) -> None:
    convert(to="markdown")
    Path("in/a.md").write_text("Harbour ferry returns\n\nIt sails again from Monday.\n", encoding="utf-8")
    before = stamps()  # which has a.txt by a name that it has no longer
    for flags in (("--check",), ()):
        done = copydesk("convert", "in", "no-such", "--to", "markdown", "--prune", *flags)
        assert done.code == 1
        assert "nothing was removed, as not all sources could be looked through" in done.err
        assert "would remove" not in done.out
    assert before.items() <= stamps().items()
    convert("--prune", to="markdown")
    assert before.keys() - stamps().keys() == {"markdown/a.md"}


def test_nothing_is_pruned_while_sources_cannot_be_looked_through(convert: Run) -> None:
    convert()
    before = stamps()
    Path("in").rename("away")  # as when a disk is not there
    for flags in (("--prune",), ("--check", "--prune")):
        done = convert(*flags, code=1)
        assert "gone        sources of a, b, deep/c, csv\n" in done.err
        assert "exports: nothing was removed, as not all sources could be looked through" in done.err
        assert "would remove" not in done.out
    assert stamps() == before


def test_sources_that_are_not_part_of_a_run_are_not_gone(convert: Run, copydesk: Run) -> None:
    convert()
    before = stamps()
    done = copydesk("convert", "in/a.txt", "--to", "xml", "--prune")
    assert done.code == 0
    assert "gone" not in done.err
    assert stamps() == before


def test_check_and_diff_write_nothing_and_tell_what_would_change(
    convert: Run, copydesk: Run, article_file: Write
) -> None:
    done = convert("--check", code=1)
    assert done.out.splitlines()[:3] == [
        "would write xml/a.xml",
        "would write xml/a.ledger.jsonl",
        "would write markdown/a.md",
    ]
    assert not Path("exports").exists()
    convert()
    state = Path("exports/.copydesk/state.sqlite3")
    before, known = stamps(), (state.read_bytes(), sorted(Path("exports/.copydesk").iterdir()))
    for flag in ("--check", "--diff"):
        assert convert(flag).out == ""
    article_file("b.txt", article_file("b.txt").read_text(encoding="utf-8").replace("five", "six"))
    done = convert("--check", code=1)
    assert "would change markdown/b.md\n" in done.out
    assert "+Passengers had waited six months" in done.out
    assert "would change csv/articles.csv" in done.out
    assert "nothing was written" in done.err
    whole = convert("--diff", "--jobs", "2", code=1)
    assert "--- xml/b.xml (there)\n+++ xml/b.xml (now)\n" in whole.out
    assert len(whole.out) > len(done.out)
    assert stamps() == before
    assert (state.read_bytes(), sorted(Path("exports/.copydesk").iterdir())) == known


def test_a_state_that_is_damaged_or_of_another_version_is_begun_anew(convert: Run) -> None:
    convert()
    before = stamps()
    state = Path("exports/.copydesk/state.sqlite3")
    whole = state.read_bytes()
    for damaged in (
        b"",
        b"no database" * 1000,
        whole[: len(whole) // 2 // 4096 * 4096],
        whole[:100] + bytes(len(whole) - 100),
    ):
        state.write_bytes(damaged)
        convert()
        assert stamps() == before
        assert "3 unchanged" in convert().err
    import sqlite3

    with sqlite3.connect(state) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    convert()
    assert "3 unchanged" in convert().err


def test_the_folder_of_the_state_keeps_itself_out_of_git(convert: Run) -> None:
    convert()
    assert Path("exports/.copydesk/.gitignore").read_text(encoding="ascii") == "*\n"
    assert sorted(path.name for path in Path("exports/.copydesk").iterdir()) == [
        ".gitignore",
        "formats",
        "state.sqlite3",
    ]
