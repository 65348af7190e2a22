"""Documents that are zip archives: which kind they are, and what is refused before pandoc sees them."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from copydesk.errors import SourceError

MAX_MEMBERS = 5_000
"""A thick book as EPUB has some hundred files."""
MAX_EXPANDED = 300_000_000
"""Bytes of all members. Pictures hardly shrink in an archive, and a source has at most 20 MB."""
MAX_TEXT = 50_000_000
"""Bytes of one XML member: ten times a long novel with all its markup."""
MAX_RATIO = 300
"""How many times larger than packed a member of a megabyte or more may be: Word's XML comes to 10 or 20, rarely 100."""

_MIMETYPES = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
}
_WORD = re.compile(rb"wordprocessingml\.(?:document|template)\.main\+xml|ms-word\.(?:document|template)\.macroEnabled")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_SAVE_AGAIN = "open it in the program that made it, and save it again"
# Fonts are scrambled so that they cannot be taken out of a book; its text is in the clear.
_SCRAMBLED_FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")


def kind(raw: bytes) -> str | None:
    """Tell a document by what is in its archive: docx, odt or epub; None for anything else."""
    if not raw.startswith(_ZIP):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                return _MIMETYPES.get(_start(archive, "mimetype", 100).strip())
            if "[Content_Types].xml" in names and _WORD.search(_start(archive, "[Content_Types].xml", 1_000_000)):
                return "docx"
    except _DAMAGE:
        return None
    return None


def _start(archive: zipfile.ZipFile, name: str, length: int) -> bytes:
    with archive.open(name) as member:
        return member.read(length)


@contextmanager
def opened(raw: bytes, expected: str, called: str) -> Iterator[zipfile.ZipFile]:
    """Open an archive that is safe to unpack.

    Parameters:
        raw: the bytes of the file.
        expected: docx, odt or epub.
        called: what such a document is called, for messages: "a Word document".

    Raises:
        SourceError: it is no such document, damaged, encrypted, or unpacks to more than any document has.
    """
    if not raw.startswith(_ZIP):
        raise SourceError(f"is not {called}: {_instead(raw)[0]}", next_step=_instead(raw)[1])
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _check(archive, called)
            found = kind(raw)
            if found != expected:
                what = f"it is {found}" if found else "its archive holds something else"
                name = f"leave --from out, or name it .{found or 'zip'}"
                raise SourceError(f"is not {called}: {what}", next_step=name)
            yield archive
    except _DAMAGE as error:
        raise SourceError(f"is damaged: {error or type(error).__name__}", next_step=_SAVE_AGAIN) from error


def _instead(raw: bytes) -> tuple[str, str]:
    """What a file is that is no archive, and what to do with it."""
    start = raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if raw.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            return "it is protected by a password", "open it, save it without the password, and convert that"
        return "it is in the format of Word before 2007", "open it in a word processor and save it as .docx"
    if start.startswith(b"%pdf"):
        return "it is a PDF", "convert it to text first"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "it is HTML", "save it from the browser as text"
    if start.startswith(b"{\\rtf"):
        return "it is RTF", "name it .rtf, or give --from rtf"
    if start.startswith(b"pk"):
        return "it is a piece of a zip archive", "copy or download it again"
    return "it is no zip archive", "name it after what it is (.txt, .md), or copy it again if it should be one"


def _check(archive: zipfile.ZipFile, called: str) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise SourceError(
            f"holds {len(members):,} files, more than the {MAX_MEMBERS:,} that a document may have",
            next_step="make sure that it is what it says it is",
        )
    if any(member.flag_bits & 1 for member in members):
        raise SourceError("is protected by a password", next_step="save it without the password, and convert that")
    expanded = 0
    for member in members:
        size = member.file_size
        expanded += size
        text = member.filename.endswith((".xml", ".xhtml", ".html", ".htm", ".opf", ".ncx", ".rels"))
        bomb = size > 1_000_000 and size > member.compress_size * MAX_RATIO
        if bomb or expanded > MAX_EXPANDED or (text and size > MAX_TEXT):
            raise SourceError(
                f"unpacks to {expanded:,} bytes or more, at {member.filename[:80]!r}: no article is so large",
                next_step="make sure that it is what it says it is",
            )
    if (broken := archive.testzip()) is not None:  # the sizes above are what the archive says; this unpacks it
        raise SourceError(f"is damaged: {broken!r} cannot be unpacked", next_step=_SAVE_AGAIN)
    names = set(archive.namelist())
    locked = "META-INF/manifest.xml" in names and b":encryption-data" in archive.read("META-INF/manifest.xml")
    if "META-INF/encryption.xml" in names:
        rights = archive.read("META-INF/encryption.xml")
        methods = re.findall(rb"<[^<>]*EncryptionMethod[^<>]*Algorithm=[\"']([^\"']*)", rights)
        locked = locked or any(method not in _SCRAMBLED_FONTS for method in methods)
    if locked:
        raise SourceError(f"is {called} that is encrypted", next_step="save it without protection, and convert that")


@dataclass(frozen=True, slots=True)
class Pictures:
    """Gives the pictures of an archive by the addresses that pandoc gives them.

    Parameters:
        raw: the archive.
        folders: where such addresses start.
    """

    raw: bytes
    folders: tuple[str, ...]

    def __call__(self, src: str) -> bytes | None:
        """Read a picture; None if there is none of that address."""
        with zipfile.ZipFile(io.BytesIO(self.raw)) as archive:
            names = set(archive.namelist())
            paths = (posixpath.normpath(posixpath.join(folder, unquote(src))) for folder in self.folders)
            found = next((path for path in paths if path in names), None)
            return None if found is None else archive.read(found)


def parse(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """Parse an XML member; None if there is none of that name, or it is not well-formed."""
    try:
        return parsed(archive.read(name))
    except KeyError:
        return None


def parsed(data: bytes) -> etree._Element | None:
    """Parse XML that may be hostile; None if it is not well-formed."""
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        return None


def edited(raw: bytes, suffixes: tuple[str, ...], edit: Callable[[bytes], bytes]) -> bytes:
    """Give an archive with its members of some suffixes edited; the same bytes if that changes none of them."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = archive.infolist()
        changed = {
            member.filename: new
            for member in members
            if member.filename.endswith(suffixes) and (new := edit(old := archive.read(member))) != old
        }
        if not changed:
            return raw
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
            for member in members:
                copy.writestr(member.filename, changed.get(member.filename) or archive.read(member))
    return made.getvalue()
