from __future__ import annotations

import copy
import dataclasses
import doctest
import pickle
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from lxml import etree

import copydesk as public
from copydesk.article import model, view
from copydesk.article.canonical import NS, XML_ID, XML_LANG, XML_SPACE, A, parse
from copydesk.article.ledger import from_jsonl
from copydesk.article.model import Gallery, Quote, Table, Text, Value
from copydesk.article.view import Article
from copydesk.errors import ArticleError
from copydesk.testing import make_article

FIXTURES = Path(__file__).parent / "fixtures"
RNG = "{http://relaxng.org/ns/structure/1.0}"


# ---------------------------------------------------------------- everything in the schema is in the view
def names_of_the_schema() -> set[tuple[str, str | None]]:
    """(element, attribute) of everything that article-1.0.rng declares; (element, None) for the element itself."""
    file = resources.files("copydesk.article") / "schema" / "article-1.0.rng"
    grammar = etree.fromstring(file.read_bytes())
    defines = {str(define.get("name")): define for define in grammar.iter(f"{RNG}define")}

    def attributes(node: etree._Element) -> Iterator[str]:
        for child in node:
            if child.tag == f"{RNG}attribute" and child.get("name"):
                yield str(child.get("name"))
            elif child.tag == f"{RNG}ref":
                yield from attributes(defines[str(child.get("name"))])
            elif child.tag != f"{RNG}element" and isinstance(child.tag, str):
                yield from attributes(child)

    found: set[tuple[str, str | None]] = set()
    for element in grammar.iter(f"{RNG}element"):
        names = [element.get("name")] if element.get("name") else [one.text for one in element.iter(f"{RNG}name")]
        for name in filter(None, names):
            found.add((name, None))
            # The owner of a pattern, such as an agent's attributes, may stand between: refs are followed.
            found.update((name, attribute) for attribute in attributes(element))
    return found


QUALIFIED = {"xml:id": XML_ID, "xml:lang": XML_LANG, "xml:space": XML_SPACE}
OTHER = {"ltr": "rtl", "rtl": "ltr", "true": "false", "false": "true", "headline": "lead", "Person": "Organization"}
SCHEMA = sorted(names_of_the_schema(), key=str)


def test_the_schema_is_read_as_it_is() -> None:
    elements = {name for name, attribute in SCHEMA if attribute is None}
    assert len(elements) == 63
    assert {("article", "complete"), ("mentions", "rel"), ("h4", "xml:id"), ("td", "rowspan")} <= set(SCHEMA)


@pytest.mark.parametrize(("name", "attribute"), SCHEMA)
def test_everything_in_the_schema_is_reachable_from_the_view(name: str, attribute: str | None, rich: bytes) -> None:
    root = parse(rich)
    before = Article(copy.deepcopy(root))
    if attribute is None:
        element = next(root.iter(A + name), None)
        assert element is not None, f"rich.xml has no {name}"
        parent = element.getparent()
        if parent is None or name in ("head", "title", "source"):
            return  # without them there is no view
        parent.remove(element)
    else:
        key = QUALIFIED.get(attribute, attribute)
        element = next((one for one in root.iter(A + name) if key in one.attrib), None)
        assert element is not None, f"rich.xml has no {name}/@{attribute}"
        if (name, attribute) == ("pre", "xml:space"):
            assert element.get(key) == "preserve", "a constant"
            return
        old = str(element.get(key))
        if name in ("author", "contributor", "publisher", "mentions") and attribute == "type":
            new = "Person" if old == "Organization" else "Organization"
        else:
            new = OTHER.get(old) or ("7" if old.isdecimal() else f"{old}x")
        element.set(key, new)
    after = Article(root)
    assert repr_of(before) != repr_of(after)


def repr_of(article: Article) -> str:
    """The whole view, language, direction and id of head values included."""
    values = []

    def collect(thing: object) -> None:
        if isinstance(thing, Value):
            values.append((str(thing), thing.lang, thing.dir, thing.id))
        elif isinstance(thing, tuple):
            for one in thing:
                collect(one)
        elif hasattr(thing, "__dataclass_fields__"):
            for field in thing.__dataclass_fields__:
                collect(getattr(thing, field))

    collect(article.meta)
    return repr((article.meta, values, article.blocks()))


def test_every_text_of_the_article_is_in_the_view(rich: bytes) -> None:
    seen = repr_of(Article.parse(rich))
    for element in parse(rich).iter(A + "*"):
        for text in (element.text, element.tail):
            if text and text.strip():
                assert repr(text)[1:-1] in seen


