"""The body as XHTML: elements, and nothing live that should not be."""

from __future__ import annotations

import pytest
from lxml import etree

from copydesk import Article
from copydesk.article.model import Quote
from copydesk_ninjs.addresses import live_image
from copydesk_ninjs.xhtml import xhtml

X = "{http://www.w3.org/1999/xhtml}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SAME_NAME = [
    "p", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "figure", "figcaption", "table", "caption",
    "thead", "tbody", "tr", "th", "td", "pre", "aside", "hr", "br", "img", "a", "em", "strong", "code", "sub", "sup",
]  # fmt: skip


def test_every_element_of_the_article_has_its_own(articles: dict[str, Article]) -> None:
    article = articles["everything"]
    root = etree.fromstring(xhtml(article))
    assert root.tag == X + "div"
    assert (root.get("lang"), root.get(XML_LANG), root.get("dir")) == ("en", "en", "ltr")
    extra = {"p": 4, "code": 1}  # attribution, captions and credit are paragraphs; pre holds a code
    for name in SAME_NAME:
        count = article.xpath(f"count(//a:body//a:{name})")
        assert count, name
        assert len(list(root.iter(X + name))) == count + extra.get(name, 0), name
    for name in ("dateline", "said", "attribution", "speaker", "credit", "gallery", "example-term"):
        assert root.xpath(f"//*[@class='{name}']"), name


def test_attributes(articles: dict[str, Article]) -> None:
    root = etree.fromstring(xhtml(articles["everything"]))

    def only(path: str) -> dict[str, str]:
        (element,) = root.xpath(path, namespaces={"x": X[1:-1]})
        return dict(element.attrib)

    assert only("//x:a[@title]") == {"href": "https://news.example/timetable", "title": "Timetable"}
    assert only("//x:ol") == {"start": "3"}
    assert only("//x:th[@colspan]") == {"colspan": "2", "id": "b8109ab28"}
    assert only("//x:pre/x:code") == {"class": "language-python"}
    assert only("//x:figure[@class]/x:img") == {"src": "https://news.example/map.png", "alt": ""}
    assert only("//x:blockquote") == {"class": "pullquote", "cite": "https://news.example/speech"}
    assert only("//x:span[@class='example-term']") == {"class": "example-term", "lang": "es", XML_LANG: "es"}
    (target,) = root.xpath("//x:a[starts-with(@href, '#')]/@href", namespaces={"x": X[1:-1]})
    assert root.xpath(f"//*[@id='{target[1:]}']")


def test_text_is_that_of_the_view(articles: dict[str, Article]) -> None:
    for article in articles.values():
        root = etree.fromstring(xhtml(article))
        for block, element in zip(article.blocks(), root, strict=True):
            for br in element.iter(X + "br"):
                br.tail = "\n" + (br.tail or "")
            shown = "".join(element.itertext())
            if not isinstance(block, Quote):
                assert "".join(shown.split()) == "".join(article.text(block).split())


@pytest.mark.parametrize(
    "address", ["https://a.example/b", "mailto:a@b.example", "#x", "a/b.html", "//a.example/", "FTP://a.example/b"]
)
def test_pictures_that_stay(address: str) -> None:
    assert live_image(address) == address


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "\x01java\nscript:x", " vbscript:x", "data:text/html,x", "x-y:z"]
)
def test_pictures_that_do_not(address: str) -> None:
    assert live_image(address) is None


def test_a_picture_may_be_in_its_address() -> None:
    assert live_image("data:image/png;base64,AA==") == "data:image/png;base64,AA=="
