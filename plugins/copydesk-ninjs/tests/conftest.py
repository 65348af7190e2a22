"""The schemas that documents are checked against, and the articles to export."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from copydesk import Article
from copydesk.testing import sample_articles
from copydesk.testing.articles import NAMES

HERE = Path(__file__).parent
GOLDEN = HERE.parents[2] / "tests" / "golden"
NARROW = HERE / "ninjs-3.2-as-used.schema.json"
SCHEMAS = [NARROW, *(Path(path) for path in (os.environ.get("NINJS_SCHEMA"),) if path)]

Problems = Callable[[Any], list[str]]


@pytest.fixture(scope="session", params=SCHEMAS, ids=lambda path: path.name)
def problems(request: pytest.FixtureRequest) -> Problems:
    """Say what is wrong with a document: by the narrow schema, and by IPTC's own where NINJS_SCHEMA names its file."""
    schema = json.loads(request.param.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return lambda document: [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


@pytest.fixture(scope="session")
def articles() -> dict[str, Article]:
    """The sample articles, and the golden ones of core with the two seeds among them."""
    named = dict(zip(NAMES, sample_articles(), strict=True))
    return named | {path.stem: Article.parse(path.read_bytes()) for path in sorted(GOLDEN.glob("*.xml"))}
