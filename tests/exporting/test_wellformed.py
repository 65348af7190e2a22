from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import ExportError
from copydesk.exporting.wellformed import looked_at

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def archive(*names: str, comment: bytes = b"", method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as written:
        for name in names:  # by ZipInfo, whose time is always the same
            written.writestr(zipfile.ZipInfo(name), "application/epub+zip", method)
        written.comment = comment
    return stream.getvalue()


EPUB = archive("mimetype", "META-INF/container.xml")

GOOD = [
    ("text/plain", "Überfähre 船".encode()),
    ("text/plain", b""),
    ("text/plain; charset=utf-8", "é".encode()),
    ("text/plain; charset=ISO-8859-1", b"caf\xe9"),
    ("text/plain; charset=of-mars", b"caf\xe9"),
    ("text/csv", b'a,"b\r\n'),  # a parser would not do with it, but another might
    ("application/x-ndjson", b"{}\n{}\n"),
    ("application/json", b'{"a": [1, 2.5e3, null, "\xc3\xa9"]}'),
    ("application/json", b"1" * 5000),  # digits that int() refuses
    ("application/json", b"[" * 100_000 + b"]" * 100_000),
    ("application/ld+json; charset=utf-8", b"[]"),
    ("application/xml", b"<a xmlns:b='c'><b:d/>&#233;</a>"),
    ("application/xml", "<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16")),
    ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("application/xhtml+xml", b"<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html>&nbsp;</html>"),
    ("application/epub+zip", EPUB),
    ("application/zip", archive("a", comment=b"PK\5\6 is how it ends" * 3000)),
    ("application/zip", archive()),
    (DOCX, archive("[Content_Types].xml")),
    ("application/pdf", b"whatever"),
    ("application/octet-stream", b"\xff"),
]
GARBAGE = [
    ("text/markdown", b"caf\xe9", "it is not UTF-8"),
    ("text/markdown", "é".encode()[:1], "it is not UTF-8"),
    ("text/csv", "a".encode("utf-16"), "it is not UTF-8"),
    ("text/plain; charset=us-ascii", "é".encode(), "it is not ASCII"),
    ("application/yaml", b"\x80", "it is not UTF-8"),
    ("application/json", b"", "Expecting value"),
    ("application/json", b"{'a': 1}", "Expecting property name"),
    ("application/json", b"{} {}", "Extra data"),
    ("application/json", b"[NaN]", "JSON has no NaN"),
    ("application/json", b"\xef\xbb\xbf{}", "BOM"),
    ("application/json", "{}".encode("utf-16"), "it is not UTF-8"),
    ("application/ld+json", b"Error 500", "Expecting value"),
    ("application/xml", b"", "no element found"),
    ("application/xml", b"<a>", "no element found"),
    ("application/xml", b"<a></b>", "mismatched tag"),
    ("application/xml", b"<a/><b/>", "junk after document element"),
    ("application/xml", b"<a>\xe9</a>", "not well-formed"),
    ("application/xml", b"<a>\x00</a>", "not well-formed"),
    ("application/tei+xml", b"<tei:TEI/>", "unbound prefix"),
    ("application/epub+zip", b"", "does not begin as a ZIP archive does"),
    ("application/epub+zip", b"<html/>", "does not begin as a ZIP archive does"),
    ("application/epub+zip", EPUB[:-1], "does not end as a ZIP archive does"),
    ("application/epub+zip", EPUB[:40], "does not end as a ZIP archive does"),
    ("application/epub+zip", EPUB + b"x", "does not end as a ZIP archive does"),
    ("application/epub+zip", archive("a", "mimetype"), "first file is not an uncompressed mimetype"),
    ("application/epub+zip", archive("mimetype", method=zipfile.ZIP_DEFLATED), "not an uncompressed mimetype"),
    (DOCX, b"PK", "does not begin"),
]


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return iter([content[at : at + size] for at in range(0, len(content), size)])


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
@pytest.mark.parametrize(("media_type", "content"), GOOD)
def test_what_is_as_declared_comes_through(media_type: str, content: bytes, size: int) -> None:
    for whole in (True, False):
        assert b"".join(looked_at(pieces(content, size), media_type, whole=whole)) == content


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
@pytest.mark.parametrize(("media_type", "content", "said"), GARBAGE)
def test_garbage_is_an_error_that_says_what_was_declared_and_what_is_wrong(
    media_type: str, content: bytes, said: str, size: int
) -> None:
    with pytest.raises(ExportError) as caught:
        list(looked_at(pieces(content, size), media_type, whole=True))
    assert str(caught.value).startswith(f"the output is not the {media_type} that it is declared to be: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("media_type", ["application/json", "text/csv", "application/xml", "application/epub+zip"])
def test_a_collection_is_not_held_back(media_type: str) -> None:
    taken = []

    def chunks() -> Iterator[bytes]:
        for number in range(100):
            taken.append(number)
            yield b"<a>" if media_type == "application/xml" else b"PK\3\4"

    stream = looked_at(chunks(), media_type, whole=False)
    for number in range(100):
        assert next(stream)
        assert len(taken) == number + 1


def test_json_of_a_collection_is_looked_at_as_text() -> None:
    assert list(looked_at(iter([b"[", b"]]"]), "application/json", whole=False)) == [b"[", b"]]"]
    with pytest.raises(ExportError, match="it is not UTF-8"):
        list(looked_at(iter([b"[", b"\xff"]), "application/json", whole=False))


def test_what_chunks_raise_themselves_comes_through() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"{}"
        raise ValueError("boom")

    with pytest.raises(ValueError, match=r"^boom$"):
        list(looked_at(chunks(), "application/json", whole=True))


@given(st.binary(max_size=200_000), st.binary(max_size=70_000), st.integers(1, 100_000))
def test_archives_in_any_pieces(content: bytes, comment: bytes, size: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as written:
        written.writestr("a", content)
        written.comment = comment[:0xFFFF]
    made = stream.getvalue()
    assert b"".join(looked_at(pieces(made, size), "application/zip", whole=False)) == made
