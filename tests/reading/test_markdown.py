"""The Markdown reader: blocks, text, marks, and every character of the syntax accounted for."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from copydesk.article.ledger import Span
from copydesk.cleaning.pipeline import ledger_rules
from copydesk.reading.detect import read
from copydesk.reading.links import is_uri, to_uri, unescape
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block, Source, walk

PIECES: list[str] = json.loads((Path(__file__).parent / "pieces.json").read_text("utf-8"))
documents = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join)
documents = documents.map(lambda text: text.lstrip("\ufeff")).filter(str.strip)


def markdown(text: str) -> Source:
    return read(text.encode("utf-8"), name="a.md", reader="markdown")


def outline(text: str) -> str:
    """Blocks as `kind text`, what they hold in brackets, one line."""
    return " / ".join(map(shown, markdown(text).blocks))


def shown(block: Block) -> str:
    kind = f"h{block.level}" if block.kind == "heading" else "ol" if block.ordered else block.kind
    start = f" {block.first}" if block.first != 1 else ""
    if block.image is not None:
        return f"{kind} {picture(block.image.href, block.image.title)}"
    if block.children:
        return f"{kind}{start}[{', '.join(map(shown, block.children))}]"
    return f"{kind} {text_of(block.passage)}".strip()


def picture(href: Passage | None, title: Passage | None) -> str:
    return f"!{title.string if title else ''}({href.string if href else ''})"


def text_of(passage: Passage) -> str:
    """The text with its marks: <em:...>, a link as <a target "title":...>."""
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for mark in sorted(passage.marks, key=lambda m: (m.start, -m.end)):
        if mark.kind == "img":
            opening.setdefault(mark.start, []).append(picture(mark.href, mark.title))
        elif mark.kind == "br":
            opening.setdefault(mark.start, []).append("⏎")
        else:
            target = f" {mark.href.string}" if mark.href else ""
            title = f' "{mark.title.string}"' if mark.title else ""
            opening.setdefault(mark.start, []).append(f"<{mark.kind}{target}{title}:")
            closing.setdefault(mark.end, []).append(">")
    parts = []
    for i, c in enumerate(passage.string):
        parts += [*closing.get(i, []), *opening.get(i, []), c]
    end = len(passage.string)
    return " ".join("".join([*parts, *closing.get(end, []), *opening.get(end, [])]).split("\n"))


# ---------------------------------------------------------------- blocks
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n\nb\nc\n\n## D ##", "h1 A / paragraph b c / h2 D"),
        ("A\n=\n\nB\n-", "h1 A / h2 B"),
        ("A sentence.\n---", "paragraph A sentence. / rule"),
        (f"{'long ' * 30}\n---", f"paragraph {'long ' * 30}".strip() + " / rule"),
        ("#hashtag\n---", "h2 #hashtag"),
        ("- a\n- b\n  c\n\n  d", "list[item[paragraph a], item[paragraph b c, paragraph d]]"),
        ("3. a\n4. b", "ol 3[item[paragraph a], item[paragraph b]]"),
        ("1. a", "ol[item[paragraph a]]"),
        ("1986. A year", "paragraph 1986. A year"),
        ("7) <a@b.org> and **b**", "paragraph 7) <a:a@b.org> and <strong:b>"),
        ("- a\n  - b\n    > c", "list[item[paragraph a, list[item[paragraph b, quote[paragraph c]]]]]"),
        ("> a\nb\n>\n> c", "quote[paragraph a b, paragraph c]"),
        (">\n> >\n\nx", "paragraph x"),
        ("- \n- a", "list[item, item[paragraph a]]"),
        ("```py x=1\na\n  b\n```", "paragraph x=1 / code a   b"),
        ("    a\n    b", "code a b"),
        ("> ```\n> a\n> b\n> ```", "quote[code a b]"),
        ("***\n- - -\n___", "rule / rule / rule"),
        (
            "|a|b|\n|-|-|\n|`c\\|d`||",
            "table[row[cell a, cell b], row[cell <code:c|d>, cell]]",
        ),
        ("<div>\nx\n</div>", "paragraph <div> x </div>"),
        ("a  \nb\\\nc<br>d", "paragraph a⏎ b⏎ c⏎ d"),
        ("![a](b)", "figure !a(b)"),
        ("![a](b) ![c](d \"t\")\n\n![](e \"t\")", "figure !a(b) / figure !c t(d) / figure !t(e)"),
        ("# ![a](b)\n\nx", "figure !a(b) / paragraph x"),
        ("|![a](b)|\n|-|\n|x ![c](d)|", "table[row[cell !a(b)], row[cell x!c(d)]]"),
        ("a\r\nb\rc\r\n\r\nd", "paragraph a b c / paragraph d"),
    ],
)  # fmt: skip
def test_blocks(text: str, expected: str) -> None:
    assert outline(text) == expected


def test_an_image_alone_in_a_cell_is_kept() -> None:
    (table,) = markdown("|![a](b)|\n|-|\n|x|").blocks
    (mark,) = table.children[0].children[0].passage.marks
    assert (mark.kind, mark.href and mark.href.string) == ("img", "b")


def test_the_language_of_a_program_is_kept() -> None:
    rest, block = markdown("~~~ python title=x\na = 1\n~~~").blocks
    assert (rest.text, block.text) == ("title=x", "a = 1\n")
    assert block.syntax is not None
    assert block.syntax.string == "python"


# ---------------------------------------------------------------- inlines
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a* **b** ***c*** `d`", "<em:a> <strong:b> <strong:<em:c>> <code:d>"),
        ("*a **b* c**", "<em:a <em:<em:b> c>>"),
        ("\\*a\\* \\\\ \\[x\\]", "*a* \\ [x]"),
        ("a &amp; b &lt;c&gt; &copy; &#65;&#x42; &#146; &hellip;", "a & b <c> © AB ’ …"),
        ("&bogus; &copy & &#1; &#xfffe;x&shy;y&#8203;z", "&bogus; &copy &  xyz"),
        ("10&nbsp;km &nbsp;", "10\u00a0km"),
        ("`&amp; \\*`", "<code:&amp; \\*>"),
        ("``a`b``", "<code:a`b>"),
        ("x<b>y</b><!-- z -->", "x<b>y</b><!-- z -->"),
        ("a~~b~~ [^1] $c$ - [ ] d", "a~~b~~ [^1] $c$ - [ ] d"),
        ("[a](b)", "<a b:a>"),
        ("[a](http://b.c/?d=e&amp;f=g&copy=2#h)", "<a http://b.c/?d=e&f=g&copy=2#h:a>"),
        ("[a](<b c> 'd')", '<a b%20c "d":a>'),
        ("[a](b\\)c \"d \\\"e\\\" &amp; f\")", '<a b)c "d "e" & f":a>'),
        ("[a](b (c))", '<a b "c":a>'),
        ("[a]( \n b \"\" )", "<a b:a>"),
        ("[a](b|c[d]%zz{e})", "<a b%7Cc%5Bd%5D%25zz%7Be%7D:a>"),
        ("[a](é#f#g)", "<a é#f%23g:a>"),
        ("[*a* `b`](c)", "<a c:<em:a> <code:b>>"),
        ("[a](#) [b](#c \"d\") [e]()", "<a:a> <a:b> <a:e>"),
        ("[a](javascript:b) [c](&#106;avascript:d) [e](data:f)", "<a:a> <a:c> <a:e>"),
        ("[a](1:2) [b](http://c:d/) [e](:)", "<a:a> <a:b> <a:e>"),
        ("[a](mailto:b@c.d) [e](tel:+1) [f](//g/h) [i](?j)", "<a mailto:b@c.d:a> <a tel:+1:e> <a //g/h:f> <a ?j:i>"),
        ("x[](b)y [](c)", "xy"),
        ("x [![a](b)](c \"d\") y", "x !a(b) y"),
        ("![a](b)x![c](d)", "!a(b)x!c(d)"),
        ("![a]() ![b](#c)", "a b"),
        ("![a ![b](c) d](e)", None),
        ("![Q&amp;A](b) x", "!Q&A(b)x"),
        ("[a](b", "[a](b"),
        ("<http://a.b/c> <javascript:d> <e@f.g> <http://h\\i>",
         "<a http://a.b/c:http://a.b/c> <a:javascript:d> <a:e@f.g> <a:http://h\\i>"),
    ],
)  # fmt: skip
def test_inlines(text: str, expected: str | None) -> None:
    assert outline(text) == (f"paragraph {expected}" if expected else "figure !a  d(e)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a][b]\n\n[b]: c", "<a c:a>"),
        ("[B][] [b]\n\n[b]: <c d> 'e &amp; f'", '<a c%20d "e & f":B> <a c%20d "e & f":b>'),
        ("![a][b] x\n\n[b]: c 'd'", "!a d(c)x"),
        ("[b]: c 'd'\n\n![a][b] x", "!d a(c)x"),
        ('[b  c]\n\n[B C]:\n  d\n  "e"', '<a d "e":b  c>'),
    ],
)
def test_definitions_give_links_their_targets(text: str, expected: str) -> None:
    assert outline(text) == f"paragraph {expected}"


def test_the_first_link_of_a_definition_owns_it() -> None:
    source = markdown("[a][c] and [b][c]\n\n[c]: https://d.e/ 'f'")
    first, second = source.blocks[0].passage.marks
    assert (first.derived, second.derived) == (False, True)
    assert first.href == second.href
    assert list(second.targets()) == []


def test_a_definition_that_no_link_has_is_text() -> None:
    assert outline("a\n\n[b]: c") == "paragraph a / paragraph [b]: c"
    assert outline("a\n\n[b]: c\n\n[b]: d\n\n[b]") == "paragraph a / paragraph [b]: d / paragraph <a c:b>"


def test_what_stands_in_code_is_no_definition() -> None:
    assert outline("    [a]: b\n\n[a]\n\n[a]: b") == "code [a]: b / paragraph <a b:a>"


# ---------------------------------------------------------------- depth
@pytest.mark.parametrize("deep", [40, 200])
def test_deep_nesting_is_flattened_and_keeps_its_text(deep: int) -> None:
    quotes = markdown("\n".join(f"{'> ' * i}q{i}\n" for i in range(1, deep)))
    assert depth(quotes.blocks) <= 40
    assert texts(quotes) == [f"q{i}" for i in range(1, deep)]
    items = "\n".join(f"{'  ' * i}- i{i}" for i in range(deep))
    assert texts(markdown(items)) == [f"i{i}" for i in range(deep)]
    assert depth(markdown(items).blocks) <= 40


def test_deep_emphasis_keeps_its_text() -> None:
    source = markdown(
        "".join(f"{'*_'[i % 2]}a{i} " for i in range(200)) + "".join(f"b{'_*'[i % 2]}" for i in range(200))
    )
    assert len(source.blocks) == 1
    assert re.sub(r"[*_]", "", source.blocks[0].text).count("b") == 200


def depth(blocks: list[Block]) -> int:
    return 1 + max((depth(block.children) for block in blocks), default=0)


def texts(source: Source) -> list[str]:
    return [block.text for block in walk(source.blocks) if block.text]


# ---------------------------------------------------------------- every character
def owned(source: Source) -> Iterator[Span]:
    for block in walk(source.blocks):
        yield from block.passage.spans()
        for mark in (*block.passage.marks, *((block.image,) if block.image else ())):
            for target in mark.targets():
                yield from target.spans()
        yield from block.syntax.spans() if block.syntax else ()
    for entry in source.syntax:
        yield from entry.at


@given(documents)
@example("![a](b)![c](d)")
@example("&nbsp;a&nbsp;")
@example("[![a](i.png)](u)![a](i.png 't')")
@example("[r]:<u>\n\n[r]:<u>")
@example("x\n[r]:<u>\n\n[r]:<u>\n\n[r]")
@example("> `a\n> > b`")
def test_every_character_has_one_owner(text: str) -> None:
    source = markdown(text)
    count = Counter(i for span in owned(source) for i in range(*span))
    assert [i for i, n in count.items() if n > 1] == []
    assert [i for i, c in enumerate(source.view) if not c.isspace() and not count[i]] == []
    rules = ledger_rules()
    for entry in source.syntax:
        for start, end in entry.at:
            dropped = source.view[start:end]
            assert re.fullmatch(rules[entry.rule].match or "", dropped, re.DOTALL), (entry.rule, dropped)
            assert dropped == dropped.strip()


@given(documents)
def test_the_tree_is_well_formed(text: str) -> None:
    kinds = {"list": {"item"}, "table": {"row"}, "row": {"cell"}}
    leaves = {"paragraph", "heading", "code"}
    for block in walk(markdown(text).blocks):
        assert block.kind not in leaves or block.text.strip()
        assert block.kind not in ("list", "quote", "table", "row") or block.children
        allowed = kinds.get(block.kind)
        assert all(
            child.kind in allowed if allowed else child.kind not in ("item", "row", "cell") for child in block.children
        )
        for mark in block.passage.marks:
            assert 0 <= mark.start <= mark.end <= len(block.text)
        starts = [piece.start for piece in block.passage.pieces]
        assert starts == sorted(starts)


@given(documents)
def test_text_that_is_no_syntax_is_kept(text: str) -> None:
    """Letters are dropped where they are a target, a tag or a language, never where they are words."""
    source = markdown(text)
    kept = "".join(texts(source))
    for word in re.findall(r"[日本語é😀]|Word|word", text):
        assert word in kept or any(word in source.view[s:e] for s, e in owned(source))
    for letter in ("日", "😀", "Word"):
        assert kept.count(letter) == text.count(letter)


# ---------------------------------------------------------------- converters
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@example("a b%zz#c#d")
@example("é\u00a0日")
@example("\\[x&amp;y\\]")
def test_to_uri_gives_what_an_address_may_hold_and_is_stable(text: str) -> None:
    uri = to_uri(text)
    assert re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}|[^\x00-\xa0\s]|#(?!.*#))*", uri)
    if not re.search(r"[&\\]", uri):
        assert to_uri(uri) == uri


@given(st.text("abc:/?#[]@!$&'()*+,;=%. é", max_size=24))
@example("http://a:b/")
@example("1:2")
@example("//a:99999")
def test_what_is_a_uri_is_valid_in_the_schema(text: str) -> None:
    from lxml import etree

    if is_uri(text) and text:
        element = etree.Element("a", href=text)
        assert ANY_URI().validate(element), text


def ANY_URI() -> object:  # noqa: N802 -- a constant that is made on first use
    from lxml import etree

    return etree.RelaxNG(
        etree.fromstring(
            '<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"'
            ' datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">'
            '<attribute name="href"><data type="anyURI"/></attribute></element>'
        )
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\\*b\\\\c\\d", "a*b\\c\\d"),
        ("&amp;&AMP;&hearts;&bogus;&amp", "&&♥&bogus;&amp"),
        ("&#35;&#x23;&#X23;&#128;&#0;&#1;", "###€\ufffd"),
        ("&#12345678; &#x1234567; &; &#; &#x;", "&#12345678; &#x1234567; &; &#; &#x;"),
        ("\\&amp;", "&amp;"),
    ],
)
def test_unescape(text: str, expected: str) -> None:
    assert unescape(text) == expected
