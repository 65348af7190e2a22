from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.builder import ElementMaker

from copydesk.article.canonical import NS, validate
from copydesk.article.view import Article
from copydesk.testing import sample_articles
from copydesk_jsonld.exporter import JsonLdExporter, JsonLdOptions
from copydesk_jsonld.news_article import news_article

GOLDEN = Path(__file__).parent / "golden"
CORE = sorted((Path(__file__).parents[3] / "tests" / "golden").glob("*.xml"))  # in the workspace
NAMES = ["000_ac31bd14dd4eb9ea", "002_ab83f2dbddbde383", "rich"]
XML = ElementMaker(namespace=NS, nsmap={None: NS})
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def article(*head: etree._Element, body: tuple[etree._Element, ...] = (), lang: str = "en") -> Article:
    """Make a valid article; title and source are added to the head, a paragraph to the body."""
    order = [XML.title("T", {"from": "file"}), *head]
    source = XML.source(sha256="0" * 64, mediaType="text/plain")
    root = XML.article(XML.head(*order, source), XML.body(XML.p("B"), *body), version="1.0")
    root.set(LANG, lang)
    assert validate(root) == []
    return Article(root)


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str, fixtures: dict[str, Article]) -> None:
    (output,) = JsonLdExporter().export(fixtures[name], JsonLdOptions())
    assert output.suffix == ".jsonld"
    assert isinstance(output.content, bytes)
    assert output.content.decode() == (GOLDEN / f"{name}.jsonld").read_bytes().decode()


@pytest.mark.parametrize("name", NAMES)
def test_golden_is_schema_org(name: str, vocabulary: Any) -> None:
    assert vocabulary.problems(json.loads((GOLDEN / f"{name}.jsonld").read_bytes())) == []


@pytest.mark.parametrize("path", [*CORE, "acuifero", "deich", "marche", "povodok", "sieci"], ids=str)
def test_every_article_of_the_core_is_schema_org(path: Path | str, vocabulary: Any) -> None:
    subject = sample_articles(path)[0] if isinstance(path, str) else Article.parse(path.read_bytes())
    document = news_article(subject)
    assert vocabulary.problems(document) == []
    assert document["name"] == subject.meta.title
    assert document.get("headline") == subject.meta.headline
    assert len([part for part in document.get("hasPart", []) if "creditText" in part]) >= bool(subject.quotes())


def test_no_text_of_the_rich_article_is_lost(fixtures: dict[str, Article]) -> None:
    words = [*strings(news_article(fixtures["rich"]))]
    for element in fixtures["rich"].xpath("//a:head//*[not(*)] | //a:body//*"):
        for text in (element.text, element.tail):
            if text and text.strip() and element.tag.startswith("{" + NS):
                assert any(text.strip() in word for word in words), text


def strings(node: Any) -> Any:
    if isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from strings(part)
    else:
        yield str(node)


# ---------------------------------------------------------------- single members
def test_a_bare_article_says_only_what_it_knows() -> None:
    assert news_article(article(lang="und")) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "name": "T",
        "articleBody": "B",
        "wordCount": 1,
    }


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2020", "2020"),
        ("2020-10", "2020-10"),
        ("2020-10-06", "2020-10-06"),
        ("2020-10-06T08:00:00+02:00", "2020-10-06T08:00:00+02:00"),
        ("2020-10-06T08:00:00", "2020-10-06T08:00:00"),
        ("2020-10-06+02:00", "2020-10-06"),  # a zone without a time is XML Schema's, not ISO 8601's
        ("2020-10Z", "2020-10"),
        ("2020-05:00", "2020"),
    ],
)
def test_dates_are_as_precise_as_the_source(date: str, expected: str) -> None:
    node = news_article(article(XML.datePublished(date), XML.dateModified(date)))
    assert node["datePublished"] == node["dateModified"] == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/ä?b=c&d", "https://example.org/ä?b=c&d"),
        ("https://example.org/a b|c", "https://example.org/a%20b%7Cc"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("vbscript:x", None),
        ("data:text/html,x", None),
        ("a/b.html", None),
        ("//example.org/a", None),
    ],
)
def test_an_article_is_found_at_whole_harmless_addresses_alone(url: str, expected: str | None) -> None:
    node = news_article(article(XML.url(url)))
    assert [node.get(member) for member in ("@id", "url", "mainEntityOfPage")] == [expected] * 3


@pytest.mark.parametrize(
    ("src", "expected"),
    [("img/a b.jpg", "img/a%20b.jpg"), ("data:image/png;base64,AA==", "data:image/png;base64,AA=="),
     (" javascript:alert(1)", None), ("data:text/html,x", None)],
)  # fmt: skip
def test_images_are_where_they_were(src: str, expected: str | None) -> None:
    node = news_article(article(body=(XML.figure(XML.img(src=src, alt="A")),)))
    media: Any = node["associatedMedia"]
    assert [(image.get("contentUrl"), image["description"]) for image in media] == [(expected, "A")]


def test_an_image_of_which_nothing_is_left_is_not_mentioned() -> None:
    image = XML.img(src="javascript:alert(1)")
    assert "associatedMedia" not in news_article(article(body=(XML.figure(image),)))


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("https://example.org/t", {"@id": "https://example.org/t"}),
        ("medtop:01", {"@id": "medtop:01"}),
        ("t01", {"termCode": "t01"}),
        ("javascript:alert(1)", {}),
    ],
)
def test_codes_of_terms(code: str, members: dict[str, str]) -> None:
    node = news_article(article(XML.keywords(XML.term("K", code=code))))
    assert node["keywords"] == [{"@type": "DefinedTerm", "name": "K"} | members]


