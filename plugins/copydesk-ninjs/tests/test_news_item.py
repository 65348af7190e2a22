"""The mapping: golden documents, single properties, and any head that the schema allows."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.builder import ElementMaker

from copydesk import NS, Article, normalize
from copydesk.testing import export, make_article
from copydesk_ninjs.addresses import source_uri, web_uri
from copydesk_ninjs.exporter import NinjsExporter
from copydesk_ninjs.news_item import news_item

EXPECTED = Path(__file__).parent / "golden"
XML = ElementMaker(namespace=NS, nsmap={None: NS})
SOURCE = "ni:///sha-256;47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"  # of nothing


def written(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode")


def article(*values: etree._Element, body: tuple[etree._Element, ...] = (), **attributes: str) -> Article:
    """Make an article of these values of the head and these blocks."""
    head, blocks = ("".join(map(written, parts)) for parts in (values, body or [XML.p("B")]))
    return make_article(blocks, head, title="T", lang="und", **attributes)


# ---------------------------------------------------------------- whole documents
@pytest.mark.parametrize("name", ["000_ac31bd14dd4eb9ea", "002_ab83f2dbddbde383", "everything"])
def test_golden(articles: dict[str, Article], name: str) -> None:
    found = export(NinjsExporter, articles[name])[".ninjs.json"]
    assert found.decode() == (EXPECTED / f"{name}.ninjs.json").read_bytes().decode()


def test_every_article_is_ninjs(articles: dict[str, Article], problems: Any) -> None:
    for name, one in articles.items():
        assert problems(json.loads(export(NinjsExporter, one)[".ninjs.json"])) == [], name


def test_a_bare_article_says_only_what_it_knows() -> None:
    document = news_item(article())
    assert document.pop("bodies") == [
        {"role": "main", "contentType": "text/plain", "value": "B"},
        {
            "role": "richtext",
            "contentType": "application/xhtml+xml",
            "value": '<div xmlns="http://www.w3.org/1999/xhtml" lang="und" xml:lang="und"><p>B</p></div>',
        },
    ]
    assert document.pop("standard")
    assert document == {"uri": SOURCE, "type": "text", "profile": "text-only", "title": "T"}


# ---------------------------------------------------------------- the check bites
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"uri": "a b"}, "$.uri: 'a b' is not a 'uri'"),
        ({"uri": None}, "$.uri: None is not of type 'string'"),
        ({"versionCreated": "2020-10-06"}, "$.versionCreated: '2020-10-06' is not a 'date-time'"),
        ({"versioncreated": "2020-10-06T08:00:00Z"}, "$: Unevaluated properties are not allowed"),
        ({"type": "article"}, "$.type: 'article' is not one of"),
        ({"headlines": [{"role": "main"}]}, "$.headlines[0]: 'value' is a required property"),
        ({"people": [{"name": "A", "jobTitle": "B"}]}, "$.people[0]: Additional properties are not allowed"),
        ({"associations": [{"uri": "x:y"}]}, "$.associations[0]: 'name' is a required property"),
        ({"associations": [{"name": "x"}]}, "$.associations[0]: 'uri' is a required property"),
        ({"associations": [{"name": "x", "uri": "x:y", "z": 1}]}, "$.associations[0]: Unevaluated properties"),
        ({"rightsInfo": {}}, "$.rightsInfo: "),
        ({"language": None}, "$.language: None is not of type 'string'"),
    ],
)
def test_what_is_not_ninjs_is_named(change: dict[str, Any], problem: str, problems: Any) -> None:
    document = json.loads(json.dumps(news_item(article())))
    assert problems(document) == []
    found = problems(document | change)
    assert any(one.startswith(problem) for one in found), found
    del document["uri"]
    assert problems(document) == ["$: 'uri' is a required property"]


# ---------------------------------------------------------------- single properties
def test_the_source_is_named_by_its_bytes() -> None:
    example = "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"  # RFC 6920, section 8.1
    assert source_uri(hashlib.sha256(b"Hello World!").hexdigest()) == example
    raw = b"Harbour ferry returns\n\nThe harbour ferry sails again from Monday, the port authority announced.\n"
    made = Article.parse(normalize(raw, name="ferry.txt").xml)
    digest = str(news_item(made)["uri"]).removeprefix("ni:///sha-256;")
    assert base64.urlsafe_b64decode(digest + "=") == hashlib.sha256(raw).digest()


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("https://example.org/a?b=c&d#e", "https://example.org/a?b=c&d#e"),
        ("https://example.org/ä b|c%20d%zz", "https://example.org/%C3%A4%20b%7Cc%20d%25zz"),
        ("HTTP://u:p@[::1]:8080/[x]?[y]#[z]#", "HTTP://u:p@[::1]:8080/%5Bx%5D?%5By%5D#%5Bz%5D%23"),
        ("http://bücher.example", "http://b%C3%BCcher.example"),
    ],
)
def test_web_addresses_become_uris(url: str, uri: str) -> None:
    assert web_uri(url) == uri


@pytest.mark.parametrize("url", ["http://", "http:///a", "http://a:b/", "http://[x]/", "http://[::1", "", None])
def test_what_is_no_web_address_becomes_no_uri(url: str | None) -> None:
    assert web_uri(url) is None


def test_an_article_is_known_by_its_address() -> None:
    document = news_item(article(XML.url("https://example.org/ä")))
    assert document["uri"] == "https://example.org/%C3%A4"
    assert "altIds" not in document


@pytest.mark.parametrize("url", ["javascript:alert(1)", "a/b.html", "//example.org/a", "file:///a"])
def test_an_address_that_is_none_of_the_web_is_kept_as_text(url: str) -> None:
    document = news_item(article(XML.url(url)))
    assert document["uri"] == SOURCE
    assert document["altIds"] == [{"role": "url", "value": url}]


@pytest.mark.parametrize(
    ("published", "modified", "expected"),
    [
        ("2020-10-06T08:00:00+02:00", None, ("2020-10-06T08:00:00+02:00",) * 2),
        ("2020-10-06T08:00:00Z", "2020-10-07T08:00:00.5Z", ("2020-10-06T08:00:00Z", "2020-10-07T08:00:00.5Z")),
        ("2020-10-06T08:00:00Z", "2020-10-07", ("2020-10-06T08:00:00Z", None)),
        ("2020-10-06", "2020-10-07T08:00:00Z", (None, "2020-10-07T08:00:00Z")),
        ("2020-10-06", None, (None, None)),
        ("2020-10-06T08:00:00", None, (None, None)),
        ("2020", "2020-11", (None, None)),
        ("2020-10-06T24:00:00Z", None, (None, None)),
    ],
)
def test_dates_stay_as_precise_as_they_are(
    published: str, modified: str | None, expected: tuple[str | None, str | None]
) -> None:
    values = [XML.datePublished(published), *([XML.dateModified(modified)] if modified else [])]
    document: Any = news_item(article(*values))
    assert (document.get("firstCreated"), document.get("versionCreated")) == expected
    written = [document.get(name) for name in ("firstCreated", "versionCreated")]
    written += [one["value"] for one in document.get("descriptions", ()) if one["role"].startswith("date")]
    assert {published, modified} - {None} == {*written} - {None}


@pytest.mark.parametrize(("complete", "expected"), [("true", "full"), ("false", "partial")])
def test_completeness(complete: str, expected: str) -> None:
    assert news_item(article(complete=complete))["representationType"] == expected


def test_keywords_go_where_their_kind_says() -> None:
    def keywords(kind: str, *terms: etree._Element, **attributes: str) -> etree._Element:
        return XML.keywords(*terms, {"kind": kind} | attributes)

    document = news_item(
        article(
            XML.articleSection("World"),
            keywords("organization", XML.term("Interpol")),
            keywords("place", XML.term("Lyon", code="https://places.example/lyon")),
            keywords("person", XML.term("A. Keller", code="p7")),
            keywords("audience", XML.term("Students"), XML.term("Ä", code="x"), group="TARGET GROUPS"),
            XML.keywords(XML.term("ferry")),
        )
    )
    assert document["subjects"] == [
        {"name": "World", "rel": "section"},
        {"name": "Students", "rel": "audience", "literal": "TARGET GROUPS=Students"},
        {"name": "Ä", "rel": "audience", "literal": "TARGET GROUPS=x"},
        {"name": "ferry"},
    ]
    assert document["organisations"] == [{"name": "Interpol"}]
    assert document["places"] == [{"name": "Lyon", "uri": "https://places.example/lyon"}]
    assert document["people"] == [{"name": "A. Keller", "literal": "p7"}]


def test_licences() -> None:
    address = "https://creativecommons.org/licenses/by/4.0/"
    assert news_item(article(XML.license(address)))["rightsInfo"] == {"linkedRights": address}
    document = news_item(article(XML.license("licence.txt")))
    assert document["usageTerms"] == "licence.txt"
    assert "rightsInfo" not in document


def test_pictures_are_found_at_any_depth_and_without_an_image() -> None:
    def figure(caption: str) -> etree._Element:
        return XML.figure(XML.figcaption(caption))

    web = XML.figure(XML.img(src="https://e.example/ä.jpg", alt="A", width="4", height="3"))
    body = (
        XML.p("B"),
        XML.ul(XML.li(figure("1"))),
        XML.aside(XML.blockquote(figure("2"))),
        XML.gallery(figure("3")),
        web,
    )
    document: Any = news_item(article(XML.image(src="lead.jpg"), body=body))
    lead, *captions, last = document["associations"]
    assert lead == {
        "uri": f"{SOURCE}#picture-1",
        "type": "picture",
        "name": "picture-1",
        "rel": "lead",
        "renditions": [{"name": "web", "title": "lead.jpg"}],
    }
    assert [one["descriptions"] for one in captions] == [[{"role": "caption", "value": n}] for n in "123"]
    assert last == {
        "uri": "https://e.example/%C3%A4.jpg",
        "type": "picture",
        "name": "picture-5",
        "descriptions": [{"role": "alt", "value": "A"}],
        "renditions": [{"name": "web", "href": "https://e.example/%C3%A4.jpg", "width": 4, "height": 3}],
    }
    assert document["profile"] == "text-photo"


def test_an_article_of_pictures_alone_has_no_plain_text() -> None:
    document: Any = news_item(article(body=(XML.figure(XML.figcaption("C")),)))
    assert [one["role"] for one in document["bodies"]] == ["richtext"]


# ---------------------------------------------------------------- any article
# What XML can hold and the canonical form leaves as it is.
TEXT = st.from_regex(r"[!-~À-ÿ一-丐\U0001f600-\U0001f640]{1,12}", fullmatch=True)
LINK = st.one_of(
    st.from_regex(r"(?:https?://[a-zä:@\[\]%0-9]{1,9}/)?[a-zä%\[\] ]{1,9}[?#]?[a-z&=#|ä]*", fullmatch=True),
    st.sampled_from(["javascript:alert(1)", "data:text/html,x", "../b", "#x", "mailto:a@b.c", "urn:x:y", "//a/b"]),
)
DATES = st.one_of(
    st.dates().map(str), st.datetimes().map(lambda time: time.isoformat(timespec="seconds") + "-03:30"),
    st.sampled_from(["2020", "2020-10", "2020-10-06Z", "-0044", "2020-10-06T08:00:00.25Z", "12020-10-06T08:00:00Z"]),
)  # fmt: skip


@st.composite
def agents(draw: st.DrawFn, tag: str) -> etree._Element:
    parts = [XML.name(draw(TEXT))]
    for name, values in (("jobTitle", TEXT), ("affiliation", TEXT), ("url", LINK)):
        parts += [XML(name, value) for value in draw(st.lists(values, max_size=2))]
    return XML(tag, *parts, type=draw(st.sampled_from(["Person", "Organization"])))


@st.composite
def groups(draw: st.DrawFn) -> etree._Element:
    kinds = st.sampled_from(["audience", "subject", "place", "person", "organization", "x-y"])
    attributes = draw(st.fixed_dictionaries({}, optional={"group": TEXT, "kind": kinds}))
    terms = draw(st.lists(st.tuples(TEXT, st.none() | LINK), min_size=1, max_size=3))
    return XML.keywords(*(XML.term(text, {"code": code} if code else {}) for text, code in terms), attributes)


@st.composite
def any_article(draw: st.DrawFn) -> Article:
    """Draw an article with any head that the schema allows, and figures in the body."""

    def some(name: str, values: st.SearchStrategy[str], most: int) -> list[etree._Element]:
        return [XML(name, value) for value in draw(st.lists(values, max_size=most))]

    head = [
        *some("headline", TEXT, 1),
        *some("alternativeHeadline", TEXT, 2),
        *some("description", TEXT, 1),
        *some("url", LINK, 1),
        *(XML.identifier(value, scheme="doi") for value in draw(st.lists(TEXT, max_size=2))),
        *some("datePublished", DATES, 1),
        *some("dateModified", DATES, 1),
        *some("genre", TEXT, 2),
        *some("articleSection", TEXT, 2),
        *draw(st.lists(agents("author"), max_size=2)),
        *draw(st.lists(agents("contributor"), max_size=2)),
        *draw(st.lists(agents("publisher"), max_size=1)),
        *draw(st.lists(groups(), max_size=3)),
        *draw(st.lists(agents("mentions"), max_size=2)),
        *(XML.image(src=src) for src in draw(st.lists(LINK, max_size=2))),
        *some("copyrightNotice", TEXT, 1),
        *some("license", LINK, 1),
    ]
    figures = (XML.figure(XML.img(src=src, alt=alt)) for src, alt in draw(st.lists(st.tuples(LINK, TEXT), max_size=2)))
    links = (XML.p(XML.a(text, href=href)) for href, text in draw(st.lists(st.tuples(LINK, TEXT), max_size=2)))
    root = article().tree
    root[0][1:1] = head  # unchecked, so that an address may be no URI
    root[1].extend([*figures, *links])
    return Article(root)


@given(any_article())
@settings(deadline=None, max_examples=60)
def test_any_article_is_ninjs_and_keeps_its_texts(problems: Any, article: Article) -> None:
    (content,) = export(NinjsExporter, article).values()
    document = json.loads(content)
    assert problems(document) == []
    found = content.decode()
    addresses = "self::a:url or self::a:license"
    for element in article.xpath(f"//a:head//*[text() and not(*) and not({addresses})]"):
        assert json.dumps(element.text, ensure_ascii=False)[1:-1] in found
    for element in article.xpath(f"//a:head//*[{addresses}]"):
        assert any(
            json.dumps(form, ensure_ascii=False) in found for form in (element.text, web_uri(element.text)) if form
        )
    for body in document["bodies"]:
        if body["role"] == "richtext":
            live = etree.fromstring(body["value"]).xpath("//@href | //@src | //@cite")
            assert not [one for one in live if re.match(r"\s*(javascript|data:text)", one)]
