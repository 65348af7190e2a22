"""The measures of the benchmark."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from benchmarks.markup import apart, as_html, rendered
from benchmarks.pages import Page
from benchmarks.score import Field, Prediction, same_day, same_words, score, word_overlap
from benchmarks.systems import prediction


@pytest.mark.parametrize(
    ("predicted", "known", "expected"),
    [
        ("a b c d", "A, b!", (0.5, 1.0, 2 / 3)),
        ("a a b", "a b b", (2 / 3, 2 / 3, 2 / 3)),
        ("x", "y", (0.0, 0.0, 0.0)),
        ("", "y", (0.0, 0.0, 0.0)),
        ("x", "", (0.0, 0.0, 0.0)),
        ("…", "", (1.0, 1.0, 1.0)),
    ],
)
def test_words(predicted: str, known: str, expected: tuple[float, float, float]) -> None:
    assert word_overlap(predicted, known) == pytest.approx(expected)


def test_titles_and_names_are_compared_without_punctuation_and_case() -> None:
    assert same_words("“Ｗhat now?” –  she asked", "What now, she ASKED")
    assert not same_words("What then", "What now")
    assert not same_words("…", "—")


@pytest.mark.parametrize(
    ("predicted", "known", "same"),
    [
        ("2026-03-14T07:30:00+01:00", "2026-03-14", True),
        ("2026/03/14", "2026-03-14", True),
        ("14 March 2026", "2026-03-14", True),
        ("2026-03-14", "2026-03", True),
        ("2026-03", "2026-03-14", False),
        ("2026-03-15", "2026-03-14", False),
        ("yesterday", "2026-03-14", False),
        ("", "2026-03-14", False),
    ],
)
def test_days(predicted: str, known: str, *, same: bool) -> None:
    assert same_day(predicted, known) is same


def test_score_of_pages() -> None:
    def page(id_: str, text: str, author: str | None) -> Page:
        return Page(id=id_, url="", text=text, title="T", author=author, date=None, path=Path())

    pages = [page("1", "a b", "N. N."), page("2", "a b", None), page("3", "a b", None)]
    found = score({"1": Prediction("a b", "t", "n n"), "2": Prediction("a", "", "somebody", "2026")}, pages)
    assert (found.pages, found.empty) == (3, 1)
    assert (found.precision, found.recall, found.f1) == pytest.approx((2 / 3, 0.5, (1 + 2 / 3) / 3))
    assert found.f1_error == pytest.approx(math.sqrt(7 / 27) / math.sqrt(3))
    assert found.above(score({"1": Prediction("c")}, pages)) == pytest.approx((found.f1, found.f1_error))
    assert found.fields["title"] == Field(known=3, right=1, unknown=0, spurious=0)
    assert found.fields["author"] == Field(known=1, right=1, unknown=2, spurious=1)
    assert found.fields["date"] == Field(known=0, right=0, unknown=3, spurious=1)
    assert math.isnan(found.fields["date"].accuracy)


def test_prediction_of_an_article() -> None:
    xml = """<article xmlns="urn:x-copydesk:article:1" version="1.0" xml:lang="en"><head>
<title from="headline">H</title><headline>H</headline>
<datePublished>2026-01-02</datePublished><author type="Person"><name>Ann</name></author>
<author type="Person"><name>Bo</name></author></head><body><p role="lead">One <a href="https://example.org">two</a>.<br/>
Three</p><figure><figcaption>Out</figcaption></figure><h2>Four</h2><ul><li><p>five</p></li><li><p>six</p></li></ul>
<aside><p>Out</p></aside><blockquote><p>Seven</p><attribution>Eight</attribution></blockquote><gallery><figure>
<figcaption>Out</figcaption></figure></gallery><table><caption>Nine</caption><tbody><tr><th>ten</th><td>eleven</td></tr>
</tbody></table><hr/><p><attribution>Twelve</attribution> <said>thirteen</said></p></body></article>"""
    found = prediction(xml.encode("utf-8"))
    assert found.text.split() == [
        "One", "two.", "Three", "Four", "five", "six", "Seven", "Eight", "Nine", "ten", "eleven", "Twelve", "thirteen",
    ]  # fmt: skip
    assert (found.title, found.author, found.date) == ("H", "Ann, Bo", "2026-01-02")


def test_title_of_the_lead_is_no_answer() -> None:
    head, body = '<head><title from="lead">L</title></head>', "<body><p>L</p></body>"
    xml = f'<article xmlns="urn:x-copydesk:article:1">{head}{body}</article>'
    assert prediction(xml.encode("utf-8")).title == ""


def test_rips_for_who_reads_html_only() -> None:
    assert "<p>a &lt;b&gt; &amp;amp;</p>\n<p>[c](#)</p>" in as_html("a <b> &amp;\n\n  \n[c](#)")
    assert '<h1>a</h1>\n<p><a href="#">c</a></p>' in rendered("# a\n\n[c](#)")


def test_text_of_html_has_blocks_and_breaks_apart() -> None:
    assert apart("<p>a<b>b</b></p><p>c<br>d</p><td>e<td>f<!-- g -->").split() == ["ab", "c", "d", "e", "f"]
