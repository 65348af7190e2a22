from __future__ import annotations

import re
from pathlib import Path

import pytest

import copydesk.article
from copydesk.article import canonical
from copydesk.errors import UsageError
from copydesk.running.report import CharacterSums, DocumentReport, Failure
from copydesk.running.thresholds import HEAD_FIELDS, MaxFailed, Thresholds, Unmet, head_fields

ARTICLE = f"""\
<article xmlns="{canonical.NS}" version="1.0" xml:lang="en"><head><title from="headline">T</title><headline>T</headline>
<author type="Person"><name>A</name></author><author type="Person"><name>B</name></author>
<x xmlns="urn:other"/><source sha256="{"0" * 64}" mediaType="text/plain"/></head><body><p>P</p></body></article>
""".encode()


def test_the_fields_are_those_of_the_schema() -> None:
    schema = Path(str(copydesk.article.__file__)).parent / "schema" / "article-1.0.rnc"
    head = re.search(r"^head = element head \{(.*?)^\}", schema.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert head
    inner = {"term"}
    assert set(re.findall(r"element (\w+)", head[1])) - inner == {*HEAD_FIELDS, "source"}


def test_a_head_has_its_elements_each_once() -> None:
    assert head_fields(canonical.parse(ARTICLE)) == ("title", "headline", "author")


@pytest.mark.parametrize(
    ("text", "documents", "most"),
    [("0", 10, 0), ("3", 2, 3), ("5%", 100, 5), ("5%", 99, 4), ("0.5%", 1000, 5), ("100%", 7, 7), ("29%", 100, 29)],
)
def test_how_many_may_fail(text: str, documents: int, most: int) -> None:
    parsed = MaxFailed.parse(text)
    assert parsed.of(documents) == most
    assert str(parsed) == text


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "101%", "%", "1 %", "inf%", "٣"])
def test_what_is_no_number_of_documents(text: str) -> None:
    with pytest.raises(UsageError, match="is no number of documents"):
        MaxFailed.parse(text)


def test_what_a_document_falls_short_of() -> None:
    sums = CharacterSums(read=10, sentences=8, dropped_sentences=2)
    document = DocumentReport(source="a", sums=sums, fields=("title",))
    assert Thresholds().unmet(document) == ()
    assert Thresholds(max_drop=0.25).unmet(document) == ()
    assert [unmet.threshold for unmet in Thresholds(max_drop=0.24, require=("url", "license")).unmet(document)] == [
        "require",
        "max-drop",
    ]
    assert Thresholds(require=("title", "url", "license")).unmet(document) == (
        Unmet("require", "its head has no url and no license"),
    )


def test_a_document_without_an_article_has_failed_and_falls_short_of_nothing() -> None:
    document = DocumentReport(source="a", failures=(Failure(what="boom", where="a"),))
    assert Thresholds(max_drop=0, require=("title",)).unmet(document) == ()


def test_a_source_without_sentences_loses_none() -> None:
    assert Thresholds(max_drop=0).unmet(DocumentReport(source="a", sums=CharacterSums(read=5))) == ()
