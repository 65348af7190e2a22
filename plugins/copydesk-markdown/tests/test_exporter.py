"""Whole files: the contract of core, the goldens, and what a reader finds in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import mdformat
import pytest
import yaml

from copydesk.article.view import Article
from copydesk.plugins import Plugins
from copydesk.testing import check_exporter, sample_articles
from copydesk.testing.articles import NAMES as SAMPLES
from copydesk_markdown.exporter import MarkdownExporter

HERE = Path(__file__).parent
NAMES = ["000_ac31bd14dd4eb9ea", "002_ab83f2dbddbde383", "rich"]
# In a checkout of the project, the goldens of the normalizer as well.
GOLDENS = sorted((HERE.parents[2] / "tests" / "golden").glob("*.xml"))

Export = Callable[[Article], str]


def test_contract(trees: Any) -> None:
    def text_of(outputs: Mapping[str, bytes]) -> str:
        text = outputs[".md"].decode()
        front_matter = text.split("---\n")[1]
        return "\n".join([*_strings(yaml.safe_load(front_matter)), *_texts(trees.read(text))])

    check_exporter(MarkdownExporter, text_of=text_of)
    check_exporter(MarkdownExporter)  # as a reader of plain text sees it


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    else:
        for part in node.values() if isinstance(node, dict) else node:
            yield from _strings(part)


def _texts(node: Any) -> Iterator[str]:
    for part in node:
        if isinstance(part, tuple) and part and all(len(one) == 2 and isinstance(one[1], frozenset) for one in part):
            yield "".join(char for char, _ in part)
        elif isinstance(part, tuple):
            yield from _texts(part)
        elif node[0] == "pre":
            yield str(part)


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str, fixtures: dict[str, Article], export: Export) -> None:
    assert export(fixtures[name]) == (HERE / "golden" / f"{name}.md").read_bytes().decode()


def _articles() -> Iterator[Any]:
    for path in [*sorted((HERE / "fixtures").glob("*.xml")), *GOLDENS]:
        yield pytest.param(lambda path=path: Article.parse(path.read_bytes()), id=path.stem)
    for name in SAMPLES:
        yield pytest.param(lambda name=name: sample_articles(name)[0], id=f"sample-{name}")


@pytest.mark.parametrize("article", [*_articles()])
def test_a_file_reads_as_its_article(article: Callable[[], Article], export: Export, trees: Any) -> None:
    given = article()
    title = ("h1", tuple((char, frozenset()) for char in given.meta.title))
    text = export(given)
    assert [*trees.differences((title, *trees.say(given.blocks())), trees.read(text))] == []
    extensions = {"frontmatter", "gfm"}
    formatted = mdformat.text(text, extensions=extensions)
    assert [*trees.differences(trees.read(text), trees.read(formatted))] == []
    assert mdformat.text(formatted, extensions=extensions) == formatted
    assert formatted.split("---\n")[1] == text.split("---\n")[1]


def test_the_plugin_is_found() -> None:
    (found,) = Plugins().formats["markdown"]
    assert (found.exporter, found.provider.distribution) == (MarkdownExporter, "copydesk-markdown")
