"""The conformance kit passes what is right and bites at what is wrong, one broken exporter for each check."""

from __future__ import annotations

import importlib
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from copydesk.article.canonical import A, agent_id, leaf_id, leaf_text, parse, serialize, validate
from copydesk.errors import ExportError
from copydesk.testing import check_exporter, export, long_article, sample_articles
from copydesk.testing.watch import watched

Make = Callable[..., Any]
_numbers = count()

# Everything in the head but the title.
HEAD = (
    "headline alternativeHeadline description url identifier datePublished dateModified genre articleSection author"
    " contributor publisher keywords mentions copyrightNotice license"
)
ALL = f"title {HEAD} body"
ARTICLE = """
import datetime, functools, json, locale, os, pathlib, random, socket, sys, tempfile, time
from dataclasses import dataclass
from copydesk import ArticleExporter, CollectionExporter, ExportError, NoOptions, Output

{extra}

def plain(article):
    return "\\n\\n".join([article.meta.title, *map(article.text, article.blocks())])

class Made({base}):
    name = "made"
    suffixes = (".txt", ".bin")
    media_type = "text/plain"
    loses = frozenset("{loses}".split())
    {declares}
    def export(self, {given}, options):
{body}
"""


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make an exporter in a module of its own, which another process can import too."""
    monkeypatch.syspath_prepend(str(tmp_path))
    modules = []

    def article(body: str, *, declares: str = "", loses: str = HEAD, extra: str = "", collection: bool = False) -> Any:
        name = f"made_{next(_numbers)}"
        modules.append(name)
        source = ARTICLE.format(
            body=textwrap.indent(textwrap.dedent(body), " " * 8),
            declares=declares,
            loses=loses,
            extra=extra,
            base="CollectionExporter" if collection else "ArticleExporter",
            given="articles" if collection else "article",
        )
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(name).Made

    yield article
    for name in modules:
        sys.modules.pop(name, None)


GOOD = "yield Output('.txt', plain(article).encode())"
GOOD_COLLECTION = "yield Output('.txt', (f'{plain(article)}\\n'.encode() for article in articles))"


def test_good_exporters_pass(make: Make) -> None:
    check_exporter(make(GOOD))
    check_exporter(make(GOOD_COLLECTION, collection=True))
    temporary = """
        with tempfile.NamedTemporaryFile() as stream:
            stream.write(plain(article).encode())
            stream.seek(0)
            yield Output('.txt', stream.read())
        """
    check_exporter(make(temporary))


def test_an_exporter_made_in_a_test_is_checked_as_far_as_it_can_be(make: Make) -> None:
    class Local(make(GOOD)):  # type: ignore[misc]
        pass

    check_exporter(Local)


BROKEN: dict[str, tuple[str, str]] = {
    "undeclared suffix": ("yield Output('.md', b'')", "'.md'"),
    "suffix twice": ("yield Output('.txt', b''); yield Output('.txt', b'')", "twice"),
    "text for bytes": ("yield Output('.txt', 'text')", "not bytes"),
    "no output": ("return []", "no output"),
    "raises": ("raise ValueError('boom')", "ValueError: boom"),
    "exits": ("sys.exit(0)", "SystemExit"),
    "not UTF-8": ("yield Output('.txt', 'é'.encode('latin-1'))", "not UTF-8"),
    "chance": ("yield Output('.txt', str(random.random()).encode())", "determinism: a second run"),
    "counter": ("self.__class__.n = getattr(self, 'n', 0) + 1; yield Output('.bin', b'%d' % self.n)", "determinism"),
    "hash order": ("yield Output('.bin', ' '.join({'a', 'b', 'c', 'd', 'e', 'f', 'g'}).encode())", "hash seed"),
    "date": ("yield Output('.bin', str(datetime.date.today()).encode())", "clock"),
    "time zone": ("yield Output('.bin', str(datetime.datetime.fromtimestamp(0)).encode())", "time zone"),
    "locale": ("yield Output('.bin', locale.getpreferredencoding(False).encode())", "locale"),
    "encoding of the system": (
        """
        with open(__file__) as stream:
            yield Output('.bin', stream.encoding.encode())
        """,
        "locale",
    ),
    "only elsewhere": ("os.environ['LC_ALL'] != 'C' or 1 / 0; yield Output('.bin', b'')", "fails in another locale"),
    "working folder": ("yield Output('.bin', os.getcwd().encode())", "determinism"),
    "file here": ("open('left.txt', 'w').close(); yield Output('.bin', b'')", "side effects: changed a file"),
    "file there": (
        "pathlib.Path(sys.path[0], 'made').write_bytes(b''); yield Output('.bin', b'')",
        "side effects: changed a file",
    ),
    "temporary file left": (
        "os.close(tempfile.mkstemp()[0]); yield Output('.bin', b'')",
        r"side effects: left a file behind \(temporary/",
    ),
    "folder": (
        "os.path.exists('folder') or os.mkdir('folder'); yield Output('.bin', b'')",
        "side effects: changed a file",
    ),
    "connection": (
        """
        with socket.socket() as connection:
            connection.settimeout(0.01)
            connection.connect_ex(('127.0.0.1', 9))
        yield Output('.bin', b'')
        """,
        "side effects: opened a connection",
    ),
    "connection, kept quiet": (
        """
        try:
            socket.create_connection(('127.0.0.1', 9), 0.01)
        except OSError as error:
            assert isinstance(error, ConnectionRefusedError)
        yield Output('.bin', b'')
        """,
        "side effects: opened a connection",
    ),
    "look-up of an address": (
        "socket.gethostbyname('localhost'); yield Output('.bin', b'')",
        "side effects: opened a connection",
    ),
    "reads a file": (
        "pathlib.Path(__file__).parents[1].joinpath('read.me').read_bytes(); yield Output('.bin', b'')",
        "side effects: read a file .*read.me",
    ),
    "reads a folder": (
        "os.listdir(os.path.dirname(tempfile.gettempdir())); yield Output('.bin', b'')",
        "side effects: read a file .*listdir",
    ),
    "changes the article": (
        "article._root.find('.//{*}p').text = 'changed'; yield Output('.bin', b'')",
        "export\\(\\) changed the article",
    ),
    "a call a paragraph": (
        """
        def rest(blocks):
            return '' if len(blocks) < 2 else rest(blocks[1:])
        yield Output('.txt', rest(article.blocks()).encode())
        """,
        "RecursionError",
    ),
    "a limit in the format": (
        "len(article.blocks()) < 10_000 or 1 / 0; yield Output('.bin', b'')",
        "'Paragraph 1 of a long article'.*ZeroDivisionError",
    ),
    "chokes on hostile text": (
        "json.loads('\"' + article.meta.title + '\"'); yield Output('.bin', b'')",
        "JSONDecodeError",
    ),
    "chokes on an almost empty article": ("article.meta.headline.upper(); yield Output('.bin', b'')", "AttributeError"),
}


@pytest.mark.parametrize(("body", "complaint"), BROKEN.values(), ids=BROKEN)
def test_each_check_bites(make: Make, monkeypatch: pytest.MonkeyPatch, body: str, complaint: str) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with pytest.raises(AssertionError, match=complaint):
        check_exporter(make(body))


BROKEN_COLLECTIONS = {
    "all at once": ("everything = list(articles); yield Output('.bin', b'%d' % len(everything))", "held \\d+ articles"),
    "all text at once": (
        "yield Output('.txt', ''.join(plain(article) for article in articles).encode())",
        "took 24 articles without giving a chunk",
    ),
    "header, then all": (
        """
        def chunks():
            yield b'header'
            yield ''.join(plain(article) for article in articles).encode()
        yield Output('.txt', chunks())
        """,
        "took 24 articles without giving a chunk",
    ),
    "not all": ("yield Output('.txt', plain(next(articles)).encode())", "did not take every article"),
    "raises late": (
        """
        for number, article in enumerate(articles):
            if number > 20:
                raise ValueError("boom")
        yield Output('.txt', b'')
        """,
        "streaming: ValueError: boom",
    ),
}


@pytest.mark.parametrize(("body", "complaint"), BROKEN_COLLECTIONS.values(), ids=BROKEN_COLLECTIONS)
def test_each_check_of_collections_bites(make: Make, body: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_exporter(make(body, collection=True))


def test_the_declaration_is_checked(make: Make) -> None:
    with pytest.raises(AssertionError, match=r"declaration: .*media_type"):
        check_exporter(make(GOOD, declares="media_type = 'text'"))


def test_other_outputs_are_utf_8_if_their_suffix_says_text(make: Make) -> None:
    latin = make("yield Output('.txt', b''); yield Output('.csv', b'\\xe9')", declares="suffixes = ('.txt', '.csv')")
    with pytest.raises(AssertionError, match=r"encoding: \.csv is not UTF-8"):
        check_exporter(latin)


def test_the_main_output_is_what_its_media_type_says(make: Make) -> None:
    with pytest.raises(AssertionError, match="not the application/json that it is declared to be"):
        check_exporter(make(GOOD, declares="media_type = 'application/json'"))


def test_a_long_article_is_looked_for_to_its_end(make: Make) -> None:
    cell = make("yield Output('.txt', plain(article)[:500_000].encode())")
    sort = "'\\n'.join(sorted(plain(article).split('\\n'))) if len(article.blocks()) > 999 else plain(article)"
    mixed = make(f"yield Output('.txt', ({sort}).encode())")
    for text_of in (None, txt):
        with pytest.raises(AssertionError, match=r"long article: 'Paragraph\d{4}of.*' is not in the output"):
            check_exporter(cell, text_of=text_of)
        check_exporter(cell, text_of=text_of, size=2000)
        with pytest.raises(AssertionError, match=r"long article: .* not in its place"):
            check_exporter(mixed, text_of=text_of)


OPTIONS = """
from dataclasses import field
from typing import Literal
@dataclass(frozen=True{settings})
class Options:
{fields}
"""


def with_options(make: Make, fields: str, settings: str = "") -> Any:
    source = OPTIONS.format(fields=textwrap.indent(textwrap.dedent(fields), "    "), settings=settings)
    return make(GOOD, declares="Options = Options", extra=source)


def test_options_of_every_kind_pass(make: Make) -> None:
    fields = """
        on: bool = False
        off: bool = True
        line_width: int = 80
        scale: float = 1.0
        depth: int | None = None
        language: str = "en"
        mode: Literal["strict", "loose"] = "strict"
        made: str = field(default="", init=False)
        def __post_init__(self):
            if not 70 <= self.line_width <= 90 or not self.language.isascii():
                raise ValueError("out of range")
        """
    check_exporter(with_options(make, fields))


BROKEN_OPTIONS = {
    "one that is set back": (
        "level: int = 1\ndef __post_init__(self): object.__setattr__(self, 'level', 1)",
        "level=2 leaves it 1",
    ),
    "one that changes what it is given": (
        "level: int = 1\ndef __post_init__(self): object.__setattr__(self, 'level', self.level * 2)",
        "--made-level=2 gives .*level=4.*, not .*level=2",
    ),
    "one that takes nothing that is known": (
        "word: str = 'swordfish'\ndef __post_init__(self):\n    if self.word != 'swordfish': raise ValueError",
        "word takes none of .*give the check options",
    ),
}


@pytest.mark.parametrize(("fields", "complaint"), BROKEN_OPTIONS.values(), ids=BROKEN_OPTIONS)
def test_the_round_trip_of_options_bites(make: Make, fields: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=f"options: .*{complaint}"):
        check_exporter(with_options(make, fields))


def test_options_that_compare_unequal_or_that_no_flag_can_give_are_found(make: Make) -> None:
    with pytest.raises(AssertionError, match=r"options: .* gives .*, not "):
        check_exporter(with_options(make, "level: int = 1", settings=", eq=False"))
    unset = with_options(make, "level: int | None = 1")
    with pytest.raises(AssertionError, match="options: no flag makes level None"):
        check_exporter(unset, unset.Options(level=None))
    given = with_options(
        make,
        "word: str = 'sword'\ndef __post_init__(self):\n    if self.word not in ('sword', 'fish'): raise ValueError",
    )
    check_exporter(given, given.Options("fish"))


def txt(outputs: Mapping[str, bytes]) -> str:
    return outputs[".txt"].decode()


@pytest.mark.parametrize("text_of", [None, txt])
def test_lost_text_is_found(make: Make, text_of: Any) -> None:
    check_exporter(make(GOOD), text_of=text_of)
    with pytest.raises(AssertionError, match=r"text: '10.5555/ferry.2023' of the head is not in the output"):
        check_exporter(make(GOOD, loses=""), text_of=text_of)
    for cut in ("[:-1]", ".replace('CO2', 'CO')", ".replace('---', '')", ".replace('Photo: ', '')"):
        losing = make(f"yield Output('.txt', plain(article){cut}.encode())")
        with pytest.raises(AssertionError, match=r"text: '.*' stands \d+ times in the article, \d+ in the output"):
            check_exporter(losing, text_of=text_of)


def test_text_that_a_format_has_no_place_for_may_be_lost_inside_a_block(make: Make) -> None:
    said = "article.xpath('//a:body//a:said')"
    body = f"""
        text = plain(article)
        for said in {said}:
            text = text.replace(''.join(said.itertext()), '')
        yield Output('.txt', text.encode())
        """
    for text_of in (None, txt):
        with pytest.raises(AssertionError, match="text: '“Wedoubledthecrossings”,said"):
            check_exporter(make(body), text_of=text_of)
        check_exporter(make(body, loses=f"{HEAD} said"), text_of=text_of)
    check_exporter(make("yield Output('.txt', b'')", loses=ALL))
    check_exporter(make("yield Output('.txt', b'')", loses="head body"))


def test_options_are_used(make: Make) -> None:
    extra = "@dataclass(frozen=True)\nclass Options:\n    word: str = ''\n"
    exporter = make(
        "if options.word == 'bad': raise ValueError\nyield Output('.txt', options.word.encode())",
        declares="Options = Options",
        loses=ALL,
        extra=extra,
    )
    (article, *_) = sample_articles()
    assert export(exporter, article, word="é") == {".txt": "é".encode()}
    assert export(exporter, article, options=exporter.Options("b")) == {".txt": b"b"}
    check_exporter(exporter, exporter.Options("é"))
    with pytest.raises(AssertionError, match="ValueError"):
        check_exporter(exporter, exporter.Options("bad"))


def test_export_raises_as_a_run_would(make: Make) -> None:
    article = sample_articles()[0]
    with pytest.raises(ExportError, match="boom"):
        export(make("raise ValueError('boom')"), article)
    with pytest.raises(ExportError, match="did not take every article"):
        export(make("yield Output('.bin', b'')", collection=True), article)


def test_nothing_is_watched_when_nobody_watches(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"^Me, side effects: changed a file \(open .*a\)$"), watched("Me"):
        (tmp_path / "a").write_bytes(b"")
    (tmp_path / "b").write_bytes(b"")
    with watched("Me"):
        pass


def test_samples_are_canonical_and_hold_every_element() -> None:
    articles = sample_articles()
    seen = set()
    for article in articles:
        root = parse(article.xml)
        assert validate(root) == []
        assert serialize(root) == article.xml
        seen |= {element.tag for element in root.iter() if str(element.tag).startswith(A)}
        for element in root.iter():
            name = etree.QName(element).localname
            identifier = element.get("{http://www.w3.org/XML/1998/namespace}id", "")
            if re.match("b[0-9a-f]{8}", identifier):
                assert identifier.partition("-")[0] == leaf_id(leaf_text(element)), name
            elif re.match("n[0-9a-f]{8}", identifier):
                assert identifier.partition("-")[0] == agent_id(element.findtext(f"{A}name") or "")
    schema = Path(__file__).parents[2] / "src/copydesk/article/schema/article-1.0.rng"
    names = etree.parse(schema).xpath(
        "//r:element/@name | //r:element/r:choice/r:name/text()",
        namespaces={"r": "http://relaxng.org/ns/structure/1.0"},
    )
    assert {str(name) for name in names} == {etree.QName(tag).localname for tag in seen}
    everything, hostile, arabic, bare, *_ = articles
    assert [article.meta.dir for article in (everything, hostile, arabic, bare)] == ["ltr", None, "rtl", None]
    assert (len(bare.blocks()), bare.meta.lang) == (1, "und")


def test_a_long_article_is_valid_and_as_long_as_asked() -> None:
    article = long_article(300)
    assert len(article.blocks()) == 300
    assert len({article.text(block) for block in article.blocks()}) == 300
    assert len(long_article(1).blocks()) == 1
