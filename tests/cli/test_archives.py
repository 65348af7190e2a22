"""Zip and tar archives as sources: their members are documents, and nothing of what is wrong with them goes unsaid."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import struct
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

ARTICLE = """\
Ferry {0} returns after the winter

PORT TOWN, Spain – The harbour ferry sails again from Monday, twice an hour, the port authority announced.

Passengers of ferry {0} had waited five months for this morning, and many of them came with their bicycles.
"""
NAMES = ("a.txt", "deep/er/b.txt", "deep/c.md")


def article(name: object) -> bytes:
    return ARTICLE.format(name).encode()


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def convert(copydesk: Run) -> Run:
    def run(*arguments: str, to: str = "xml") -> Any:
        return copydesk("convert", *arguments, "--to", to, "-o", "out")

    return run


def written(suffix: str = ".xml") -> list[str]:
    root = Path("out", suffix[1:])
    return sorted(path.relative_to(root).as_posix() for path in root.rglob(f"*{suffix}"))


def tree(folder: str) -> dict[str, bytes]:
    root = Path(folder)
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.relative_to(root).parts[0].startswith(".")
    }


def errors(done: Any) -> list[str]:
    return [line for line in done.err.splitlines() if line.startswith("error: ")]


def zipped(path: str, members: Mapping[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members or {name: article(name) for name in NAMES}).items():
            archive.writestr(name, content)
    return Path(path)


def member(name: str, content: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def tarred(path: str, *members: tuple[tarfile.TarInfo, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for info, content in members or [member(f"./{name}", article(name)) for name in NAMES]:
            archive.addfile(info, io.BytesIO(content))
    return Path(path)


MADE = {
    "rips.zip": zipped,
    "rips.tar": tarred,
    "rips.tar.gz": lambda path: tarred(path, mode="w:gz"),
    "rips.tgz": lambda path: tarred(path, mode="w:gz"),
    "rips.tar.bz2": lambda path: tarred(path, mode="w:bz2"),
    "rips.tar.xz": lambda path: tarred(path, mode="w:xz"),
}


@pytest.mark.parametrize("name", MADE)
def test_members_become_what_the_same_files_become(convert: Run, name: str) -> None:
    MADE[name](name)
    for each in NAMES:
        Path("plain", name, each).parent.mkdir(parents=True, exist_ok=True)
        Path("plain", name, each).write_bytes(article(each))
    done = convert(name, "--report", "report.json", to="xml,csv")
    assert done.code == 0, done.err
    assert written() == [f"{name}/a.xml", f"{name}/deep/c.xml", f"{name}/deep/er/b.xml"]
    sources = [document["source"] for document in json.loads(Path("report.json").read_bytes())["documents"]]
    assert sources == [f"{name}/{each}" for each in NAMES]
    made = tree("out")
    Path("out").rename("first")
    assert convert("plain").code == 0
    assert {name: made[name] for name in tree("out")} == tree("out")  # ledgers with name and sha256 of members too


def test_archives_are_found_in_folders_and_lists_and_leave_nothing_on_disk(convert: Run, copydesk: Run) -> None:
    Path("in/sub").mkdir(parents=True)
    zipped("in/sub/rips.zip")
    tarred("in/rips.tar.gz", mode="w:gz")
    Path("in/x.txt").write_bytes(article("x"))
    assert convert("in").code == 0
    assert written() == sorted(
        ["x.xml", *(f"{where}/{name}" for where in ("rips.tar.gz", "sub/rips.zip") for name in ("a.xml", "deep/c.xml"))]
        + [f"{where}/deep/er/b.xml" for where in ("rips.tar.gz", "sub/rips.zip")]
    )
    Path("list").write_text("in/sub/rips.zip\nin/sub/../sub/rips.zip\n", encoding="utf-8")
    done = copydesk("convert", "--files-from", "list", "--to", "xml", "-o", "listed")
    assert (done.code, "1 named again" in done.err) == (0, True), done.err
    assert len(list(Path("listed/xml/in/sub/rips.zip").rglob("*.xml"))) == 3


@pytest.mark.parametrize("name", ["rips.zip", "rips.tar.gz"])
def test_a_second_run_does_what_changed_and_no_more(convert: Run, name: str) -> None:
    def make(contents: dict[str, bytes]) -> None:
        if name.endswith("zip"):
            zipped(name, contents)
        else:
            tarred(name, *(member(each, content) for each, content in contents.items()), mode="w:gz")

    contents = {each: article(each) for each in NAMES}
    make(contents)
    assert convert(name, to="xml,csv").code == 0
    before = tree("out")
    done = convert(name, to="xml,csv")
    assert "3 documents: 0 written, 3 unchanged, 0 failed" in done.err
    assert "0 files in out" in done.err
    contents["deep/er/b.txt"] = article("another")
    make(contents)
    done = convert(name, to="xml,csv")
    assert "3 documents: 1 written, 2 unchanged, 0 failed" in done.err
    after = tree("out")
    assert {path for path in after if after[path] != before[path]} == {
        f"xml/{name}/deep/er/b.xml",
        f"xml/{name}/deep/er/b.ledger.jsonl",
        "csv/articles.csv",
    }
    del contents["a.txt"]
    make(contents)
    done = convert(name, "--prune", to="xml,csv")
    assert done.code == 0, done.err
    assert written() == [f"{name}/deep/c.xml", f"{name}/deep/er/b.xml"]


def test_members_of_an_archive_that_is_not_in_this_run_are_not_gone(convert: Run) -> None:
    zipped("one.zip")
    zipped("two.zip")
    assert convert("one.zip").code == 0
    done = convert("two.zip", "--prune")
    assert done.code == 0, done.err
    assert "removed" not in done.err
    assert len(written()) == 6
    Path("one.zip").unlink()
    assert "removed     6 files" in convert("two.zip", "--prune").err
    assert len(written()) == 3


def test_a_damaged_archive_removes_nothing(convert: Run) -> None:
    path = tarred("rips.tar")
    whole = path.read_bytes()
    assert convert("rips.tar").code == 0
    path.write_bytes(whole[: whole.index(b"Ferry deep/c.md") + 5])
    done = convert("rips.tar", "--prune")
    assert done.code == 1
    assert "rips.tar: is cut short; " in done.err
    assert len(written()) == 3


@pytest.mark.parametrize("name", ["rips.zip", "rips.tar.gz", "rips.tar"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_workers_make_the_same(convert: Run, copydesk: Run, name: str, jobs: str) -> None:
    contents = {f"{number % 3}/{number}.txt": article(number) if number != 4 else b"\0" for number in range(9)}
    if name.endswith("zip"):
        zipped(name, contents)
    else:
        members = [member(each, content) for each, content in contents.items()]
        tarred(name, *members, mode="w:gz" if name.endswith("gz") else "w")
    serial = convert(name, "--jobs", "0", to="xml,csv")
    parallel = copydesk("convert", name, "--to", "xml,csv", "-o", "parallel", "--jobs", jobs, "--timeout", "60")
    assert (serial.code, parallel.code) == (1, 1)
    assert errors(serial) == errors(parallel) != []
    assert tree("out") == tree("parallel")
    assert len(written()) == 8


def test_large_members_wait_for_each_other(convert: Run, copydesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped("rips.zip", {f"{number}.txt": article(number) * 40 for number in range(12)})
    assert convert("rips.zip", "--jobs", "0", to="xml,csv").code == 0
    monkeypatch.setattr("copydesk.running.batch.IN_FLIGHT", 1)
    done = copydesk("convert", "rips.zip", "--to", "xml,csv", "-o", "parallel", "--jobs", "2")
    assert done.code == 0, done.err
    assert tree("out") == tree("parallel")


def test_check_says_which_members_would_change_and_writes_nothing(convert: Run) -> None:
    zipped("rips.zip")
    assert convert("rips.zip").code == 0
    before = tree("out")
    zipped("rips.zip", {name: article("other" if name == "a.txt" else name) for name in NAMES})
    done = convert("rips.zip", "--check")
    assert done.code == 1
    changes = [line for line in done.out.splitlines() if line.startswith("would ")]
    assert changes == ["would change xml/rips.zip/a.xml", "would change xml/rips.zip/a.ledger.jsonl"]
    assert tree("out") == before


def test_shards_share_the_members(copydesk: Run) -> None:
    tarred("rips.tar.gz", *(member(f"{number}.txt", article(number)) for number in range(12)), mode="w:gz")
    assert copydesk("convert", "rips.tar.gz", "--to", "xml,csv", "-o", "whole").code == 0
    parts = []
    for number in (1, 2, 3):
        done = copydesk("convert", "rips.tar.gz", "--to", "xml", "-o", f"part{number}", "--shard", f"{number}/3")
        assert done.code == 0, done.err
        parts += ["--merge", f"part{number}"]
        assert 0 < len(list(Path(f"part{number}").rglob("*.xml"))) < 12
    assert copydesk("convert", "rips.tar.gz", "--to", "xml,csv", "-o", "merged", *parts).code == 0
    assert tree("merged") == tree("whole")


BAD_NAMES = {
    "../up.txt": "leads out of the archive",
    "a/../../up.txt": "leads out of the archive",
    "/etc/abs.txt": "absolute name",
    "C:/drive.txt": "absolute name",
    "C:drive.txt": "absolute name",
    "c:\\drive.txt": "absolute name",
    "\\\\host\\share.txt": "absolute name",
    "bell\a.txt": "control character",
    "line\nbreak.txt": "control character",
    "x" * 900 + ".txt": "more than 800 bytes",
    "d/" * 450 + "deep.txt": "more than 800 bytes",
}


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_lead_elsewhere_are_refused_and_the_others_converted(convert: Run, kind: str, name: str) -> None:
    if kind == "zip":
        zipped("rips.zip", {name: article(1), "good.txt": article(2)})
    else:
        tarred("rips.tar", member(name, article(1)), member("good.txt", article(2)))
    done = convert(f"rips.{kind}")
    assert done.code == 1
    (error,) = errors(done)
    assert error.startswith(f"error: rips.{kind}/")
    assert BAD_NAMES[name] in error
    assert written() == [f"rips.{kind}/good.xml"]
    assert {path.name for path in Path().iterdir()} == {f"rips.{kind}", "out"}


def test_a_member_whose_name_begins_with_nul_is_refused_and_the_others_converted(convert: Run) -> None:
    raw = zipped("rips.zip", {"x.txt": article(1), "good.txt": article(2)}).read_bytes()
    Path("rips.zip").write_bytes(raw.replace(b"x.txt", b"\0.txt"))
    (error,) = errors(convert("rips.zip"))
    assert "has a control character in its name" in error
    assert written() == ["rips.zip/good.xml"]


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_only_look_bad_are_taken(convert: Run, kind: str) -> None:
    names = ["dots..txt", "a..b/c.txt", "back\\slash.txt", "CON.txt", "trailing /x.txt", "fähre.txt"]
    names += ["1: intro.txt", "Q: why a ferry.txt", "é:x.txt", "5:30.txt"]  # drives are letters, and titles no drives
    if kind == "zip":
        zipped("rips.zip", {name: article(name) for name in names})
    else:
        tarred("rips.tar", *(member(name, article(name)) for name in names))
    done = convert(f"rips.{kind}")
    assert done.code == 0, done.err
    assert len(written()) == len(names)


def test_two_members_of_one_name_are_told_and_names_that_differ_by_case_are_not_one(convert: Run) -> None:
    tarred("rips.tar", *(member(name, article(n)) for n, name in enumerate(["a.txt", "A.txt", "./a.txt", "b.txt"])))
    done = convert("rips.tar")
    assert done.code == 1
    (error,) = errors(done)
    assert "rips.tar/a.txt: has the name of another member" in error
    assert len({name.casefold() for name in written()}) == 3


def test_links_devices_hidden_files_and_archives_inside_are_counted(convert: Run) -> None:
    zipped("inner.zip")
    tarred(
        "rips.tar",
        member("a.txt", article("a")),
        member("soft.txt", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("hard.txt", type=tarfile.LNKTYPE, linkname="a.txt"),
        member("null.txt", type=tarfile.CHRTYPE),
        member("pipe.txt", type=tarfile.FIFOTYPE),
        member(".hidden.txt", article("h")),
        member(".git/b.txt", article("g")),
        member("picture.png", b"png"),
        member("inner.zip", Path("inner.zip").read_bytes()),
        member("folder.txt", type=tarfile.DIRTYPE),
    )
    done = convert("rips.tar", "--report", "report.json")
    assert done.code == 0, done.err
    assert written() == ["rips.tar/a.xml"]
    skipped = json.loads(Path("report.json").read_bytes())["summary"]["skipped"]
    assert {name: count for name, count in skipped.items() if count} == {
        "links": 2, "other": 3, "hidden": 2, "archives": 1
    }  # fmt: skip
    assert "1 archives in archives" in done.err
    with zipfile.ZipFile("links.zip", "w") as archive:
        archive.writestr("a.txt", article("a"))
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "skipped     1 links" in convert("links.zip").err


def test_encrypted_members_are_named(convert: Run) -> None:
    path = zipped("rips.zip", {"a.txt": article(1), "b.txt": article(2)})
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[at + 8] |= 1
    path.write_bytes(raw)
    done = convert("rips.zip")
    assert done.code == 1
    assert [error.partition(";")[0] for error in errors(done)] == ["error: rips.zip/a.txt: is encrypted"]
    assert written() == ["rips.zip/b.xml"]


def test_an_archive_without_documents_is_an_error_as_an_empty_folder_is(convert: Run) -> None:
    zipped("rips.zip", {"a.png": b"png"})
    done = convert("rips.zip")
    assert done.code == 1
    assert "rips.zip: no document in this archive; " in done.err


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut", gzip.compress(b"not a tar" * 300, mtime=0)])
@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_what_is_no_archive_is_one_failure(convert: Run, name: str, content: bytes) -> None:
    Path(name).write_bytes(content)
    Path("good.txt").write_bytes(article(1))
    done = convert(name, "good.txt")
    assert done.code == 1
    (error,) = errors(done)
    assert error.startswith(f"error: {name}: ")
    assert written() == ["good.xml"]


def test_a_zip_that_is_cut_short_says_what_to_do(convert: Run) -> None:
    raw = zipped("rips.zip").read_bytes()
    for keep in (4, len(raw) // 2, len(raw) - 1):
        Path("rips.zip").write_bytes(raw[:keep])
        assert errors(convert("rips.zip")) == [
            "error: rips.zip: is cut short or damaged: it has no whole directory at its end;"
            " fetch it again, or recover what is there with zip -FF and give that"
        ]


PACKED: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("keep", [0.5, 0.7, 0.99])
def test_what_stands_before_a_cut_is_converted(convert: Run, kind: str, keep: float) -> None:
    # Digests, so that packing leaves something to cut.
    noise = [" ".join(hashlib.sha256(b"%d" % n).hexdigest() for n in range(n * 1500, (n + 1) * 1500)) for n in range(5)]
    members = [member(f"{n}.txt", article(n) + f"{noise[n]}.\n".encode()) for n in range(5)]
    tarred("whole.tar", *members)
    packed = PACKED[kind](Path("whole.tar").read_bytes())
    Path(f"rips.tar.{kind}").write_bytes(packed[: int(len(packed) * keep)])
    done = convert(f"rips.tar.{kind}")
    assert done.code == 1
    (error,) = errors(done)
    assert error.startswith(f"error: rips.tar.{kind}: is cut short; ")
    assert len(written()) == (0 if kind == "bz2" else int(5 * keep))  # all is one block of bzip2


def test_faults_of_a_tar_are_not_taken_for_its_end(convert: Run) -> None:
    raw = tarred("rips.tar").read_bytes()
    second = raw.index(b"./deep/er/b.txt")
    faults = {
        "is cut short: it has no end mark": raw[: raw.index(b"./deep/c.md")],
        "there is no header at byte": raw[:second] + b"X" + raw[second + 1 :],
        "goes on behind its end mark": raw + raw,
    }
    for said, damaged in faults.items():
        Path("rips.tar").write_bytes(damaged)
        done = convert("rips.tar", "--force")
        assert done.code == 1, said
        (error,) = errors(done)
        assert f"error: rips.tar: {said}" in error or f"error: rips.tar: is damaged: {said}" in error


def test_a_damaged_member_of_a_zip_costs_itself_alone(convert: Run) -> None:
    path = zipped("rips.zip")
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("deep/er/b.txt")
    start = info.header_offset + 30 + len(info.filename)
    raw[start + 20 : start + 40] = bytes(20)
    path.write_bytes(raw)
    done = convert("rips.zip")
    assert done.code == 1
    (error,) = errors(done)
    assert error.startswith("error: rips.zip/deep/er/b.txt: is damaged: ")
    assert written() == ["rips.zip/a.xml", "rips.zip/deep/c.xml"]


def test_members_that_a_damaged_directory_hides_are_missed(convert: Run) -> None:
    path = zipped("rips.zip")
    raw = bytearray(path.read_bytes())
    entries = [at for at in range(len(raw)) if raw[at : at + 4] == b"PK\x01\x02"]
    raw[entries[0] + 32 : entries[0] + 34] = struct.pack("<H", entries[2] - entries[1])  # the length of its comment
    path.write_bytes(raw)
    done = convert("rips.zip")
    assert done.code == 1
    assert "rips.zip: is damaged: its directory has 2 members and should have 3" in done.err


def test_a_zip_whose_end_points_wrong_costs_itself_alone(convert: Run) -> None:
    Path("in").mkdir()
    for name in ("a.txt", "c.txt"):
        Path("in", name).write_bytes(article(name))
    path = zipped("in/b.zip")
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x05\x06") + 16  # where the directory begins
    raw[at : at + 4] = struct.pack("<I", struct.unpack("<I", raw[at : at + 4])[0] + 40)
    path.write_bytes(raw)
    done = convert("in")
    assert done.code == 1
    (error,) = errors(done)
    assert error.replace(os.sep, "/").startswith("error: in/b.zip: is damaged: its directory says that members stand ")
    assert written() == ["a.xml", "c.xml"]


def bomb() -> bytes:
    """21 bytes, then 300 MB of nothing, a thousandth of that when packed."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=9) as archive:
        good, content = member("good.txt", article("good"))
        archive.addfile(good, io.BytesIO(content))
        archive.addfile(*_zeros("zeros.txt", 300_000_000))
    return packed.getvalue()


