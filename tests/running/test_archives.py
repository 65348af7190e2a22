"""Archives below the command: whatever is done to their bytes, there is an error of the source and no other."""

from __future__ import annotations

import gzip
import io
import lzma
import pickle
import re
import struct
import sys
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import SourceError
from copydesk.running.archives import tape
from copydesk.running.finding import find
from copydesk.running.intake import Intake
from copydesk.running.resources import Resources, left_out

SUFFIXES = {".txt"}
CONTENTS = {f"{number}/x.txt": b"text of %d, twice: " % number * 40 for number in range(4)}


def tarred(mode: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in CONTENTS.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in CONTENTS.items():
            archive.writestr(name, content)
    return packed.getvalue()


def crawled() -> bytes:
    records = (
        f"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:x:{name}>\r\nWARC-Date: 2021-01-05T19:04:12Z\r\n"
        f"WARC-Target-URI: https://a.org/{name}\r\nContent-Type: text/plain\r\nContent-Length: {len(content)}\r\n\r\n"
        f"{content.decode()}\r\n\r\n"
        for name, content in CONTENTS.items()
    )
    return "".join(records).encode()


ARCHIVES = {
    "x.tar": tarred("w"),
    "x.tar.gz": tarred("w:gz"),
    "x.tar.bz2": tarred("w:bz2"),
    "x.tar.xz": tarred("w:xz"),
    "x.zip": zipped(),
    "x.warc": crawled(),
    "x.warc.gz": gzip.compress(crawled()),
}


def read_all(path: Path) -> tuple[list[bytes], list[SourceError]]:
    found = find([str(path)], suffixes=SUFFIXES)
    errors, contents, intake = [*found.errors], [], Intake()
    for file in found.files:
        try:
            contents.append(intake.read(file) or file.read())
        except SourceError as error:
            errors.append(error)
    intake.close()
    return contents, errors


@pytest.mark.parametrize("name", sorted(ARCHIVES))
def test_whole_archives_give_what_was_put_in(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(ARCHIVES[name])
    assert read_all(path) == ([*CONTENTS.values()], [])


@pytest.mark.parametrize("name", sorted(ARCHIVES))
def test_documents_can_be_read_again_and_some_left_out(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(ARCHIVES[name])
    files, intake, contents = [*find([str(path)], suffixes=SUFFIXES).files], Intake(), [*CONTENTS.values()]
    assert [intake.read(files[number]) for number in (1, 3, 0, 0, 2)] == [
        contents[number] for number in (1, 3, 0, 0, 2)
    ]
    path.write_bytes(ARCHIVES[name][:0])
    intake.close()
    with pytest.raises(SourceError):
        Intake().read(files[2])


@pytest.mark.parametrize("name", sorted(ARCHIVES))
@given(data=st.data())
def test_damage_is_an_error_of_the_source(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    raw = bytearray(ARCHIVES[name])
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=5)):
        raw[at] = data.draw(st.integers(0, 255))
    del raw[data.draw(st.integers(0, len(raw))) :]
    path = tmp_path_factory.mktemp("damaged") / name
    path.write_bytes(raw)
    contents, errors = read_all(path)
    whole = name not in ("x.tar", "x.warc")  # which have no checksums of what they hold
    assert errors or not whole or contents == [*CONTENTS.values()]


def large_zip() -> bytes:
    """The same zip, as it were if it were too large for fields of four bytes (APPNOTE.TXT 4.3.14 to 4.3.16, 4.5.3)."""
    raw = zipped()
    end = raw.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack("<HLL", raw[end + 10 : end + 20])
    at, directory = start, b""
    while at < end:
        name = struct.unpack("<H", raw[at + 28 : at + 30])[0]  # there is no extra field and no comment
        (member,) = struct.unpack("<L", raw[at + 42 : at + 46])
        directory += raw[at : at + 30] + struct.pack("<H", 12) + raw[at + 32 : at + 42] + b"\xff" * 4
        directory += raw[at + 46 : at + 46 + name] + struct.pack("<HHQ", 1, 8, member)
        at += 46 + name
    assert at - start == size
    return (
        raw[:start]
        + directory
        + struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), start)
        + struct.pack("<4sLQL", b"PK\x06\x07", 0, start + len(directory), 1)
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    )


