"""Bytes to text: what is decoded, what is refused, and what the user is told."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import SourceError
from copydesk.reading import decode as module
from copydesk.reading.decode import MAX_BYTES, decode

TEXT = "Der Fluss stieg über Nacht um zwei Meter – „so schnell wie nie“, sagte die Bürgermeisterin.\n"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32"),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "utf-32"),
    ],
)
def test_a_mark_or_utf8_decides(raw: bytes, encoding: str) -> None:
    assert decode(raw, where="a.txt") == (TEXT, encoding, [])
    assert raw.decode(encoding) == TEXT  # the ledger names the codec, so that anybody can decode the source again


def test_windows_1252_is_read_with_a_warning() -> None:
    text, encoding, warnings = decode(TEXT.encode("cp1252"), where="a.txt")
    assert (text, encoding) == (TEXT, "cp1252")
    (warning,) = warnings
    assert "byte 16" in warning
    assert "cp1252" in warning


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Вода в реке поднялась за ночь на два метра, сообщила мэрия города в понедельник. "),
        ("koi8_r", "Вода в реке поднялась за ночь на два метра, сообщила мэрия города в понедельник. "),
        ("cp1253", "Το νερό στο ποτάμι ανέβηκε δύο μέτρα μέσα σε μία νύχτα, ανακοίνωσε ο δήμος τη Δευτέρα. "),
        ("shift_jis", "古い天文台が土曜日に一般公開される。屋根の修理が終わってから初めてのことだという。"),
        ("gb18030", "河水一夜之间上涨了两米,市政府星期一宣布,学校将关闭到星期三。"),
    ],
)
def test_other_scripts_are_guessed_with_a_warning(encoding: str, text: str) -> None:
    raw = (text * 4).encode(encoding)
    found, codec, warnings = decode(raw, where="a.txt")
    assert found == text * 4 == raw.decode(codec)
    assert codec in warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "Élève à l’école : « Où êtes-vous ? » – …… “Ça‘ira’” ÀÉÈ.",
        "Größe, Maße, Füße, Übergröße; naïve façade; ¡Señor!",
        "Só não vão lá: ações, mãe, órgão, três — já.",
    ],
)
def test_western_languages_are_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252"), where="a.txt")[:2] == (text, "cp1252")


@pytest.mark.parametrize("raw", [b"", b" ", b"\r\n\t \n\x0b\x0c"])
def test_nothing_but_white_space_is_refused(raw: bytes) -> None:
    with pytest.raises(SourceError, match="empty") as caught:
        decode(raw, where="a.txt")
    assert caught.value.where == "a.txt"
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "NUL byte at offset 8"),
        (b"some text\0and more", "NUL byte at offset 9"),
        (TEXT.encode("utf-16-le"), "NUL byte at offset 1"),
        ("some text\0and more".encode("utf-16"), "NUL character at offset 9"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11 PK", "12 control characters"),
        (codecs.BOM_UTF8 + b"caf\xe9", "utf-8-sig at byte"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "utf-16 at byte"),
        (codecs.BOM_UTF16_LE + b"abc", "utf-16 at byte"),
        (codecs.BOM_UTF32_LE + b"abc", "utf-32 at byte"),
    ],
)
def test_what_is_no_text_is_refused(raw: bytes, what: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode(raw, where="a.bin")
    assert what in caught.value.what
    assert caught.value.next_step


def test_what_no_codec_reads_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nothing:
        def best(self) -> None:
            return None

    monkeypatch.setattr("charset_normalizer.from_bytes", lambda raw: Nothing())
    with pytest.raises(SourceError, match=r"neither UTF-8 \(byte 0\)"):
        decode(b"\x81\x8d some text", where="a.txt")


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1_000)
    assert decode(b"a" * 1_000, where="a.txt")[0] == "a" * 1_000
    with pytest.raises(SourceError, match="1,001 bytes, more than the 1,000"):
        decode(b"a" * 1_001, where="a.txt")
    assert MAX_BYTES >= 10_000_000


def test_a_control_character_now_and_then_is_text() -> None:
    raw = b"\x01" + b"Words and words and more of them. " * 40
    assert decode(raw, where="a.txt")[0] == raw.decode()


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_as_the_codec_says_or_refused(raw: bytes) -> None:
    try:
        text, encoding, _ = decode(raw, where="a.txt")
    except SourceError:
        return
    assert text == raw.decode(encoding)
    text.encode("utf-8")  # no lone surrogates, which no output could hold


def test_an_archive_says_what_reads_it() -> None:
    with pytest.raises(SourceError, match=r"a\.docx: is an archive, .*; install copydesk-pandoc, which reads these"):
        decode(b"PK\x03\x04\0\0", where="a.docx")