def _zeros(name: str, size: int) -> tuple[tarfile.TarInfo, Any]:
    class Zeros(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return bytes(size)

    info = tarfile.TarInfo(name)
    info.size = size
    return info, Zeros()


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
def test_a_bomb_stops_with_a_reason(convert: Run) -> None:
    import resource

    Path("bomb.tar.gz").write_bytes(bomb())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = convert("bomb.tar.gz")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert done.code == 1
    (error,) = errors(done)
    assert error.startswith("error: bomb.tar.gz: unpacks to ")
    assert "over 200 times its own" in error
    assert written() == ["bomb.tar.gz/good.xml"]
    assert grown < (100 << 20 if sys.platform == "darwin" else 100 << 10)  # a third of what it unpacks to


def test_a_zip_of_many_names_for_the_same_bytes_is_a_bomb(convert: Run) -> None:
    content = bytes(19_000_000)
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"{number}.txt", content)
    done = convert("bomb.zip")
    assert done.code == 1
    assert [error.partition(", over")[0] for error in errors(done)] == [
        "error: bomb.zip: unpacks to 152,000,000 bytes or more"
    ]


def test_sizes_are_counted_and_not_believed(convert: Run) -> None:
    zipped("rips.zip", {"large.txt": b"word " * 4_100_000, "good.txt": article(1)})
    done = convert("rips.zip")
    (error,) = errors(done)
    assert error.startswith("error: rips.zip/large.txt: has more than the 20,000,000 bytes")
    raw = Path("rips.zip").read_bytes()
    lie = raw.replace(struct.pack("<L", 20_500_000), struct.pack("<L", 100))
    assert lie != raw
    Path("rips.zip").write_bytes(lie)
    done = convert("rips.zip", "--force")
    (error,) = errors(done)
    assert error.startswith("error: rips.zip/large.txt: is damaged: ")
    assert written() == ["rips.zip/good.xml"]


