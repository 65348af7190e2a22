"""The schema.org vocabulary as a check, and the articles to export."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from copydesk.article.view import Article

HERE = Path(__file__).parent

# ISO 8601, as the definitions of the two types ask for it: a date may be as coarse as a year.
DATE = re.compile(r"-?\d{4,}(-\d\d(-\d\d)?)?")
DATE_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
DISTANCE = re.compile(r"\d+(\.\d+)? \w+")
IRI = re.compile(r'[^\x00-\x20<>"{}|\\^`]+')
FORMS = {
    "Text": re.compile(".+", re.DOTALL), "URL": IRI, "Date": DATE, "DateTime": DATE_TIME, "Distance": DISTANCE
}  # fmt: skip


class Vocabulary:
    """Says what in a JSON-LD document is not schema.org: unknown terms, wrong domains, wrong values, empty members."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text(encoding="utf-8"))
        self.classes: Mapping[str, list[str]] = data["classes"]
        self.properties: Mapping[str, dict[str, list[str]]] = data["properties"]
        self.superseded: Mapping[str, str] = data["superseded"]
        self.kinds_of = cache(self._kinds_of)

    def problems(self, document: Any) -> list[str]:
        """Check a whole document."""
        if not isinstance(document, dict) or document.get("@context") != "https://schema.org":
            return ["not an object in the context of schema.org"]
        return [*self._node(document, "", {"@context", "@type", "@id"})]

    def _kinds_of(self, name: str) -> frozenset[str]:
        """Return a class and all classes above it."""
        above = (self.kinds_of(parent) for parent in self.classes.get(name, ()))
        return frozenset({name}).union(*above)

    def _node(self, node: dict[str, Any], at: str, keywords: set[str]) -> Iterator[str]:
        kind = node.get("@type")
        if kind not in self.classes or "DataType" in self.kinds_of(kind):
            yield f"{at}/@type: {kind!r} is no class"
            return
        at = f"{at}/{kind}"
        if kind in self.superseded:
            yield f"{at}: superseded by {self.superseded[kind]}"
        if "@id" in node and not (isinstance(node["@id"], str) and IRI.fullmatch(node["@id"])):
            yield f"{at}/@id: {node['@id']!r} is no IRI"
        for name, value in node.items():
            if name in keywords:
                continue
            if name not in self.properties:
                yield f"{at}/{name}: no such property"
            elif name in self.superseded:
                yield f"{at}/{name}: superseded by {self.superseded[name]}"
            elif not self.kinds_of(kind) & set(self.properties[name]["domains"]):
                yield f"{at}/{name}: not a property of this class"
            elif value == []:
                yield f"{at}/{name}: empty"
            else:
                for one in value if isinstance(value, list) else [value]:
                    yield from self._value(one, self.properties[name]["ranges"], f"{at}/{name}")

    def _value(self, value: Any, ranges: list[str], at: str) -> Iterator[str]:
        if isinstance(value, dict):
            yield from self._node(value, at, {"@type", "@id"})
            if not self.kinds_of(value.get("@type", "")) & set(ranges):
                yield f"{at}: not one of {ranges}"
        elif value in ("", None):
            yield f"{at}: empty"
        elif not any(self._is_a(value, kind) for kind in ranges):
            yield f"{at}: {value!r} is not one of {ranges}"

    def _is_a(self, value: Any, kind: str) -> bool:
        if isinstance(value, bool):
            return kind == "Boolean"
        if isinstance(value, int):
            return kind in ("Integer", "Number")
        patterns = {"Date": DATE, "DateTime": DATE_TIME, "Distance": DISTANCE, "URL": IRI}
        return isinstance(value, str) and (
            kind == "Text" or (kind in patterns and bool(patterns[kind].fullmatch(value)))
        )


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary(HERE / "fixtures" / "schemaorg.json")


@pytest.fixture(scope="session")
def fixtures() -> dict[str, Article]:
    """The two seeds, and an article that has every element of the schema."""
    return {path.stem: Article.parse(path.read_bytes()) for path in sorted((HERE / "fixtures").glob("*.xml"))}
