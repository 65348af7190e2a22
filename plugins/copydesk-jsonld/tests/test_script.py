from __future__ import annotations

import json

import extruct
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.builder import ElementMaker

from copydesk.article.canonical import NS
from copydesk.article.view import Article
from copydesk_jsonld.exporter import JsonLdExporter, JsonLdOptions
from copydesk_jsonld.news_article import news_article

XML = ElementMaker(namespace=NS, nsmap={None: NS})
HOSTILE = [
    "</script><script>alert(1)</script>", "<!-- <script>", "]]>", "&amp; & &lt;", "a\u2028b\u2029c", '"\\"', "\\u003c",
    "\u202eright\u202c to left", "👩\u200d👩\u200d👧", "=1+1", "// /* */", "\U0010fffd", "a\u0085b", "\ufeffx",
    "{{ x }}",
]  # fmt: skip


def titled(text: str) -> Article:
    root = XML.article(
        XML.head(XML.title(text, {"from": "file"}), XML.source(sha256="0" * 64, mediaType="text/plain")),
        XML.body(XML.p(text)),
        version="1.0",
    )
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "und")
    return Article(root)


def script(article: Article) -> str:
    (output,) = JsonLdExporter().export(article, JsonLdOptions(script=True))
    assert output.suffix == ".html"
    assert isinstance(output.content, bytes)
    return output.content.decode()


def read_back(element: str) -> object:
    page = f"<!DOCTYPE html><html><head><title>x</title>{element}</head><body><p>x</p></body></html>"
    (found,) = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_read_back_from_a_page(text: str) -> None:
    element = script(titled(text))
    opening, closing = '<script type="application/ld+json">\n', "</script>\n"
    assert element.startswith(opening)
    assert element.endswith(closing)
    assert not set(element[len(opening) : -len(closing)]) & set("<>&\u2028\u2029")
    assert read_back(element) == news_article(titled(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_readable_in_the_plain_file(text: str) -> None:
    (output,) = JsonLdExporter().export(titled(text), JsonLdOptions())
    assert isinstance(output.content, bytes)
    assert json.loads(output.content)["name"] == text
    assert "\\u" not in output.content.decode().replace("\\\\u", "")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1))
@settings(deadline=None)
def test_any_text_is_read_back_from_a_page(text: str) -> None:
    assert read_back(script(titled(text))) == news_article(titled(text))


def test_the_seeds_and_the_rich_article_are_read_back(fixtures: dict[str, Article]) -> None:
    for article in fixtures.values():
        assert read_back(script(article)) == news_article(article)
