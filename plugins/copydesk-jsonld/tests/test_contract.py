"""What core asks of every exporter, and what schema.org asks of the sample articles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from copydesk.testing import check_exporter, export, sample_articles
from copydesk_jsonld.exporter import JsonLdExporter, JsonLdOptions


def text_of(outputs: Mapping[str, bytes]) -> str:
    (content,) = outputs.values()
    opening, closing = content.find(b"{"), content.rfind(b"}")
    return "\n".join(strings(json.loads(content[opening : closing + 1])))


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from strings(part)
    else:
        yield str(node)


@pytest.mark.parametrize("read", [text_of, None])
@pytest.mark.parametrize("script", [False, True])
def test_contract(script: bool, read: Any) -> None:
    check_exporter(JsonLdExporter, JsonLdOptions(script=script), text_of=read)


def test_the_samples_are_schema_org(vocabulary: Any) -> None:
    for article in sample_articles():
        document = json.loads(export(JsonLdExporter, article)[".jsonld"])
        assert vocabulary.problems(document) == []
