"""Web archives (WARC 1.0 and 1.1): records that are text are documents, which are named for their address."""

from __future__ import annotations

import base64
import codecs
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from copydesk.errors import SourceError
from copydesk.reading.decode import MAX_BYTES
from copydesk.running.archives.archive import CHUNK, MAX_NAME, Archive, Entry, too_large, whole
from copydesk.running.archives.tape import Tape

if TYPE_CHECKING:
    from fastwarc.warc import ArchiveIterator, WarcRecord

_TEXT = ("text/plain", "text/markdown", "text/x-markdown")
_HTML = ("text/html", "application/xhtml+xml")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_END = b"\r\n\r\n"
_DIGESTS = ("md5", "sha1", "sha256", "sha512")
_LENGTH = re.compile("[0-9]{1,18}")
_LAST_CHUNK = re.compile(rb"(?:\A|\n)0+[ \t]*(?:;[^\n]*)?\r?\n(?:[^\r\n]++\r?\n)*+\s*+\Z")
"""The chunk of length 0, behind which fields may stand."""
_TRAILER = 8192
"""Bytes at the end in which it is looked for: servers take no longer fields, and the pattern takes the square."""
_PARTIAL = 206
"""HTTP status of a range of what was asked for (RFC 9110, 15.3.7)."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\]")


class WarcArchive(Archive):
    """A web archive, packed or not, as fastwarc reads it.

    Raises:
        SourceError: fastwarc is not installed.
    """

    def __init__(self, path: str, suffixes: Collection[str] = ()) -> None:
        super().__init__(path, suffixes)
        try:
            import fastwarc  # noqa: F401
        except ImportError as error:
            raise self.damaged("is a web archive, which fastwarc reads", "install copydesk[warc]") from error

    def entries(self, *, listing: bool) -> Iterator[Entry]:
        """Yield the records (`Archive.entries`)."""
        from fastwarc.warc import ArchiveIterator

        with Tape(self) as tape:
            records = ArchiveIterator(tape, stream_detect=False, parse_http=False)
            names: Counter[str] = Counter()
            number = 0
            while (record := self._next(records)) is not None:
                entry = Entry(number, "", partial(self._read, record), skipped="records")
                if record.record_type in _kinds():
                    name, label = self._named(record)
                    names[f"{name}{label}"] += 1
                    if (again := names[f"{name}{label}"]) > 1:
                        label = f"{label}~{again}"
                    entry = replace(entry, name=name, label=label)
                yield self._listed(record, entry) if listing else entry
                number += 1
            if listing and (not number or tape.tail != _END):
                raise self.damaged("is cut short" if number else "holds no record")

    def _next(self, records: ArchiveIterator) -> WarcRecord | None:
        try:
            record = next(records, None)
            if record is not None and not (record.record_id and record.headers.get("Content-Length")):
                raise self.damaged("is cut short, or has a record without the headers that each must have")
        except (SourceError, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of Rust is no Exception
            raise self.damaged(f"is no web archive, or damaged: {error}") from error
        return record

    def _named(self, record: WarcRecord) -> tuple[str, str]:
        """The name of a record, and what tells it from others of the same address."""
        date = "".join(filter(str.isdigit, record.headers.get("WARC-Date") or ""))
        return _path((record.headers.get("WARC-Target-URI") or record.record_id or "").strip("<>")), f"@{date[:14]}"

    def _listed(self, record: WarcRecord, entry: Entry) -> Entry:
        """Find out whether a record is text, and whether it is whole."""
        head = record.reader.read(CHUNK)
        if len(head) + record.consume() < record.content_length:
            raise self.damaged("is cut short")
        if record.record_type not in _kinds():
            return entry
        try:
            payload = _Payload.of(head, record)
        except OSError as error:
            return replace(entry, skipped="", error=self._refused(entry, f"has damaged HTTP headers: {error}"))
        if payload.media_type in _HTML:
            return replace(entry, skipped="html")
        if payload.media_type not in _TEXT or not payload.found:
            return entry
        if part := _part(record, payload):
            return replace(entry, skipped="", error=self._refused(entry, part))
        return replace(entry, skipped="")

    def _refused(self, entry: Entry, what: str) -> SourceError:
        return self.refused(f"{entry.name}{entry.label}", what, "get the page again")

    def _read(self, record: WarcRecord) -> bytes:
        where = f"{self.path}/{''.join(self._named(record))}"
        block = whole(record.reader, where)  # type: ignore[arg-type]  # which has all that is called
        try:
            payloads = [block]
            if record.is_http:
                _check_end(block, where)
                # Digests are of the payload as it was sent; some programs take it as it was meant.
                payloads = [_http(block, mode).reader.read(len(block)) for mode in ("none", "transfer")]
                payloads.append(_decoded(block, payloads[-1], where))
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(f"cannot be decoded: {error}", where=where, next_step="get the page again") from error
        for header, contents in (("WARC-Block-Digest", [block]), ("WARC-Payload-Digest", payloads)):
            digest = record.headers.get(header)
            if digest and not any(_matches(content, digest) for content in contents):
                raise SourceError(
                    f"is damaged: it is not what its {header} says", where=where, next_step="get the archive again"
                )
        return _utf8(payloads[-1], _Payload.of(block, record).charset)


@dataclass(frozen=True, slots=True)
class _Payload:
    """What the headers say of a payload: its type and encoding, and whether it is what was asked for."""

    media_type: str
    charset: str | None
    found: bool = True
    partial: bool = False

    @classmethod
    def of(cls, head: bytes, record: WarcRecord) -> _Payload:
        if record.is_http:
            http = _http(head, "none")
            status = http.http_headers.status_code or 0
            return cls(
                (http.http_content_type or "").lower(), http.http_charset, 200 <= status < 300, status == _PARTIAL
            )
        media_type, *parameters = (record.headers.get("Content-Type") or "").lower().split(";")
        charsets = [
            value for name, _, value in (each.partition("=") for each in parameters) if name.strip() == "charset"
        ]
        return cls(media_type.strip(), charsets[0].strip(' "') if charsets else None)


def _kinds() -> tuple[object, ...]:
    from fastwarc.warc import WarcRecordType

    return WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion


def _part(record: WarcRecord, payload: _Payload) -> str:
    """Why a record is but a part of a text, by its headers; empty if it is none."""
    if record.headers.get("WARC-Segment-Number"):
        return "is but one segment of several"
    if why := record.headers.get("WARC-Truncated"):
        return f"is cut short, as its WARC-Truncated says: {why}"
    return "is but a part of the page (HTTP status 206)" if payload.partial else ""


def _check_end(block: bytes, where: str) -> None:
    """See that a message is there up to its end, as its headers tell it; they may tell nothing (RFC 9112, 6.3 and 8).

    Raises:
        OSError: it is no message.
        SourceError: it is cut short.
    """
    http = _http(block, "none")
    headers, payload = http.http_headers, http.reader.read(len(block))
    length = (headers.get("Content-Length") or "").strip()
    what = ""
    if encoding := headers.get("Transfer-Encoding"):  # by which a length counts for nothing
        if "chunked" in encoding.lower() and not _LAST_CHUNK.search(payload, max(0, len(payload) - _TRAILER)):
            what = "its last chunk is missing"
    elif _LENGTH.fullmatch(length) and len(payload) < int(length):
        what = f"it has {len(payload):,} of the {int(length):,} bytes that its Content-Length says"
    if what:
        raise SourceError(f"is cut short: {what}", where=where, next_step="get the page again")


def _http(block: bytes, decode: str) -> WarcRecord:
    """A record of an HTTP message, taken apart.

    Raises:
        OSError: it is none, or packed in a way that is not known.
    """
    from fastwarc.warc import WarcRecord, WarcRecordType

    record = WarcRecord()
    record.init_headers(WarcRecordType.response)
    record.set_bytes_content(block)
    record.is_http = True
    record.parse_http(auto_decode=decode)  # type: ignore[arg-type]
    return record


def _decoded(block: bytes, payload: bytes, where: str) -> bytes:
    """A payload without its content encoding; fastwarc takes what is cut short for whole, where there is no checksum.

    Raises:
        OSError, EOFError, zlib.error: it is damaged.
        SourceError: it is larger than any article.
    """
    encoding = (_http(block, "none").http_headers.get("Content-Encoding") or "").strip().lower()
    if encoding in ("", "identity"):
        return payload
    if encoding in ("gzip", "x-gzip"):
        return whole(gzip.GzipFile(fileobj=io.BytesIO(payload)), where)
    if encoding == "deflate":
        inflating = zlib.decompressobj(zlib.MAX_WBITS if payload[:1] == b"\x78" else -zlib.MAX_WBITS)
        decoded = inflating.decompress(payload, MAX_BYTES + 1)
        if len(decoded) > MAX_BYTES:
            raise too_large(where)
        if not inflating.eof:
            raise EOFError("it is cut short")
        return decoded
    return whole(_http(block, "all").reader, where)  # type: ignore[arg-type]  # which has all that is called


def _utf8(content: bytes, charset: str | None) -> bytes:
    """Text in another encoding that its headers name as UTF-8; what seems to be UTF-8, or does not fit, as it is."""
    try:
        codec = codecs.lookup(charset or "utf-8").name
        if codec == "utf-8" or content.startswith(_MARKS) or (_is_utf8(content) and b"\x1b" not in content):
            return content
        return content.decode("cp1252" if codec in ("iso8859-1", "ascii") else codec).encode("utf-8")
    except (LookupError, UnicodeError):
        return content


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _matches(content: bytes, digest: str) -> bool:
    """Whether content has a digest such as `sha1:` and base 32 or 16; one of another kind says nothing."""
    name, _, value = digest.partition(":")
    if name.lower() not in _DIGESTS:
        return True
    found = hashlib.new(name.lower(), content, usedforsecurity=False).digest()
    return value.lower() in (found.hex(), base64.b32encode(found).decode("ascii").lower())


def _path(uri: str) -> str:
    """An address as a path: host, then the parts of its path, the last with its query."""
    try:
        parts = urlsplit(uri)
        host, path = parts.hostname or parts.scheme or "record", parts.path
    except ValueError:
        parts, host, path = urlsplit(""), "record", uri
    *folders, last = path.split("/")
    last = f"{unquote(last) or 'index'}{'?' if parts.query else ''}{parts.query}"
    names = [host, *map(unquote, filter(None, folders)), last]
    safe = "/".join(_UNSAFE.sub("_", name) for name in names if name not in (".", ".."))
    if len(safe.encode("utf-8", "replace")) <= MAX_NAME - 40:  # what a date and a number take
        return safe
    return f"{_UNSAFE.sub('_', host)[:200]}/{hashlib.sha256(uri.encode('utf-8', 'replace')).hexdigest()}"
