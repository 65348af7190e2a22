"""The package document: every fact of the article's head in its slot, and true statements on accessibility."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from copydesk.article.view import Article
from copydesk.errors import ExportError

Make = Callable[..., Article]
Export = Callable[[Article], Any]

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def refinements(book: Any) -> list[tuple[str, str, str | None, str]]:
    """Give what is refined, by which property, in which scheme, and to what."""
    return [
        (meta.get("refines"), meta.get("property"), meta.get("scheme"), meta.text)
        for meta in book.package.iterfind(".//{*}meta[@refines]")
    ]


def test_every_fact_has_its_place(fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures["every-element"])
    url = "https://news.example/estuary/second-bridge?ref=a&b=c"
    assert book.metadata("dc:*[not(@id)]/text()") == [
        "en",
        "2024-02-29T18:30:00+01:00",
        url,
        "What the second crossing costs, who pays, and what the ferrymen say.",
        "© 2024 The Estuary Gazette",
        "https://creativecommons.org/licenses/by/4.0/",
        "Reportage",
        "Transport",  # section and keyword in one
        "Bridges",
        "Harbour",
    ]
    assert book.metadata("dc:title") == [
        'Harbour & rail: a <second> "bridge" for the estuary',
        "The crossing opens in spring, three years late",
        "Le deuxième pont",
    ]
    assert book.metadata("dc:title/@xml:lang") == ["fr"]
    assert book.metadata("dc:creator") == ["Ada Lindqvist", "Smith & <Sons> Agency"]
    assert book.metadata("dc:contributor[@xml:lang='fr']") == ["Rémy Dûfour"]
    assert book.metadata("dc:publisher") == ["The Estuary Gazette"]
    assert book.metadata("dc:date") == ["2024-02-29T18:30:00+01:00"]
    assert book.metadata("dc:source") == [url]
    assert book.metadata("dc:type") == ["Reportage"]
    assert book.metadata("dc:subject") == ["Transport", "Bridges", "Harbour"]
    assert book.metadata("opf:meta[@property='dcterms:audience']") == ["Commuters"]
    assert book.metadata("opf:meta[@property='dcterms:modified']") == ["2024-03-01T06:15:30Z"]
    assert book.metadata("opf:meta[@property='schema:dateModified']") == ["2024-03-01T07:15:30.5+01:00"]
    assert book.metadata("dc:identifier") == [f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url)}", "10.5555/12345678"]
    assert refinements(book) == [
        ("#identifier-1", "identifier-type", None, "doi"),
        ("#title", "title-type", None, "main"),
        ("#subtitle-1", "title-type", None, "subtitle"),
        ("#subtitle-2", "title-type", None, "subtitle"),
        ("#creator-1", "role", "marc:relators", "aut"),
        ("#creator-1", "schema:jobTitle", None, "Transport correspondent"),
        ("#creator-2", "role", "marc:relators", "aut"),
        ("#contributor-1", "role", "marc:relators", "ctb"),
        ("#publisher-1", "schema:url", None, "https://news.example/"),
    ]
    assert "Olu Bakare" not in "".join(book.metadata("*")), "there is no slot for people who are mentioned"


def test_the_identifier_is_that_of_the_book_everywhere(fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures["every-element"])
    (identifier,) = book.metadata(f"dc:identifier[@id='{book.package.get('unique-identifier')}']")
    assert f'name="dtb:uid" content="{identifier}"'.encode() in book.members["EPUB/toc.ncx"]


def test_without_an_address_the_identifier_is_that_of_the_source(make: Make, export: Export) -> None:
    first, same, other = (
        export(make(f"<p>{number}</p>", sha256=digit * 64)).metadata("dc:identifier")
        for number, digit in enumerate("aab")
    )
    assert first == same != other
    assert first == [f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'urn:sha256:' + 'a' * 64)}"]


def test_what_the_source_does_not_say_is_not_there(make: Make, export: Export) -> None:
    book = export(make("<p>Text.</p>"))
    assert {element.tag.partition("}")[2] for element in book.package.find("{*}metadata")} == {
        "identifier",
        "title",
        "language",
        "meta",
    }


def test_the_description_is_the_lead_without_its_dateline(fixtures: dict[str, Article], export: Export) -> None:
    (description,) = export(fixtures["000_ac31bd14dd4eb9ea"]).metadata("dc:description")
    assert description.startswith("Shaping a global framework")


def test_audience_is_no_subject(fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures["002_ab83f2dbddbde383"])
    assert book.metadata("dc:subject") == ["Cybercrime", "European Cybercrime Center (EC3)", "Interpol"]
    assert book.metadata("opf:meta[@property='dcterms:audience']") == [
        "General Public", "Law Enforcement", "Academia", "Professor", "Students", "Researcher",
        "Press/Journalists", "Other",
    ]  # fmt: skip


def test_a_genre_that_would_make_it_another_kind_of_book_is_a_subject(make: Make, export: Export) -> None:
    book = export(make(head="<genre>Index</genre><genre>Report</genre><articleSection>Sport</articleSection>"))
    assert book.metadata("dc:type") == ["Report"]
    assert book.metadata("dc:subject") == ["Index", "Sport"]


def test_direction(fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures["right-to-left"])
    assert (book.package.get("dir"), book.package.get(XML_LANG)) == ("rtl", "ar")
    assert book.package.find("{*}spine").get("page-progression-direction") == "rtl"
    assert book.metadata("dc:*[@dir='ltr']") == ["Second bridge opens", "J. O’Brien"]
    left_to_right = export(fixtures["002_ab83f2dbddbde383"])
    assert left_to_right.package.find("{*}spine").get("page-progression-direction") is None


# ---------------------------------------------------------------- accessibility
def accessibility(book: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in book.package.iterfind(".//{*}meta[@property]"):
        prefix, _, name = meta.get("property").partition(":")
        if prefix == "schema" and name.startswith("access"):
            found.setdefault(name, []).append(meta.text)
    return found


FEATURES = ["displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents"]


def test_text_alone(make: Make, export: Export) -> None:
    book = export(make("<p>Text.</p>"))
    assert accessibility(book) == {
        "accessMode": ["textual"],
        "accessModeSufficient": ["textual"],
        "accessibilityFeature": FEATURES,
        "accessibilityHazard": ["none"],
        "accessibilitySummary": [
            "One article as reflowable text with headings, converted automatically, not checked by a person."
            " It has no images."
        ],
    }
    assert book.metadata("opf:meta[@property='schema:accessibilitySummary']/@xml:lang") == ["en"]


@pytest.mark.parametrize(
    ("images", "sufficient", "described", "says"),
    [
        ("<img src='a.png' alt='A'></img>", "textual", True, "All its images have a text alternative from the source."),
        ("<img src='a.png'></img>", "textual,visual", False, "Its images have no text alternative."),
        ("<img src='a.png' alt=''></img>", "textual,visual", False, "Its images have no text alternative."),
        (
            "<img src='a.png' alt='A'></img><img src='b.png'></img>",
            "textual,visual",
            False,
            "Of its 2 images, 1 have no text alternative.",
        ),
        (
            "<img src='a.png' alt='A'></img><img src='a.png'></img>",
            "textual,visual",
            False,
            "Its images have no text alternative.",
        ),
    ],
)
def test_images(
    images: str, sufficient: str, described: bool, says: str, png: bytes, make: Make, export: Export
) -> None:
    article = make(f"<p>x{images}</p>", resources={"a.png": png, "b.png": png + b"\0"})
    found = accessibility(export(article))
    assert found["accessMode"] == ["textual", "visual"]
    assert found["accessModeSufficient"] == [sufficient]
    assert ("alternativeText" in found["accessibilityFeature"]) == described
    assert found["accessibilitySummary"][0].endswith(f"person. {says}")


def test_images_that_are_not_there_do_not_count(make: Make, export: Export) -> None:
    found = accessibility(export(make("<figure><img src='https://x.example/a.png' alt='A'></img></figure>")))
    assert found["accessMode"] == ["textual"]
    assert found["accessibilityFeature"] == FEATURES


def test_an_image_that_may_move_may_flash(make: Make, export: Export) -> None:
    gif = b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    found = accessibility(export(make("<figure><img src='a.gif' alt='A'></img></figure>", resources={"a.gif": gif})))
    assert found["accessibilityHazard"] == ["unknown"]


@pytest.mark.parametrize(
    ("body", "regular"),
    [("<h2>a</h2><h3>b</h3><h2>c</h2>", True), ("<h2>a</h2><h4>b</h4>", False), ("<h3>a</h3>", False)],
)
def test_headings_with_a_gap_are_no_structure(body: str, regular: bool, make: Make, export: Export) -> None:
    found = accessibility(export(make(body)))
    assert ("structuralNavigation" in found["accessibilityFeature"]) == regular


# ---------------------------------------------------------------- dates
@pytest.mark.parametrize(
    ("published", "date", "modified"),
    [
        ("2024", ["2024"], "2024-01-01T00:00:00Z"),
        ("2024-02", ["2024-02"], "2024-02-01T00:00:00Z"),
        ("2024-02-29", ["2024-02-29"], "2024-02-29T00:00:00Z"),
        ("2024-02-29+02:00", ["2024-02-29"], "2024-02-29T00:00:00Z"),
        ("2024-02-29T12:00:00", ["2024-02-29"], "2024-02-29T12:00:00Z"),
        ("2024-02-29T00:30:00.25+02:00", ["2024-02-29T00:30:00.25+02:00"], "2024-02-28T22:30:00Z"),
        ("2024-02-29T24:00:00Z", ["2024-02-29"], "2024-02-29T00:00:00Z"),
        ("0001-01-01T00:00:00+14:00", ["0001-01-01T00:00:00+14:00"], "1980-01-01T00:00:00Z"),
        ("0953-10-06", ["0953-10-06"], "0953-10-06T00:00:00Z"),
        ("-0044-03-15", [], "1980-01-01T00:00:00Z"),
        ("12024-01-01", [], "1980-01-01T00:00:00Z"),
    ],
)
def test_dates(
    published: str, date: list[str], modified: str, make: Make, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    book = export(make(head=f"<datePublished>{published}</datePublished>"))
    assert book.metadata("dc:date") == date
    assert book.metadata("opf:meta[@property='dcterms:modified']") == [modified]


@pytest.mark.parametrize(
    ("dates", "epoch", "modified"),
    [
        ("<datePublished>2020</datePublished><dateModified>2021</dateModified>", "1000000000", "2021-01-01T00:00:00Z"),
        ("<datePublished>2020</datePublished>", "1000000000", "2020-01-01T00:00:00Z"),
        ("", "1000000000", "2001-09-09T01:46:40Z"),
        ("", "", "1980-01-01T00:00:00Z"),
        ("", None, "1980-01-01T00:00:00Z"),
    ],
)
def test_modified_comes_from_the_source_before_the_environment(
    dates: str, epoch: str | None, modified: str, make: Make, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    if epoch is None:
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    else:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert export(make(head=dates)).metadata("opf:meta[@property='dcterms:modified']") == [modified]


@pytest.mark.parametrize("epoch", ["yesterday", "1e9", "9" * 30])
def test_an_epoch_that_is_no_number_is_an_error(
    epoch: str, make: Make, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(ExportError, match=r"SOURCE_DATE_EPOCH is .*; unset it"):
        export(make())
