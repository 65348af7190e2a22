"""Articles to export, and the table read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from lxml.builder import ElementMaker

from copydesk.article.canonical import NS
from copydesk.article.view import Article
from copydesk_csv.exporter import CsvExporter, CsvOptions

FIXTURES = Path(__file__).parent / "fixtures"

Make = Callable[..., Article]
Export = Callable[..., dict[str, bytes]]


@pytest.fixture(scope="session")
def fixtures() -> list[Article]:
    """The two seeds, and an article that has every element of the schema."""
    return [Article.parse(path.read_bytes()) for path in sorted(FIXTURES.glob("*.xml"))]


@pytest.fixture(scope="session")
def make() -> Make:
    """Make a valid article with given texts in the title, in a list, in a keyword group and in the text."""
    xml = ElementMaker(namespace=NS, nsmap={None: NS})

    def make(text: str, *, verbatim: str = "x", sha256: str = "0" * 64) -> Article:
        preserve = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
        head = xml.head(
            xml.title(text, {"from": "file"}),
            xml.alternativeHeadline(text),
            xml.alternativeHeadline(text),
            xml.keywords(xml.term(text), group="G"),
            xml.mentions(xml.name(text), xml.jobTitle(text), type="Person"),
            xml.source(sha256=sha256, mediaType="text/plain"),
        )
        body = xml.body(xml.p(text), xml.pre(verbatim, preserve))
        root = xml.article(head, body, version="1.0")
        root.set("{http://www.w3.org/XML/1998/namespace}lang", "und")
        return Article(root)

    return make


@pytest.fixture(scope="session")
def export() -> Export:
    """Export articles and give the content of each output by its suffix."""

    def export(articles: Iterable[Article], *, excel: bool = False) -> dict[str, bytes]:
        outputs = CsvExporter().export(iter(articles), CsvOptions(excel=excel))
        return {
            output.suffix: output.content if isinstance(output.content, bytes) else b"".join(output.content)
            for output in outputs
        }

    return export
