"""The text of an article is all there, in every format."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from lxml import etree

from copydesk.article.view import Article
from copydesk_pandoc.exporter import EXPORTERS

Write = Callable[[str, Article], bytes]
TextOf = Callable[[str, bytes], str]

NAMES = [exporter.name for exporter in EXPORTERS]
LEAVES = ("p", "h2", "h3", "h4", "h5", "h6", "pre", "td", "th", "caption", "figcaption", "credit")
# No reader of these is at hand, so only their words are counted; PDF has a test of its own.
UNREAD = {"bbcode", "context", "pdf"}


def squeeze(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W\d_]+|\d+", unicodedata.normalize("NFKC", text)))


def leaves(article: Article) -> list[str]:
    query = " | ".join(f"//a:body//a:{name}" for name in LEAVES)
    return ["".join(leaf.itertext()) for leaf in article.xpath(f"{query} | //a:blockquote/a:attribution")]


@pytest.mark.parametrize("seed", ["000", "002"])
@pytest.mark.parametrize("name", [name for name in NAMES if name not in UNREAD])
def test_seeds_read_back(name: str, seed: str, articles: dict[str, Article], write: Write, text_of: TextOf) -> None:
    article = articles[seed]
    found = squeeze(text_of(name, write(name, article)))
    expected = [article.meta.title, *leaves(article)]
    assert [text for text in expected if squeeze(text) not in found] == []


@pytest.mark.parametrize("seed", ["000", "002"])
def test_seeds_in_pdf(seed: str, articles: dict[str, Article], write: Write, text_of: TextOf) -> None:
    def letters(text: str) -> str:  # lines are broken with hyphens, pages have numbers
        return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text)))

    article = articles[seed]
    found = letters(text_of("pdf", write("pdf", article)))
    assert [text for text in (article.meta.title, *leaves(article)) if letters(text) not in found] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "pdf"])
def test_no_word_of_any_article_is_missing(
    name: str, articles: dict[str, Article], write: Write, text_of: TextOf
) -> None:
    for article in articles.values():
        data = write(name, article)
        assert data
        found = words(raw_text(name, data, text_of))
        # Words of one text node: markup may stand between two.
        expected = sum((words(str(text)) for text in article.xpath("//a:body//text()")), Counter[str]())
        assert expected - found == Counter(), article


def raw_text(name: str, data: bytes, text_of: TextOf) -> str:
    """The text of the file itself, so that no reader can hide what a writer left out, or the other way round."""
    if name in {"docx", "odt"}:
        with ZipFile(io.BytesIO(data)) as archive:
            member = "word/document.xml" if name == "docx" else "content.xml"
            data = archive.read(member)
    text = text_of(name, data) if name == "rtf" else data.decode("utf-8")
    return re.sub(r"&#(\d+);", lambda reference: chr(int(reference[1])), text)


@pytest.mark.parametrize(
    "name", ["docbook", "docx", "fb2", "html5", "icml", "jats", "muse", "odt", "rst", "rtf", "tei"]
)
def test_what_looks_like_markup_reads_back(
    name: str, articles: dict[str, Article], write: Write, text_of: TextOf
) -> None:
    cases = ["hostile", "arabic"] if name == "rtf" else ["hostile", "arabic", "everything"]  # links in RTF are fields
    for case in cases:
        found = squeeze(text_of(name, write(name, articles[case])))
        assert [text for text in leaves(articles[case]) if squeeze(text) not in found] == []


@pytest.mark.parametrize(("name", "member"), [("docx", "word/document.xml"), ("odt", "content.xml")])
def test_paragraphs_of_office_files(
    name: str, member: str, articles: dict[str, Article], write: Write, text_of: TextOf
) -> None:
    with ZipFile(io.BytesIO(write(name, articles["000"]))) as archive:
        root = etree.fromstring(archive.read(member))
    found = [squeeze("".join(para.itertext())) for para in root.iter("{*}p", "{*}h")]
    expected = [squeeze(text) for text in leaves(articles["000"])]
    assert [text for text in found if text in expected] == expected, "each is a paragraph of its own, in order"
