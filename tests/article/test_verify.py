"""The verifier accepts what is right and bites at everything else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from copydesk.article.canonical import NS, XML_ID, A, parse, validate
from copydesk.article.evidence import words
from copydesk.article.ledger import Entry, LedgerRule
from copydesk.article.targets import Targets

if TYPE_CHECKING:
    from conftest import Case

FIRST, SECOND = "000_ac31bd14dd4eb9ea", "002_ab83f2dbddbde383"
LEAD = "#b1ee27ef7"
Load = Callable[[str], "Case"]


def find(entries: list[Entry], rule: str, to: str | None = None) -> int:
    return next(i for i, entry in enumerate(entries) if entry.rule == rule and to in (None, entry.to))


def leaf(case: Case, target: str) -> etree._Element:
    place = Targets(case.root).resolve(target)
    assert place is not None
    return place.element


# ---------------------------------------------------------------- what is right
def test_the_golds_are_proven(gold: str, load: Load) -> None:
    assert load(gold).verify() == []


def test_an_article_of_every_element_is_proven(rich: bytes, sourced: Callable[[etree._Element], Case]) -> None:
    case = sourced(parse(rich))
    targets = {entry.to for entry in case.ledger.entries}
    # Every kind of leaf, head values, and the attributes that hold text.
    assert {"#b2", "#b3", "#b10", "#b22", "#b23", "#b26", "#b27", "#b30", "#b33", "#hh", "#n4j", "head/url"} <= targets
    assert {"#i6/@href", "#i6/@title", "#hk/@group", "#ht/@code", "#b8/@cite", "head/image/@src"} <= targets
    assert {"head/image/@alt", "body/gallery/figure[1]/img/@alt", "body/figure/img/@src"} <= targets
    assert case.verify() == []


# ---------------------------------------------------------------- corruptions of the ledger
def changed(rule: str, to: str | None = None, /, **changes: object) -> Callable[[list[Entry]], None]:
    def change(entries: list[Entry]) -> None:
        at = find(entries, rule, to)
        entries[at] = replace(entries[at], **changes)  # type: ignore[arg-type]

    return change


def without(rule: str, to: str | None = None) -> Callable[[list[Entry]], None]:
    def change(entries: list[Entry]) -> None:
        del entries[find(entries, rule, to)]

    return change


def added(entry: Entry, at: int = 0) -> Callable[[list[Entry]], None]:
    return lambda entries: entries.insert(at, entry)


def swapped_targets(entries: list[Entry]) -> None:
    one, two = (find(entries, "taxonomy.term", f"head/keywords[2]/term[{number}]") for number in (1, 2))
    entries[one], entries[two] = replace(entries[one], to=entries[two].to), replace(entries[two], to=entries[one].to)


LEDGER = {
    "drop an entry": (without("card.separator"), "characters 210 to 211: no entry owns ','"),
    "drop the entry of a text": (without("para", "#b412f7141"), "#b412f7141: no entry says where its text comes from"),
    "drop the entry of a head value": (without("meta.genre"), "head/genre: no entry says"),
    "drop the entry of an attribute": (without("taxonomy.group"), "head/keywords[1]/@group: no entry says"),
    "drop the entry of a derived value": (without("derive.title"), "head/title: no entry says"),
    "own a span twice": (added(Entry(d="drop", rule="md.mark", at=((2, 3),)), 1), "own '#'"),
    "keep a span a second time elsewhere": (
        added(Entry(d="keep", rule="para", to="#b412f7141", at=((222, 382),)), 12),
        "both own 'Stepping up",
    ),
    "shorten a span": (changed("lead", at=((222, 381),)), "characters 381 to 382: no entry owns '.'"),
    "begin a span late": (changed("lead", at=((223, 382),)), "characters 222 to 223"),
    "span with white space at its edge": (changed("lead", at=((221, 382),)), "white space at an edge"),
    "span beyond the view": (changed("lead", at=((222, 99999),)), "is not in the view"),
    "span of nothing": (changed("lead", at=((222, 222),)), "is not in the view"),
    "negative span": (changed("lead", at=((-3, 382),)), "is not in the view"),
    "no spans": (changed("lead", at=()), "it has no spans"),
    "spans out of order": (changed("para.join-broken", at=((483, 657), (384, 481))), "begins before the end"),
    "entries out of order": (lambda entries: entries.append(entries.pop(0)), "entries stand by their first offset"),
    "unknown rule": (changed("lead", rule="leed"), "no such rule"),
    "rule that may not": (changed("lead", rule="md.mark"), "the rule is declared to drop"),
    "disposition that the rule has not": (changed("lead", d="meta"), "the rule is declared to keep"),
    "target that is not there": (changed("lead", to="#b00000000"), "nowhere in the article"),
    "target that is not one": (changed("taxonomy.term", to="head/keywords[2]/term"), "nowhere in the article"),
    "no target": (changed("lead", to=None), "nowhere in the article"),
    "broken target": (changed("lead", to="head//title"), "nowhere in the article"),
    "attribute that is not there": (changed("taxonomy.group", to="head/keywords[1]/@label"), "nowhere in the article"),
    "targets swapped": (swapped_targets, "text differs from its spans"),
    "drop with a target": (changed("card.separator", to=LEAD), "a drop has no target"),
    "drop that its rule does not match": (changed("link.dead", rule="md.mark"), "the rule does not match"),
    "conversion not stated": (changed("meta.date", is_=None), "the converter gives"),
    "conversion misstated": (changed("meta.date", is_=("2020-10-07",)), "the converter gives"),
    "conversion of too many": (changed("meta.date", is_=("2020-10-06", "2020-10-06")), "the converter gives"),
    "conversion without converter": (changed("meta.genre", is_=("News Article",)), "has no converter"),
    "conversion in a drop": (changed("card.separator", is_=(";",)), "a drop has no converted text"),
    "conversion of what cannot be read": (changed("meta.genre", rule="meta.date"), "cannot read"),
    "derived from other spans": (changed("derive.agent", at=((1226, 1244),)), "is not text of its spans"),
}


@pytest.mark.parametrize("name", LEDGER)
def test_a_corrupted_ledger_is_noticed(name: str, load: Load) -> None:
    change, message = LEDGER[name]
    case = load(SECOND)
    entries = case.entries
    change(entries)
    problems = case.verify_with(entries=entries)
    assert any(message in problem for problem in problems), problems


# ---------------------------------------------------------------- corruptions of the article
def text(target: str, old: str, new: str) -> Callable[[Case], None]:
    def change(case: Case) -> None:
        element = leaf(case, target)
        for node in element.iter():
            for name in ("text", "tail"):
                value = getattr(node, name)
                if value and old in value and not (node is element and name == "tail"):
                    setattr(node, name, value.replace(old, new, 1))
                    return
        raise AssertionError(f"{old!r} is not in {target}")

    return change


def attribute(path: str, name: str, value: str) -> Callable[[Case], None]:
    return lambda case: case.root.find(path.replace("a:", A)).set(name, value)  # type: ignore[union-attr]


def swap_paragraph_texts(case: Case) -> None:
    one, two = leaf(case, "#b412f7141"), leaf(case, "#b6f4cd5a1")
    one.text, two.text = two.text, one.text


def add(parent: str, tag: str, content: str, **attributes: str) -> Callable[[Case], None]:
    def change(case: Case) -> None:
        found = case.root.find(parent.replace("a:", A))
        assert found is not None
        etree.SubElement(found, A + tag, attributes).text = content

    return change


def unwrap(case: Case) -> None:
    parent = leaf(case, "#bd3aacc6e")
    parent.remove(parent[0])


ARTICLE = {
    "drop a word": (text(LEAD, "public ", ""), f"{LEAD}: text differs from its spans at 12"),
    "repeat a word": (text(LEAD, "public ", "public public "), f"{LEAD}: text differs"),
    "invent a word": (text(LEAD, "sector", "sector very"), f"{LEAD}: text differs"),
    "swap two words": (text(LEAD, "public sector", "sector public"), f"{LEAD}: text differs"),
    "change a letter": (text(LEAD, "Stepping", "stepping"), f"{LEAD}: text differs from its spans at 0"),
    "change a quote mark": (text("#b3d713ad7", "“", '"'), "#b3d713ad7: text differs"),
    "double a space": (text(LEAD, "public sector", "public  sector"), f"{LEAD}: text differs"),
    "turn a space into a line end": (text(LEAD, "public sector", "public\nsector"), f"{LEAD}: text differs"),
    "add a space at the end": (text(LEAD, "Conference.", "Conference. "), f"{LEAD}: text differs"),
    "decompose a letter": (text("#b3d713ad7", "ü", "u\u0308"), "#b3d713ad7: text differs"),
    "lose a text in an inline": (unwrap, "#bd3aacc6e: text differs"),
    "swap two paragraphs": (swap_paragraph_texts, "#b412f7141: text differs"),
    "change a head value": (text("head/genre", "News", "Old"), "head/genre: text differs"),
    "change a converted value": (text("head/datePublished", "06", "07"), "head/datePublished: text differs"),
    "change a derived value": (text("head/mentions[4]/name", "Stock", "Stack"), "'Jürgen Stack' is not text"),
    "change the title": (text("head/title", "8TH", "9TH"), "is not text of its spans"),
    "empty a derived value": (text("head/mentions[4]/name", "Jürgen Stock", ""), "'' is not text of its spans"),
    "change an attribute": (
        attribute("a:head/a:keywords", "group", "CRIME AREA"),
        "head/keywords[1]/@group: text differs",
    ),
    "add a paragraph": (add("a:body", "p", "New."), "body/p[6]: no entry says where its text comes from: 'New.'"),
    "add a caption": (add("a:body/a:blockquote", "figcaption", "New."), "no entry says"),
    "add an attribution": (add("a:body/a:blockquote", "attribution", "New."), "no entry says"),
    "add code": (add("a:body", "pre", "x = 1"), "body/pre: no entry says"),
    "add a keyword": (add("a:head/a:keywords", "term", "New"), "head/keywords[1]/term[2]: no entry says"),
    "add a job title": (add("a:head/a:mentions", "jobTitle", "New"), "head/mentions[1]/jobTitle[2]: no entry says"),
    "add a head value": (add("a:head", "copyrightNotice", "© New"), "head/copyrightNotice: no entry says"),
    "add an address": (add("a:head", "license", "https://new.example"), "head/license: no entry says"),
    "add a link": (add("a:body/a:p", "a", "", href="https://new.example"), "a/@href: no entry says"),
    "add an image": (add("a:body/a:p", "img", "", src="new.png"), "img/@src: no entry says"),
    "add a description": (add("a:body/a:p", "img", "", alt="New"), "img/@alt: no entry says"),
    "state another source": (attribute("a:head/a:source", "sha256", "0" * 64), "head/source: sha256"),
}


@pytest.mark.parametrize("name", ARTICLE)
def test_a_corrupted_article_is_noticed(name: str, load: Load) -> None:
    change, message = ARTICLE[name]
    case = load(SECOND)
    change(case)
    problems = case.verify_with()
    assert any(message in problem for problem in problems), problems
    assert not any("article_sha256" in problem for problem in problems), "the hash alone would notice anything"


def test_stray_text_is_noticed(load: Load) -> None:
    case = load(SECOND)
    case.root[1].text = "stray"
    assert any("'stray' stands between elements" in problem for problem in case.verify())


# ---------------------------------------------------------------- hashes
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source_sha256": "0" * 64}, "source_sha256"),
        ({"view_sha256": "0" * 64}, "view_sha256"),
        ({"chars": 1}, "chars is 1"),
        ({"article_sha256": "0" * 64}, "article_sha256"),
        ({"encoding": "cp1252"}, "decoded as cp1252"),
        ({"encoding": "ascii"}, "decoded as ascii"),
        ({"encoding": "klingon"}, "decoded as klingon"),
    ],
)
def test_a_wrong_header_is_noticed(changes: dict[str, object], message: str, gold: str, load: Load) -> None:
    problems = load(gold).verify_with(**changes)
    assert any(message in problem for problem in problems), problems


def test_another_source_or_view_is_noticed(gold: str, load: Load) -> None:
    case = load(gold)
    case.__dict__["raw"] = case.raw + b"\n"
    assert any("source_sha256" in problem for problem in case.verify())
    case = load(gold)
    case.view = case.view.replace("the", "teh", 1)
    assert case.verify()


# ---------------------------------------------------------------- merges, drops, joins, conversions
def made(
    load: Load, view: str, body: str, entries: list[Entry], rules: list[LedgerRule], **converters: Callable[[str], str]
) -> list[str]:
    """Verify a small article whose title is that of its file."""
    case = load(FIRST)
    digest = hashlib.sha256(view.encode()).hexdigest()
    source = f'<source sha256="{digest}" mediaType="text/plain" name="notes.txt"/>'
    head = f'<head><title from="file">notes</title>{source}</head>'
    case.root = parse(f'<article xmlns="{NS}" version="1.0" xml:lang="en">{head}<body>{body}</body></article>'.encode())
    case.view = view
    case.rules = {rule.id: rule for rule in rules}
    case.converters = converters
    return case.verify_with(entries=entries, source_sha256=digest, view_sha256=digest, chars=len(view))


KEEP = LedgerRule(id="keep", d="keep", reason="kept")
DROP = LedgerRule(id="drop", d="drop", reason="stars", match=r"\*+")
MERGE = LedgerRule(id="merge", d="merge", reason="repeated")
JUDGED = LedgerRule(id="judged", d="drop", reason="furniture", judged=True)


def keep(*at: tuple[int, int], rule: str = "keep", to: str = "#b", is_: tuple[str, ...] | None = None) -> Entry:
    return Entry(d="keep", rule=rule, to=to, at=at, is_=is_)


def leaf_of(content: str) -> str:
    return f'<p xml:id="b">{content}</p>'


@pytest.mark.parametrize(
    ("merged", "is_right"),
    [
        ("Bridge opens", True),
        ("the bridge, opens!", False),  # case and words count, punctuation does not
        ("The bridge: opens today", True),
        ("opens bridge", False),
        ("Bridge opens opens", False),
        ("Bridge opens 🎉", False),
        ("Bridge costs 5 €", False),
        ("–––", False),
        ("The Bridge opens today at 5 o'clock", True),
    ],
)
def test_merged_words_stand_in_the_target(merged: str, is_right: bool, load: Load) -> None:
    target = "The Bridge opens today, at 5 o’clock." if "Bridge" in merged else "The bridge opens today, at 5 o’clock."
    view = f"{target}\n{merged}"
    entries = [keep((0, len(target))), Entry(d="merge", rule="merge", to="#b", at=((len(target) + 1, len(view)),))]
    problems = made(load, view, leaf_of(target), entries, [KEEP, MERGE])
    assert (problems == []) is is_right, problems


def test_words_keep_marks_and_symbols() -> None:
    assert words("d’accord, ça_va – ok") == ["d", "accord", "ça", "va", "ok"]
    assert words("कि") != words("का")
    assert words("e\u0301") == words("é")
    assert words("5€ + 🎉!") == ["5€", "+", "🎉"]


@pytest.mark.parametrize(
    ("score", "is_right"), [(0.0, True), (1, True), (0.4, True), (None, False), (1.5, False), (float("nan"), False)]
)
def test_judged_drops_carry_a_score(score: float | None, is_right: bool, load: Load) -> None:
    entries = [keep((0, 4)), Entry(d="drop", rule="judged", at=((5, 11),), score=score)]
    assert (made(load, "Text cookie", leaf_of("Text"), entries, [KEEP, JUDGED]) == []) is is_right


def test_a_drop_rule_must_say_why(load: Load) -> None:
    entries = [keep((0, 4)), Entry(d="drop", rule="drop", at=((5, 11),))]
    bare = LedgerRule(id="drop", d="drop", reason="because")
    assert "neither a pattern nor a judgement" in made(load, "Text cookie", leaf_of("Text"), entries, [KEEP, bare])[0]
    assert "does not match 'cookie'" in made(load, "Text cookie", leaf_of("Text"), entries, [KEEP, DROP])[0]
    partly = replace(DROP, match="cook|ie")
    assert "does not match 'cookie'" in made(load, "Text cookie", leaf_of("Text"), entries, [KEEP, partly])[0]


NOTHING = LedgerRule(id="glue", d="keep", reason="glued", join="")
SPACE = LedgerRule(id="space", d="keep", reason="spaced", join=" ")
COMMA = LedgerRule(id="comma", d="keep", reason="invented", join=", ")


@pytest.mark.parametrize(
    ("view", "rule", "body", "is_right"),
    [
        ("one two", "keep", "one two", True),
        ("one two", "keep", "onetwo", False),
        ("one \n\n two", "keep", "one two", True),
        ("one\u2003two", "keep", "one two", True),
        ("one*two", "keep", "onetwo", True),
        ("one*two", "keep", "one two", False),
        ("one *two", "keep", "one two", True),
        ("one* two", "keep", "one<br/>two", True),
        ("one*two", "keep", "one<br/>two", False),
        ("one\ntwo", "keep", "one <br/>two", False),
        ("one* two", "glue", "onetwo", True),
        ("one* two", "glue", "one two", False),
        ("one*two", "space", "one two", True),
        ("one*two", "space", "onetwo", False),
        ("onetwo", "space", "onetwo", True),  # no gap, nothing to join
        ("one*two", "comma", "one, two", False),
        ("one two", "keep", "o<em>ne t</em>wo", True),
    ],
)
def test_gaps_and_joins(view: str, rule: str, body: str, is_right: bool, load: Load) -> None:
    two = view.index("two")
    entries = [keep((0, 3))]
    if "*" in view:
        entries.append(Entry(d="drop", rule="drop", at=((view.index("*"), view.index("*") + 1),)))
    entries.append(keep((two, two + 3), rule=rule))
    problems = made(load, view, leaf_of(body), entries, [KEEP, DROP, NOTHING, SPACE, COMMA])
    assert (problems == []) is is_right, problems


def test_an_accent_may_stand_beyond_a_tag_but_not_decomposed_in_one_text(load: Load) -> None:
    view = "cafe\u0301"
    assert made(load, view, leaf_of("café"), [keep((0, 5))], [KEEP]) == []
    assert made(load, view, leaf_of("caf<em>e</em>\u0301"), [keep((0, 5))], [KEEP]) == []
    assert made(load, view, leaf_of("cafe\u0301"), [keep((0, 5))], [KEEP])
    assert made(load, view, leaf_of("caf<em>e</em>\u0300"), [keep((0, 5))], [KEEP])


ENTITY = LedgerRule(id="entity", d="keep", reason="decoded", norm="entity")


def decode(entity: str) -> str:
    return {"&amp;": "&", "&lt;": "<"}[entity]


def test_conversions_are_replayed_on_each_span(load: Load) -> None:
    view = "&amp; or &lt;"
    body = leaf_of("&amp; or &lt;")
    entries = [keep((0, 5), (9, 13), rule="entity", is_=("&", "<")), keep((6, 8))]
    assert made(load, view, body, entries, [KEEP, ENTITY], entity=decode) == []
    swapped = [replace(entries[0], is_=("<", "&")), entries[1]]
    assert "the converter gives" in made(load, view, body, swapped, [KEEP, ENTITY], entity=decode)[0]
    assert "no converter 'entity'" in made(load, view, body, entries, [KEEP, ENTITY])[0]
    other = made(load, view, leaf_of("&lt; or &amp;"), entries, [KEEP, ENTITY], entity=decode)
    assert other == ["#b: text differs from its spans at 0: '< or &', in the source '& or <'"]


@pytest.mark.parametrize(("value", "is_right"), [("X Y", True), ("X", False), ("X Y Z", False)])
def test_a_derived_value_with_a_converter_is_the_whole_result(value: str, is_right: bool, load: Load) -> None:
    upper = LedgerRule(id="upper", d="derive", reason="shouted", norm="upper")
    body = leaf_of("x y") + f'<h2 xml:id="d">{value}</h2>'
    entries = [keep((0, 3)), Entry(d="derive", rule="upper", to="#d", at=((0, 1), (2, 3)), is_=("X", "Y"))]
    problems = made(load, "x y", body, entries, [KEEP, upper], upper=str.upper)
    assert (problems == []) is is_right, problems


@pytest.mark.parametrize(
    ("title", "name", "is_right"),
    [
        ("A new bridge", "a-new_bridge.html", True),
        ("A new bridge", "a%20new%20bridge.html", True),
        ("Übung", "U\u0308bung.txt", True),
        ("...", "....txt", True),
        ("An old bridge", "a-new-bridge.html", False),
        ("???", "notes.txt", False),
        ("notes", "", False),
    ],
)
def test_a_title_from_the_file_is_its_name(title: str, name: str, is_right: bool, load: Load) -> None:
    case = load(FIRST)
    element = case.root[0][0]
    element.text = title
    element.set("from", "file")
    case.root.find(f"{A}head/{A}source").set("name", name)  # type: ignore[union-attr]
    entries = [entry for entry in case.entries if entry.rule != "derive.title"]
    assert (case.verify_with(entries=entries) == []) is is_right
    element.set("from", "headline")
    assert case.verify_with(entries=entries)


# ---------------------------------------------------------------- code
CODE = "if x:\r\n\ty = '  *'\r\n\r\n    z"


def code(content: str) -> str:
    return f'<pre xml:id="b" xml:space="preserve">{content}</pre>'


@pytest.mark.parametrize(
    ("content", "is_right"),
    [
        ("if x:\n\ty = '  *'\n\n    z", True),
        ("if x:\n\ty = '  *'\n    z", False),
        ("if x:\n\ty = ' *'\n\n    z", False),
        ("if x:\n y = '  *'\n\n    z", False),
        ("if x:\n\ty = '  *'\n\n    z\n", False),
        ("\nif x:\n\ty = '  *'\n\n    z", False),
        ("if x: y = '  *' z", False),
    ],
)
def test_code_is_verbatim(content: str, is_right: bool, load: Load) -> None:
    problems = made(load, CODE, code(content), [keep((0, len(CODE)))], [KEEP])
    assert (problems == []) is is_right, problems


@pytest.mark.parametrize(
    ("content", "is_right"),
    [
        ("a\n  b\n\nc", True),
        ("  a\n    b\n\n  c", True),
        ("a\nb\n\nc", True),
        ("a\n      b\n\nc", False),
        ("a\n  b\nc", False),
        ("a\n  b\n\n\nc", False),
        ("a   b\n\nc", False),
        ("a\n  c\n\nb", False),
    ],
)
def test_code_may_lose_its_indentation_and_marks_around_it(content: str, is_right: bool, load: Load) -> None:
    view = "text\n\n>   a\n>     b\n> \n>   c"
    spans = [(view.index(letter, 5), view.index(letter, 5) + 1) for letter in "abc"]
    marks = tuple((i, i + 1) for i, letter in enumerate(view) if letter == ">")
    quoted = LedgerRule(id="mark", d="drop", reason="marks of a quotation", match=">")
    entries = [keep((0, 4), to="#t"), Entry(d="drop", rule="mark", at=marks), keep(*spans)]
    problems = made(load, view, '<p xml:id="t">text</p>' + code(content), entries, [KEEP, quoted])
    assert (problems == []) is is_right, problems


# ---------------------------------------------------------------- targets
def test_targets_of_every_place_lead_back_to_it(rich: bytes) -> None:
    root = parse(rich)
    targets = Targets(root)
    places = list(targets.places())
    assert len(places) == len(set(map(str, places))) > 60
    for place in places:
        assert targets.resolve(str(place)) == place


def test_targets_count_descendants_of_an_id_and_children_of_a_path(load: Load) -> None:
    case = load(FIRST)
    body = case.root[1]
    body.append(etree.fromstring(f'<p xmlns="{NS}"><em><a href="1"/></em><a href="2"/><a href="3"/></p>'))
    body[-1].set(XML_ID, "b1")
    resolve = Targets(case.root).resolve

    def href(target: str) -> str | None:
        place = resolve(target)
        return place.text if place else None

    assert [href(f"#b1/a[{n}]/@href") for n in (1, 2, 3, 4)] == ["1", "2", "3", None]
    assert href("#b1/em/a/@href") == "1"
    number = len(body.findall(A + "p"))
    assert href(f"body/p[{number}]/a[1]/@href") == "2"
    assert href("#b1/a/@href") is None, "which one?"
    for wrong in ("", "#", "#b1/", "/#b1", "#b1/a[0]/@href", "#b1/a[x]/@href", "#b1/@href", "body/b", "//p", "#b1/@"):
        assert resolve(wrong) is None, wrong


# ---------------------------------------------------------------- properties
def text_nodes(root: etree._Element) -> list[tuple[etree._Element, str]]:
    """Every text of the source in an article: (element, "text", "tail" or the name of an attribute)."""
    nodes = []
    for place in Targets(root).places():
        if place.attribute:
            nodes.append((place.element, f"@{place.attribute}"))
            continue
        for node in place.element.iter():
            if node.text:
                nodes.append((node, "text"))
            if node.tail and node is not place.element:
                nodes.append((node, "tail"))
    return nodes


def get(node: etree._Element, name: str) -> str:
    return str(node.get(name[1:]) if name.startswith("@") else getattr(node, name))


def put(node: etree._Element, name: str, value: str) -> None:
    if name.startswith("@"):
        node.set(name[1:], value)
    else:
        setattr(node, name, value)


CHARACTER = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\n\t "
)
PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


def mutated(draw: st.DrawFn, old: str) -> str:
    at = draw(st.integers(0, len(old)))
    kind = draw(st.sampled_from(["insert", "delete", "replace", "swap"]))
    if kind == "insert":
        return old[:at] + draw(CHARACTER) + old[at:]
    if kind == "delete":
        return old[:at] + old[at + 1 :]
    if kind == "replace":
        return old[:at] + draw(CHARACTER) + old[at + 1 :]
    return old[:at] + old[at : at + 2][::-1] + old[at + 2 :]


@PROPERTY
@given(data=st.data(), name=st.sampled_from([FIRST, SECOND]))
def test_any_change_of_a_character_of_a_gold_is_noticed(data: st.DataObject, name: str, load: Load) -> None:
    case = load(name)
    node, where = data.draw(st.sampled_from(text_nodes(case.root)))
    old = get(node, where)
    new = mutated(data.draw, old)
    assume(new != old)
    derived = {leaf(case, entry.to or "") for entry in case.entries if entry.d == "derive"}
    # A shorter derived value may still be a substring of its spans, and white space does not count there.
    assume(node not in derived or re.sub(r"\s", "", new) not in re.sub(r"\s", "", old))
    put(node, where, new)
    assert case.verify_with()


@PROPERTY
@given(data=st.data())
def test_any_change_of_a_character_is_noticed_anywhere(
    data: st.DataObject, rich: bytes, sourced: Callable[[etree._Element], Case]
) -> None:
    case = sourced(parse(rich))
    assert case.verify() == []
    node, where = data.draw(st.sampled_from(text_nodes(case.root)))
    old = get(node, where)
    new = mutated(data.draw, old)
    assume(new != old)
    put(node, where, new)
    assert case.verify_with()


@PROPERTY
@given(data=st.data(), name=st.sampled_from([FIRST, SECOND]))
def test_any_shift_of_a_consuming_span_is_noticed(data: st.DataObject, name: str, load: Load) -> None:
    case = load(name)
    entries = case.entries
    at = data.draw(st.sampled_from([i for i, entry in enumerate(entries) if entry.d != "derive"]))
    spans = list(entries[at].at)
    which = data.draw(st.integers(0, len(spans) - 1))
    by = data.draw(st.tuples(st.integers(-3, 3), st.integers(-3, 3)).filter(any))
    spans[which] = (spans[which][0] + by[0], spans[which][1] + by[1])
    entries[at] = replace(entries[at], at=tuple(spans))
    assert case.verify_with(entries=entries)


@PROPERTY
@given(data=st.data(), name=st.sampled_from([FIRST, SECOND]))
def test_any_missing_doubled_or_retargeted_entry_is_noticed(data: st.DataObject, name: str, load: Load) -> None:
    case = load(name)
    entries = case.entries
    at = data.draw(st.integers(0, len(entries) - 1))
    kind = data.draw(st.sampled_from(["remove", "double", "retarget"]))
    if kind == "remove":
        # Evidence for a value that a consuming entry proves as well may go.
        assume(entries[at].d != "derive" or [entry.to for entry in entries].count(entries[at].to) == 1)
        del entries[at]
    elif kind == "double":
        assume(entries[at].d != "derive")
        entries.insert(at, entries[at])
    else:
        others = [entry.to for entry in entries if entry.to and entry.to != entries[at].to]
        assume(entries[at].d in ("keep", "meta"))
        entries[at] = replace(entries[at], to=data.draw(st.sampled_from(others)))
    assert case.verify_with(entries=entries)


def test_the_fixtures_are_valid(gold: str, load: Load) -> None:
    assert validate(load(gold).root) == []
