"""What an article becomes before pandoc sees it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest

from copydesk.article.view import Article
from copydesk_pandoc import document
from copydesk_pandoc.formats import FORMATS, by_name

Write = Callable[[str, Article], bytes]
Make = Callable[..., Article]


def blocks(article: Article, name: str) -> list[Any]:
    return document.build(article, by_name()[name])["blocks"]


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.name)
def test_metadata_holds_no_bare_strings(format_: Any, articles: dict[str, Article]) -> None:
    # Templates would take them as markup.
    assert '"MetaString"' not in json.dumps(document.build(articles["hostile"], format_)["meta"])


def test_a_keyword_is_no_code_for_typst(make: Make, write: Write) -> None:
    head = '<keywords><term>read("/etc/hostname")</term></keywords>'
    assert b"/etc/hostname" not in write("typst", make(head=head))
    assert b"/etc/hostname" in write("html5", make(head=head))


def test_a_link_cannot_break_out_of_its_attribute(make: Make, write: Write) -> None:
    article = make('<p><a href="https://x.example/&lt;b&gt;&quot;">here</a></p>')
    assert b"https://x.example/%3Cb%3E%22" in write("icml", article)


def test_an_address_is_made_absolute_or_left_out(make: Make) -> None:
    body = '<p><a href="/b">one</a></p>'
    link, *_ = blocks(make(body, "<url>https://x.example/a</url>"), "rst")[0]["c"]
    assert link["c"][2][0] == "https://x.example/b"
    assert blocks(make(body), "rst")[0]["c"] == [{"t": "Str", "c": "one"}]


def test_a_link_inside_the_article_finds_its_paragraph(make: Make, write: Write) -> None:
    xml = make('<p>See <a href="#b1">below</a>.</p><p xml:id="b1">Below.</p>')
    html = write("html5", xml)
    assert b'href="#b1"' in html
    assert b'id="b1"' in html


@pytest.mark.parametrize("name", ["docx", "odt"])
def test_a_local_picture_is_packed(name: str, make: Make, write: Write, png: bytes) -> None:
    article = make(
        '<figure><img src="a.png" alt="A wave"></img><figcaption>Waves</figcaption></figure>', resources={"a.png": png}
    )
    with ZipFile(io.BytesIO(write(name, article))) as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.endswith(".png")]
        texts = [archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    assert pictures == [png]
    assert not [text for text in texts if b"base64" in text]
    assert any(b'descr="A wave"' in text for text in texts) == (name == "docx"), "pandoc writes none for odt"


@pytest.mark.parametrize("name", ["fb2", "html5", "rtf"])
def test_a_local_picture_is_written_into_the_text(name: str, make: Make, write: Write, png: bytes) -> None:
    body = '<figure><img src="a.png" alt="A wave"></img><figcaption>Waves</figcaption></figure>'
    with_it = write(name, make(body, resources={"a.png": png}))
    assert len(with_it) > len(write(name, make(body)))
    assert b"Waves" in with_it


def test_a_picture_that_cannot_be_packed_is_a_link_and_nothing_is_fetched(make: Make, write: Write) -> None:
    article = make('<p>x<img src="https://127.0.0.1:9/a.png" alt="A wave"></img></p>')
    for name in ("docx", "latex", "typst"):
        (para,) = blocks(article, name)
        assert [part["t"] for part in para["c"]] == ["Str", "Link"]
        assert write(name, article)
    assert b'<img src="https://127.0.0.1:9/a.png"' in write("html5", article)


def test_a_file_that_is_no_picture_is_named(make: Make, write: Write) -> None:
    article = make(
        '<figure><img src="pics/a%20b.png"></img><figcaption>C</figcaption></figure>',
        resources={"pics/a%20b.png": b"<svg/>"},
    )
    assert b"a b.png" in write("html5", article)


def test_captions_without_pictures_are_paragraphs(make: Make) -> None:
    article = make("<figure><figcaption>Seen</figcaption><credit>Who</credit></figure>")
    expected = [{"t": "Para", "c": [{"t": "Emph", "c": [{"t": "Str", "c": text}]}]} for text in ("Seen", "Who")]
    assert blocks(article, "rst") == expected
    assert blocks(article, "docx") == expected


def test_a_paragraph_is_no_list(make: Make, write: Write) -> None:
    article = make("<p>1986. A year.</p><p>--- three</p><p>Plain.</p>")
    assert b"\n\\ 1986. A year.\n" in write("rst", article)
    assert b"{empty}---" in write("asciidoc", article)
    assert b"\nPlain." in write("rst", article)


def test_what_the_template_does_not_print_stands_above_and_below(make: Make, write: Write) -> None:
    head = (
        "<alternativeHeadline>Further</alternativeHeadline><url>https://x.example/a</url>"
        "<datePublished>2023-03-14T08:30:00+01:00</datePublished>"
        '<author type="Person"><name>Ann Keller</name></author>'
        "<copyrightNotice>© X</copyrightNotice><license>https://l.example/</license>"
    )
    text = write("mediawiki", make(head=head)).decode("utf-8")
    above, further, byline, body, below = text.strip().split("\n\n")
    assert (above, further, byline, body) == ("= Title =", "Further", "Ann Keller · 2023-03-14", "Text.")
    assert below == "https://x.example/a · © X · https://l.example/"
    assert b"Ann Keller" in write("latex", make(head=head))


def test_properties_of_an_office_file(articles: dict[str, Article], write: Write) -> None:
    with ZipFile(io.BytesIO(write("docx", articles["everything"]))) as archive:
        core, custom = (archive.read(f"docProps/{name}.xml").decode("utf-8") for name in ("core", "custom"))
    assert "Ferries, Public transport, Commuters, harbour" in core
    for text in ("2023-03-14T08:30:00+01:00", "Harbour Gazette Publishing", "Omar Haddad", "doi:10.5555/ferry.2023"):
        assert text in custom
