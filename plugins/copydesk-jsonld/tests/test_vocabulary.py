"""The check that the other tests rely on refuses what is not schema.org."""

from __future__ import annotations

from typing import Any

import pytest

DATES = ["2020", "2020-10", "2020-10-06", "2020-10-06T08:00:00Z", "2020-10-06T08:00:00.5+02:00"]
GOOD: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "@id": "https://example.org/a",
    "name": "A",
    "datePublished": "2020-10-06",
    "wordCount": 1,
    "author": [{"@type": "Person", "name": "B"}],
    "genre": ["x", "y"],
}


def test_a_good_document_passes(vocabulary: Any) -> None:
    assert vocabulary.problems(GOOD) == []


@pytest.mark.parametrize(
    "date", ["2020", "2020-10", "2020-10-06", "2020-10-06T08:00:00Z", "2020-10-06T08:00:00.5+02:00"]
)
def test_dates_of_every_precision_pass(date: str, vocabulary: Any) -> None:
    assert vocabulary.problems(GOOD | {"datePublished": date}) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"@context": "https://schema.example"}, "not an object in the context of schema.org"),
        ({"@type": "NewsArtikel"}, "/@type: 'NewsArtikel' is no class"),
        ({"@type": "Text"}, "/@type: 'Text' is no class"),
        ({"@type": "Person"}, "/Person/datePublished: not a property of this class"),
        ({"@type": "Code"}, "/Code: superseded by SoftwareSourceCode"),
        ({"@id": "a b"}, "/NewsArticle/@id: 'a b' is no IRI"),
        ({"headlines": "A"}, "/NewsArticle/headlines: no such property"),
        ({"awards": "A"}, "/NewsArticle/awards: superseded by award"),
        ({"jobTitle": "A"}, "/NewsArticle/jobTitle: not a property of this class"),
        ({"wordCount": "1"}, "/NewsArticle/wordCount: '1' is not one of ['Integer']"),
        ({"wordCount": True}, "/NewsArticle/wordCount: True is not one of ['Integer']"),
        ({"datePublished": "6 Oct 2020"}, "/NewsArticle/datePublished: '6 Oct 2020' is not one of"),
        ({"datePublished": "2020-10-06Z"}, "/NewsArticle/datePublished: '2020-10-06Z' is not one of"),
        ({"author": "B"}, "/NewsArticle/author: 'B' is not one of ['Organization', 'Person']"),
        ({"author": {"@type": "Quotation"}}, "/NewsArticle/author: not one of ['Organization', 'Person']"),
        ({"author": {"name": "B"}}, "/NewsArticle/author/@type: None is no class"),
        ({"author": {"@type": "Person", "dateline": "B"}}, "/NewsArticle/author/Person/dateline: not a property"),
        ({"author": {"@type": "Person", "@context": "B"}}, "/NewsArticle/author/Person/@context: no such property"),
        ({"license": "a b"}, "/NewsArticle/license: 'a b' is not one of"),
        ({"name": ""}, "/NewsArticle/name: empty"),
        ({"name": None}, "/NewsArticle/name: empty"),
        ({"genre": []}, "/NewsArticle/genre: empty"),
        ({"genre": ["x", ""]}, "/NewsArticle/genre: empty"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], problem: str, vocabulary: Any) -> None:
    assert vocabulary.problems(GOOD | change)[0].startswith(problem)
