"""Every kind of bad input: a clear message, the other documents written, nothing torn."""

from __future__ import annotations

import codecs
import csv
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copydesk.plugins import Plugins

Run = Callable[..., Any]
Write = Callable[..., Path]

SENTENCES = "The cafés of the harbour open again on Monday, the owner said. "


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def convert(copydesk: Run, article_file: Write) -> Run:
    """Convert the folder `in`, in which there is always a good document too, and check what holds in every case."""
    article_file("good.txt")

    def run(*arguments: str, code: int, written: set[str] = frozenset({"good"})) -> Any:  # type: ignore[assignment]
        done = copydesk("convert", *(arguments or ["in"]), "--to", "xml,csv", "-o", "out")
        assert done.code == code, done.err
        assert "Traceback" not in done.err
        paths = [path for path in Path("out").rglob("*") if path.is_file()]
        assert not [path for path in paths if path.name.startswith(".") and path.parts[1] != ".copydesk"]
        names = {path.relative_to("out/xml").as_posix() for path in paths if path.parts[1] == "xml"}
        assert names == {f"{name}{suffix}" for name in written for suffix in (".xml", ".ledger.jsonl")}
        with Path("out/csv/articles.csv").open(encoding="utf-8", newline="") as stream:
            assert len(list(csv.DictReader(stream))) == len(written)
        return done

    return run


BAD = {
    "empty file": (b"", "the file is empty"),
    "white space only": (b" \n\t\r\n  \n", "empty"),
    "white space only, not ASCII": ("\u00a0\u2003\n".encode(), "white space"),
    "binary": (bytes(range(1, 32)) * 40, "is binary"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4, "is binary: NUL"),
    "NUL bytes": (b"The harbour ferry sails again.\0 It does.", "is binary: NUL byte at offset 30"),
    "UTF-16 cut short": (codecs.BOM_UTF16_LE + b"T\0h\0e", "byte order mark"),
    "UTF-8 with a broken byte": ("Die Fähre fährt über".encode() + b" die S\xe4ee", "is damaged UTF-8: 1 of its bytes"),
    "UTF-8 cut short": ("Die Fähre fährt wieder für alle, sagt Jörg Bär.".encode()[:-3], "the first at 48"),
    "paragraph of 19 MB": (b"word " * 3_800_000, "one paragraph has more than the 10 MB"),
    "single line of 50 MB": (b"word " * 10_000_000, "more than the 20,000,000 bytes"),
}


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD)
def test_a_file_that_is_no_text_is_named_and_the_others_are_written(
    convert: Run, article_file: Write, content: bytes, said: str
) -> None:
    path = article_file("bad.txt", content).relative_to(Path.cwd())
    done = convert(code=1)
    (line,) = [line for line in done.err.splitlines() if line.startswith("error: ")]
    assert line.startswith(f"error: {path}: ")
    assert said in line
    assert "; " in line  # what to do next
    assert "2 documents: 1 written, 1 failed" in done.err


ODD = {
    "UTF-16 with byte order mark": (codecs.BOM_UTF16_LE + SENTENCES.encode("utf-16-le"), False),
    "UTF-16, big endian": (codecs.BOM_UTF16_BE + SENTENCES.encode("utf-16-be"), False),
    "UTF-8 with byte order mark": (codecs.BOM_UTF8 + SENTENCES.encode(), False),
    "cp1252": (f"“{SENTENCES}”".encode("cp1252"), True),
    "invalid UTF-8": (SENTENCES.encode() + b"\xff\xfe", True),
}


@pytest.mark.parametrize(("content", "warns"), ODD.values(), ids=ODD)
def test_other_encodings_are_read_and_a_guess_is_a_warning(
    convert: Run, article_file: Write, content: bytes, warns: bool
) -> None:
    path = article_file("odd.txt", content).relative_to(Path.cwd())
    done = convert(code=0, written={"good", "odd"})
    assert (f"warning: {path}: is not UTF-8" in done.err) is warns
    if not (warns and content.startswith(b"The")):
        assert "The cafés of the harbour" in Path("out/xml/odd.xml").read_text(encoding="utf-8")


def test_line_ends_that_were_converted_twice(convert: Run, article_file: Write) -> None:
    article_file("odd.md", b"# The ferry\r\r\n\r\r\n```\r\r\nfirst\r\r\n  second\r\r\n```\r\r\n")
    convert("in", "--from", "markdown", code=0, written={"good", "odd"})
    assert ">first\n  second</pre>" in Path("out/xml/odd.xml").read_text(encoding="utf-8")


