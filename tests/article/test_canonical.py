from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from copydesk.article.canonical import (
    MAX_DEPTH,
    NS,
    XML_ID,
    A,
    Ids,
    agent_id,
    collapse,
    content_hash,
    file_content_hash,
    leaf_id,
    leaf_text,
    parse,
    serialize,
    validate,
)
from copydesk.article.ledger import from_jsonl
from copydesk.errors import ArticleError

FIXTURES = Path(__file__).parent / "fixtures"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
HEAD = '<head><title from="file">T</title><source sha256="' + 64 * "0" + '" mediaType="text/plain"/></head>'


def article(body: str, head: str = HEAD, attributes: str = "") -> etree._Element:
    return parse(
        f'<article xmlns="{NS}" version="1.0" xml:lang="en"{attributes}>{head}<body>{body}</body></article>'.encode()
    )


# ---------------------------------------------------------------- files and hashes
@pytest.mark.parametrize("name", ["000_ac31bd14dd4eb9ea.xml", "002_ab83f2dbddbde383.xml"])
def test_a_canonical_file_is_what_serialize_gives(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    root = parse(data)
    before = etree.tostring(root)
    assert validate(root) == []
    assert serialize(root) == data
    assert etree.tostring(root) == before, "serialize leaves the tree as it is"
    # The form is C14N 2.0, as lxml's own writer of it has it.
    assert data == DECLARATION + etree.tostring(parse(data), method="c14n2") + b"\n"


def test_the_content_hash_is_that_of_the_gold_ledger(gold: str) -> None:
    root = parse((FIXTURES / f"{gold}.xml").read_bytes())
    ledger = from_jsonl((FIXTURES / f"{gold}.ledger.jsonl").read_bytes())
    assert content_hash(root) == file_content_hash(serialize(root)) == ledger.header.article_sha256


def test_ids_of_the_golds_are_made_from_their_text(gold: str) -> None:
    root = parse((FIXTURES / f"{gold}.xml").read_bytes())
    ids, named = Ids(), 0
    for element in root.iter(A + "*"):
        if XML_ID in element.attrib:
            is_agent = element.tag == A + "mentions"
            made = ids.agent(element[0].text or "") if is_agent else ids.leaf(leaf_text(element))
            assert made == element.get(XML_ID)
            named += 1
    assert named > 5


def test_ids_number_repeats_and_see_through_white_space_and_composition() -> None:
    ids = Ids()
    first = leaf_id("Caf\u00e9 au lait")
    assert [ids.leaf("Cafe\u0301  au\n lait "), ids.leaf("Café au lait"), ids.leaf("Café au lait")] == [
        first,
        f"{first}-2",
        f"{first}-3",
    ]
    assert leaf_id("Café au lait", 2) == f"{first}-2"
    assert ids.leaf("Café\u00a0au lait") != f"{first}-4", "a no-break space is text"
    assert ids.agent("Café au lait") == agent_id("Café au lait") == "n" + first[1:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \t\r\n b\x0bc\x1fd ", "a b c d"),
        ("a\u00a0 b\u202f", "a\u00a0 b\u202f"),
        ("e\u0301", "\u00e9"),
        ("", ""),
        ("\n", ""),
        ("a  b", "a b"),
        ("a\nb", "a b"),
    ],
)
def test_collapse(text: str, expected: str) -> None:
    assert collapse(text) == expected


def test_any_formatting_of_the_same_article_gives_the_same_bytes(rich: bytes) -> None:
    flat = rich.replace(b"\n  ", b"").replace(b"\r", b"")
    assert flat != rich
    prefixed = etree.tostring(parse(rich)).replace(b"xmlns=", b"xmlns:q=")
    prefixed = prefixed.replace(b"</", b"\0").replace(b"<", b"<q:").replace(b"\0", b"</q:").replace(b"q:v:", b"v:")
    commented = rich.replace(b"<head>", b"<!-- one --><head><?two?>").replace(b"A bridge", b"A <!-- three -->bridge")
    utf16 = rich.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    # Blank lines in the verbatim listing must stay, so that one is put back.
    listing = rich[rich.index(b"<pre") : rich.index(b"</pre>")]
    flat = flat[: flat.index(b"<pre")] + listing + flat[flat.index(b"</pre>") :]
    for form in (flat, prefixed, commented, utf16):
        assert serialize(parse(form)) == rich


