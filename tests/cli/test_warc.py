"""Web archives as sources: records that are text are converted, all others counted, and nothing lost without a word."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

TEXT = (
    "Ferry {} returns after the winter\n\nPORT TOWN, Spain – The harbour ferry sails again from Monday, the authority"
    " announced.\n\nPassengers had waited five months for this morning, and many came with their bicycles.\n"
)


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def convert(copydesk: Run) -> Run:
    def run(*arguments: str, to: str = "xml") -> Any:
        return copydesk("convert", *arguments, "--to", to, "-o", "out", "--report", "report.json")

    return run


def record(
    kind: str, block: bytes, media_type: str, uri: str, *headers: str, date: str = "2021-01-05T19:04:12Z"
) -> bytes:
    identifier = hashlib.sha256(block + uri.encode() + date.encode()).hexdigest()
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{identifier[:8]}-0041-4f8f-ac34-{identifier[8:20]}>",
        f"WARC-Date: {date}",
        f"WARC-Target-URI: {uri}",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(block)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


def response(
    uri: str,
    body: bytes,
    media_type: str = "text/plain",
    *http: str,
    status: str = "200 OK",
    warc: tuple[str, ...] = (),
) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {media_type}", *http, "", ""]).encode()
    return record("response", head + body, "application/http; msgtype=response", uri, *warc)


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)  # as workers of pytest compare what tests are called


def text(name: object) -> bytes:
    return TEXT.format(name).encode()


def sha1(content: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


CRAWL = (
    record("warcinfo", b"software: test\r\n", "application/warc-fields", "crawl"),
    record("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request", "https://example.org/"),
    response("https://example.org/", b"<html><p>Hello</p></html>", "text/html; charset=utf-8"),
    response("https://example.org/news/ferry.txt", text("one")),
    response("https://example.org/news/ferry.md?id=3", text("two"), "text/markdown; charset=UTF-8"),
    record("conversion", text("three"), "text/plain", "https://example.org/"),
    record("resource", text("four"), "text/plain", "file:///var/notes/four.txt"),
    record("metadata", b"hops: 0\r\n", "application/warc-fields", "https://example.org/"),
    record(
        "revisit", b"HTTP/1.1 304\r\n\r\n", "application/http; msgtype=response", "https://example.org/news/ferry.txt"
    ),
    response("https://example.org/gone.txt", text("gone"), status="404 Not Found"),
    response("https://example.org/picture.png", b"\x89PNG", "image/png"),
)
WRITTEN = ["example.org/index", "example.org/news/ferry", "example.org/news/ferry.md_id=3", "file/var/notes/four"]


def write(name: str, *records: bytes) -> Path:
    path = Path(name)
    content = b"".join(map(packed, records)) if name.endswith(".gz") else b"".join(records)
    path.write_bytes(content)
    return path


def written() -> list[str]:
    return sorted(path.relative_to("out/xml").as_posix() for path in Path("out/xml").rglob("*.xml"))


def errors(done: Any) -> list[str]:
    return [line for line in done.err.splitlines() if line.startswith("error: ")]


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz", "crawl.warc.wet.gz"])
def test_records_that_are_text_are_converted_and_all_are_counted(convert: Run, name: str) -> None:
    write(name, *CRAWL)
    done = convert(name, to="xml,csv")
    assert done.code == 0, done.err
    assert set(written()) == {f"{name}/{each}.xml" for each in WRITTEN}
    report = json.loads(Path("report.json").read_bytes())
    summary = report["summary"]
    assert (summary["skipped"]["html"], summary["skipped"]["records"]) == (1, 6)
    assert "1 HTML records, as HTML is not read yet, 6 other records" in " ".join(done.err.split())
    independent = len(re.findall(rb"WARC/1\.0\r\n", b"".join(CRAWL)))
    assert summary["written"] + summary["failed"] + 1 + 6 == independent
    assert report["documents"][0]["source"] == f"{name}/example.org/news/ferry.txt@20210105190412"
    assert "Ferry one returns" in Path(f"out/xml/{name}/example.org/news/ferry.xml").read_text(encoding="utf-8")
    done = convert(name, to="xml,csv")
    assert "0 written, 4 unchanged" in done.err
    assert convert(name, "--jobs", "2", "--force", to="xml,csv").code == 0


def test_several_captures_of_an_address_are_documents_of_their_own(convert: Run) -> None:
    uri = "https://example.org/a.txt"
    write(
        "crawl.warc",
        *(record("resource", text(n), "text/plain", uri, date=f"2021-01-0{n}T00:00:00Z") for n in (1, 2, 2, 3)),
    )
    done = convert("crawl.warc")
    assert done.code == 0, done.err
    sources = [document["source"] for document in json.loads(Path("report.json").read_bytes())["documents"]]
    assert sources == [
        f"crawl.warc/example.org/a.txt@{date}"
        for date in ("20210101000000", "20210102000000", "20210102000000~2", "20210103000000")
    ]
    assert len(written()) == 4
    assert "4 unchanged" in convert("crawl.warc").err


@pytest.mark.parametrize(
    ("http", "body"),
    [
        (("Content-Encoding: gzip",), packed(text("x"))),
        (("Content-Encoding: deflate",), zlib.compress(text("x"))),
        (("Transfer-Encoding: chunked",), chunked(text("x"))),
        (("Content-Encoding: gzip", "Transfer-Encoding: chunked"), chunked(packed(text("x")))),
    ],
)
@pytest.mark.parametrize("digest_of", ["as sent", "decoded"])
def test_http_encodings_are_taken_off_and_digests_compared(
    convert: Run, http: tuple[str, ...], body: bytes, digest_of: str
) -> None:
    digest = sha1(body if digest_of == "as sent" else text("x"))
    good = response("https://a.org/good.txt", body, "text/plain", *http, warc=(f"WARC-Payload-Digest: {digest}",))
    bad = response("https://a.org/bad.txt", body, "text/plain", *http, warc=(f"WARC-Payload-Digest: {sha1(b'')}",))
    write("crawl.warc.gz", good, bad)
    done = convert("crawl.warc.gz")
    assert done.code == 1
    (error,) = errors(done)
    assert (
        "crawl.warc.gz/a.org/bad.txt@20210105190412: is damaged: it is not what its WARC-Payload-Digest says" in error
    )
    assert written() == ["crawl.warc.gz/a.org/good.xml"]
    assert "Ferry x returns" in Path("out/xml/crawl.warc.gz/a.org/good.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("http", "body"),
    [
        ("Content-Encoding: gzip", packed(text("x"))[:-12]),
        ("Content-Encoding: gzip", text("x")),
        ("Content-Encoding: squeeze", text("x")),
        ("Transfer-Encoding: chunked", b"zz\r\n" + text("x")),
        ("Content-Encoding: gzip", packed(bytes(30_000_000))),
    ],
)
def test_what_cannot_be_decoded_is_one_failure(convert: Run, http: str, body: bytes) -> None:
    write("crawl.warc", response("https://a.org/bad.txt", body, "text/plain", http), CRAWL[3])
    done = convert("crawl.warc")
    assert done.code == 1
    (error,) = errors(done)
    assert error.startswith("error: crawl.warc/a.org/bad.txt@20210105190412: ")
    assert written() == ["crawl.warc/example.org/news/ferry.xml"]


PART_URI = "https://a.org/bad.txt"
PARTS = {
    "is cut short, as its WARC-Truncated says: length": response(
        PART_URI, text("x")[:90], warc=("WARC-Truncated: length",)
    ),
    "is cut short, as its WARC-Truncated says: disconnect": record(
        "resource", text("x")[:90], "text/plain", PART_URI, "WARC-Truncated: disconnect"
    ),
    "is but a part of the page (HTTP status 206)": response(PART_URI, text("x"), status="206 Partial Content"),
    "is but one segment of several": response(PART_URI, text("x"), warc=("WARC-Segment-Number: 1",)),
    "is cut short: it has 90 of the 4,000 bytes that its Content-Length says": response(
        PART_URI, text("x")[:90], "text/plain", "Content-Length: 4000"
    ),
    "is cut short: its last chunk is missing": response(
        PART_URI, chunked(text("x"))[:-5], "text/plain", "Transfer-Encoding: chunked"
    ),
}


@pytest.mark.parametrize("message", PARTS)
def test_a_part_of_a_text_is_one_failure(convert: Run, message: str) -> None:
    write("crawl.warc", PARTS[message], CRAWL[3])
    done = convert("crawl.warc")
    assert done.code == 1
    assert errors(done) == [f"error: crawl.warc/a.org/bad.txt@20210105190412: {message}; get the page again"]
    assert written() == ["crawl.warc/example.org/news/ferry.xml"]


@pytest.mark.parametrize(
    ("http", "body"),
    [
        (f"Content-Length: {len(text('x'))}", text("x")),
        ("Content-Length: 3", text("x")),  # as of a message that was unpacked
        ("Content-Length: 99999\r\nTransfer-Encoding: chunked", chunked(text("x"))),
        ("Transfer-Encoding: chunked", chunked(text("x"))[:-2] + b"Expires: never\r\n\r\n"),
        ("Content-Length: many", text("x")),
        (f"Content-Length: {'9' * 5000}", text("x")),
    ],
)
def test_what_is_there_to_its_end_is_converted(convert: Run, http: str, body: bytes) -> None:
    write("crawl.warc", response("https://a.org/good.txt", body, "text/plain", http))
    done = convert("crawl.warc")
    assert done.code == 0, done.err
    assert "came with their bicycles" in Path("out/xml/crawl.warc/a.org/good.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("iso-8859-1", "cp1252"), ("windows-1251", "cp1251"), ("Shift_JIS", "shift_jis"), ("iso-2022-jp", "iso2022_jp"),
     ("utf-8", "utf-8"), ("iso-8859-1", "utf-8"), ("no-such-thing", "utf-8")],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["response", "resource"])
def test_the_stated_encoding_is_respected(convert: Run, charset: str, codec: str, kind: str) -> None:
    said = {"cp1251": "Паром снова ходит", "shift_jis": "港のフェリー", "iso2022_jp": "港のフェリー"}.get(
        codec, "Fähre fährt"
    )
    body = TEXT.format(said).replace("–", "-").encode(codec)
    media_type = f'text/plain; charset="{charset}"' if kind == "resource" else f"text/plain; charset={charset}"
    uri = "https://a.org/x.txt"
    made = response(uri, body, media_type) if kind == "response" else record("resource", body, media_type, uri)
    write("crawl.warc", made)
    done = convert("crawl.warc")
    assert done.code == 0, done.err
    assert f"Ferry {said} returns" in Path("out/xml/crawl.warc/a.org/x.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("zipped", [False, True])
def test_a_cut_anywhere_is_noticed_and_what_stands_before_is_converted(convert: Run, zipped: bool) -> None:
    name = "crawl.warc.gz" if zipped else "crawl.warc"
    records = [response(f"https://a.org/{n}.txt", text(n)) for n in range(4)]
    whole = write(name, *records).read_bytes()
    step = len(whole) // 20
    assert convert(name).code == 0
    lengths = [len(gzip.compress(each)) if zipped else len(each) for each in records]
    for cut in [*range(1, len(whole), step), len(whole) - 1, len(whole) - 4]:
        if cut in (sum(lengths[:n]) for n in range(5)):
            continue  # between two records, where no program can see it
        Path(name).write_bytes(whole[:cut])
        done = convert(name, "--force")
        assert done.code == 1, cut
        failed = errors(done)
        assert failed[0].startswith(f"error: {name}: ")
        ends = [sum(lengths[: n + 1]) for n in range(4)]
        trailer = 12 if zipped else 4  # what follows a record's text; its loss costs none
        documents = json.loads(Path("report.json").read_bytes())["documents"]
        converted = sum(document["status"] != "failed" for document in documents)
        assert sum(end <= cut for end in ends) <= converted <= sum(end - trailer <= cut for end in ends), cut
        assert len(failed) == 1, (cut, failed)


DAMAGED = {
    "garbage between": CRAWL[3] + b"garbage\r\n" + CRAWL[4],
    "length too small": CRAWL[3] + CRAWL[5].replace(b"Content-Length: ", b"Content-Length: 1 \r\nX: ") + CRAWL[4],
    "length too great": CRAWL[3] + CRAWL[5].replace(b"Content-Length: ", b"Content-Length: 9") + CRAWL[4],
    "no identifier": CRAWL[3] + CRAWL[5].replace(b"WARC-Record-ID", b"X-Record-ID") + CRAWL[4],
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damage_is_noticed(convert: Run, damage: str) -> None:
    write("crawl.warc", DAMAGED[damage])
    done = convert("crawl.warc")
    assert done.code == 1
    assert errors(done)[0].startswith("error: crawl.warc: ")
    assert "crawl.warc/example.org/news/ferry.xml" in written()


def test_a_bad_gzip_member_is_noticed(convert: Run) -> None:
    members = [bytearray(gzip.compress(each)) for each in (CRAWL[3], CRAWL[5], CRAWL[4])]
    members[1][-6] ^= 1  # its checksum
    Path("crawl.warc.gz").write_bytes(b"".join(members))
    done = convert("crawl.warc.gz")
    assert done.code == 1
    (error,) = errors(done)
    assert error.startswith("error: crawl.warc.gz: is damaged: CRC check failed")
    assert "crawl.warc.gz/example.org/news/ferry.xml" in written()


@pytest.mark.parametrize("content", [b"", b"no archive at all\n" * 20, packed(b"nor this")])
def test_what_is_no_web_archive_is_one_failure(convert: Run, content: bytes) -> None:
    Path("crawl.warc").write_bytes(content)
    done = convert("crawl.warc")
    assert done.code == 1
    (error,) = errors(done)
    assert error.startswith("error: crawl.warc: ")


ADDRESSES = {
    "https://a.org/../../etc/passwd": "a.org/etc/passwd",
    "https://a.org/%2e%2e/%2e%2e/x.txt": "a.org/x",
    "https://a.org/a%2Fb%5Cc%00d.txt": "a.org/a_b_c_d",
    "https://user:secret@A.org:8080/x.txt": "a.org/x",
    "https://a.org/f%C3%A4hre.txt": "a.org/fähre",
    "urn:isbn:123": "urn/isbn_123",
    "C:\\x.txt": "c/_x",
    "https://a.org/" + "x/" * 500 + "y.txt": None,
}


@pytest.mark.parametrize("uri", ADDRESSES)
def test_addresses_make_safe_names(convert: Run, uri: str) -> None:
    write("crawl.warc", record("resource", text("x"), "text/plain", uri))
    done = convert("crawl.warc")
    assert done.code == 0, done.err
    (name,) = written()
    expected = ADDRESSES[uri]
    assert name == f"crawl.warc/{expected}.xml" if expected else len(name) < 300


def test_without_fastwarc_the_message_says_what_to_install(convert: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastwarc", None)
    write("crawl.warc", *CRAWL)
    done = convert("crawl.warc")
    assert done.code == 1
    assert "crawl.warc: is a web archive, which fastwarc reads; install copydesk[warc]" in done.err
