"""What copydesk asks of every exporter, and that neither form of the body loses a word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from lxml import etree

from copydesk import Article
from copydesk.testing import check_exporter
from copydesk_ninjs.exporter import NinjsExporter


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from strings(part)
    else:
        yield str(node)


def with_plain_text(outputs: Mapping[str, bytes]) -> str:
    """Read all strings but the XHTML."""
    document = json.loads(outputs[".ninjs.json"])
    document["bodies"] = [body for body in document["bodies"] if body["contentType"] == "text/plain"]
    return "\n".join(strings(document))


def with_xhtml(outputs: Mapping[str, bytes]) -> str:
    """Read the XHTML's text and the properties beside it; captions and credits must stand in the XHTML."""
    document = json.loads(outputs[".ninjs.json"])
    (body,) = (body for body in document.pop("bodies") if body["contentType"] == "application/xhtml+xml")
    document.pop("associations", None)
    return "\n".join([*strings(document), *etree.fromstring(body["value"]).itertext()])


@pytest.mark.parametrize("text_of", [with_plain_text, with_xhtml, None])
def test_contract(text_of: Callable[[Mapping[str, bytes]], str] | None) -> None:
    check_exporter(NinjsExporter, text_of=text_of)


@pytest.mark.parametrize("text_of", [with_plain_text, with_xhtml])
def test_nothing_of_the_golden_articles_is_lost(
    articles: dict[str, Article], text_of: Callable[[Mapping[str, bytes]], str]
) -> None:
    check_exporter(NinjsExporter, articles=[*articles.values()], text_of=text_of)