def test_comments_and_instructions_in_a_tree_are_left_out() -> None:
    root = article("<p>one two</p>")
    root.addprevious(etree.Comment("before"))
    body = root.find(A + "body")
    assert body is not None
    body.insert(0, etree.Comment("in the body"))
    body[1].insert(0, etree.ProcessingInstruction("in", "text"))
    body[1][0].tail = "three "
    assert b"<p>one twothree </p>" in serialize(root)
    assert b"<!--" not in serialize(root)
    assert b"<?in" not in serialize(root)


def test_foreign_names_survive() -> None:
    data = serialize(
        article('<p xmlns:v="urn:v" v:a="1">x</p>', HEAD.replace("</head>", '<b xmlns="urn:b" c="2"> <d/>e</b></head>'))
    )
    assert b'<p xmlns:v="urn:v" v:a="1">x</p>' in data
    assert b'    <b xmlns="urn:b" c="2"> <d></d>e</b>\n' in data
    assert validate(parse(data)) == []
    assert serialize(parse(data)) == data


# ---------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    "place", ["<p>x</p>stray", "stray<p>x</p>", "<ul>stray<li><p>x</p></li></ul>", "<p>x</p>\u00a0"]
)
def test_text_between_elements_is_refused_and_never_lost(place: str) -> None:
    with pytest.raises(ArticleError, match="between elements"):
        serialize(article(place))


