"""Pictures that lie beside documents in archives: found as in folders, read from nowhere else, never lost unsaid."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from copydesk.running.archives import pictures, zips

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]

PARAGRAPH = "The harbour ferry sails again from Monday, twice an hour, the port authority of the town announced."


def page(*names: str) -> bytes:
    shown = "\n\n".join(f"![The ferry]({name})" for name in names)
    return f"# Harbour ferry returns\n\n{PARAGRAPH}\n\n{shown}\n\n{PARAGRAPH.replace('ferry', 'boat')}\n".encode()


def png(shade: int = 0) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, shade]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


FILES = {
    "2026/img/b.png": png(1),  # before and behind the documents
    "2026/a.md": page("img/a.png", "../all/c%20c.png?x=1"),
    "2026/img/a.png": png(2),
    "all/c c.png": png(3),
    "b.md": page("2026/img/b.png", "missing.png"),
    "plain.txt": page(),
}


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def convert(copydesk: Run) -> Run:
    def run(*arguments: str, to: str = "epub", output: str = "out") -> Any:
        return copydesk("convert", *arguments, "--to", to, "-o", output)

    return run


@pytest.fixture
def ask(convert: Run, install_plugin: Install, exporter_source: Source) -> Callable[..., Any]:
    """Convert `rips.*`, whose documents ask for pictures; gives what the first one got, in the order of its asking."""

    def asking(*names: str, arguments: tuple[str, ...] = ()) -> tuple[list[str], Any]:
        body = f"yield Output('.out', '|'.join(str(article.resource(name)) for name in {names!r}).encode())"
        install_plugin("aaa", exporter_source("aaa", body))
        (archive,) = Path().glob("rips.*")
        done = convert(str(archive), *arguments, to="aaa")
        (first, *_) = sorted(Path("out/aaa").rglob("*.out"))
        return first.read_text(encoding="utf-8").split("|"), done

    return asking


def zipped(path: str, files: Mapping[str, bytes] = FILES) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def member(name: str, content: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def tarred(path: str, files: Mapping[str, bytes] = FILES, *more: tuple[tarfile.TarInfo, bytes]) -> None:
    mode = f"w:{path.rpartition('.')[2]}".replace(":tar", "").replace(":tgz", ":gz")
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for info, content in [*(member(name, content) for name, content in files.items()), *more]:
            archive.addfile(info, io.BytesIO(content))


def pack(path: str, files: Mapping[str, bytes] = FILES) -> None:
    (zipped if path.endswith("zip") else tarred)(path, files)


def unpack(folder: str, files: Mapping[str, bytes] = FILES) -> None:
    for name, content in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def tree(folder: str) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(".")
    }


def pictures_in(book: str) -> set[bytes]:
    with zipfile.ZipFile(book) as archive:
        return {archive.read(name) for name in archive.namelist() if name.endswith(".png")}


def warnings(done: Any) -> list[str]:
    return [line for line in done.err.splitlines() if line.startswith("warning: ")]


ARCHIVES = ("rips.zip", "rips.tar", "rips.tar.gz", "rips.tgz", "rips.tar.bz2", "rips.tar.xz")
KINDS = ("rips.zip", "rips.tar", "rips.tar.gz")
"""One of each way in which members are read."""


@pytest.mark.parametrize("name", ARCHIVES)
def test_books_are_those_of_the_unpacked_folder(convert: Run, name: str) -> None:
    pack(name)
    unpack(f"in/{name}")
    assert convert("in", output="folder").code == 0
    done = convert(name)
    assert (done.code, warnings(done)) == (0, [])
    assert tree("out") == tree("folder")
    assert pictures_in(f"out/epub/{name}/2026/a.epub") == {png(2), png(3)}
    assert pictures_in(f"out/epub/{name}/b.epub") == {png(1)}


@pytest.mark.parametrize("name", KINDS)
def test_workers_find_them_too_and_nothing_stays_on_disk(convert: Run, name: str) -> None:
    pack(name)
    assert convert(name, "--jobs", "0", output="serial").code == 0
    assert convert(name, "--jobs", "2").code == 0
    assert tree("out") == tree("serial")
    assert not Path("out/.copydesk/run").exists()
    assert {path.name for path in Path().iterdir()} == {name, "out", "serial"}


@pytest.mark.parametrize("name", KINDS)
def test_shards_find_them_and_what_merges_shards(convert: Run, name: str) -> None:
    pack(name)
    assert convert(name, output="whole").code == 0
    parts = []
    for number in (1, 2):
        assert convert(name, "--shard", f"{number}/2", to="xml,epub", output=f"part{number}").code == 0
        parts += ["--merge", f"part{number}"]
    assert {**tree("part1/epub"), **tree("part2/epub")} == tree("whole/epub")
    assert convert(name, *parts, output="merged").code == 0
    assert tree("merged") == tree("whole")


@pytest.mark.parametrize("name", KINDS)
def test_archives_in_lists_have_their_pictures(convert: Run, name: str) -> None:
    pack(name)
    Path("list").write_text(f"{name}\n", encoding="utf-8")
    assert convert("--files-from", "list").code == 0
    assert pictures_in(f"out/epub/{name}/2026/a.epub") == {png(2), png(3)}


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_that_changed_makes_the_books_that_show_it_anew(convert: Run, name: str) -> None:
    pack(name)
    assert convert(name, to="epub,xml").code == 0
    before = tree("out")
    assert "0 files in out" in convert(name, to="epub,xml").err
    pack(name, {**FILES, "2026/img/b.png": png(9)})
    done = convert(name, "--check", to="epub,xml")
    assert [line for line in done.out.splitlines() if line.startswith("would")] == [f"would change epub/{name}/b.epub"]
    assert tree("out") == before
    assert "3 documents: 1 written, 2 unchanged, 0 failed" in convert(name, to="epub,xml").err
    after = tree("out")
    assert [path for path in after if after[path] != before[path]] == [f"epub/{name}/b.epub"]
    assert pictures_in(f"out/epub/{name}/b.epub") == {png(9)}
    pack(name, {**FILES, "2026/img/b.png": png(9), "missing.png": png(7)})  # which was asked for
    assert "1 written, 2 unchanged" in convert(name, to="epub,xml").err
    assert pictures_in(f"out/epub/{name}/b.epub") == {png(9), png(7)}
    pack(name)
    convert(name, to="epub,xml")
    assert tree("out") == before


@pytest.mark.parametrize("name", KINDS)
def test_nothing_outside_the_archive_is_read_and_nothing_hidden(ask: Run, name: str, tmp_path: Path) -> None:
    unpack(".", {"secret.png": b"secret", "deep/secret.png": b"secret"})
    files = {
        "deep/a.md": page(),
        "a.png": b"a",
        "deep/my b.png": b"b",
        "deep/.hidden.png": b"h",
        ".git/c.png": b"h",
        "__MACOSX/deep/a.png": b"h",
    }
    pack(name, files)
    expected = {
        "my%20b.png": "b",
        "./my b.png?width=3#x": "b",
        "../a.png": "a",
        "nowhere/../my b.png": "b",
        "../deep/../a.png": "a",
        "../../secret.png": None,
        "secret.png": None,
        "../../deep/secret.png": None,
        f"../../{name}/a.png": None,
        "..%2F..%2Fsecret.png": None,
        f"{tmp_path.as_posix()}/secret.png": None,
        "/a.png": None,
        "file:///a.png": None,
        "..\\a.png": None,
        "A.PNG": None,
        ".hidden.png": None,
        "../.git/c.png": None,
        "../__MACOSX/deep/a.png": None,
        "../deep": None,
        "..": None,
        "a\0b.png": None,
        "x" * 5000: None,
    }
    given, done = ask(*expected)
    assert given == [str(content and content.encode()) for content in expected.values()]
    assert (done.code, warnings(done)) == (0, [])


@pytest.mark.parametrize("name", ["rips.tar", "rips.tar.gz"])
def test_links_in_a_tar_are_followed_inside_it(ask: Run, name: str, tmp_path: Path) -> None:
    Path("secret.png").write_bytes(b"secret")
    soft, hard = {"type": tarfile.SYMTYPE}, {"type": tarfile.LNKTYPE}
    tarred(
        name,
        {"deep/a.md": page(), "all/a.png": b"a"},
        member("deep/soft.png", linkname="../all/a.png", **soft),
        member("deep/hard.png", linkname="all/a.png", **hard),
        member("deep/img", linkname="../all", **soft),
        member("deep/chain.png", linkname="img/../all/a.png", **soft),
        member("deep/round.png", linkname="round.png", **soft),
        member("deep/out.png", linkname="../../secret.png", **soft),
        member("deep/abs.png", linkname=f"{tmp_path}/secret.png", **soft),
        member("deep/hardout.png", linkname="../secret.png", **hard),
        member("deep/null.png", type=tarfile.CHRTYPE),
    )
    names = ("soft", "hard", "img/a", "chain", "round", "out", "abs", "hardout", "null")
    given, done = ask(*(f"{each}.png" for each in names))
    assert given == ["b'a'"] * 4 + ["None"] * 5
    assert (done.code, warnings(done)) == (0, [])


def test_links_in_a_zip_are_followed_inside_it(ask: Run) -> None:
    zipped("rips.zip", {"deep/a.md": page(), "all/a.png": b"a"})
    with zipfile.ZipFile("rips.zip", "a") as archive:
        for name, target in {
            "soft.png": "../all/a.png",
            "img": "../all",
            "out.png": "../../x",
            "r.png": "r.png",
        }.items():
            link = zipfile.ZipInfo(f"deep/{name}")
            link.create_system, link.external_attr = 3, 0o120777 << 16
            archive.writestr(link, target)
    assert ask("soft.png", "img/a.png", "out.png", "r.png")[0] == ["b'a'", "b'a'", "None", "None"]


@pytest.mark.parametrize("name", KINDS)
def test_of_two_of_one_name_the_last_is_given_as_when_unpacked(ask: Run, name: str) -> None:
    if name.endswith("zip"):
        zipped(name, {"a.md": page(), "a.png": b"1", "A.png": b"2"})
        with zipfile.ZipFile(name, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.png", b"3")
    else:
        tarred(name, {"a.md": page(), "a.png": b"1", "A.png": b"2"}, member("./a.png", b"3"))
    assert ask("a.png", "A.png")[0] == ["b'3'", "b'2'"]


def test_what_cannot_be_read_is_a_warning_of_each_document_that_shows_it(convert: Run, copydesk: Run) -> None:
    zipped("rips.zip")
    raw = bytearray(Path("rips.zip").read_bytes())
    with zipfile.ZipFile("rips.zip") as archive:
        damaged, encrypted = archive.getinfo("2026/img/a.png"), raw.index(b"PK\x01\x02")  # the first is 2026/img/b.png
    raw[damaged.header_offset + 30 + len(damaged.filename) + 20] ^= 0xFF
    raw[encrypted + 8] |= 1
    Path("rips.zip").write_bytes(raw)
    done = convert("rips.zip", "--report", "report.json", to="epub,xml")
    assert done.code == 0, done.err
    said = sorted(warnings(done))
    assert len(said) == 2
    assert said[0].startswith("warning: rips.zip/2026/a.md: the picture img/a.png is left out: it is damaged: ")
    assert said[1] == (
        "warning: rips.zip/b.md: the picture 2026/img/b.png is left out: it is encrypted;"
        " unpack the archive with its password"
    )
    assert pictures_in("out/epub/rips.zip/2026/a.epub") == {png(3)}
    again = convert("rips.zip", to="epub,xml")  # what is unchanged is still without its picture
    assert (sorted(warnings(again)), "3 unchanged" in again.err) == (said, True)
    Path("out/xml/rips.zip/b.xml").unlink()
    assert sorted(warnings(convert("rips.zip", to="epub,xml"))) == said  # the book was not made again
    assert warnings(convert("rips.zip", to="xml")) == []
    assert sorted(warnings(convert("rips.zip", "--check", "--force", to="epub,xml"))) == said
    assert copydesk("convert", "rips.zip", "--to", "epub", "-o", "out", "--strict").code == 1


@pytest.mark.parametrize("name", ARCHIVES)
def test_large_pictures_are_whole(convert: Run, name: str) -> None:
    noise = png() + Random(1).randbytes(5_000_000)  # noqa: S311 -- what does not pack
    pack(name, {"a.md": page("a.png", "b.png"), "a.png": noise, "b.png": png(1)})
    done = convert(name)
    assert (done.code, warnings(done)) == (0, [])
    assert pictures_in(f"out/epub/{name}/a.epub") == {noise, png(1)}


def large(size: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(size)


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_that_is_too_large_is_left_out_with_a_warning(convert: Run, name: str) -> None:
    pack(name, {"a.md": page("a.png", "b.png"), "a.png": large(60_000_000), "b.png": png()})
    done = convert(name)
    assert done.code == 0, done.err
    (warning,) = warnings(done)
    assert "a.md: the picture a.png is left out: it has 60,000,008 bytes, and a picture may have 50,000,000" in warning
    assert pictures_in(f"out/epub/{name}/a.epub") == {png()}


def test_pictures_that_are_a_bomb_are_left_out(convert: Run) -> None:
    zipped("rips.zip", {"a.md": page("1.png", "3.png"), **{f"{n}.png": large(45_000_000) for n in range(3)}})
    done = convert("rips.zip")
    assert done.code == 0, done.err
    (warning,) = warnings(done)
    assert "the picture 1.png is left out: it unpacks to 135," in warning
    assert pictures_in("out/epub/rips.zip/a.epub") == set()


def test_sizes_that_a_zip_tells_of_pictures_are_not_believed(convert: Run) -> None:
    zipped("rips.zip", {"a.md": page("a.png"), "a.png": large(51_000_000)})
    raw = Path("rips.zip").read_bytes()
    Path("rips.zip").write_bytes(raw.replace(struct.pack("<L", 51_000_008), struct.pack("<L", 100)))
    done = convert("rips.zip")
    (warning,) = warnings(done)
    assert "the picture a.png is left out: it is damaged: " in warning


def test_of_a_packed_tar_only_so_many_bytes_are_kept_aside(convert: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_ASIDE", 2 * len(png()) + 1)
    tarred("rips.tar.gz")
    done = convert("rips.tar.gz")
    assert done.code == 0, done.err
    assert warnings(done) == [
        "warning: rips.tar.gz/2026/a.md: the picture ../all/c%20c.png?x=1 is left out: it is in a packed archive, of"
        f" whose pictures the first {2 * len(png()) + 1:,} bytes are looked at; unpack the archive, or make it a zip"
    ]
    tarred("rips.tar")  # which is not packed, so nothing has to be kept
    assert warnings(convert("rips.tar")) == []


@pytest.mark.parametrize("name", ["rips.tar", "rips.tar.gz"])
def test_files_with_holes_are_none(convert: Run, name: str) -> None:
    """A header of 512 bytes that stands for 40 MB of nothing, as GNU tar writes with --sparse."""
    holes = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "40000000"}
    sparse = b"1\n0\n512\n".ljust(512, b"\0") + b"x" * 512
    members = [member(each, sparse, pax_headers={**holes, "GNU.sparse.name": each}) for each in ("a.png", "b.txt")]
    tarred(name, {"a.md": page("a.png")}, *members)
    done = convert(name)
    assert done.code == 1
    (warning,) = warnings(done)
    assert f"{name}/a.md: the picture a.png is left out: it is stored without its holes" in warning
    assert f"error: {name}/b.txt: is stored without its holes (a sparse file); pack it without --sparse" in done.err


@pytest.mark.parametrize("name", ["rips.tar", "rips.tar.gz"])
def test_what_stands_before_a_cut_has_its_pictures(convert: Run, name: str) -> None:
    tarred("rips.tar", {"a.md": page("a.png"), "a.png": png(), "b.md": page("a.png")})
    raw = Path("rips.tar").read_bytes()
    raw = raw[: raw.index(b"b.md") + 600]
    if name.endswith("gz"):
        packing = zlib.compressobj(wbits=31)
        raw = packing.compress(raw) + packing.flush(zlib.Z_SYNC_FLUSH)
    Path(name).write_bytes(raw)
    done = convert(name)
    assert (done.code, warnings(done)) == (1, [])
    assert f"error: {name}: is cut short" in done.err
    assert pictures_in(f"out/epub/{name}/a.epub") == {png()}


def test_the_directory_of_a_zip_is_read_once_and_again_when_it_changed(
    convert: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    original = zips.ZipMembers.__init__

    def counted(self: zips.ZipMembers, path: str) -> None:
        opened.append(path)
        original(self, path)

    monkeypatch.setattr(zips.ZipMembers, "__init__", counted)
    zipped("rips.zip", {"a.png": png(), **{f"{n}.md": page("a.png", "b.png") for n in range(6)}})
    assert convert("rips.zip", "--jobs", "0").code == 0
    assert opened == ["rips.zip"]
    zipped("rips.zip", {"a.png": png(1), **{f"{n}.md": page("a.png", "b.png") for n in range(6)}})
    assert convert("rips.zip", "--jobs", "0").code == 0
    assert opened == ["rips.zip"] * 2
    assert pictures_in("out/epub/rips.zip/5.epub") == {png(1)}


@pytest.mark.parametrize("name", KINDS)
def test_a_document_may_ask_for_thousands(ask: Run, name: str) -> None:
    names = [f"{number}.png" for number in range(3000)]
    pack(name, {"a.md": page(), **{each: each.encode() for each in names[::2]}})
    given, done = ask(*names)
    assert done.code == 0, done.err
    assert given == [str(each.encode() if number % 2 == 0 else None) for number, each in enumerate(names)]


def test_many_pictures_that_are_left_out_are_counted(convert: Run) -> None:
    names = [f"{number}.png" for number in range(40)]
    zipped("rips.zip", {"a.md": page(*names), **{each: png() for each in names}})
    raw = bytearray(Path("rips.zip").read_bytes())
    at = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 1)  # the first is the document
    while at >= 0:
        raw[at + 8] |= 1
        at = raw.find(b"PK\x01\x02", at + 1)
    Path("rips.zip").write_bytes(raw)
    done = convert("rips.zip", "--report", "report.json")
    assert done.code == 0, done.err
    assert len(warnings(done)) == 6
    assert warnings(done)[-1] == "warning: rips.zip/a.md: 35 more pictures are left out"
    (document,) = json.loads(Path("report.json").read_bytes())["documents"]
    assert len(document["warnings"]) == 6


def test_in_folders_too_what_is_too_large_is_a_warning(convert: Run) -> None:
    unpack("in", {"a.md": page("a.png", "missing.png"), "a.png": large(51_000_000)})
    done = convert("in")
    assert done.code == 0, done.err
    (warning,) = warnings(done)
    assert "a.md: the picture a.png is left out: it has 51,000,008 bytes, and a picture may have 50,000,000" in warning
