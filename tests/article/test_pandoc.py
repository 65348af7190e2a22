"""The pandoc document, checked by pandoc itself."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from lxml import etree, html

from copydesk.article.addresses import IMAGE_SCHEMES, safe_address
from copydesk.article.canonical import NS
from copydesk.article.model import Block, Cell, Image, Link, Para, Table, Text
from copydesk.article.pandoc import API_VERSION, to_pandoc
from copydesk.article.view import Article
from copydesk.testing import sample_articles

FIXTURES = Path(__file__).parent / "fixtures"
ARTICLES = ("000_ac31bd14dd4eb9ea.xml", "002_ab83f2dbddbde383.xml", "rich.xml")


def pandoc(document: dict[str, Any], to: str, *options: str) -> str:
    command = [pypandoc.get_pandoc_path(), "--sandbox", "-f", "json", "-t", to, "--wrap=none", *options]
    done = subprocess.run(command, input=json.dumps(document).encode(), capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode("utf-8")


def page(document: dict[str, Any]) -> etree._Element:
    return html.fragment_fromstring(pandoc(document, "html5"), create_parent="body")


def load(name: str) -> Article:
    return sample_articles("rich")[0] if name == "rich.xml" else Article.parse((FIXTURES / name).read_bytes())


def article(body: str) -> Article:
    head = f'<head><title from="file">T</title><source sha256="{64 * "0"}" mediaType="text/plain"/></head>'
    return Article.parse(
        f'<article xmlns="{NS}" version="1.0" xml:lang="en">{head}<body>{body}</body></article>'.encode()
    )


def nodes(thing: object) -> Iterator[dict[str, Any]]:
    """Every constructor of a document."""
    if isinstance(thing, dict):
        if "t" in thing:
            yield thing
        for value in thing.values():
            yield from nodes(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from nodes(value)


def squashed(text: str) -> str:
    return "".join(text.split())


# ---------------------------------------------------------------- pandoc takes it, and all text comes through
@pytest.mark.parametrize("name", ARTICLES)
def test_pandoc_reads_it_as_it_is(name: str) -> None:
    document = load(name).to_pandoc()
    assert json.loads(pandoc(document, "json")) == json.loads(json.dumps(document))
    assert pandoc(document, "native").startswith("[ ")


def test_the_version_is_that_of_this_pandoc() -> None:
    empty = subprocess.run([pypandoc.get_pandoc_path(), "-t", "json"], input=b"", capture_output=True, check=True)
    assert json.loads(empty.stdout)["pandoc-api-version"] == list(API_VERSION)


@pytest.mark.parametrize("name", ARTICLES)
def test_text_is_conserved(name: str) -> None:
    article = load(name)
    text = squashed("".join(article.text(block) for block in article.blocks()))
    assert len(text) > 400
    shown = page(article.to_pandoc())
    for table in shown.iter("table"):  # pandoc writes a caption where HTML has it, as we do
        assert table[0].tag == "caption"
    assert squashed(shown.text_content()) == text


@pytest.mark.parametrize("name", ARTICLES)
def test_there_are_no_raw_nodes(name: str) -> None:
    kinds = {node["t"] for node in nodes(load(name).to_pandoc())}
    assert {"Para", "Str", "Space", "Span", "Div", "MetaInlines"} <= kinds
    assert not kinds & {"RawBlock", "RawInline"}


# ---------------------------------------------------------------- the mapping
def one(body: etree._Element, path: str) -> etree._Element:
    found = body.xpath(path)
    assert len(found) == 1, (path, etree.tostring(body).decode())
    return found[0]


def test_the_structure_of_the_rich_article_as_html() -> None:
    body = page(load("rich.xml").to_pandoc())
    # roles and transparent annotations
    assert one(body, "div[@class='standfirst'][@lang='en']/p").text == "A standfirst set apart from the text."
    assert one(body, "p[@class='lead']/span[@class='dateline']").text == "FORD, Wednesday"
    assert one(body, "p[@class='note correction']").text == "An earlier version said 200 m."
    said = one(body, "p/span[@class='said'][@data-who='n4']")
    assert (said.text, said.get("lang"), said.get("dir")) == ("It stands", "en", "ltr")
    assert one(body, "p/span[@class='attribution'][@data-who='n4']").text == "said Max Stone"
    assert one(body, "p/span[@class='speaker'][@data-who='n1']").text == "COURIER:"
    assert one(body, "p/span[@class='x-name'][@lang='he'][@dir='rtl']").text == "גשר"
    # blocks
    assert [node.tag for node in body.iter("h1", "h2", "h3", "h4", "h5", "h6")] == ["h2", "h3", "h4", "h5", "h6"]
    quote = one(body, "blockquote[@class='pullquote'][@lang='en']")
    assert one(quote, "p[@class='attribution'][@data-who='n4']/em").text == "opening"
    aside = one(body, "div[@id='b12'][@class='aside factbox']")
    assert one(aside, "ul/li//ol").get("start") == "3"
    gallery = one(body, "div[@id='b20'][@class='gallery']")
    image = dict(one(gallery, "figure[@class='x-wide']/img").attrib)
    assert image == {"src": "pictures/dawn.jpg", "alt": "The bridge at dawn", "width": "800", "height": "600"}
    assert one(gallery, "figure/figcaption/p[@class='credit']").text == "Photo: Lin Wu"
    assert squashed(one(gallery, "figure[not(img)]").text_content()) == "Apicturethatisgone"
    assert one(body, "table/thead/tr/th[@colspan='2']").text == "Year and month"
    assert one(body, "table/tbody/tr/th[@rowspan='2']").text == "2024"
    assert len(body.findall("table/tbody/tr[2]/td")) == 2
    listing = one(body, "//pre[contains(@class, 'python')]")
    assert listing.text_content() == 'if safe():\n    print("a < b")\n\n\treturn'
    assert len(body.findall("hr")) == 1
    # inlines
    link = dict(one(body, "p/a[@id='i6']").attrib)
    assert (link["href"], link["title"]) == ("https://example.org/more", "More on it")
    assert one(body, "//a[@href='#b12']").text == "the note"
    assert one(body, "p/span[@id='i8']/code").text == "safe()"
    assert one(body, "p/span/sup").text == "2"
    assert one(body, "p/span/sub").text == "2"
    assert len(body.findall("p/br")) == 1
    assert one(body, "p/img[@src='smile.png']").get("alt") == "a smile"


def plain(value: Any) -> Any:
    """A metadata value as plain data, its text as a string."""
    match value["t"]:
        case "MetaString":
            return value["c"]
        case "MetaInlines":
            return "".join(node.get("c", " ") for node in nodes(value["c"]) if node["t"] in ("Str", "Space"))
        case "MetaList":
            return [plain(item) for item in value["c"]]
        case _:
            return {key: plain(item) for key, item in value["c"].items()}


def test_metadata() -> None:
    meta = {key: plain(value) for key, value in load("rich.xml").to_pandoc()["meta"].items()}
    title = "A bridge, two rivers & three towns"
    assert meta == {
        "lang": "en",
        "dir": "ltr",
        "title": title,
        "headline": title,
        "subtitle": "What the engineers say",
        "description": "The bridge opens in May, the mayor says.",
        "dateline": "FORD, Wednesday",
        "source": "https://example.org/news/bridge",
        "identifier": [{"scheme": "doi", "text": "10.1000/182"}],
        "date": "2024-05-01",
        "modified": "2024-05-02T10:00:00Z",
        "genre": ["Report"],
        "section": ["Region"],
        "author": ["Ada Byron"],
        "contributor": ["Lin Wu"],
        "publisher": "Courier Press",
        "keywords": ["Bridges", "Rivers", "Commuters"],
        "subject": ["Bridges", "Rivers"],
        "taxonomy": [
            {"group": "TOPICS", "kind": "subject", "terms": ["Bridges", "Rivers"]},
            {"kind": "audience", "terms": ["Commuters"]},
        ],
        "mentions": [
            {
                "name": "Max Stone",
                "type": "Person",
                "rel": "quoted",
                "jobTitle": ["Mayor"],
                "affiliation": ["Town of Ford"],
            }
        ],
        "rights": "© 2024 Courier Press",
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }


def test_metadata_that_an_article_has_not_is_left_out() -> None:
    assert set(article("<p>x</p>").to_pandoc()["meta"]) == {"lang", "title"}
    head = page_head(load("rich.xml").to_pandoc())
    assert one(head, "//title").text == "A bridge, two rivers & three towns"
    assert one(head, "//meta[@name='description']").get("content") == "The bridge opens in May, the mayor says."


def page_head(document: dict[str, Any]) -> etree._Element:
    return html.document_fromstring(pandoc(document, "html5", "--standalone").encode())


def test_paragraphs_that_links_lead_to_have_an_id() -> None:
    body = page(
        article(
            '<p><a href="#b1">1</a><a href="#b2">2</a><a href="#b3">3</a><a href="#b4">4</a></p>'
            '<p xml:id="b1">one</p><ul xml:id="b2"><li><p xml:id="b3">three</p></li></ul>'
            '<figure><figcaption xml:id="b4">four</figcaption></figure><p xml:id="b5">five</p>'
        ).to_pandoc()
    )
    assert one(body, "//*[@id='b1']").text == "one"
    assert one(body, "//*[@id='b2']").tag == "ul"
    assert one(body, "//*[@id='b3']").text == "three"
    assert one(body, "//*[@id='b4']").text == "four"
    assert one(body, "//*[text()='five']").get("id") is None


def test_lists_are_tight_when_their_items_are_single_paragraphs() -> None:
    tight = "<ul><li><p>a</p><ol><li><p>b</p></li></ol></li><li></li></ul>"
    loose = "<ul><li><p>a</p><p>b</p></li></ul>"
    kinds = [{node["t"] for node in nodes(article(body).to_pandoc()["blocks"])} for body in (tight, loose)]
    assert "Para" not in kinds[0]
    assert "Plain" not in kinds[1]
    styled = page(article('<ul><li xml:lang="fr"><p>a</p></li><li><p dir="rtl">b</p></li></ul>').to_pandoc())
    assert one(styled, "//div[@lang='fr']").text_content().strip() == "a"
    assert one(styled, "//p[@dir='rtl']").text == "b"


def test_code_holds_text_alone_and_loses_none() -> None:
    body = page(
        article('<p><code>a <em>b</em> <a href="https://x.example">c</a><br/><said>d</said></code></p>').to_pandoc()
    )
    assert [node.text for node in body.iter("code")] == ["a ", "b", " ", "c", "d"]
    assert one(body, "//em/code").text == "b"
    assert one(body, "//a/code").text == "c"


# ---------------------------------------------------------------- addresses
@pytest.mark.parametrize(
    ("url", "link", "image"),
    [
        ("https://example.org", True, True),
        ("HTTP://example.org", True, True),
        ("mailto:a@example.org", True, False),
        ("ftp://example.org/a", True, False),
        ("//example.org/a", True, True),
        ("a/b.html?x=y:z", True, True),
        ("../b", True, True),
        ("#b1", True, True),
        ("/a:b", True, True),
        ("", True, True),
        ("javascript:alert(1)", False, False),
        ("JaVaScRiPt:alert(1)", False, False),
        (" javascript:alert(1)", False, False),
        ("java\tscript:alert(1)", False, False),
        ("java\nscript\r:alert(1)", False, False),
        ("\x01javascript:alert(1)", False, False),
        ("vbscript:x", False, False),
        ("data:text/html,<script>", False, False),
        ("file:///etc/hostname", False, False),
        ("blob:x", False, False),
        ("tel:1", False, False),
        ("view-source:https://example.org", False, False),
    ],
)
def test_schemes(url: str, link: bool, image: bool) -> None:
    assert (safe_address(url) is not None) is link
    assert (safe_address(url, IMAGE_SCHEMES) is not None) is image
    text = (Text(text="label"),)
    inlines = (Link(href=url, inlines=text), Image(src=url, alt="picture"))
    document = to_pandoc(article("<p>x</p>").meta, [Para(inlines=inlines)])
    kinds = [node["t"] for node in nodes(document["blocks"])]
    assert ("Link" in kinds) is link
    assert ("Image" in kinds) is (image and url != "")
    assert [node["c"] for node in nodes(document["blocks"]) if node["t"] == "Str"] == ["label", "picture"]


# ---------------------------------------------------------------- tables
def table_of(rng: random.Random, name: str) -> Table:
    count = 0

    def rows(number: int) -> tuple[tuple[Cell, ...], ...]:
        nonlocal count
        made = []
        for _ in range(number):
            row = []
            for _ in range(rng.randint(1, 4)):
                count += 1
                row.append(
                    Cell(
                        inlines=(Text(text=f"{name}c{count};"),),
                        header=rng.random() < 0.4,
                        colspan=rng.choice([1, 1, 1, 2, 3, 10**9]),
                        rowspan=rng.choice([1, 1, 1, 2, 5, 10**9]),
                    )
                )
            made.append(tuple(row))
        return tuple(made)

    return Table(head=rows(rng.randint(0, 2)), body=rows(rng.randint(1, 4)))


def test_no_cell_of_any_table_is_lost() -> None:
    rng = random.Random(7)  # noqa: S311 -- test data
    tables: list[Block] = [table_of(rng, f"t{number}") for number in range(400)]
    body = page(to_pandoc(article("<p>x</p>").meta, tables))
    written = body.findall("table")
    assert len(written) == len(tables)
    for source, shown in zip(tables, written, strict=True):
        assert isinstance(source, Table)
        cells = [text.text for row in (*source.head, *source.body) for cell in row for text in cell.inlines]  # type: ignore[union-attr]
        assert re.findall(r"\w+;", str(shown.text_content())) == cells


def test_every_document_is_new_and_nothing_in_it_is_shared() -> None:
    rich = load("rich.xml")
    first, second = rich.to_pandoc(), rich.to_pandoc()
    assert first == second

    def mutable(thing: object) -> Iterator[int]:
        if isinstance(thing, dict | list):
            yield id(thing)
            for value in thing.values() if isinstance(thing, dict) else thing:
                yield from mutable(value)

    ids = [*mutable(first), *mutable(second)]
    assert len(ids) == len(set(ids)), "an exporter may change any part without changing another"


def test_the_deepest_articles_that_are_read_can_be_written() -> None:
    blocks = article("<blockquote>" * 97 + "<p>deep</p>" + "</blockquote>" * 97)
    inlines = article("<p>" + "<em><said>" * 48 + "deep" + "</said></em>" * 48 + "</p>")
    items = article("<ul><li>" * 48 + "<p>deep</p>" + "</li></ul>" * 48)
    for deep in (blocks, inlines, items):
        assert [deep.text(block) for block in deep.blocks()] == ["deep"]
        assert page(deep.to_pandoc()).text_content().strip() == "deep"
    assert len(inlines.quotes()) == 48