METHODS = {zipfile.ZIP_STORED: 1, zipfile.ZIP_DEFLATED: 150, zipfile.ZIP_BZIP2: 300, zipfile.ZIP_LZMA: 150}
"""MB that members unpack to, by how they are packed."""


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
@pytest.mark.parametrize("method", METHODS)
def test_no_more_is_unpacked_than_the_directory_says(convert: Run, method: int) -> None:
    import resource

    lie = METHODS[method] * 1_000_000 + 4711
    with zipfile.ZipFile("rips.zip", "w", method) as archive:
        archive.writestr("a.txt", article("a"))
        with archive.open("bomb.txt", "w") as stream:
            for position in range(0, lie, 1_000_000):
                stream.write(bytes(min(1_000_000, lie - position)))
    raw = Path("rips.zip").read_bytes()
    Path("rips.zip").write_bytes(raw.replace(struct.pack("<L", lie), struct.pack("<L", 100)))
    Path("first.txt").write_bytes(article("first"))
    convert("first.txt")  # which loads what every run takes
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = convert("rips.zip")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    (error,) = errors(done)
    assert error.startswith("error: rips.zip/bomb.txt: is damaged: ")
    assert written() == ["first.xml", "rips.zip/a.xml"]
    assert grown < (100 << 20 if sys.platform == "darwin" else 100 << 10)