def test_foreign_names_are_ignored_by_the_view_and_reachable_by_the_tree(rich: bytes) -> None:
    article = Article.parse(rich)
    assert "vendor" not in repr_of(article)
    assert article.tree.get("{urn:x-vendor:1}seen") == "yes"
    assert article.xpath("string(//*[local-name() = 'score'])") == "0.9 of 1"


# ---------------------------------------------------------------- the interface
def test_the_documentation_names_every_class_and_field_of_the_model() -> None:
    named = set(re.findall(r"\w+", Article.__doc__ or ""))
    assert Article.__doc__
    for name, thing in vars(model).items():
        if dataclasses.is_dataclass(thing):
            assert f"`{name}`" in Article.__doc__
            assert {field.name for field in dataclasses.fields(thing)} <= named, name


def test_the_examples_of_the_documentation() -> None:
    xml = (FIXTURES / "000_ac31bd14dd4eb9ea.xml").read_bytes()
    finder = doctest.DocTestFinder(recurse=False)
    tests = finder.find(Article, "Article", view, globs={"Article": Article, "xml": xml})  # type: ignore[arg-type]
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    results = [runner.run(test) for test in tests]
    assert sum(result.attempted for result in results) >= 4
    assert sum(result.failed for result in results) == 0


def test_an_article_cannot_be_changed(rich: bytes) -> None:
    article = Article.parse(rich)
    with pytest.raises(AttributeError, match="immutable"):
        article.meta = None  # type: ignore[assignment,misc]
    with pytest.raises(AttributeError):
        article.meta.lang = "de"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="immutable"):
        article.meta.title.lang = "de"
    article.tree.clear()
    article.xpath("//a:body")[0].clear()
    article.to_pandoc()["blocks"].clear()
    assert article.xml == rich
    assert article.blocks()
    assert article.to_pandoc()["blocks"]
    assert article.xpath("count(//a:said)") == 2


def test_ledger_and_resources_are_handed_on(rich: bytes) -> None:
    ledger = from_jsonl((FIXTURES / "000_ac31bd14dd4eb9ea.ledger.jsonl").read_bytes())
    article = Article.parse(rich, ledger, {"pictures/dawn.jpg": b"JPEG"}.get)
    assert article.ledger is ledger
    assert article.resource("pictures/dawn.jpg") == b"JPEG"
    assert article.resource("/etc/hostname") is None
    assert Article.parse(rich).resource("pictures/dawn.jpg") is None
    assert Article.parse(rich).ledger is None


def test_head_values_know_their_language_and_travel() -> None:
    value = Value("Wort", lang="de", dir="ltr", id="w")
    for copied in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):  # noqa: S301 -- our own bytes
        assert (copied, copied.lang, copied.dir, copied.id) == ("Wort", "de", "ltr", "w")
    assert value == "Wort"


def test_invalid_articles_are_refused(rich: bytes) -> None:
    with pytest.raises(ArticleError, match=r"not a valid canonical article.*and 1 more problems"):
        Article.parse(rich.replace(b'who="n4"', b'who="n9"', 2))
    with pytest.raises(ArticleError, match="well-formed"):
        Article.parse(rich[:-30])
    for name in ("title", "source"):
        newer = rich.decode().replace('version="1.0" xml', 'version="1.1" xml')
        newer = newer.replace(f"<{name}", f"<x{name}").replace(f"</{name}", f"</x{name}")
        with pytest.warns(UserWarning, match=r"1\.1"), pytest.raises(ArticleError, match=f"no {name}"):
            Article.parse(newer.encode())


def test_printable_text(rich: bytes) -> None:
    article = Article.parse(rich)
    texts = [article.text(block) for block in article.blocks()]
    assert texts[:4] == [
        "A standfirst set apart from the text.",
        "FORD, Wednesday – The new bridge is open.",
        "First part",
        "“It stands”, said Max Stone; see the report or the note.",
    ]
    assert texts[5] == "COURIER: How long is it?\nIs it safe(), at 5 m2 of CO2, גשר?"
    assert texts[7] == "“We built it together.”\n\nMax Stone, at the opening"
    assert "Length: 300 m\n\nSteel\n\nfrom the north" in texts
    assert "Dawn over the river\n\nPhoto: Lin Wu\n\nA picture that is gone" in texts
    assert "Traffic in numbers\n\nYear and month\tCars\n2024\tMay\t1,000\nJune\t" in texts
    assert texts[-2].endswith("\n\n\treturn")
    assert texts[11] == "", "a rule"
    quote = article.blocks()[7]
    assert isinstance(quote, Quote)
    assert quote.attribution
    assert article.text(quote.attribution) == "Max Stone, at the opening"
    table = next(block for block in article.blocks() if isinstance(block, Table))
    assert article.text(table.body[0][2]) == "1,000"
    assert article.text(Text(text="x")) == "x"


