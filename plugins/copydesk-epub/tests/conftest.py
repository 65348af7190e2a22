"""Articles to export, and the EPUBs taken apart."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZipFile

import pytest
from lxml import etree

from copydesk.article.canonical import NS
from copydesk.article.view import Article
from copydesk.exporting.exporter import NoOptions
from copydesk_epub.exporter import EpubExporter

FIXTURES = Path(__file__).parent / "fixtures"
NAMESPACES = {
    "h": "http://www.w3.org/1999/xhtml",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "epub": "http://www.idpf.org/2007/ops",
}


@dataclass(frozen=True)
class Book:
    """An EPUB, taken apart."""

    data: bytes

    @cached_property
    def members(self) -> dict[str, bytes]:
        with ZipFile(io.BytesIO(self.data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @cached_property
    def page(self) -> etree._Element:
        """The page of the article; a second page would be unforeseen."""
        (page,) = (data for name, data in self.members.items() if name.startswith("EPUB/text/"))
        return etree.fromstring(page)

    @cached_property
    def nav(self) -> etree._Element:
        return etree.fromstring(self.members["EPUB/nav.xhtml"])

    @cached_property
    def package(self) -> etree._Element:
        return etree.fromstring(self.members["EPUB/content.opf"])

    def find(self, query: str) -> list[etree._Element]:
        """Find elements or strings in the page, by XPath with the prefixes h and epub."""
        return self.page.xpath(query, namespaces=NAMESPACES)

    def metadata(self, query: str) -> list[str]:
        """Find elements of the metadata, by XPath with the prefixes opf and dc, and give their texts."""
        found = self.package.xpath(f"opf:metadata/{query}", namespaces=NAMESPACES)
        return [one if isinstance(one, str) else one.text for one in found]


Make = Callable[..., Article]
Export = Callable[[Article], Book]


@pytest.fixture(scope="session")
def export() -> Export:
    """Export an article."""

    def export(article: Article) -> Book:
        (output,) = EpubExporter().export(article, NoOptions())
        assert output.suffix == ".epub"
        assert isinstance(output.content, bytes)
        return Book(output.content)

    return export


@pytest.fixture(scope="session")
def make() -> Make:
    """Make an article of XML: the children of body and head, and what stands on the article itself."""

    def make(
        body: str = "<p>Text.</p>",
        head: str = "",
        *,
        title: str = "Title",
        lang: str = "en",
        version: str = "1.0",
        resources: Mapping[str, bytes] | None = None,
        sha256: str = "0" * 64,
    ) -> Article:
        xml = (
            f'<article xmlns="{NS}" version="{version}" xml:lang="{lang}"><head>'
            f'<title from="file">{escape(title)}</title>{head}'
            f'<source mediaType="text/plain" sha256="{sha256}"></source></head><body>{body}</body></article>'
        )
        return Article.parse(xml.encode("utf-8"), resources=(resources or {}).get)

    return make


@pytest.fixture(scope="session")
def fixtures(png: bytes) -> dict[str, Article]:
    """The two seeds, an article that has every element of the schema, and one from right to left, by name."""
    resources = {"bridge.png": png}
    return {
        path.stem: Article.parse(path.read_bytes(), resources=resources.get) for path in sorted(FIXTURES.glob("*.xml"))
    }


@pytest.fixture(scope="session")
def png() -> bytes:
    """A picture of 3 by 2 grey pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\x80\x80\x80" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
