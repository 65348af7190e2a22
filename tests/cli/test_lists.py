"""Sources from lists of names, as `find -print0` and `git diff --name-only` write them."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def convert(copydesk: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Convert with something on standard input."""

    def run(given: bytes, *arguments: str) -> Any:
        monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": io.BytesIO(given)}))
        return copydesk("convert", *arguments, "--to", "xml", "-o", "out")

    return run


def written() -> list[str]:
    return sorted(path.relative_to("out/xml").as_posix() for path in Path("out/xml").rglob("*.xml"))


def test_names_on_standard_input_are_converted_in_the_layout_of_their_paths(convert: Run, article_file: Write) -> None:
    for name in ("2025/ferry.txt", "2026/ferry.txt", "2026/left out.txt", "2026/with\nline.txt"):
        article_file(name)
    done = convert(b"in/2025/ferry.txt\0./in/2026/ferry.txt\0in/2026/with\nline.txt\0", "--files-from", "-", "-0")
    assert done.code == 0, done.err
    assert written() == ["in/2025/ferry.xml", "in/2026/ferry.xml", "in/2026/with_line.xml"]


@pytest.mark.parametrize(
    "text", [b"in/a.txt\nin/b c.txt\n", b"in/a.txt\r\n\r\n\r\nin/b c.txt", b"\xef\xbb\xbfin/a.txt\n\nin/b c.txt\n"]
)
def test_a_list_in_a_file_has_one_name_a_line(convert: Run, article_file: Write, text: bytes) -> None:
    article_file("a.txt")
    article_file("b c.txt")
    Path("list").write_bytes(text)
    done = convert(b"", "--files-from", "list")
    assert (done.code, written()) == (0, ["in/a.xml", "in/b c.xml"]), done.err


def test_a_list_joins_sources_and_takes_folders_and_each_file_once(convert: Run, article_file: Write) -> None:
    for name in ("sub/a.txt", "sub/b.txt", "c.txt", "d.txt"):
        article_file(name)
    names = f"in/sub\nin/c.txt\n{Path('in/c.txt').absolute()}\nin/sub/a.txt\nin/d.txt\n"
    done = convert(names.encode(), "in/d.txt", "--files-from", "-", "--report", "report.json")
    assert (done.code, written()) == (0, ["d.xml", "in/c.xml", "in/sub/a.xml", "in/sub/b.xml"]), done.err
    assert "3 named again" in done.err
    assert json.loads(Path("report.json").read_bytes())["summary"]["skipped"]["repeated"] == 3


def test_paths_outside_keep_their_layout_within_the_output_folder(
    convert: Run, article_file: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = article_file("a.txt")
    Path("work").mkdir()
    monkeypatch.chdir("work")
    assert convert(b"../in/a.txt\n", "--files-from", "-").code == 0
    assert written() == ["in/a.xml"]
    done = convert(os.fsencode(path), "--files-from", "-")
    assert done.code == 0, done.err
    assert "/".join(path.with_suffix(".xml").parts[1:]) in written()


def test_names_that_are_not_there_are_named_and_the_others_converted(convert: Run, article_file: Write) -> None:
    article_file("a.txt")
    done = convert(b"in/gone.txt\0in/a.txt\0\0in/a.txt\n\0", "--files-from", "-", "-0")
    assert done.code == 1
    assert "in/gone.txt: no such file or folder" in done.err
    assert "'': no such file or folder" in done.err
    assert "1 written, 3 failed" in done.err
    assert written() == ["in/a.xml"]


def test_a_url_that_is_no_store_is_a_failure_of_its_line(convert: Run, article_file: Write) -> None:
    article_file("a.txt")
    done = convert(b"http://example.org/y.txt\nin/a.txt\nnonsense://b/c\n", "--files-from", "-", "--prune")
    assert done.code == 1
    assert "error: http://example.org/y.txt: is on the web, from which nothing is fetched; save the pages" in done.err
    assert "error: nonsense://b/c: no such store" in done.err
    assert "1 written, 2 failed" in done.err
    assert written() == ["in/a.xml"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are Unicode there")
def test_names_need_not_be_utf_8(convert: Run, article_file: Write) -> None:
    article_file("a.txt").rename(os.fsdecode(b"in/f\xe4hre.txt"))
    done = convert(b"in/f\xe4hre.txt\n", "--files-from", "-")
    assert (done.code, written()) == (0, ["in/f?hre.xml".replace("?", "_")]), done.err


@pytest.mark.parametrize(
    ("given", "arguments", "said"),
    [
        (b"a.txt\0b.txt\0", ("--files-from", "-"), "standard input: has NUL characters; give -0"),
        (
            b"a.txt\nb.txt\n",
            ("--files-from", "-", "-0"),
            "standard input: has lines and no NUL character; leave -0 out",
        ),
        (b"a" * 200_000, ("--files-from", "-"), "standard input: is no list of names"),
        (b"", ("--files-from", "nowhere"), "nowhere: cannot be read: No such file or directory"),
        (b"", ("--files-from", "-", "-"), "--files-from: standard input cannot be a list and a document"),
        (b"", ("--files-from", "-", "--files-from", "-"), "--files-from: standard input is one list, not two"),
        (b"", ("-0", "in"), "-0: there is no list"),
        (b"", (), "the following arguments are required: SOURCE"),
    ],
)
def test_what_cannot_be_meant_ends_with_usage(
    convert: Run, given: bytes, arguments: tuple[str, ...], said: str
) -> None:
    done = convert(given, *arguments)
    assert done.code == 2
    assert said in done.err
    assert not Path("out").exists()


@pytest.mark.parametrize("given", [b"", b"\n\r\n"])
def test_an_empty_list_is_an_error_as_an_empty_folder_is(convert: Run, given: bytes) -> None:
    done = convert(given, "--files-from", "-")
    assert done.code == 1
    assert "standard input: names nothing; " in done.err


def test_a_list_takes_the_place_of_configured_sources(convert: Run, article_file: Write) -> None:
    article_file("a.txt")
    article_file("b.txt")
    Path("copydesk.toml").write_text('sources = ["in"]\n', encoding="utf-8")
    assert convert(b"in/a.txt\n", "--files-from", "-").code == 0
    assert written() == ["in/a.xml"]
    Path("names").write_text("in/b.txt\n", encoding="utf-8")
    Path("copydesk.toml").write_text('files-from = "names"\n', encoding="utf-8")
    assert convert(b"").code == 0
    assert written() == ["in/a.xml", "in/b.xml"]


def test_images_of_a_listed_document_lie_in_its_own_folder(convert: Run, article_file: Write) -> None:
    from copydesk.running.finding import find
    from copydesk.running.intake import Intake
    from copydesk.running.resources import Resources

    article_file("a.txt")
    Path("secret.png").write_bytes(b"secret")
    Path("in/own.png").write_bytes(b"own")
    (file,) = find([], named=["in/a.txt"], suffixes={".txt"}).files
    assert Resources(Intake().beside(file))("own.png") == b"own"
    assert Resources(Intake().beside(file))("../secret.png") is None
