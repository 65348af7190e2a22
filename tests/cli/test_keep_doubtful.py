"""`--keep-doubtful`: what may be text and may be furniture stays."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pages import load_pages
from benchmarks.rips import make_rips

from copydesk.cleaning.pipeline import normalize
from copydesk.cli import main

PAGES = Path(__file__).parent.parent / "pages" / "html"


def _rips() -> list[bytes]:
    pages = load_pages(PAGES.parent)
    return [make_rips(page.html(), page.text, ["text-page"])["text-page"].encode("utf-8") for page in pages]


def _dropped(raw: bytes, *, keep_doubtful: bool) -> int:
    made = normalize(raw, name="page.txt", keep_doubtful=keep_doubtful)
    spans = [at for entry in made.ledger.entries if entry.rule == "furniture" for at in entry.at]
    return sum(end - start for start, end in spans)


def test_less_furniture_is_dropped(tmp_path: Path) -> None:
    rips = _rips()[:8]
    plain = [_dropped(raw, keep_doubtful=False) for raw in rips]
    careful = [_dropped(raw, keep_doubtful=True) for raw in rips]
    assert all(few <= many for few, many in zip(careful, plain, strict=True))
    differ = [raw for raw, few, many in zip(rips, careful, plain, strict=True) if few < many]
    assert differ

    source = tmp_path / "page.txt"
    source.write_bytes(differ[0])
    assert main(["convert", str(source), "--to", "xml", "-o", str(tmp_path / "out"), "--keep-doubtful", "-q"]) == 0
    made = normalize(differ[0], name="page.txt", keep_doubtful=True)
    assert (tmp_path / "out" / "xml" / "page.xml").read_bytes() == made.xml