def test_an_article_of_figures_alone_has_no_body() -> None:
    root = article(body=(XML.figure(XML.figcaption("C")),)).tree
    (para,) = root.iter(f"{{{NS}}}p")
    para.getparent().remove(para)
    node = news_article(Article(root))
    assert node["associatedMedia"] == [{"@type": "ImageObject", "caption": "C"}]
    assert "articleBody" not in node
    assert "wordCount" not in node


def test_a_person_is_one_node_as_author_and_as_speaker() -> None:
    node: Any = news_article(
        article(
            XML.author(XML.name("A"), {"{http://www.w3.org/XML/1998/namespace}id": "n1"}, type="Person"),
            body=(XML.p("“", XML.said("Yes", who="n1"), "” ", XML.attribution("I said", who="n1")),),
        )
    )
    assert node["author"] == [{"@type": "Person", "@id": "_:n1", "name": "A"}]
    assert node["hasPart"] == [
        {"@type": "Quotation", "text": "Yes", "spokenByCharacter": node["author"][0], "creditText": "I said"}
    ]


def test_block_quotations_count_once() -> None:
    marked = XML.blockquote(XML.p(XML.said("A")))
    inner = XML.blockquote(XML.p("C"), cite="https://example.org/")
    node: Any = news_article(article(body=(marked, XML.aside(inner), XML.blockquote(XML.p("E"), XML.attribution("F")))))
    assert node["hasPart"] == [
        {"@type": "Quotation", "text": "A"},
        {"@type": "Quotation", "text": "C", "isBasedOn": "https://example.org/"},
        {"@type": "Quotation", "text": "E", "creditText": "F"},
    ]


# ---------------------------------------------------------------- any article
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="\ufffe\uffff"), min_size=1
)
LINK = st.one_of(
    st.from_regex(r"(https?://[a-zä]{1,9}/)?[a-zä ]{1,9}[?#]?[a-z&=]*", fullmatch=True),
    st.sampled_from(["javascript:alert(1)", " data:text/html,x", "../b", "#x", "mailto:a@b.c", "urn:x:y", "//a/b"]),
)
DATES = st.one_of(
    st.dates().map(str), st.datetimes().map(lambda time: time.isoformat(timespec="seconds")),
    st.sampled_from(["2020", "2020-10", "2020-10-06Z", "-0044", "2020-10-06T08:00:00.25Z"]),
)  # fmt: skip


@st.composite
def agents(draw: st.DrawFn, tag: str) -> etree._Element:
    parts = [XML.name(draw(TEXT))]
    for name, values in (("jobTitle", TEXT), ("affiliation", TEXT), ("url", LINK)):
        parts += [XML(name, value) for value in draw(st.lists(values, max_size=2))]
    return XML(tag, *parts, type=draw(st.sampled_from(["Person", "Organization"])))


@st.composite
def groups(draw: st.DrawFn) -> etree._Element:
    attributes = draw(
        st.fixed_dictionaries({}, optional={"group": TEXT, "kind": st.sampled_from(["audience", "subject", "x-y"])})
    )
    terms = draw(st.lists(st.tuples(TEXT, st.none() | LINK), min_size=1, max_size=3))
    return XML.keywords(*(XML.term(text, {"code": code} if code else {}) for text, code in terms), attributes)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Draw an article with any head that the schema allows, and figures and quotations in the body."""

    def any_of(name: str, values: st.SearchStrategy[str], most: int) -> list[etree._Element]:
        return [XML(name, value) for value in draw(st.lists(values, max_size=most))]

    head = [
        *any_of("headline", TEXT, 1),
        *any_of("alternativeHeadline", TEXT, 2),
        *any_of("description", TEXT, 1),
        *any_of("url", LINK, 1),
        *(XML.identifier(value, scheme="doi") for value in draw(st.lists(TEXT, max_size=2))),
        *any_of("datePublished", DATES, 1),
        *any_of("dateModified", DATES, 1),
        *any_of("genre", TEXT, 2),
        *any_of("articleSection", TEXT, 2),
        *draw(st.lists(agents("author"), max_size=2)),
        *draw(st.lists(agents("contributor"), max_size=2)),
        *draw(st.lists(agents("publisher"), max_size=1)),
        *draw(st.lists(groups(), max_size=3)),
        *draw(st.lists(agents("mentions"), max_size=2)),
        *(XML.image(src=src) for src in draw(st.lists(LINK, max_size=2))),
        *any_of("copyrightNotice", TEXT, 1),
        *any_of("license", LINK, 1),
    ]
    figures = (XML.figure(XML.img(src=src, alt=alt)) for src, alt in draw(st.lists(st.tuples(LINK, TEXT), max_size=2)))
    quotes = (
        XML.blockquote(XML.p(text), XML.attribution(by), {"cite": cite})
        for text, by, cite in draw(st.lists(st.tuples(TEXT, TEXT, LINK), max_size=2))
    )
    return article(*head, body=(*figures, *quotes), lang=draw(st.sampled_from(["en", "und", "zh-Hant-TW"])))


@given(articles())
@settings(deadline=None, max_examples=150)
def test_any_article_is_schema_org(vocabulary: Any, article: Article) -> None:
    (output,) = JsonLdExporter().export(article, JsonLdOptions())
    assert isinstance(output.content, bytes)
    node = json.loads(output.content)
    assert vocabulary.problems(node) == []
    said = {*strings(node)}
    addresses = "self::a:url or self::a:license or self::a:datePublished or self::a:dateModified or self::a:image"
    for element in article.xpath(f"//a:head//*[not(* or self::a:source or {addresses})]"):
        assert element.text in said