@pytest.mark.parametrize(
    ("head", "body", "description"),
    [
        (
            "<description>From the head.</description>",
            '<p role="standfirst">S</p><p role="lead">L</p>',
            "From the head.",
        ),
        (
            "",
            '<p role="standfirst">One.</p><p role="x standfirst">Two<br/>lines.</p><p role="lead">L</p>',
            "One. Two lines.",
        ),
        ("", '<p role="lead"><dateline>LYON, France</dateline> – Shaping it.</p><p>x</p>', "Shaping it."),
        ("", '<p role="lead"><dateline>BERLIN</dateline> (Reuters) - It rains.</p>', "(Reuters) - It rains."),
        ("", '<p role="lead">(<dateline>BERLIN</dateline>): It <em>rains</em>.</p>', "It rains."),
        ("", '<p role="lead">In <dateline>BERLIN</dateline>, it rains.</p>', "In BERLIN, it rains."),
        ("", '<p role="lead"><dateline>BERLIN</dateline></p>', "BERLIN"),
        ("", "<p>No role.</p>", None),
        ("", '<blockquote><p role="lead">Inside.</p></blockquote>', "Inside."),
    ],
)
def test_description(head: str, body: str, description: str | None) -> None:
    assert make_article(body, head).description == description


def test_dateline() -> None:
    assert make_article('<p role="lead"><dateline>NEW<br/><em>YORK</em></dateline> – x</p>').dateline == "NEW YORK"
    assert make_article("<p>x</p>").dateline is None


def test_a_figure_of_the_view(rich: bytes) -> None:
    gallery = next(block for block in Article.parse(rich).blocks() if isinstance(block, Gallery))
    whole, gone = gallery.figures
    assert whole.image
    assert (whole.image.src, whole.image.alt, whole.image.width, whole.image.height) == (
        "pictures/dawn.jpg",
        "The bridge at dawn",
        800,
        600,
    )
    assert whole.credit
    assert gone.image is None
    assert gone.caption
    assert gone.credit is None


# ---------------------------------------------------------------- ways through the body
NESTED = """
<p role="lead">Lead.</p>
<gallery><figure><figcaption>One</figcaption></figure><figure><figcaption>Two</figcaption></figure></gallery>
<blockquote><p>Said.</p><figure><figcaption>Three</figcaption></figure><attribution>B.</attribution></blockquote>
<ul><li><p>Item</p><ol><li><p>Inner</p></li></ol></li></ul>
<aside><h2>Box</h2><p>Text.</p></aside>
"""


def test_walk_gives_every_block_and_figures_the_figures() -> None:
    nested = make_article(NESTED)
    assert [type(block).__name__ for block in nested.walk()] == [
        *("Para", "Gallery", "Figure", "Figure", "Quote", "Para", "Figure"),
        *("List", "Para", "List", "Para", "Aside", "Heading", "Para"),
    ]
    assert [nested.text(figure) for figure in nested.figures()] == ["One", "Two", "Three"]
    assert nested.body_text() == "Lead.\n\nSaid.\n\nB.\n\nItem\n\nInner\n\nBox\n\nText."
    assert make_article("<figure><figcaption>One</figcaption></figure>").body_text() == ""


def test_agents_go_by_their_id(rich: bytes) -> None:
    article = Article.parse(rich)
    for agent in (*article.meta.authors, *article.meta.contributors, article.meta.publisher, *article.meta.mentions):
        assert agent is not None
        assert article.agent(agent.id) is agent
    assert article.agent("nobody") is None
    assert article.agent(None) is None


def test_made_articles_are_checked() -> None:
    made = make_article(title="A & B", lang="ar", dir="rtl", complete="false")
    assert (made.meta.title, made.meta.lang, made.meta.dir, made.meta.complete) == ("A & B", "ar", "rtl", False)
    assert made.body_text() == "A paragraph."
    assert public.NS == NS
    with pytest.raises(ArticleError, match="not a valid canonical article"):
        make_article("<video/>")
