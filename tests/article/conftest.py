from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pytest
from hypothesis import settings
from lxml import etree

from copydesk.article.canonical import A, content_hash, parse
from copydesk.article.ledger import Entry, Ledger, LedgerHeader, LedgerRule, from_jsonl
from copydesk.article.targets import Targets
from copydesk.article.verify import verify
from copydesk.testing import sample_articles

# No test of this project depends on how fast the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

FIXTURES = Path(__file__).parent / "fixtures"
RICH = sample_articles("rich")[0].xml
SEEDS = Path(__file__).parents[2] / "seeds"
GOLDS = ("000_ac31bd14dd4eb9ea", "002_ab83f2dbddbde383")


def day_month_year(text: str) -> str:
    day, month, year = text.split()
    number = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].index(month) + 1
    return f"{year}-{number:02d}-{int(day):02d}"


@dataclass
class Case:
    """A source, an article and a ledger, to be corrupted and verified."""

    view: str
    root: etree._Element
    ledger: Ledger
    rules: Mapping[str, LedgerRule]
    converters: Mapping[str, Callable[[str], str]]

    @cached_property
    def raw(self) -> bytes:
        return self.view.encode("utf-8")

    @property
    def entries(self) -> list[Entry]:
        return list(self.ledger.entries)

    def verify(self) -> list[str]:
        return verify(self.view, self.raw, self.root, self.ledger, self.rules, self.converters)

    def verify_with(self, *, entries: list[Entry] | None = None, **header: object) -> list[str]:
        """Verify with other entries, and a header that says what the article is now, unless told otherwise."""
        header = {"article_sha256": content_hash(self.root), **header}
        self.ledger = Ledger(
            header=replace(self.ledger.header, **header),  # type: ignore[arg-type]
            entries=self.ledger.entries if entries is None else tuple(entries),
        )
        return self.verify()


@pytest.fixture(params=GOLDS)
def gold(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def load() -> Callable[[str], Case]:
    """Load a gold article as a case. Its ledger states what the date converter gave, as the policy asks."""

    def loaded(name: str) -> Case:
        declared = json.loads((FIXTURES / "rules.json").read_bytes())
        return Case(
            view=(SEEDS / f"{name}.txt").read_bytes().decode("utf-8"),
            root=parse((FIXTURES / f"{name}.xml").read_bytes()),
            ledger=from_jsonl((FIXTURES / f"{name}.ledger.jsonl").read_bytes()),
            rules={id_: LedgerRule(id=id_, **rule) for id_, rule in declared.items()},
            converters={"date.dmy": day_month_year},
        )

    return loaded


@pytest.fixture
def rich() -> bytes:
    """An article with every element and attribute of the schema."""
    return RICH


@pytest.fixture
def sourced() -> Callable[[etree._Element], Case]:
    """Make up the source that an article could come from: each text on lines of its own, kept by one rule."""

    def made(root: etree._Element) -> Case:
        lines: list[str] = []
        entries = []
        at = 0
        for place in Targets(root).places():
            text = place.text.strip()
            if text:
                start = at + len(place.text) - len(place.text.lstrip())
                entries.append(Entry(d="keep", rule="keep", to=str(place), at=((start, start + len(text)),)))
                lines.append(place.text)
                at += len(place.text) + 1
        view = "".join(f"{line}\n" for line in lines)
        raw = view.encode("utf-8")
        digest = hashlib.sha256(raw).hexdigest()
        source = root.find(f"{A}head/{A}source")
        assert source is not None
        source.set("sha256", digest)
        header = LedgerHeader(
            name="source.txt",
            source_sha256=digest,
            view="text/1",
            encoding="utf-8",
            view_sha256=digest,
            chars=len(view),
            article_sha256=content_hash(root),
            generator=("test", "0"),
        )
        rules = {"keep": LedgerRule(id="keep", d="keep", reason="kept")}
        return Case(view, root, Ledger(header=header, entries=tuple(entries)), rules, {})

    return made
