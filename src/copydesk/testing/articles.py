"""The articles that the checks run on."""

from __future__ import annotations

from importlib.resources import files

from lxml import etree

from copydesk.article.canonical import A, Ids, serialize
from copydesk.article.view import Article

_NAMES = ("everything", "hostile", "arabic", "bare")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def samples() -> list[Article]:
    """Read the articles in `samples/`."""
    folder = files("copydesk.testing") / "samples"
    return [Article.parse((folder / f"{name}.xml").read_bytes()) for name in _NAMES]


def long(paragraphs: int) -> Article:
    """Make an article of many paragraphs."""
    root = etree.Element(A + "article", {"version": "1.0", _XML_LANG: "en"})
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
    return Article.parse(serialize(root))
