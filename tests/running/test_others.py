"""Several runs into one output folder: what one made of its sources is never lost to another."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from copydesk.errors import OutputError, SourceError
from copydesk.running.outputs.local import LocalFolder

Run = Callable[..., Any]
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def convert(copydesk: Run, article_file: Write) -> Run:
    """Convert a folder; there are `one` and `two`, each with a `ferry.txt` that says which."""
    text = article_file().read_text(encoding="utf-8")
    article_file().unlink()
    for folder in ("one", "two"):
        article_file(f"../{folder}/ferry.txt", text.replace("five", folder))

    def run(*arguments: object, to: str = "markdown", code: int = 0) -> Any:
        done = copydesk("convert", *arguments, "--to", to)
        assert done.code == code, done.err
        return done

    return run


def written(name: str = "markdown/ferry.md") -> str:
    return Path("exports", name).read_text(encoding="utf-8")


@pytest.mark.parametrize("flags", [(), ("--check",), ("--jobs", "1")])
def test_outputs_of_a_source_that_is_still_there_are_not_replaced_by_those_of_another(
    convert: Run, flags: tuple[str, ...]
) -> None:
    convert("one")
    for _ in range(2):
        done = convert("two", *flags, code=1)
        assert (
            f"{Path('two/ferry.txt')}: its outputs would replace those of {Path('one/ferry.txt')}, which is still"
            " there; nothing of it was written; convert both in one run, give another folder with -o, or replace them"
            " with --force"
        ) in done.err
        assert "would change" not in done.out
    assert "one months" in written()
    assert "1 unchanged" in convert("one").err
    convert("one", "two")  # in one run both get names of their own
    texts = [path.read_text(encoding="utf-8") for path in Path("exports/markdown").glob("ferry-*.md")]
    assert sorted("one months" in text for text in texts) == [False, True]


def test_another_folder_of_the_same_name_is_another_source(
    convert: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folder in ("one", "two"):
        Path(folder).rename("in")
        Path(folder).mkdir()
        Path("in").rename(Path(folder, "in"))
    monkeypatch.chdir("one")
    convert("in", "-o", "../exports")
    monkeypatch.chdir(tmp_path / "two")
    assert "would replace those of" in convert("in", "-o", "../exports", code=1).err
    monkeypatch.chdir(tmp_path)
    assert "one months" in written()


def test_force_replaces_and_says_so(convert: Run) -> None:
    convert("one")
    done = convert("two", "--force")
    assert f"{Path('two/ferry.txt')}: it replaces outputs of {Path('one/ferry.txt')}" in done.err
    assert "two months" in written()
    assert "1 unchanged" in convert("two").err
    assert "would replace" in convert("one", code=1).err


def test_a_source_that_is_gone_or_moved_gives_way(convert: Run) -> None:
    convert("one")
    Path("one").rename("moved")
    assert "1 unchanged" in convert("moved").err
    Path("moved/ferry.txt").unlink()
    convert("two")
    assert "two months" in written()
    Path("outer").mkdir()
    Path("two").rename("outer/two")
    convert("outer")
    assert "two months" in written("markdown/two/ferry.md")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_source_by_another_path_is_the_same(convert: Run) -> None:
    convert("one")
    Path("link").symlink_to("one")
    assert "1 unchanged" in convert("link").err


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("given", ["current", "one/../current", "{here}/current", "current/rips.zip"])
@pytest.mark.parametrize("output", ["exports", "current/exports"])
def test_a_link_that_leads_to_another_release_is_the_same_source(
    convert: Run, tmp_path: Path, given: str, output: str
) -> None:
    Path("exports").mkdir()
    for release in ("one", "two"):
        with zipfile.ZipFile(Path(release, "rips.zip"), "w") as archive:
            archive.write(Path(release, "ferry.txt"), "ferry.txt")
        if given.endswith(".zip"):
            Path(release, "ferry.txt").unlink()
        else:
            Path(release, "rips.zip").unlink()
        Path(release, "exports").symlink_to("../exports")
    for release in ("one", "two", "one"):
        Path("current").unlink(missing_ok=True)
        Path("current").symlink_to(release)
        source = given.format(here=tmp_path)
        done = convert(source, "-o", output, "--prune", to="markdown,csv")
        assert "1 document: 1 written" in done.err
        assert "removed" not in done.err
        ferry = next(Path("exports/markdown").rglob("ferry.md")).relative_to("exports").as_posix()
        assert f"{release} months" in written(ferry)
        assert f"{release} months" in written("csv/articles.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("output", ["elsewhere/deep/real", "exports"])
def test_an_output_folder_by_another_path_is_the_same(convert: Run, output: str) -> None:
    Path("two/ferry.txt").rename("two/other.txt")
    Path("elsewhere/deep/real").mkdir(parents=True)
    Path("exports").symlink_to("elsewhere/deep/real")
    paths = {"exports", "elsewhere/deep/real"}
    convert("one", "two", "-o", *(paths - {output}), to="markdown,csv")
    done = convert("one", "-o", output, "--prune", to="markdown,csv", code=1)
    assert f"csv/articles: would lose {Path('two/other.txt')}, which an earlier run put there" in done.err
    assert "gone" not in done.err
    assert "two months" in written("markdown/other.md")
    assert "2 unchanged" in convert("one", "two", "-o", output, to="markdown,csv").err
    Path("two/other.txt").unlink()
    assert "gone        sources of other" in convert("one", "-o", output).err


@pytest.mark.parametrize(
    ("before", "after"),
    [("made/here/exports", "exports"), ("two/exports", "exports"), ("two/exports", "made/exports")],
)
def test_an_output_folder_that_moved_away_from_its_sources_still_knows_them(
    convert: Run, before: str, after: str
) -> None:
    Path("two/ferry.txt").rename("two/other.txt")
    Path("made/here").mkdir(parents=True)
    convert("one", "two", "-o", before, to="markdown,csv")
    Path(before).rename(after)
    for flags in (("--check",), ()):
        done = convert("one", "-o", after, "--prune", *flags, to="markdown,csv", code=1)
        assert f"csv/articles: would lose {Path('two/other.txt')}, which an earlier run put there" in done.err
        assert "gone" not in done.err
    assert "two months" in Path(after, "markdown/other.md").read_text(encoding="utf-8")
    assert "2 unchanged" in convert("one", "two", "-o", after, to="markdown,csv").err
    Path("two/other.txt").unlink()
    convert("one", "-o", after, "--prune", to="markdown,csv")
    assert [path.name for path in Path(after, "markdown").iterdir()] == ["ferry.md"]


def test_sources_that_moved_with_their_output_folder_are_those_of_before(
    convert: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("two/ferry.txt").rename("two/other.txt")
    convert("one", "two")
    for folder in ("far/away", "back"):
        project = tmp_path / folder
        project.mkdir(parents=True)
        for each in ("one", "two", "exports"):
            Path(each).rename(project / each)
        monkeypatch.chdir(project)
        assert "2 unchanged" in convert("one", "two").err
    Path("two/other.txt").unlink()
    assert "gone        sources of other" in convert("one").err


def test_a_copy_of_a_project_does_not_take_its_sources_for_those_of_the_first(
    convert: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("builds/0/news").mkdir(parents=True)
    for folder, source in (("one", "builds/0/news/rips"), ("two", "builds/0/news/rips/old")):
        Path(folder).rename(source)
    Path("shared").mkdir()
    shutil.copy("builds/0/news/rips/ferry.txt", "shared/both.txt")
    monkeypatch.chdir("builds/0/news")
    sources = ("rips", "../../../shared")
    convert(*sources, to="markdown,csv")
    shutil.copytree(tmp_path / "builds/0", tmp_path / "builds/1")
    monkeypatch.chdir(tmp_path / "builds/1/news")
    shutil.rmtree("rips/old")
    assert "gone        sources of old/ferry" in convert(*sources, to="markdown,csv").err
    assert "removed     1 file" in convert(*sources, "--prune", to="markdown,csv").err
    assert "two months" not in written("csv/articles.csv")
    assert not Path("exports/markdown/old").exists()
    assert Path("../../0/news/exports/markdown/old/ferry.md").exists()


def test_names_that_only_some_file_systems_tell_apart_clash_too(convert: Run) -> None:
    convert("one")
    Path("two/ferry.txt").rename("two/FERRY.txt")
    assert "its outputs would replace those of" in convert("two", code=1).err
    assert [path.name for path in Path("exports/markdown").iterdir()] == ["ferry.md"]


def test_what_came_from_standard_input_is_not_replaced_by_a_file(convert: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    def send(text: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))

    text = Path("one/ferry.txt").read_bytes()
    send(text)
    convert("-")
    send(text.replace(b"one", b"more"))
    convert("-")
    assert "more months" in written("markdown/stdin.md")
    Path("two/ferry.txt").rename("two/stdin.txt")
    assert "would replace those of standard input" in convert("two", code=1).err
    assert "more months" in written("markdown/stdin.md")


def test_a_collection_does_not_lose_members_that_are_still_there(convert: Run) -> None:
    Path("two/ferry.txt").rename("two/other.txt")
    convert("one", "two", to="csv")
    both = written("csv/articles.csv")
    done = convert("one", to="csv", code=1)
    assert (
        f"csv/articles: would lose {Path('two/other.txt')}, which an earlier run put there and this one does not name;"
        " it stays as it was; convert all in one run, give another folder with -o, or leave them out with --force"
    ) in done.err
    assert written("csv/articles.csv") == both
    assert "2 unchanged" in convert("one", "two", to="csv").err
    done = convert("one", "--force", to="csv")
    assert f"csv/articles: {Path('two/other.txt')}, of an earlier run, left out" in done.err
    assert "two months" not in written("csv/articles.csv")
    convert("one", to="csv")


def test_a_collection_of_other_sources_is_not_replaced(convert: Run) -> None:
    Path("two/ferry.txt").rename("two/other.txt")
    convert("one", to="csv,markdown")
    done = convert("two", to="csv,markdown", code=1)
    assert f"csv/articles: would lose {Path('one/ferry.txt')}, which an earlier run put there" in done.err
    assert "one months" in written("csv/articles.csv")
    assert "two months" in written("markdown/other.md")
    Path("one/ferry.txt").unlink()  # then there is nothing to lose
    convert("two", to="csv,markdown")
    assert "two months" in written("csv/articles.csv")


def test_a_member_is_one_also_if_it_was_made_before(convert: Run) -> None:
    Path("two/ferry.txt").rename("two/other.txt")
    convert("one", "two")
    convert("one", "two", to="csv")
    assert "csv/articles: would lose" in convert("two", to="csv", code=1).err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OutputError("the disk is full", where="exports")], ids=repr)
@pytest.mark.parametrize("where", ["convert", "collect"])
def test_what_a_run_did_not_get_into_a_collection_is_no_member_of_it(
    convert: Run, monkeypatch: pytest.MonkeyPatch, where: str, error: BaseException
) -> None:
    from copydesk.running import crew

    def convert_first(task: Any, bench: Any) -> Any:
        return real(task, bench) if task.name == "another" else fail()

    def fail(*_: object) -> Any:
        raise error

    Path("two/ferry.txt").rename("two/other.txt")
    shutil.copy("two/other.txt", "two/another.txt")
    convert("one", to="csv")
    real = crew.convert
    with monkeypatch.context() as context:
        context.setattr(crew, where, convert_first if where == "convert" else fail)
        convert("two", "one", to="csv", code=130 if isinstance(error, KeyboardInterrupt) else 4)
    assert "two months" not in written("csv/articles.csv")
    Path("one/new.txt").write_bytes(Path("one/ferry.txt").read_bytes())
    convert("one", to="csv")
    assert written("csv/articles.csv").count("one months") == 2


def test_a_source_that_changes_while_a_collection_is_made_makes_no_members(
    convert: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copydesk.running.members import Members

    def change(*_: object) -> None:
        raise SourceError("has changed while the run was under way", where="two/other.txt")

    Path("two/ferry.txt").rename("two/other.txt")
    convert("one", to="csv")
    with monkeypatch.context() as context:
        context.setattr(Members, "complete", change)
        convert("one", "two", to="csv", code=1)
    Path("one/new.txt").write_bytes(Path("one/ferry.txt").read_bytes())
    convert("one", to="csv")
    assert written("csv/articles.csv").count("one months") == 2


def test_a_document_of_which_nothing_was_made_is_no_rival(convert: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from copydesk.running import crew

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(crew, "collect", stop)
        convert("one", to="csv", code=130)
    convert("two", to="csv")
    assert "two months" in written("csv/articles.csv")
    assert "its outputs would replace those of" in convert("one", to="csv", code=1).err


def test_a_document_by_another_name_is_still_a_member(convert: Run, tmp_path: Path) -> None:
    Path("two/ferry.txt").rename("two/other.txt")
    convert("one", to="csv,xml")
    named = tmp_path / "list"
    named.write_text(f"{Path('one/ferry.txt')}\n", encoding="utf-8")
    for _ in range(2):
        convert("--files-from", named, "--prune", to="xml")  # by a longer name, and without the table
        assert not Path("exports/xml/ferry.xml").exists()
        assert "csv/articles: would lose" in convert("two", to="csv", code=1).err
    convert("--files-from", named, "two", to="csv,xml")
    done = convert("--files-from", named, to="csv", code=1)
    assert f"csv/articles: would lose {Path('two/other.txt')}, which" in done.err


def test_outputs_are_no_sources_of_any_run(convert: Run) -> None:
    convert("one", "-o", "one/out", to="markdown,xml")
    convert("one", "-o", "one", to="markdown")  # beside the sources
    done = convert("one")
    assert "1 document: 1 written" in done.err
    assert "3 output folders" in done.err
    assert [path.name for path in Path("exports/markdown").rglob("*.md")] == ["ferry.md"]
    assert "no document in this folder" in convert("one/out", "-o", "elsewhere", code=1).err


def test_a_source_of_this_run_under_another_name_is_not_gone(convert: Run, tmp_path: Path) -> None:
    convert("one")
    named = tmp_path / "list"
    named.write_text(f"{Path('one/ferry.txt')}\n", encoding="utf-8")
    said = " ".join(convert("--files-from", named, "--report", "report.json").err.split())
    assert "renamed sources of ferry have other names in this run; --prune removes what has the former ones" in said
    assert "gone" not in said
    summary = json.loads(Path("report.json").read_text(encoding="utf-8"))["summary"]
    assert (summary["gone"], summary["renamed"]) == ([], ["ferry"])
    assert "one months" in written()
    convert("--files-from", named, "--prune")
    assert [path.name for path in Path("exports/markdown").rglob("*.md")] == ["ferry.md"]
    assert "one months" in written("markdown/one/ferry.md")


def test_a_source_in_whose_place_a_folder_is_is_gone(convert: Run) -> None:
    convert("one")
    source = Path("one/ferry.txt")
    article = source.read_bytes()
    source.unlink()
    source.mkdir()
    (source / "more.txt").write_bytes(article)
    convert("one", "--prune")
    assert sorted(path.as_posix() for path in Path("exports/markdown").rglob("*.md")) == [
        "exports/markdown/ferry.txt/more.md"
    ]


def test_a_member_that_an_archive_lost_is_gone(convert: Run) -> None:
    with zipfile.ZipFile("rips.zip", "w") as archive:
        archive.write("one/ferry.txt", "a.txt")
        archive.write("two/ferry.txt", "b.txt")
    convert("rips.zip")
    with zipfile.ZipFile("rips.zip", "w") as archive:
        archive.write("one/ferry.txt", "a.txt")
    said = convert("rips.zip").err
    assert "gone        sources of rips.zip/b" in said
    assert "renamed" not in said


def also(path: str, name: str) -> None:
    """Let a file go by another name too, as on a file system that ignores case."""
    other = Path(path).with_name(name)
    if not other.exists():
        os.link(path, other)


def test_outputs_that_are_those_of_another_name_by_case_alone_are_not_pruned(convert: Run) -> None:
    Path("one/ferry.txt").rename("one/Ferry.txt")
    convert("one")
    Path("one/Ferry.txt").rename("one/ferry.txt")
    also("exports/markdown/Ferry.md", "ferry.md")
    for flags in (("--check",), ()):
        done = convert("one", "--prune", *flags)
        assert "would remove" not in done.out
        assert "removed" not in done.err
    assert Path("exports/markdown/Ferry.md").exists()
    assert "one months" in written()
    assert "1 unchanged" in convert("one").err


def test_outputs_of_another_name_by_case_alone_are_pruned_where_case_counts(convert: Run) -> None:
    Path("one/ferry.txt").rename("one/Ferry.txt")
    convert("one")
    if Path("exports/markdown/ferry.md").exists():
        pytest.skip("the file system ignores case")
    Path("one/Ferry.txt").rename("one/ferry.txt")
    assert "would remove markdown/Ferry.md" in convert("one", "--prune", "--check", code=1).out
    convert("one", "--prune")
    assert [path.name for path in Path("exports/markdown").iterdir()] == ["ferry.md"]


@pytest.mark.parametrize("flags", [(), ("--prune",)])
def test_a_source_renamed_by_case_alone_is_itself(convert: Run, flags: tuple[str, ...]) -> None:
    Path("one/ferry.txt").rename("one/Ferry.txt")
    convert("one")
    also("one/Ferry.txt", "ferry.txt")
    also("exports/markdown/Ferry.md", "ferry.md")
    said = convert("one/ferry.txt", *flags).err
    assert "renamed     sources of Ferry" in said
    assert "removed" not in said
    assert "one months" in written()
    assert Path("exports/markdown/Ferry.md").exists()
    assert "1 unchanged" in convert("one/ferry.txt").err


def test_a_file_where_a_folder_is_to_be_fails_one_document_and_gives_way_to_prune(convert: Run) -> None:
    Path("two/ferry.txt").rename("one/other.txt")
    convert("one", to="markdown,csv")
    Path("one/ferry.md").mkdir()
    Path("one/other.txt").rename("one/ferry.md/inner.txt")
    Path("one/none.txt").write_text("The last of them sails on Sunday, it was said.\n", encoding="utf-8")
    told = (
        f"{Path('one/ferry.md/inner.txt')} to markdown: {Path('exports/markdown/ferry.md/inner.md')} cannot be written,"
        " as there is a folder of its name, or a file of the name of its folder; remove what is in the way, or let"
        " --prune do so if an earlier run made it, and run again"
    )
    for flags in (("--check",), (), ("--prune",)):
        done = convert("one", *flags, to="markdown,csv", code=1)
        assert told in done.err
        assert "not reached" not in done.err
    assert "two months" in written("csv/articles.csv")
    assert Path("exports/markdown/none.md").exists()
    assert "3 documents: 1 written, 2 unchanged" in convert("one", to="markdown,csv").err
    assert "two months" in written("markdown/ferry.md/inner.md")


def test_a_folder_where_a_file_is_to_be_fails_one_document_and_gives_way_to_prune(convert: Run) -> None:
    Path("one/ferry.md").mkdir()
    Path("one/ferry.txt").rename("one/ferry.md/inner.txt")
    convert("one", to="markdown,csv")
    shutil.rmtree("one")
    Path("two").rename("one")
    for flags in (("--check",), (), ("--prune",)):
        told = convert("one", *flags, to="markdown,csv", code=1).err
        assert f"{Path('one/ferry.txt')} to markdown: {Path('exports/markdown/ferry.md')} cannot be written" in told
    assert "two months" in written("csv/articles.csv")
    convert("one", to="markdown,csv")
    assert "two months" in written()


def test_a_folder_where_a_collection_is_to_be_fails_that_collection(convert: Run) -> None:
    Path("exports/csv/articles.csv").mkdir(parents=True)
    for flags in (("--check",), ()):
        done = convert("one", *flags, to="markdown,csv,xml", code=1)
        assert f"{Path('exports/csv/articles.csv')} cannot be written, as there is a folder of its name" in done.err
    assert "one months" in written()


@pytest.mark.parametrize(
    ("to", "folder"), [("xml", "xml/ferry.ledger.jsonl"), ("csv", "csv/articles.datapackage.json")]
)
def test_a_folder_where_the_second_of_several_files_is_to_be_keeps_the_first_back_too(
    convert: Run, to: str, folder: str
) -> None:
    Path("exports", folder).mkdir(parents=True)
    for flags in (("--check",), ()):
        done = convert("one", *flags, to=to, code=1)
        assert f"{Path('exports', folder)} cannot be written, as there is a folder of its name" in done.err
        assert "would write" not in done.out
    assert [path.name for path in Path("exports", to).iterdir()] == [Path(folder).name]


def test_a_file_where_the_folder_of_a_format_is_to_be_ends_the_run(convert: Run) -> None:
    Path("exports").mkdir()
    Path("exports/markdown").touch()
    assert "not reached" in convert("one", "two", code=4).err


@pytest.mark.parametrize("flag", ["--check", "--diff"])
def test_an_output_that_cannot_be_read_is_one_that_would_be_replaced(
    convert: Run, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    convert("one")
    Path("one/ferry.txt").write_text("The last of them sails on Sunday, it was said.\n", encoding="utf-8")
    read = LocalFolder.open

    def refuse(folder: LocalFolder, file: str) -> IO[bytes]:
        if file == "markdown/ferry.md":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return read(folder, file)

    monkeypatch.setattr(LocalFolder, "open", refuse)
    done = convert("one", flag, to="markdown,csv", code=1)
    assert "would change markdown/ferry.md\n(what is there cannot be read: Permission denied)\n" in done.out
    assert "would write csv/articles.csv" in done.out
    convert("one", to="markdown,csv")
    assert "Sunday" in written()