@pytest.mark.parametrize("character", ["\x01", "\x08", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff"])
def test_characters_that_xml_cannot_hold_are_refused(character: str) -> None:
    # lxml refuses them when text is set, but its HTML parser lets them in.
    html = etree.HTML(f"<p>a&#{ord(character)};b</p>")
    stray = html.find(".//p")
    assert stray is not None
    assert stray.text == f"a{character}b"
    root = article("<p>x</p>")
    root[1][0].append(stray)
    with pytest.raises(ArticleError, match=f"U\\+{ord(character):04X}"):
        serialize(root)


def nested(depth: int) -> str:
    return "<blockquote>" * depth + "<p>x</p>" + "</blockquote>" * depth


def test_nesting_is_limited_on_both_sides() -> None:
    deepest = MAX_DEPTH - 3  # article, body, p
    data = serialize(article(nested(deepest)))
    assert serialize(parse(data)) == data
    for xml in (nested(deepest + 1), nested(250), nested(5000)):
        with pytest.raises(ArticleError):
            article(xml)
    root = article("<p>x</p>")
    top = root[1]
    for _ in range(MAX_DEPTH):
        top = etree.SubElement(top, A + "blockquote")
    with pytest.raises(ArticleError, match="nest deeper"):
        serialize(root)


GOOD = f'<article xmlns="{NS}" version="1.0" xml:lang="en">{HEAD}<body><p>x</p></body></article>'


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        ("", "not well-formed"),
        ("   ", "not well-formed"),
        ("plain text", "not well-formed"),
        (GOOD[:-20], "not well-formed"),
        (GOOD + "<more/>", "not well-formed"),
        (GOOD.replace("<p>x", "<p>&undefined;"), "not well-formed"),
        ("<!DOCTYPE article>" + GOOD, "DOCTYPE"),
        ('<!DOCTYPE article SYSTEM "http://127.0.0.1:9/x.dtd">' + GOOD, "DOCTYPE"),
        ('<!DOCTYPE article [<!ENTITY e "text">]>' + GOOD.replace("<p>x", "<p>&e;"), "DOCTYPE"),
        ('<!DOCTYPE article [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + GOOD.replace("<p>x", "<p>&e;"), "DOCTYPE"),
        (GOOD.replace("article:1", "article:2"), "article:2"),
        (GOOD.replace(f' xmlns="{NS}"', ""), "namespace is missing"),
        ('<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "root element is html"),
        (GOOD.replace("<p>x", "<p>" + "x" * 10_000_001), "more than the 10 MB"),
    ],
)
def test_hostile_xml_is_refused(xml: str, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        parse(xml.encode())


def test_a_bomb_of_entities_is_refused_at_once() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(12))
    for place in (GOOD.replace("<p>x", "<p>&e11;"), GOOD.replace('from="file"', 'from="&e11;"')):
        with pytest.raises(ArticleError):
            parse(f"<!DOCTYPE article [{bomb}]>{place}".encode())


# ---------------------------------------------------------------- round trip of any article
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\t\n\r\x85"),
    min_size=1,
    max_size=12,
)
INLINES = st.sampled_from(["em", "strong", "code", "sub", "sup", "dateline", "said", "attribution", "speaker", "span"])
FOREIGN = {"v": "urn:x-v", "w": "urn:x-w"}
NAMES = st.builds("{{{}}}{}".format, st.sampled_from([*FOREIGN.values()]), st.text("abc", min_size=1, max_size=2))


@st.composite
def filled(draw: st.DrawFn, element: etree._Element, depth: int = 0) -> etree._Element:
    """Fill an element with text and inlines, with foreign attributes here and there."""
    element.text = draw(TEXT)
    if draw(st.booleans()):
        element.set(draw(NAMES), draw(TEXT))
    for tag in draw(st.lists(INLINES, max_size=3 if depth < 3 else 0)):
        child = draw(filled(etree.SubElement(element, A + tag), depth + 1))
        child.tail = draw(st.none() | TEXT)
    return element


@st.composite
def articles(draw: st.DrawFn) -> etree._Element:
    # Declared once for all: given two prefixes for one namespace, lxml's writer of C14N 2.0 confuses them.
    root = article("<p>x</p>", attributes="".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in FOREIGN.items()))
    title, body = root[0][0], root[1]
    title.text = draw(TEXT)
    if draw(st.booleans()):
        foreign = etree.SubElement(root[0], draw(NAMES))
        foreign.text = draw(TEXT)
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["p", "h2", "blockquote", "ul", "pre", "table", "figure"]))
        block = etree.SubElement(body, A + kind)
        if kind in ("p", "h2"):
            draw(filled(block))
        elif kind == "pre":
            block.text = draw(TEXT)
        else:
            wrap = {"blockquote": ["p"], "ul": ["li", "p"], "table": ["tbody", "tr", "td"], "figure": ["figcaption"]}
            for tag in wrap[kind]:
                block = etree.SubElement(block, A + tag)
            draw(filled(block))
    return root


@given(articles())
def test_round_trip_of_any_article(root: etree._Element) -> None:
    data = serialize(root)
    again = parse(data)
    assert serialize(again) == data
    assert data == DECLARATION + etree.tostring(again, method="c14n2") + b"\n"
    leaves = [A + name for name in ("title", "p", "h2", "pre", "td", "figcaption")]
    for one, other in zip(root.iter(*leaves), again.iter(*leaves), strict=True):
        assert "".join(map(str, one.itertext())) == "".join(map(str, other.itertext()))
        for a, b in zip(one.iter(), other.iter(), strict=True):
            assert a.tag == b.tag
            assert dict(a.attrib) == dict(b.attrib)


@given(articles())
def test_the_hash_depends_on_the_content_alone(root: etree._Element) -> None:
    digest = content_hash(root)
    assert digest == content_hash(parse(serialize(root))) == content_hash(copy.deepcopy(root))
    leaf = next(root.iter(A + "p", A + "h2", A + "pre", A + "td", A + "figcaption"))
    leaf.text = f"{leaf.text}x"
    assert content_hash(root) != digest
