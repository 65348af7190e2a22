"""Whether an output is what its media type says: a cheap look that turns garbage into an error.

It looks at chunks on their way to the file and keeps none of them, save for the JSON of one article. What it asks:

- text, and types that are text by another name (CSV, JSON Lines, YAML): that it decodes as UTF-8. A parser of CSV or
  Markdown would accept nearly anything, so it would prove no more.
- JSON: that it parses, as RFC 8259 has it: UTF-8, one value, no NaN. In a collection, UTF-8 alone, as a parser would
  hold all of it.
- XML: that it is well-formed, its namespaces too.
- ZIP and what is packed in it (EPUB, office files): that it begins and ends as an archive does; for an EPUB, that its
  media type stands first (OCF 3.3, section 4.3), which is what reading systems and file managers tell it by.

Other types, such as PDF and images, are not looked at.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn, Protocol
from xml.parsers import expat

from copydesk.errors import ExportError

_TEXT = (
    "application/csv", "application/javascript", "application/jsonl", "application/sql", "application/toml",
    "application/x-jsonlines", "application/x-ndjson", "application/x-yaml", "application/yaml",
)  # fmt: skip
_ZIP = ("application/zip", "application/vnd.oasis.opendocument.", "application/vnd.openxmlformats-officedocument.")
_EPUB = "application/epub+zip"
_LOCAL_FILE, _END_OF_DIRECTORY = b"PK\3\4", b"PK\5\6"  # APPNOTE.TXT, 4.3.7 and 4.3.16
_END_SIZE = 22  # bytes of the end-of-directory record without its comment, which can have 65,535 more
_LONGEST_END = _END_SIZE + 0xFFFF
_STORED = slice(8, 10)  # the method of the first file: two zero bytes if it is not compressed
_FIRST = slice(30, 58)  # the name and the content of the first file, if it is stored and has no extra fields


class _Look(Protocol):
    def feed(self, chunk: bytes) -> None:
        """Take the next chunk."""

    def close(self) -> None:
        """Take note that there are no more."""


def looked_at(chunks: Iterator[bytes], media_type: str, *, whole: bool) -> Iterator[bytes]:
    """Give chunks on, and look at them.

    Parameters:
        chunks: the content of an output.
        media_type: what it says that it is.
        whole: whether all of it may be held, as it is of one article.

    Raises:
        ExportError: it is something else. What was given on until then is to be thrown away.
    """
    look = _look(media_type, whole=whole)
    for chunk in chunks:
        if look is not None:
            with _refusing(media_type):
                look.feed(chunk)
        yield chunk
    if look is not None:
        with _refusing(media_type):
            look.close()


@contextmanager
def _refusing(media_type: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, expat.ExpatError) as error:
        wrong = f"it is not {error.encoding.upper()}" if isinstance(error, UnicodeDecodeError) else error
        raise ExportError(f"the output is not the {media_type} that it is declared to be: {wrong}") from error


def _look(media_type: str, *, whole: bool) -> _Look | None:
    kind, *parameters = (part.strip().casefold() for part in media_type.split(";"))
    if kind in ("application/xml", "text/xml") or kind.endswith("+xml"):
        return _Xml()
    if kind == "application/json" or kind.endswith("+json"):
        return _Json() if whole else _Text("utf-8")
    if kind.startswith(_ZIP) or kind.endswith("+zip"):
        return _Zip(epub=kind == _EPUB)
    if kind.startswith("text/") or kind in _TEXT or kind.endswith("+yaml"):
        charset = next(
            (value.removeprefix("charset=") for value in parameters if value.startswith("charset=")), "utf-8"
        )
        with suppress(LookupError):  # a charset that Python does not know
            return _Text(charset)
    return None


class _Text:
    def __init__(self, charset: str) -> None:
        self._decoder = codecs.getincrementaldecoder(charset)()

    def feed(self, chunk: bytes) -> None:
        self._decoder.decode(chunk)

    def close(self) -> None:
        self._decoder.decode(b"", True)


class _Xml:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")  # builds nothing, and fetches nothing from outside

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def close(self) -> None:
        self._parser.Parse(b"", True)


class _Json:
    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def feed(self, chunk: bytes) -> None:
        self._chunks.append(chunk)

    def close(self) -> None:
        with suppress(RecursionError):  # nested deeper than Python can tell
            json.loads(b"".join(self._chunks).decode("utf-8"), parse_int=str, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


class _Zip:
    def __init__(self, *, epub: bool) -> None:
        self._epub = epub
        self._head = b""
        self._tail = bytearray()

    def feed(self, chunk: bytes) -> None:
        if missing := _FIRST.stop - len(self._head):
            self._head += chunk[:missing]
        self._tail += chunk[-_LONGEST_END:]
        if len(self._tail) > 2 * _LONGEST_END:
            del self._tail[:-_LONGEST_END]

    def close(self) -> None:
        if not self._head.startswith((_LOCAL_FILE, _END_OF_DIRECTORY)):
            raise ValueError("it does not begin as a ZIP archive does")
        if not self._ends():
            raise ValueError("it does not end as a ZIP archive does")
        if self._epub and (self._head[_STORED] != b"\0\0" or self._head[_FIRST] != b"mimetype" + _EPUB.encode("ascii")):
            raise ValueError("its first file is not an uncompressed mimetype")

    def _ends(self) -> bool:
        at = len(self._tail)
        while (at := self._tail.rfind(_END_OF_DIRECTORY, 0, at)) >= 0:
            comment = int.from_bytes(self._tail[at + _END_SIZE - 2 : at + _END_SIZE], "little")
            if at + _END_SIZE + comment == len(self._tail):
                return True
        return False
