"""The front matter, as YAML readers find it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.builder import ElementMaker

from copydesk.article.view import Article
from copydesk_markdown.front_matter import front_matter

Make = Callable[..., Article]
Element = Callable[[ElementMaker], Any]


def load(article: Article) -> dict[str, Any]:
    text = front_matter(article)
    assert text.startswith("---\n")
    assert text.endswith("\n---\n")
    assert text.count("\n---") == 1
    loaded = yaml.safe_load(text.removeprefix("---\n").removesuffix("---\n"))
    assert isinstance(loaded, dict)
    return loaded


def term(text: str) -> Element:
    return lambda xml: xml.keywords(xml.term(text))


# What a reader of YAML 1.1 (PyYAML, Ruby) or 1.2 (Go, JavaScript) takes for something else than a string.
MISTAKABLE = [
    word
    for line in (
        r"no No NO yes on off y n true False null Null NULL ~ 007 0o17 0x1F 0b1 1 -1 +1 1_000 1e3 1.5 .5 .inf -.INF",
        r".nan 1:30 12:30:45 2020-10-06 2020-10-06T12:00:00Z 2001-12-14 = << ! !x & &x * *x | > % %x @x ` `x # #x",
        r"""- -- --- -x ... ? ?x : :x a: {a} [a] {a [a , "a" 'a' "a 'a it's [[x]] \ \n""",
    )
    for word in line.split()
]


@pytest.mark.parametrize(
    "text", [*MISTAKABLE, "- a", "a: b", "a #b", "a  b", "é: ß", "中", "\u00a0a", "a\u2028b", "a\ufeff"]
)
def test_strings_stay_strings(make: Make, text: str) -> None:
    assert load(make(term(text)))["keywords"] == [text]


@pytest.mark.parametrize("text", [text for text in MISTAKABLE if text != "it's"])
def test_what_any_reader_could_mistake_is_in_double_quotes(make: Make, text: str) -> None:
    assert f"- {yaml_string(text)}\n" in front_matter(make(term(text)))


def yaml_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_what_none_could_mistake_is_plain(make: Make) -> None:
    texts = ["News Article", "Head of Europol's EC3", "Šileris", "中", "https://x.org/?a=b#c", "nothing", "a-b"]
    written = front_matter(make(*map(term, texts)))
    assert all(f"  - {text}\n" in written for text in texts)


@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=30
    ).filter(lambda text: text.strip() == text != "")
)
@settings(max_examples=150)
def test_any_text_stays_itself(make: Make, text: str) -> None:
    article = make(term(text), lambda xml: xml.copyrightNotice(text), title=text)
    loaded = load(article)
    meta = article.meta
    assert (loaded["title"], loaded["rights"]) == (meta.title, meta.copyright_notice)
    assert loaded["keywords"] == [term.text for group in meta.keywords for term in group.terms]


@pytest.mark.parametrize(
    ("date", "key"),
    [
        ("2020-10-06", "date"),
        ("2020-10-06T08:15:00", "date"),
        ("2020-10-06T08:15:00Z", "date"),
        ("2020-10-06T08:15:00.25+02:00", "date"),
        ("2020", "issued"),
        ("2020-10", "issued"),
        ("2020-10-06Z", "issued"),
        ("-0044-03-15", "issued"),
        ("2020-10-06T24:00:00", "issued"),
    ],
)
def test_only_full_dates_stand_where_tools_look_for_dates(make: Make, date: str, key: str) -> None:
    dated = make(lambda xml: xml.datePublished(date), lambda xml: xml.dateModified(date))
    other = {"date": "modified", "issued": "revised"}[key]
    assert {k: v for k, v in load(dated).items() if v == date} == {key: date, other: date}


def test_keys_without_a_value_are_left_out(make: Make) -> None:
    assert load(make()) == {"title": "A title", "lang": "en"}


def test_norwegian_is_a_language(make: Make) -> None:
    article = make()
    tree = article.tree
    tree.set("{http://www.w3.org/XML/1998/namespace}lang", "no")
    assert load(Article(tree))["lang"] == "no"


def test_every_field(fixtures: dict[str, Article]) -> None:
    loaded = load(fixtures["rich"])
    assert list(loaded) == [
        "title", "headline", "subtitle", "description", "author", "contributor", "publisher", "issued", "modified",
        "dateline", "lang", "dir", "source", "identifier", "genre", "articleSection", "keywords", "taxonomy",
        "mentions", "credits", "rights", "license",
    ]  # fmt: skip
    assert loaded["subtitle"] == "Reportage à Lyon / الخبز"
    assert loaded["author"] == ["Zoé Ngô", "Agence|Presse"]
    assert loaded["identifier"][1] == {"scheme": "internal", "value": "A|7"}
    assert loaded["taxonomy"][-1] == {"kind": "audience", "terms": ["Tous"]}
    assert loaded["mentions"][1] == {"name": "Chambre des métiers", "type": "Organization", "rel": "named"}
    assert loaded["credits"][0] == {
        "name": "Zoé Ngô",
        "type": "Person",
        "role": "author",
        "jobTitle": ["Grand reporter"],
        "affiliation": ["Le Journal"],
        "url": ["https://journal.example/zoe"],
    }


def test_a_term_in_two_groups_is_one_keyword(make: Make) -> None:
    loaded = load(make(lambda xml: xml.keywords(xml.term("a"), group="G"), term("a"), term("b")))
    assert loaded["keywords"] == ["a", "b"]
    assert loaded["taxonomy"] == [{"group": "G", "terms": ["a"]}]
