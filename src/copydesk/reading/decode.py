"""Bytes to text: byte order mark, UTF-8, Windows-1252 if it looks Western, a guess; nothing is ever replaced.

UTF-8 with a few broken bytes is refused, as any other encoding would spoil each accented letter of the rest.
"""

from __future__ import annotations

import codecs
import re

from copydesk.errors import SourceError

MAX_BYTES = 20_000_000
"""Largest document read. A long novel is 4 MB; what is larger is a dump of many documents or no text at all."""

_ASCII = bytes(range(128))
_ZIP = b"PK\x03\x04"
_ROW = re.compile(rb"[\x80-\xff]{4,}")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v"))
_MARKS = (  # longest first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(raw: bytes, *, where: str) -> tuple[str, str, list[str]]:
    """Decode a document.

    Parameters:
        raw: the bytes of the document.
        where: its name, for messages.

    Returns:
        The text, the codec's name, and warnings for the user.

    Raises:
        SourceError: empty, too large, binary, damaged UTF-8, or in no encoding that can be told.
    """
    if not raw.strip():
        raise SourceError("the file is empty", where=where, next_step="remove it or save the article again")
    if len(raw) > MAX_BYTES:
        raise SourceError(
            f"the file has {len(raw):,} bytes, more than the {MAX_BYTES:,} that one article may have",
            where=where,
            next_step="split it into one file an article",
        )
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            try:
                text = raw.decode(codec)
            except UnicodeDecodeError as error:
                raise SourceError(
                    f"starts with a {codec} byte order mark but is not {codec} at byte {error.start}",
                    where=where,
                    next_step="save it again as UTF-8",
                ) from error
            return _textual(text, where), codec, []
    if b"\0" in raw:
        packed = raw.startswith(_ZIP)
        raise SourceError(
            "is an archive, as Word, OpenDocument and EPUB files are"
            if packed
            else f"is binary: NUL byte at offset {raw.index(0)}",
            where=where,
            next_step="install copydesk-pandoc, which reads these" if packed else "convert it to text first",
        )
    try:
        return _textual(raw.decode("utf-8"), where), "utf-8", []
    except UnicodeDecodeError as error:
        bad = error.start
    return _legacy(raw, bad, where)


def _legacy(raw: bytes, bad: int, where: str) -> tuple[str, str, list[str]]:
    # In another encoding, bytes that happen to be a character in UTF-8 are rare among those that are not.
    beyond = [c for c in raw.decode("utf-8", "surrogateescape") if not c.isascii()]
    broken = sum("\udc80" <= c <= "\udcff" for c in beyond)
    if broken * 2 < len(beyond):
        raise SourceError(
            f"is damaged UTF-8: {broken} of its bytes belong to no character, the first at {bad}",
            where=where,
            next_step="repair it there, or save the article again",
        )
    read = _western(raw) or _guessed(raw)
    if read is None:
        raise SourceError(
            f"is neither UTF-8 (byte {bad}) nor any encoding that could be told",
            where=where,
            next_step="save it again as UTF-8",
        )
    text, codec = read
    _textual(text, where)
    return text, codec, [f"is not UTF-8 (byte {bad}); read as {codec}: check its accented letters and quote marks"]


def _western(raw: bytes) -> tuple[str, str] | None:
    """Windows-1252, unless letters beyond ASCII stand in rows, as in no language that is written in it."""
    rows = sum(map(len, _ROW.findall(raw)))
    if 2 * rows > len(raw.translate(None, _ASCII)):
        return None
    try:
        return raw.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return None


def _guessed(raw: bytes) -> tuple[str, str] | None:
    from charset_normalizer import from_bytes  # slow to import, and hardly ever needed

    best = from_bytes(raw).best()
    if best is None or best.encoding is None:
        return None
    try:
        text = raw.decode(best.encoding)
        text.encode()  # some codecs decode to lone surrogates, which are no text
    except UnicodeError:
        return None
    return text, best.encoding


def _textual(text: str, where: str) -> str:
    """Refuse what decodes but is not text: NUL, or more control characters than a stray one now and then."""
    if "\0" in text:
        raise SourceError(
            f"is binary: NUL character at offset {text.index(chr(0))}",
            where=where,
            next_step="convert it to text first",
        )
    sample = text[:65536]
    octets = sample.encode("utf-8", "surrogatepass")  # bytes.translate is many times as fast as str.translate
    controls = len(octets) - len(octets.translate(None, _CONTROLS))
    if controls > 8 and controls * 100 > len(sample):
        raise SourceError(
            f"is binary: {controls} control characters in its first {len(sample):,}",
            where=where,
            next_step="convert it to text first",
        )
    return text