def test_a_file_in_which_there_is_no_article_is_named(convert: Run, article_file: Write) -> None:
    article_file("bad.md", "\u200b\n".encode())  # nothing but a zero-width space
    done = convert(code=1)
    assert f"error: {Path('in/bad.md')}: no article was found in it; " in done.err


def test_no_such_path(convert: Run) -> None:
    done = convert("in", "missing.txt", code=1)
    assert "error: missing.txt: no such file or folder; check the spelling" in done.err


def test_empty_folder(convert: Run) -> None:
    Path("empty").mkdir()
    done = convert("empty", "in", code=1)
    searched = re.search(r"error: empty: no document in this folder; folders are searched for ([^;\n]*)", done.err)
    assert searched
    assert {".markdown", ".md", ".text", ".txt"} <= set(searched[1].split(", "))  # and what readers of plugins take


def test_nothing_at_all_leaves_no_output_folder(copydesk: Run) -> None:
    Path("empty").mkdir()
    done = copydesk("convert", "empty", "--to", "xml,csv", "-o", "out")
    assert done.code == 1
    assert not Path("out").exists()


def test_unreadable_file(convert: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = article_file("secret.txt").relative_to(Path.cwd())
    from copydesk.running import sources

    content = sources._content

    def refuse(path: str) -> bytes:
        if path == str(secret):
            raise PermissionError(13, "Permission denied", path)
        return content(path)

    monkeypatch.setattr(sources, "_content", refuse)  # tests may run as root, who may read everything
    done = convert(code=1)
    assert f"error: {secret}: may not be read; change its permissions" in done.err


def test_unknown_format(copydesk: Run, article_file: Write) -> None:
    done = copydesk("convert", article_file(), "--to", "xml,pfd", "-o", "out")
    assert done.code == 2
    assert "no plugin provides the format 'pfd'" in done.err
    assert ", ".join(Plugins().formats) in done.err
    assert not Path("out").exists()


def test_two_sources_with_the_same_stem_both_survive(convert: Run, article_file: Write) -> None:
    article_file("same.txt")
    article_file("same.md")
    article_file("SAME.text")
    done = convert_any(convert)
    names = {path.name.removesuffix(".xml") for path in Path("out/xml").glob("*.xml")}
    assert len(names) == 4
    assert sum(len(name) == len("same-01234567") for name in names) == 3
    assert "4 documents: 4 written, 0 failed" in done.err


def convert_any(convert: Run) -> Any:
    from copydesk.reading.detect import READERS
    from copydesk.running.finding import find
    from copydesk.running.names import output_names

    suffixes = {suffix for reader in READERS for suffix in reader.suffixes}
    found = find(["in"], suffixes=suffixes)
    names = output_names(found.files, source_suffixes=suffixes, output_suffixes=[(".xml", ".ledger.jsonl")])
    return convert(code=0, written=set(names))


def test_output_folder_inside_the_source_folder(copydesk: Run, article_file: Write) -> None:
    article_file("a.txt")
    for outcome in ("1 written, 0 failed", "0 written, 1 unchanged"):  # the second could find what the first wrote
        done = copydesk("convert", "in", "--to", "markdown", "-o", "in/out")
        assert done.code == 0
        assert f"1 document: {outcome}" in done.err
    assert "skipped     1 output folders" in done.err
    assert [path.as_posix() for path in Path("in").rglob("*.md")] == ["in/out/markdown/a.md"]


def test_output_folder_that_is_the_source_folder(copydesk: Run, article_file: Write) -> None:
    article_file("a.txt")
    for kind, outcome in [("markdown", "1 written"), ("markdown", "0 written, 1 unchanged"), ("xml", "1 written")]:
        done = copydesk("convert", "in", "--to", kind, "-o", "in")
        assert done.code == 0
        assert f"1 document: {outcome}, 0 failed" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_loop_of_links(convert: Run) -> None:
    Path("in/loop").symlink_to("..", target_is_directory=True)
    Path("in/self").symlink_to("self")
    done = convert(code=0)
    assert "skipped     2 links" in done.err
    done = convert("in", "in/self", code=1)
    assert f"error: {Path('in/self')}: cannot be read: " in done.err


def test_a_name_of_240_bytes(convert: Run, article_file: Write) -> None:
    article_file("ü" * 118 + ".txt")
    convert(code=0, written={"good", "ü" * 50})


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_are_no_text(convert: Run, article_file: Write) -> None:
    article_file("a\udcff\x1b[31m\n.txt")
    article_file("b\udcff\x1b[31m\n.txt", b"")
    done = convert(code=1, written={"good", "a__[31m_"})
    assert "\x1b" not in done.err
    assert "error: in/b\\udcff\\x1b[31m\\n.txt: the file is empty" in done.err
