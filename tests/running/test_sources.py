from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from copydesk.errors import SourceError
from copydesk.reading.decode import MAX_BYTES
from copydesk.running.finding import find
from copydesk.running.sources import Documents, SourceFile

SUFFIXES = {".txt", ".md"}
links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


def tree(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return root


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def below(*arguments: str, **settings: object) -> list[str]:
    found = find(arguments, suffixes=SUFFIXES, **settings)  # type: ignore[arg-type]
    assert found.errors == []
    return [file.below for file in found.files]


def test_folders_are_recursed_in_order_of_name_and_by_suffix(tmp_path: Path) -> None:
    tree(tmp_path / "in", "b.txt", "a.MD", "z/1.txt", "c/2.txt", "c/d/3.md", "x.pdf", "noend", "c.txt/4.txt")
    assert below("in") == ["a.MD", "b.txt", "c/2.txt", "c/d/3.md", "c.txt/4.txt", "z/1.txt"]
    found = find(["in"], suffixes=SUFFIXES)
    assert [Path(file.path) for file in found.files][:2] == [Path("in/a.MD"), Path("in/b.txt")]
    assert found.skipped.other == 2


def test_hidden_entries_and_links_are_skipped_and_counted(tmp_path: Path) -> None:
    tree(tmp_path / "in", "a.txt", ".hidden.txt", ".git/b.txt", "real/c.txt")
    expected_links = 0
    if sys.platform != "win32":
        (tmp_path / "in" / "link.txt").symlink_to("a.txt")
        (tmp_path / "in" / "linked").symlink_to("real")
        expected_links = 2
    found = find(["in"], suffixes=SUFFIXES)
    assert [file.below for file in found.files] == ["a.txt", "real/c.txt"]
    assert (found.skipped.hidden, found.skipped.links) == (2, expected_links)


@links
def test_a_loop_of_links_is_harmless(tmp_path: Path) -> None:
    tree(tmp_path / "in", "a.txt", "deep/b.txt")
    (tmp_path / "in" / "deep" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "self").symlink_to("self")
    assert below("in") == ["a.txt", "deep/b.txt"]


@links
def test_links_that_are_named_are_followed(tmp_path: Path) -> None:
    tree(tmp_path / "in", "a.txt")
    (tmp_path / "link.txt").symlink_to("in/a.txt")
    (tmp_path / "linked").symlink_to("in")
    assert below("link.txt", "linked") == ["link.txt", "a.txt"]
    (tmp_path / "self").symlink_to("self")
    (error,) = find(["self"], suffixes=SUFFIXES).errors
    assert "cannot be read: " in str(error)


def test_a_file_that_is_named_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    tree(tmp_path, "page.html", ".hidden", "noend")
    assert below("page.html", ".hidden", "noend") == ["page.html", ".hidden", "noend"]


def test_a_document_named_twice_is_taken_once(tmp_path: Path) -> None:
    tree(tmp_path / "in", "a.txt", "b.txt")
    assert below("in/b.txt", "in", "./in/../in/a.txt", "in/") == ["b.txt", "a.txt"]
    assert below("-", "-") == ["stdin"]
    tree(tmp_path, "-")
    assert below("-", "./-") == ["stdin", "-"]


def test_output_folders_inside_a_source_folder_are_left_out(tmp_path: Path) -> None:
    tree(tmp_path / "in", "a.txt", "out/markdown/a.md", "sub/out/b.txt")
    leave_out = ["in/out", "in/out/markdown"]
    assert below("in", leave_out=leave_out) == ["a.txt", "sub/out/b.txt"]
    assert find(["in"], suffixes=SUFFIXES, leave_out=leave_out).skipped.output == 1
    # with `-o in`, the folders of formats inside it are left out, but not the folder itself
    tree(tmp_path / "in", "markdown/a.md")
    assert "markdown/a.md" not in below("in", leave_out=["in", "in/markdown"])
    # a folder that is named is never left out
    assert below("in/markdown", leave_out=["in", "in/markdown"]) == ["a.md"]


def test_what_runs_wrote_is_no_source_though_sources_may_lie_beside_it(tmp_path: Path) -> None:
    tree(tmp_path / "in", "a.txt", "markdown/a.md", "csv/b.md", "sub/c.txt", "sub/markdown/c.md", "other/markdown/d.md")
    tree(tmp_path / "in", ".copydesk/formats", "sub/.copydesk/state")
    (tmp_path / "in/.copydesk/formats").write_text("csv\nmarkdown\n", encoding="utf-8")
    assert below("in") == ["a.txt", "other/markdown/d.md", "sub/c.txt", "sub/markdown/c.md"]
    found = find(["in"], suffixes=SUFFIXES)
    assert found.skipped.output == 2
    assert found.complete


@links
def test_output_folders_are_known_through_links(tmp_path: Path) -> None:
    tree(tmp_path / "in", "a.txt", "out/b.txt")
    (tmp_path / "other").symlink_to("in/out")
    assert below("in", leave_out=["other"]) == ["a.txt"]


def test_what_is_not_there_is_an_error_and_the_rest_is_found(tmp_path: Path) -> None:
    tree(tmp_path / "in", "a.txt")
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    tree(tmp_path / "other", "picture.png")
    found = find(["nope.txt", "", "in", "empty", "other", "nul\0"], suffixes=SUFFIXES)
    assert not found.complete
    assert [file.below for file in found.files] == ["a.txt"]
    assert [str(error).partition(";")[0] for error in found.errors] == [
        "nope.txt: no such file or folder",
        "'': no such file or folder",
        "empty: no document in this folder",
        "other: no document in this folder",
        "nul\0: is no path",
    ]
    assert ".md, .txt" in str(found.errors[2])


def test_a_folder_that_may_not_be_listed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path / "in", "a.txt", "secret/b.txt")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = find(["in"], suffixes=SUFFIXES)
    assert not found.complete
    assert [file.below for file in found.files] == ["a.txt"]
    assert [str(error).partition(";")[0] for error in found.errors] == [f"{Path('in/secret')}: may not be read"]


def test_reading_refuses_what_is_larger_than_any_article(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * MAX_BYTES)
    assert len(SourceFile(str(path), "large.txt").read()) == MAX_BYTES
    with path.open("ab") as stream:
        stream.write(b"a")
    with pytest.raises(SourceError, match=r"more than the 20,000,000 bytes"):
        SourceFile(str(path), "large.txt").read()


def test_standard_input_is_read_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\x00")))
    (file,) = find(["-"], suffixes=SUFFIXES).files
    assert file.read() == b"\xff\x00"
    assert file.name == "stdin"


def test_names_that_the_system_could_not_decode_are_fit_for_xml() -> None:
    assert SourceFile("in/a\udcff\x1b\n\uffff.txt", "a\udcff\x1b\n\uffff.txt").name == "a\ufffd\ufffd\ufffd\ufffd.txt"


def test_documents_take_little_memory_and_come_back_as_they_were() -> None:
    files = [
        SourceFile("in/a.txt", "a.txt"),
        SourceFile("in/f\udcff\u00e4/x.txt", "f\udcff\u00e4/x.txt", depth=1),
        SourceFile("-", "stdin"),
        SourceFile("a.zip/b.txt@1", "in/a.zip/b.txt", archive="a.zip", number=70_000),
    ]
    documents = Documents(files)
    assert [*documents] == files
    assert (len(documents), documents[-1], documents[0], documents[1:3]) == (4, files[3], files[0], files[1:3])
    with pytest.raises(IndexError):
        documents[4]
    assert not Documents()
