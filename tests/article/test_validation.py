from __future__ import annotations

from collections.abc import Callable
from importlib import resources

import pytest
from lxml import etree, isoschematron

from copydesk.article.canonical import XML_ID, A, parse, validate

SVRL = "{http://purl.oclc.org/dsdl/svrl}"

Change = Callable[[etree._Element], object]


def the(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path.replace("a:", A))
    assert found is not None
    return found


def p(root: etree._Element, index: int) -> etree._Element:
    return the(root, "a:body").findall(A + "p")[index]


def set_text(path: str, text: str) -> Change:
    return lambda root: setattr(the(root, path), "text", text)


def set_attribute(path: str, name: str, value: str) -> Change:
    return lambda root: the(root, path).set(name, value)


def nest_links(root: etree._Element) -> None:
    link = the(root, ".//a:a")
    etree.SubElement(etree.SubElement(link, A + "em"), A + "a", href="https://example.org").text = "x"


def two_datelines(root: etree._Element) -> None:
    etree.SubElement(p(root, 2), A + "dateline").text = "ROME"


def only_attribution(root: etree._Element) -> None:
    quote = the(root, ".//a:blockquote")
    quote.insert(0, etree.SubElement(quote, A + "hr"))
    quote.remove(quote[1])


# ---------------------------------------------------------------- Schematron
SCHEMATRON = {
    "who-unresolved": set_attribute(".//a:said", "who", "nobody"),
    "link-in-link": nest_links,
    "dead-link": set_attribute(".//a:a", "href", "#nowhere"),
    "empty-block": set_text(".//a:h2", ""),
    "whitespace-not-normal": set_text(".//a:h2", "two  spaces"),
    "lead-not-first": lambda root: the(root, "a:body").append(p(root, 1)),
    "two-datelines": two_datelines,
    "title-not-headline": set_text(".//a:title", "Another title"),
    "title-not-in-lead": lambda root: (the(root, ".//a:title").set("from", "lead"), set_text(".//a:title", "No")(root)),
    "attribution-without-quote": only_attribution,
}


def reference() -> isoschematron.Schematron:
    file = resources.files("copydesk.article") / "schema" / "article-1.0.sch"
    return isoschematron.Schematron(etree.fromstring(file.read_bytes()), store_report=True)


def test_every_assertion_of_the_schema_has_a_case() -> None:
    file = resources.files("copydesk.article") / "schema" / "article-1.0.sch"
    messages = {str(node.text) for node in etree.fromstring(file.read_bytes()).iter("{*}assert")}
    assert messages == set(SCHEMATRON)


@pytest.mark.parametrize("message", SCHEMATRON)
def test_an_assertion_fails_as_in_isoschematron(message: str, rich: bytes) -> None:
    root = parse(rich)
    assert validate(root) == []
    SCHEMATRON[message](root)
    problems = validate(root)
    assert any(problem.endswith(f": {message}") for problem in problems)
    schematron = reference()
    assert not schematron.validate(root)
    expected = sorted(
        str(node.findtext(f"{SVRL}text")) for node in schematron.validation_report.iter(f"{SVRL}failed-assert")
    )
    names = set(SCHEMATRON)
    assert sorted(m for problem in problems if (m := problem.rpartition(": ")[2]) in names) == expected


# ---------------------------------------------------------------- RELAX NG and ids
@pytest.mark.parametrize(
    "change",
    [
        set_attribute(".", "version", "2.0"),
        set_attribute(".", "color", "red"),
        set_attribute(".//a:source", "sha256", "ab"),
        set_attribute(".//a:a", "href", ""),
        set_text(".//a:datePublished", "next Friday"),
        lambda root: root.append(etree.Element(A + "p")),
        lambda root: the(root, "a:head").remove(the(root, ".//a:title")),
        lambda root: etree.SubElement(the(root, ".//a:h2"), A + "blink"),
        lambda root: etree.SubElement(the(root, "a:body"), "{urn:v}foreign"),
        lambda root: the(root, ".//a:figure").clear(),
    ],
)
def test_the_grammar_is_checked(change: Change, rich: bytes) -> None:
    root = parse(rich)
    change(root)
    problems = validate(root)
    assert problems
    assert all(": " in problem for problem in problems), "each problem says where"


def test_ids_are_unique(rich: bytes) -> None:
    root = parse(rich)
    p(root, 3).set(XML_ID, "b2")
    assert validate(root) == ["b2: xml:id stands 2 times"]


def test_a_newer_minor_version_is_not_judged(rich: bytes) -> None:
    root = parse(rich)
    root.set("version", "1.7")
    root.set("color", "red")
    assert validate(root) == []
    for version in ("1.0", "1.x", "2.7", ""):
        root.set("version", version)
        assert validate(root) != [], version
