"""The must-ignore rules: what a newer minor version of the schema adds does no harm and loses no text."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from copydesk.article.canonical import NS, A, parse
from copydesk.article.model import Figure, Para, Text
from copydesk.article.view import Article
from copydesk.testing import sample_articles

RICH = sample_articles("rich")[0].xml


def article(body: str, head: str = "") -> Article:
    source = f'<source sha256="{64 * "0"}" mediaType="text/plain"/>'
    xml = (
        f'<article xmlns="{NS}" version="1.1" xml:lang="en"><head><title from="novel">T</title>{head}{source}</head>'
        f"<body>{body}</body></article>"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Article.parse(xml.encode())


def test_a_newer_minor_version_is_read_with_one_warning() -> None:
    newer = RICH.replace(b'version="1.0" xml:lang', b'novel="yes" version="1.3" xml:lang')
    with pytest.warns(UserWarning, match=r"schema version 1\.3, newer than 1\.0") as caught:
        read = Article.parse(newer)
    assert len(caught) == 1
    assert read.meta.version == "1.3"
    assert read.blocks() == Article.parse(RICH).blocks()
    assert read.xml == newer


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>a <x>b <em>c</em></x> d</p>", ["a b c d"]),
        ("<details><summary>a</summary><p>b</p></details>", ["a", "b"]),
        ("<verse>a <em>b</em></verse>", ["a b"]),
        ("<verse><em>a</em></verse>", ["a"]),
        ("<verse/><p>a</p>", ["a"]),
        ("<x><x><p>a</p><p>b</p></x></x>", ["a", "b"]),
        ("<figure><video>a</video><figcaption>b</figcaption></figure>", ["b", "a"]),
        ("<gallery><figure><figcaption>a</figcaption><x>b</x></figure><x>c</x></gallery>", ["a", "b", "c"]),
        ("<table><tbody><tr><td>a</td></tr></tbody><tfoot><tr><td>b</td></tr></tfoot><x>c</x></table>", ["a\nb", "c"]),
        ("<table><tbody><tr><td>a</td><x>b</x></tr><x><td>c</td></x></tbody></table>", ["a\tb\nc"]),
        ("<ul><li><p>a</p></li><x>b</x></ul>", ["a\n\nb"]),
        ("<blockquote><p>a</p><attribution>b</attribution><x>c</x></blockquote>", ["a\n\nc\n\nb"]),
        ("<p>a <a>b</a></p>", ["a b"]),
    ],
)
def test_what_it_adds_is_ignored_without_loss_of_text(body: str, expected: list[str]) -> None:
    newer = article(body)
    assert [newer.text(block) for block in newer.blocks()] == expected
    assert newer.to_pandoc()["blocks"]


def test_unknown_values_of_known_attributes_do_no_harm() -> None:
    newer = article(
        '<table><tbody><tr><td colspan="many" rowspan="-1">a</td></tr></tbody></table>'
        '<ol start="x"><li><p>b</p></li></ol><figure><img src="x" width="50%"/></figure>',
        head='<mentions type="Robot"><name>R</name></mentions>',
    )
    table, numbers, figure = newer.blocks()
    assert "colspan=1, rowspan=1" in repr(table)
    assert "start=None" in repr(numbers)
    assert isinstance(figure, Figure)
    assert figure.image
    assert figure.image.width is None
    assert newer.meta.mentions[0].type == "Person"
    assert newer.meta.title_from == "novel"


EMPTY = {A + name for name in ("br", "hr", "img")}  # they stay empty in any minor version


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["wrap", "rename", "insert"])), max_size=8))
def test_no_text_vanishes_whatever_is_unknown(changes: list[tuple[int, str]]) -> None:
    root = parse(RICH)
    root.set("version", "1.9")
    body = root[1]
    for number, (index, kind) in enumerate(changes):
        elements = [element for element in body.iter() if element is not body]
        element = elements[index % len(elements)]
        if kind == "rename":
            element.tag = f"{A}x{number}"
        elif kind == "insert" and element.tag not in EMPTY:
            etree.SubElement(element, f"{A}x{number}").text = f"new{number}"
        elif kind == "wrap":
            parent = element.getparent()
            assert parent is not None
            wrapper = etree.Element(f"{A}x{number}")
            wrapper.tail, element.tail = element.tail, None
            parent.replace(element, wrapper)
            wrapper.append(element)
    there = "".join("".join(map(str, body.itertext())).split())
    read = Article(root)
    seen = "".join("".join(read.text(block) for block in read.blocks()).split())
    assert sorted(seen) == sorted(there), "every character, though some in another place"


def test_text_around_unknown_inlines_is_one_text() -> None:
    assert article("<p>a<x>b</x>c</p>").blocks() == (Para(inlines=(Text(text="abc"),)),)