FIELDS = {
    b"PK\x01\x02": {10: 2, 20: 4, 24: 4, 28: 2, 30: 2, 32: 2, 42: 4, 57: 8},  # 57: the extra field, if there is one
    b"PK\x06\x06": {24: 8, 32: 8, 40: 8, 48: 8},
    b"PK\x06\x07": {8: 8},
    b"PK\x05\x06": {8: 2, 10: 2, 12: 4, 16: 4, 20: 2},
}
"""Where numbers stand in the records of a zip's directory, with their size in bytes."""


@pytest.mark.parametrize("raw", [zipped(), large_zip()], ids=["small", "large"])
@pytest.mark.parametrize("record", FIELDS)
def test_no_damage_of_a_zips_directory_ends_what_else_there_is(tmp_path: Path, raw: bytes, record: bytes) -> None:
    for name in ("a.txt", "c.txt"):
        (tmp_path / name).write_bytes(b"text")
    starts = [found.start() for found in re.finditer(re.escape(record), raw)]
    for at, size in FIELDS[record].items():
        most = 1 << 8 * size
        for keep, by in ((0, 0), (0, most // 2), (0, most - 1), (1, -40), (1, -1), (1, 1), (1, 40)):
            damaged = bytearray(raw)
            for start in starts:
                field = slice(start + at, start + at + size)
                number = keep * int.from_bytes(raw[field], "little") + by
                damaged[field] = (number % most).to_bytes(size, "little")
            (tmp_path / "b.zip").write_bytes(damaged)
            contents, errors = read_all(tmp_path)
            assert contents.count(b"text") == 2, (at, keep, by, errors)
            assert all("b.zip" in str(error) for error in errors)


@pytest.mark.parametrize("raw", [zipped(), large_zip()], ids=["small", "large"])
def test_members_that_a_damaged_directory_hides_are_missed(tmp_path: Path, raw: bytes) -> None:
    path, damaged = tmp_path / "b.zip", bytearray(raw)
    first, second, third, _ = (found.start() for found in re.finditer(b"PK\x01\x02", raw))
    damaged[first + 32 : first + 34] = struct.pack("<H", third - second)  # the length of its comment
    path.write_bytes(raw)
    assert read_all(path) == ([*CONTENTS.values()], [])
    path.write_bytes(damaged)
    contents, (error,) = read_all(path)
    assert contents == []
    assert "its directory has 3 members and should have 4" in str(error)


@pytest.mark.parametrize("fault", [OSError(22, "Invalid argument"), ValueError("negative seek value")])
def test_an_archive_with_a_fault_that_none_foresaw_does_not_end_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def check(*_: object) -> None:
        raise fault

    monkeypatch.setattr(tarfile.TarFile, "next", check)
    for name in ("a.txt", "c.txt"):
        (tmp_path / name).write_bytes(b"text")
    (tmp_path / "b.tar").write_bytes(ARCHIVES["x.tar"])
    contents, (error,) = read_all(tmp_path)
    assert contents == [b"text", b"text"]
    assert str(error).startswith(str(tmp_path / "b.tar"))


def test_a_header_of_xz_cannot_ask_for_more_memory_than_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape, "_XZ_MEMORY", 1 << 20)
    path = tmp_path / "x.tar.xz"
    path.write_bytes(lzma.compress(tarred("w")))
    (error,) = find([str(path)], suffixes=SUFFIXES).errors
    assert "takes more memory to unpack than any preset of xz needs" in str(error)


def test_several_streams_of_xz_are_one(tmp_path: Path) -> None:
    raw, path = tarred("w"), tmp_path / "x.tar.xz"
    path.write_bytes(lzma.compress(raw[:2000]) + bytes(8) + lzma.compress(raw[2000:]))
    assert read_all(path) == ([*CONTENTS.values()], [])


PICTURES = {
    "1/a.txt": b"text",
    "1/x.png": b"\x89PNG" + bytes(range(256)) * 3,
    "b.txt": b"text",
    "1/y/z.png": b"\x89PNG, another" * 50,
}
LINKS = {"link.png": "1/y/z.png", "1/img": "../1/y"}


def pack_pictures(path: Path, method: int = zipfile.ZIP_DEFLATED) -> None:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", method) as archive:
            for name in (*PICTURES, *LINKS):
                info = zipfile.ZipInfo(name)
                info.create_system, info.external_attr = 3, (0o120777 if name in LINKS else 0o100644) << 16
                archive.writestr(info, PICTURES.get(name) or LINKS[name], method)
        return
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as tar:
        for name, content in PICTURES.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for name, target in LINKS.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            tar.addfile(member)


def shown(path: Path) -> tuple[list[tuple[bytes | None, str]], list[SourceError]]:
    """What documents get of what they ask for, with the warning if there is one, and the errors of the archive."""
    found = find([str(path)], suffixes=SUFFIXES)
    answers: list[tuple[bytes | None, str]] = []
    with closing(Intake(found.others, path.parent)) as intake:
        for file in found.files:
            resources = Resources(intake.beside(file))
            for src in ("1/x.png", "1/y/z.png", "link.png", "1/img/z.png", "x.png", "../link.png", "../../x.png"):
                answer = resources(src)
                answers.append((answer, "".join(left_out([resources.asked]))))
                resources.asked.clear()
    return answers, found.errors


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_pictures_lie_where_their_names_say(tmp_path: Path, name: str) -> None:
    pack_pictures(tmp_path / name)
    x, z = PICTURES["1/x.png"], PICTURES["1/y/z.png"]
    answers, errors = shown(tmp_path / name)
    assert [answer for answer, _ in answers] == [None, None, None, None, x, z, None, x, z, z, z, None, None, None]
    assert not errors
    assert not any(said for _, said in answers)


def test_a_tar_that_changed_since_it_was_looked_at_gives_no_wrong_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    pack_pictures(path)
    found = find([str(path)], suffixes=SUFFIXES)
    with closing(Intake(found.others, tmp_path)) as intake:
        resources = Resources(intake.beside(found.files[0]))
        assert resources("x.png") == PICTURES["1/x.png"]
        path.write_bytes(bytes(512) + path.read_bytes())
        assert resources("x.png") is None
        (said,) = left_out([resources.asked])
        assert "is in an archive that has changed since the run began; run the same again" in said


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_where_an_archive_cannot_be_reached_its_pictures_are_told_of(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    pack_pictures(path)
    found = find([str(path)], suffixes=SUFFIXES)
    with closing(Intake(found.others, tmp_path)) as intake:
        beside = intake.beside(found.files[0])
    path.rename(tmp_path / "elsewhere")
    for index in tmp_path.glob("pictures-*"):
        index.unlink()
    resources = Resources(pickle.loads(pickle.dumps(beside)))  # noqa: S301 -- own bytes
    assert resources("x.png") is None
    (said,) = left_out([resources.asked])
    assert "the picture x.png is left out: it is in an archive that cannot be read: " in said


@pytest.mark.parametrize("name", ["x.zip", "x.bz2.zip", "x.lzma.zip", "x.tar", "x.tar.gz"])
@given(data=st.data())
def test_damage_of_pictures_is_told_and_nothing_else_is_taken_for_them(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("damaged") / name
    methods = {"x.bz2.zip": zipfile.ZIP_BZIP2, "x.lzma.zip": zipfile.ZIP_LZMA}
    pack_pictures(path, methods.get(name, zipfile.ZIP_DEFLATED))
    raw = bytearray(path.read_bytes())
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=5)):
        raw[at] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    answers, errors = shown(path)
    right = {None, *PICTURES.values(), *map(str.encode, LINKS.values())}  # a link that is damaged may be none
    for answer, said in answers:
        assert answer is None or not said
        # Only zip has a checksum of each member; gzip has one at the end, and tar has none.
        assert answer in right or errors or name == "x.tar"


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="it can")
def test_zstd_takes_a_newer_python(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd and so on")
    (error,) = find([str(path)], suffixes=SUFFIXES).errors
    assert "is packed by zstd, which takes Python 3.14" in str(error)
