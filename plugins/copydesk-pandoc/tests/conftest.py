"""Articles, and the text that a reader of each format sees."""

from __future__ import annotations

import io
import json
import re
import struct
import subprocess
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypandoc
import pypdf
import pytest
from lxml import etree

from copydesk.article.canonical import NS
from copydesk.article.view import Article
from copydesk.testing import export, sample_articles
from copydesk_pandoc.exporter import EXPORTERS

FIXTURES = Path(__file__).parent / "fixtures"
BY_NAME = {exporter.name: exporter for exporter in EXPORTERS}
READERS = frozenset(pypandoc.get_pandoc_formats()[0])
QUOTES = {"DoubleQuote": "“”", "SingleQuote": "‘’"}

Export = Callable[..., bytes]
TextOf = Callable[[str, bytes], str]
Make = Callable[..., Article]


def squeeze(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


@pytest.fixture(scope="session")
def articles() -> dict[str, Article]:
    """The two seeds, and the samples that the checks of `copydesk.testing` run on, by name."""
    seeds = {path.stem[:3]: Article.parse(path.read_bytes()) for path in sorted(FIXTURES.glob("*.xml"))}
    names = ("everything", "hostile", "arabic", "bare")
    return seeds | dict(zip(names, sample_articles(*names), strict=True))


@pytest.fixture(scope="session")
def write() -> Export:
    """Export an article in the format of that name."""

    def write(name: str, article: Article) -> bytes:
        (content,) = export(BY_NAME[name], article).values()
        return content

    return write


@pytest.fixture(scope="session")
def text_of() -> TextOf:
    """Read a file as a reader of its format does, as far as there is one; else the file itself is its text."""

    def text_of(name: str, data: bytes) -> str:
        match name:
            case "docx" | "odt":
                with ZipFile(io.BytesIO(data)) as archive:
                    assert archive.testzip() is None
                    members = [name for name in archive.namelist() if name.endswith((".xml", ".rdf"))]
                    return "\n".join(xml_text(archive.read(member)) for member in members)
            case "docbook" | "fb2" | "icml" | "jats" | "tei":
                return xml_text(data)
            case "html5":
                return xml_text(data, etree.HTMLParser(encoding="utf-8"))
            case "rtf":
                return rtf_text(data)
            case "pdf":
                return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
            case _ if name in READERS:
                return pandoc_text(name, data)
            case _:
                return data.decode("utf-8")

    return text_of


def xml_text(data: bytes, parser: Any = None) -> str:
    return "".join(map(str, etree.fromstring(data, parser or etree.XMLParser(load_dtd=False)).itertext()))


def rtf_text(data: bytes) -> str:
    """Undo the escapes: UTF-16 units with a stand-in each, and signs that mean something to RTF."""

    def character(escape: re.Match[str]) -> str:
        return chr(int(escape[1]) % 65536) if escape[1] else escape[2]

    text = re.sub(r"(?<!\\)\{?\\(line|tab|i|b|super|sub|f1)\s", " ", data.decode("ascii"))
    text = re.sub(r"(?<!\\)\}", "", text)
    units = re.sub(r"\\(?:u(-?\d+) ?.|([\\{}]))", character, text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


def pandoc_text(name: str, data: bytes) -> str:
    plain = "-smart" if name in {"dokuwiki", "latex", "mediawiki", "org", "rst", "textile", "typst"} else ""
    command = [pypandoc.get_pandoc_path(), "--sandbox", f"--from={name}{plain}", "--to=json"]
    read = json.loads(subprocess.run(command, input=data, capture_output=True, check=True).stdout)
    return f"{ast_text(read['meta'])} {ast_text(read['blocks'])}"


def ast_text(value: Any) -> str:
    match value:
        case {"t": "Str" | "MetaString", "c": text}:
            return str(text)
        case {"t": "Code" | "CodeBlock" | "RawInline" | "RawBlock", "c": [_, text]}:
            return str(text)
        case {"t": "Quoted", "c": [{"t": kind}, inlines]}:
            return ast_text(inlines).join(QUOTES[kind])
        case {"t": "Link" | "Image", "c": [_, inlines, _]}:
            return ast_text(inlines)
        case {"t": "Space" | "SoftBreak" | "LineBreak"}:
            return " "
        case {"t": _, **rest}:
            return ast_text(rest.get("c"))
        case dict():
            return " ".join(map(ast_text, value.values()))
        case list():
            return "".join(map(ast_text, value))
        case _:
            return ""


@pytest.fixture(scope="session")
def make() -> Make:
    """Make an article of XML: the children of body and head."""

    def make(
        body: str = "<p>Text.</p>",
        head: str = "",
        *,
        title: str = "Title",
        lang: str = "en",
        resources: Mapping[str, bytes] | None = None,
    ) -> Article:
        xml = (
            f'<article xmlns="{NS}" version="1.0" xml:lang="{lang}"><head><title from="file">{title}</title>{head}'
            f'<source mediaType="text/plain" sha256="{"0" * 64}"></source></head><body>{body}</body></article>'
        )
        return Article.parse(xml.encode("utf-8"), resources=(resources or {}).get)

    return make


@pytest.fixture(scope="session")
def png() -> bytes:
    """A picture of 3 by 2 grey pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\x80\x80\x80" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