@pytest.mark.parametrize("method", METHODS)
def test_however_members_are_packed_they_are_read(convert: Run, method: int) -> None:
    with zipfile.ZipFile("rips.zip", "w", method) as archive:
        for name in NAMES:
            archive.writestr(name, article(name))
    assert convert("rips.zip").code == 0
    assert len(written()) == len(NAMES)


def test_a_way_of_packing_that_is_not_known_is_named(convert: Run) -> None:
    raw = bytearray(zipped("rips.zip", {"a.txt": article(1), "b.txt": article(2)}).read_bytes())
    raw[raw.index(b"PK\x01\x02") + 10] = 9  # Deflate64
    Path("rips.zip").write_bytes(raw)
    (error,) = errors(convert("rips.zip"))
    assert error.startswith("error: rips.zip/a.txt: is packed in a way that cannot be read: ")
    assert written() == ["rips.zip/b.xml"]


def test_forged_headers_take_no_memory(convert: Run) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 8 << 30
    Path("rips.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    done = convert("rips.tar")
    (error,) = errors(done)
    assert "has a header of 8,589,934,592 bytes" in error


@pytest.mark.parametrize("front", ["a zip", "a zip with a comment", "a program and a zip", "members alone"])
def test_a_zip_in_front_of_another_is_reported(convert: Run, front: str) -> None:
    first = zipped("first.zip", {"lost.txt": article("lost")})
    if front == "a zip with a comment":
        with zipfile.ZipFile(first, "a") as archive:
            archive.comment = b"of last year, PK\x05\x06"
    raw, last = first.read_bytes(), zipped("last.zip").read_bytes()
    if front == "a program and a zip":
        raw = b"#!/bin/sh\n" * 50 + raw
    if front == "members alone":
        raw = raw[: raw.index(b"PK\x01\x02")]
    Path("rips.zip").write_bytes(raw + last)
    done = convert("rips.zip")
    assert done.code == 1
    (error,) = errors(done)
    assert error == (
        f"error: rips.zip: has another archive in its first {len(raw):,} bytes;"
        " give each by itself; what the directory at its end names is converted"
    )
    assert written() == sorted(f"rips.zip/{name.rpartition('.')[0]}.xml" for name in NAMES)


def test_a_zip_behind_a_program_that_unpacks_it_is_whole(convert: Run) -> None:
    Path("rips.zip").write_bytes(b"#!/bin/sh\n# PK\x05\x06 ends it\n" * 50 + zipped("last.zip").read_bytes())
    done = convert("rips.zip")
    assert done.code == 0, done.err
    assert len(written()) == len(NAMES)


@pytest.mark.parametrize("comment", [b"", b"a comment"])
def test_a_zip_with_something_behind_it_is_whole(convert: Run, comment: bytes) -> None:
    path = zipped("rips.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = comment
    path.write_bytes(path.read_bytes() + b"\r\nwhat a mail program left behind it\0\0")
    done = convert("rips.zip")
    assert done.code == 0, done.err
    assert len(written()) == len(NAMES)


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_zip_behind_another_that_is_cut_short_is_reported(convert: Run, keep: float) -> None:
    raw, lost = zipped("first.zip").read_bytes(), zipped("lost.zip", {"lost.txt": article("lost")}).read_bytes()
    Path("rips.zip").write_bytes(raw + lost[: int(keep * len(lost))])
    done = convert("rips.zip")
    assert done.code == 1
    (error,) = errors(done)
    assert error.startswith(f"error: rips.zip: has another archive, cut short, behind its first {len(raw):,} bytes;")
    assert len(written()) == len(NAMES)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz", "warc"])
def test_an_archive_on_standard_input_is_to_be_named(convert: Run, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    if kind == "zip":
        raw = zipped("rips.zip").read_bytes()
    elif kind == "warc":
        raw = b"WARC/1.0\r\nWARC-Type: resource\r\n\r\n" + article("x")
    else:
        raw = tarred("rips.tar", member("a.txt", article("x"))).read_bytes()
        raw = PACKED[kind.partition(".")[2]](raw) if "." in kind else raw
    monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": io.BytesIO(raw)}))
    done = convert("-")
    assert done.code == 1
    assert errors(done) == [
        "error: -: is an archive, and standard input is one document; save it to a file, and give the file's name"
    ]


@pytest.mark.parametrize("first", ["mimetype", "[Content_Types].xml"])
def test_a_document_that_is_a_zip_may_come_by_standard_input(
    convert: Run, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    raw = zipped("x.zip", {first: b"application/epub+zip", "word/document.xml": b"<x/>"}).read_bytes()
    monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": io.BytesIO(raw)}))
    (error,) = errors(convert("-"))
    assert "standard input is one document" not in error  # but what the reader of such files, or none, has to say
