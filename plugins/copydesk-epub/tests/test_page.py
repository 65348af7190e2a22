"""The page: all text in order, languages and directions, links, pictures, ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from copydesk.article.canonical import A
from copydesk.article.view import Article

Make = Callable[..., Article]
Export = Callable[[Article], Any]

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LEAVES = {
    A + name for name in ("p", "h2", "h3", "h4", "h5", "h6", "figcaption", "credit", "caption", "th", "td", "pre")
}


def squeezed(text: str) -> str:
    """Leave out white space, which may fall between blocks as a page likes."""
    return "".join(text.split())


def leaves(element: etree._Element) -> Iterator[str]:
    """Give the text of each leaf block in reading order, straight from the canonical XML."""
    for child in element:
        if child.tag in LEAVES or (child.tag == A + "attribution" and element.tag == A + "blockquote"):
            yield "".join(child.itertext())
        else:
            yield from leaves(child)


def body_text(book: Any) -> str:
    """Give the text of the page without what comes from the head, and without the names of missing pictures."""
    extra = book.find(
        "//h:h1 | //h:p[@class='subtitle' or @class='byline' or @class='rights'] | //h:*[@class='picture']"
    )
    for element in extra:
        for part in element.iter():
            part.text = None
            if part is not element:
                part.tail = None
    (body,) = book.find("//h:body")
    return "".join(body.itertext())


@pytest.mark.parametrize("name", ["000_ac31bd14dd4eb9ea", "002_ab83f2dbddbde383", "every-element", "right-to-left"])
def test_all_text_is_there_in_order_and_no_more(name: str, fixtures: dict[str, Article], export: Export) -> None:
    article = fixtures[name]
    expected = squeezed("".join(leaves(article.tree.find(A + "body"))))
    assert expected
    assert squeezed(body_text(export(article))) == expected


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=30,
).map(lambda text: " ".join(text.split()) or "x")
INLINE = st.recursive(
    TEXT.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")),
    lambda inner: st.tuples(
        st.sampled_from(["em", "strong", "code", "sub", "sup", "said", "attribution", "speaker", "span"]),
        st.lists(inner, min_size=1, max_size=3).map("".join),
    ).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
    max_leaves=4,
)
LEAF = st.tuples(
    st.sampled_from(["p", "p role='section unlisted'", "p role='note'", "h2", "h4", "p xml:lang='he'"]), INLINE
).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>")
BLOCKS = st.lists(
    st.recursive(
        LEAF | TEXT.map(lambda text: f"<pre xml:space='preserve'>{re.sub('[&<>]', '', text) or 'x'}</pre>"),
        lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda blocks: st.sampled_from(
                [
                    "<blockquote>{}</blockquote>",
                    "<aside role='columns'>{}</aside>",
                    "<ul><li>{}</li><li>{}</li></ul>",
                    "<ol><li>{}</li></ol>",
                ]
            ).map(lambda form: form.replace("{}", "".join(blocks)))
        ),
        max_leaves=8,
    ),
    min_size=1,
    max_size=5,
).map("".join)


@given(blocks=BLOCKS, title=TEXT)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_any_text_survives(blocks: str, title: str, make: Make, export: Export) -> None:
    # A newer version is read without validation, which asks for texts that chance seldom gives.
    with pytest.warns(UserWarning, match="newer"):
        article = make(blocks, title=title, version="1.9")
    book = export(article)
    assert squeezed("".join(book.find("//h:h1")[0].itertext())) == squeezed(title)
    assert squeezed(body_text(book)) == squeezed("".join(leaves(article.tree.find(A + "body"))))


def test_the_page_opens_with_what_the_source_says_of_itself(fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures["every-element"])
    title = 'Harbour & rail: a <second> "bridge" for the estuary'
    assert book.find("string(//h:head/h:title)") == title
    assert book.find("string(//h:h1)") == title
    assert book.find("//h:h1/@class") == ["title"]
    assert book.find("//h:p[@class='subtitle']//text()") == [
        "The crossing opens in spring, three years late",
        "Le deuxième pont",
    ]
    assert book.find("string(//h:p[@class='byline'])") == (
        "Ada Lindqvist · Smith & <Sons> Agency · 2024-02-29 · The Estuary Gazette · news.example"
    )
    assert book.find("//h:p[@class='byline']/h:a/@href") == ["https://news.example/estuary/second-bridge?ref=a&b=c"]
    assert book.find("string(//h:p[@class='rights'])") == (
        "© 2024 The Estuary Gazette https://creativecommons.org/licenses/by/4.0/"
    )


def test_nothing_is_made_up_for_an_article_that_says_nothing_of_itself(make: Make, export: Export) -> None:
    book = export(make("<p>Text.</p>", title="a-file-name"))
    assert book.find("//h:h1/@class") == ["title derived"], "it must not pass for a headline"
    (body,) = book.find("//h:body")
    assert "".join(body.itertext()).split() == ["a-file-name", "Text."]


def test_a_language_stands_twice_and_a_direction_everywhere(fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures["right-to-left"])
    for root in (book.page, book.nav):
        assert (root.get("lang"), root.get(XML_LANG), root.get("dir")) == ("ar", "ar", "rtl")
    assert [element.get("lang") for element in book.find("//h:body//*[@lang]")] == ["en", "en", "en", "he"]
    assert all(element.get("lang") == element.get(XML_LANG) for element in book.find("//*[@lang or @xml:lang]"))
    assert book.find("//h:span[@class='date']/@dir") == ["ltr"]
    assert book.find("//h:*[contains(., 'משאיות')]/@dir")[-1] == "auto"


def test_the_language_of_a_heading_is_not_that_of_its_section(make: Make, export: Export) -> None:
    book = export(make("<h2 dir='rtl' xml:lang='he'>כותרת</h2><p>English.</p>"))
    assert book.find("//h:section/@lang | //h:section/@dir") == []
    assert book.find("//h:h2/h:span/@lang") == ["he"]


@pytest.mark.parametrize("lang", ["e", "i-klingon"])
def test_a_language_that_is_none_is_left_out(lang: str, make: Make, export: Export) -> None:
    book = export(make(f"<p xml:lang='{lang}'>Text.</p>", lang=lang))
    assert book.page.get("lang") == book.page.get(XML_LANG) == "und"
    assert book.find("//h:body//@lang") == []
    assert book.metadata("dc:language") == ["und"]


def test_structure(fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures["every-element"])
    assert book.find("//h:p[@class='lead']/@id") == ["lead"]
    assert book.find("string(//h:div[@class='standfirst']/h:p)").startswith("After three years")
    assert [aside.get("class").split() for aside in book.find("//h:aside")] == [["level3", "aside", "role-factbox"]]
    assert book.find("string(//h:aside/h:h3)") == "The bridge in brief"
    assert book.find("string(//h:blockquote/h:p[@class='attribution'])") == "Olu Bakare, harbour master"
    assert len(book.find("//h:div[@class='gallery']/h:figure/h:figcaption")) == 2
    assert book.find("//h:p[@class='credit']/text()") == ["Photo: A. Lindqvist", "Foto: dpa"]
    assert book.find("//h:ol/@start") == ["3"]
    assert book.find("//h:td/@rowspan | //h:td/@colspan") == ["2", "2"]
    assert book.find("string(//h:pre[@class='language-python']/h:code)").splitlines()[2] == "        cross(lorry)"
    assert book.find("//h:span[@class='dateline']/text()") == ["ESTUARY QUAY"]
    assert book.find("//@data-who | //@data-wrapper | //@style | //h:style") == []


def test_contents(fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures["every-element"])
    entries = book.nav.xpath("//*[@id='toc']//*[local-name()='a']")
    headings = book.find("//h:h1 | //h:h2 | //h:h3 | //h:h4 | //h:h5 | //h:h6")
    assert ["".join(entry.itertext()) for entry in entries] == ["".join(heading.itertext()) for heading in headings]
    ids = set(book.find("//@id"))
    assert {entry.get("href").partition("#")[2] for entry in entries} <= ids


def test_ids_are_unique(make: Make, export: Export) -> None:
    ids = export(make("<h2 xml:id='title'>t</h2><h2>u</h2><h2 xml:id='section'>v</h2><h2>w</h2>")).find("//@id")
    assert sorted(ids) == ["section", "section-2", "section-3", "title", "title-2"]


def test_links_lead_out_of_the_book_or_to_a_place_in_it(fixtures: dict[str, Article], export: Export) -> None:
    hrefs = export(fixtures["every-element"]).find("//h:p[not(@class='byline' or @class='rights')]//h:a/@href")
    assert hrefs == [
        "https://port.example/a%20b?x=1&y=2#%C3%A9",
        "ch001.xhtml#numbers",
        "https://news.example/estuary/more.html",
        "mailto:desk@news.example",
        "https://news.example/estuary/missing/lorry.svg",
        "https://news.example/l",
    ]


def test_a_relative_link_is_text_if_nobody_knows_where_from(make: Make, export: Export) -> None:
    book = export(make("<p>See <a href='more.html'>more</a>.</p>"))
    assert book.find("//h:a") == []
    assert book.find("string(//h:p)") == "See more."


# ---------------------------------------------------------------- pictures
def test_a_picture_comes_from_the_sources(png: bytes, fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures["every-element"])
    (image,) = book.find("//h:img")
    assert (image.get("alt"), image.get("width"), image.get("height")) == ("A red bridge at dusk", "3", "2")
    assert book.members["EPUB/media/file0.png"] == png
    assert [name for name in book.members if "media" in name] == ["EPUB/media/file0.png"]


def test_a_picture_that_stands_twice_is_packed_once(png: bytes, make: Make, export: Export) -> None:
    body = "<figure><img src='a.png' alt='a'></img></figure>" * 2 + "<figure><img src='b.png' alt='b'></img></figure>"
    book = export(make(body, resources={"a.png": png, "b.png": png + b"\0"}))
    media = {name: data for name, data in book.members.items() if "media" in name}
    assert media == {"EPUB/media/file0.png": png, "EPUB/media/file1.png": png + b"\0"}
    assert book.find("//h:img/@src") == ["../media/file0.png", "../media/file0.png", "../media/file1.png"]


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        (
            "src='https://x.example/p/a%20b.jpg?s=1' alt='A ferry'",
            ("a", "https://x.example/p/a%20b.jpg?s=1", "A ferry"),
        ),
        ("src='https://x.example/p/a%20b.jpg?s=1'", ("a", "https://x.example/p/a%20b.jpg?s=1", "a b.jpg")),
        ("src='https://x.example/p/a.jpg' alt='The caption.'", ("a", "https://x.example/p/a.jpg", "a.jpg")),
        ("src='https://x.example/' alt=''", ("a", "https://x.example/", "x.example")),
        ("src='/etc/hostname' alt='local'", ("span", None, "local")),
        ("src='pictures/a.png'", ("span", None, "a.png")),
        ("src='svg' alt='drawing'", ("span", None, "drawing")),
    ],
)
def test_a_picture_that_is_not_there_is_named_and_linked(
    image: str, shown: tuple[str, str | None, str], make: Make, export: Export
) -> None:
    body = f"<figure><img {image}></img><figcaption>The caption.</figcaption></figure>"
    book = export(make(body, resources={"svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}))
    (element,) = book.find("//h:*[@class='picture']")
    assert (etree.QName(element).localname, element.get("href"), element.text) == shown
    assert book.find("//h:img") == []
    assert book.find("string(//h:figcaption)") == "The caption."


def test_no_file_of_this_machine_gets_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Make, export: Export
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\n canary")
    monkeypatch.chdir(tmp_path)
    addresses = [str(secret), secret.as_uri(), "secret.png", "../" * 30 + str(secret), "//localhost" + str(secret)]
    with pytest.warns(UserWarning, match="newer"):  # which lets through what the schema would refuse
        article = make("".join(f"<figure><img src='{url}'></img></figure>" for url in addresses), version="1.9")
    assert b"canary" not in b"".join(export(article).members.values())
