"""The tables of the benchmark, made of two systems that need nothing installed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pages import load_pages
from benchmarks.quality import NOTHING, Run, measure, summary, table, write_inputs
from benchmarks.score import Prediction, score
from benchmarks.systems import COPYDESK, ON_RIPS

PAGES = [page for page in load_pages(Path(__file__).parent.parent / "pages") if page.id in ("minified", "newsroom")]
KINDS = ["text-page", "md-main"]


def test_systems_are_measured(tmp_path: Path) -> None:
    for page in PAGES:
        write_inputs(tmp_path, [*KINDS, "html"], page)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["html", "md-main", "text-page"]
    assert (tmp_path / "html" / "newsroom.txt").read_bytes() == PAGES[1].path.read_bytes()
    ids = [page.id for page in PAGES]
    for system in (ON_RIPS[0], COPYDESK):
        runs, _ = measure(system, KINDS, tmp_path, ids)
        assert list(runs) == KINDS
        for run in runs.values():
            assert list(run.predictions) == ids
            assert (run.failed, run.unproven) == (0, 0 if system is COPYDESK else None)
            assert score(run.predictions, PAGES).recall > 0.9


def test_tables() -> None:
    right = {page.id: Prediction(page.text, page.title or "", "", "2000-01-01") for page in PAGES}
    twice = {page.id: Prediction(f"{page.text} {page.text}") for page in PAGES}
    runs = {
        NOTHING: Run(twice, seconds=0.0, failed=0, unproven=None),
        "copydesk": Run(right, seconds=0.5, failed=0, unproven=0),
        "trafilatura": Run({}, seconds=2.0, failed=2, unproven=None),
    }
    scores = {name: score(run.predictions, PAGES) for name, run in runs.items()}
    assert summary({"md-page": scores}).splitlines()[2:] == [
        "| md-page | 0.667 | 0.000 trafilatura | 1.000 | +1.000 ± 0.000 |"
    ]
    first, _, _, _, *rows = table("md-page", runs, scores).splitlines()
    assert first == "### md-page: 2 pages (known: title 2, author 2, date 2)"
    assert rows == [
        "| nothing done | 0.667 | 0.000 | 0.500 | 1.000 | 0.000 | 0.000 | 0.000 | 0/0, 0/0 |  |  | 0 |  |",
        "| copydesk | 1.000 | 0.000 | 1.000 | 1.000 | 1.000 | 0.000 | 0.000 | 0/0, 0/0 | 4 | 4.00 | 0 | 0 |",
        "| trafilatura | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0/0, 0/0 | 1 | 1.00 | 2 |  |",
    ]
