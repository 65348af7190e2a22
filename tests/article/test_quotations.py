from __future__ import annotations

import re
from pathlib import Path

import pytest

from copydesk.article.canonical import NS
from copydesk.article.model import Agent
from copydesk.article.view import Article
from copydesk.testing import sample_articles

FIXTURES = Path(__file__).parent / "fixtures"
HEAD = f"""<head><title from="file">T</title>
<mentions type="Person" xml:id="na"><name>A</name></mentions>
<mentions type="Person" xml:id="nb"><name>B</name></mentions>
<source sha256="{64 * "0"}" mediaType="text/plain"/></head>"""


def quotes(body: str) -> list[tuple[str, str | None, str | None]]:
    """Text, speaker and credit of the quotations of a body in which said is written q, and attribution by."""
    for short, tag in (("q", "said"), ("by", "attribution")):
        body = re.sub(rf"(</?){short}\b", rf"\1{tag}", body)
    xml = f'<article xmlns="{NS}" version="1.0" xml:lang="en">{HEAD}<body>{body}</body></article>'
    found = Article.parse(xml.encode()).quotes()
    return [(quotation.text, quotation.who and str(quotation.who.name), quotation.credit) for quotation in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>“<q>One</q>”</p>", [("One", None, None)]),
        (
            '<p>“<q who="na">One</q>,” <by who="na">said A</by>. “<q who="na">Two.</q>”</p>',
            [("One", "A", "said A"), ("Two.", "A", "said A")],
        ),
        (
            "<p><by>A said</by>: “<q>One.</q>” <by>B said</by>: “<q>Two.</q>”</p>",
            [("One.", None, "A said"), ("Two.", None, "B said")],
        ),
        (
            "<p>“<q>One</q>,” <by>said A</by>. “<q>Two</q>,” <by>said B</by>.</p>",
            [("One", None, "said A"), ("Two", None, "said B")],
        ),
        (
            "<p><by>A said</by> it was “<q>one</q>” and “<q>two</q>”. <by>B said</by> no.</p>",
            [("one", None, "A said"), ("two", None, "A said")],
        ),
        ('<p>“<q who="na">One</q>” <by who="nb">said B</by></p>', [("One", "A", None)]),
        ('<p>“<q who="na">One</q>” <by>he said</by></p>', [("One", "A", "he said")]),
        ("<p>“<q>One<br/>and <em>two</em></q>” <by>he <em>said</em></by></p>", [("One\nand two", None, "he said")]),
        (
            '<blockquote><p><q who="nb">One <q>inner</q></q></p><by who="nb">B, poet</by></blockquote>',
            [("One inner", "B", "B, poet"), ("inner", None, "B, poet")],
        ),
        ("<blockquote><p><q>One</q> <by>he said</by></p><by>B</by></blockquote>", [("One", None, "he said")]),
        (
            "<ul><li><p><q>One</q></p></li></ul><aside><p><em><q>Two</q></em></p></aside>"
            "<gallery><figure><figcaption><q>Three</q></figcaption></figure></gallery>"
            "<table><caption><q>Four</q></caption><tbody><tr><td><q>Five</q></td></tr></tbody></table>"
            "<h2><q>Six</q></h2>",
            [(text, None, None) for text in ("One", "Two", "Three", "Four", "Five", "Six")],
        ),
    ],
)
def test_quotations(body: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert quotes(body) == expected


def test_every_role_of_an_agent_can_speak() -> None:
    rich = sample_articles("rich")[0].xml.decode()
    for number, name in enumerate(["Ada Byron", "Lin Wu", "Courier Press", "Max Stone"], 1):
        xml = rich.replace('who="n4" xml:id="i4"', f'who="n{number}" xml:id="i4"')
        who = Article.parse(xml.encode()).quotes()[0].who
        assert isinstance(who, Agent)
        assert who.name == name
