from __future__ import annotations

from pathlib import Path

from copydesk.article.ledger import from_jsonl
from copydesk.article.view import Article
from copydesk.cleaning.pipeline import normalize
from copydesk.exporting.xml import XmlExporter
from copydesk.testing import check_exporter, export, sample_articles

SEED = Path(__file__).parents[2] / "seeds" / "002_ab83f2dbddbde383.txt"


def test_gives_the_canonical_bytes_and_the_ledger() -> None:
    made = normalize(SEED.read_bytes(), name=SEED.name)
    outputs = export(XmlExporter, Article.parse(made.xml, made.ledger))
    assert outputs[".xml"] == made.xml
    assert from_jsonl(outputs[".ledger.jsonl"]) == made.ledger


def test_gives_no_ledger_where_there_is_none() -> None:
    assert list(export(XmlExporter, sample_articles()[0])) == [".xml"]


def test_keeps_the_contract() -> None:
    check_exporter(XmlExporter)
