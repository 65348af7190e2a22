"""The articles that the checks run on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from copydesk.article.canonical import NS, A, Ids, serialize
from copydesk.article.view import Article

NAMES = (
    "everything", "hostile", "arabic", "bare", "rich", "scripts",
    # What core makes of documents in the two forms that it reads; tests/golden has their sources and ledgers.
    "acuifero", "deich", "ferry_interview", "marche", "povodok", "sieci", "toshokan", "wadi", "winter_walks",
)  # fmt: skip
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def samples(names: Sequence[str] = NAMES) -> list[Article]:
    """Read articles in `samples/`, where one of a name not in `NAMES` is a ValueError."""
    if unknown := [name for name in names if name not in NAMES]:
        raise ValueError(f"there is no sample {unknown[0]!r}; there is {', '.join(NAMES)}")
    folder = files("copydesk.testing") / "samples"
    return [Article.parse((folder / f"{name}.xml").read_bytes()) for name in names]


def make(body: str, head: str, title: str, attributes: Mapping[str, str]) -> Article:
    """Make an article of XML fragments; see `copydesk.testing.make_article`."""
    given = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    sha256 = hashlib.sha256(b"").hexdigest()  # of a source that nobody has
    xml = (
        f'<article xmlns="{NS}" version="1.0"{given}><head><title from="file">{escape(title)}</title>{head}'
        f'<source sha256="{sha256}" mediaType="text/plain"/></head><body>{body}</body></article>'
    )
    return Article.parse(xml.encode("utf-8"))


def long(paragraphs: int) -> Article:
    """Make an article of many paragraphs."""
    return Article.parse(_long(paragraphs))


@lru_cache(maxsize=2)  # which an exporter's checks take turns with
def _long(paragraphs: int) -> bytes:
    namespaces: dict[Any, str] = {None: NS}  # which lxml's type does not know of
    root = etree.Element(A + "article", {"version": "1.0", _XML_LANG: "en"}, nsmap=namespaces)
    head, body = etree.SubElement(root, A + "head"), etree.SubElement(root, A + "body")
    etree.SubElement(head, A + "title", {"from": "lead"}).text = "Paragraph 1 of a long article"
    etree.SubElement(head, A + "source", {"sha256": f"{paragraphs:064x}", "mediaType": "text/plain"})
    ids = Ids()
    for number in range(1, paragraphs + 1):
        text = f"Paragraph {number} of a long article, which goes on for {paragraphs} paragraphs – as reports may."
        paragraph = etree.SubElement(body, A + "p", {_XML_ID: ids.leaf(text)})
        paragraph.text = text
        if number == 1:
            paragraph.set("role", "lead")
    return serialize(root)
