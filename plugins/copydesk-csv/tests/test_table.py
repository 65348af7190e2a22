from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.article.view import Article
from copydesk.testing import sample_articles
from copydesk_csv import parse_items, unguard
from copydesk_csv.columns import row
from copydesk_csv.exporter import CsvExporter, CsvOptions

CORE = sorted((Path(__file__).parents[3] / "tests" / "golden").glob("*.xml"))  # in the workspace
GOLDEN = Path(__file__).parent / "golden"
HEADER = [
    "id", "source", "url", "title", "headline", "alt_headline", "description", "dateline", "date", "modified",
    "authors", "publisher", "genre", "section", "keywords", "people", "quotes", "captions", "words", "lang", "rights",
    "license", "text",
]  # fmt: skip
HOSTILE = [
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1:A9)", "＝1+1", "'=1", "''", '"', '""', 'a","b', "a,b;c|d=e\\f", "\\",
    "</script><script>alert(1)</script>", "\u202eright\u202c to left", "👩\u200d👩\u200d👧", "a\u2028b\u2029c\u0085d",
    "NULL", "NA", "nan", "007", "1e5", "true", "#REF!", "\ufeffx", "e\u0301", "\U0010fffd",
]  # fmt: skip
VERBATIM = ["a\r\nb", "a\rb", "a\nb", "\n", "\ta\t", "a\r\n\r\nb", '"\r\n"', "=1\r\n=2", "x  y"]

Table = list[list[str]]
Make = Callable[..., Article]
Export = Callable[..., dict[str, bytes]]


def by_csv(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def by_duckdb(path: Path) -> Table:
    query = """FROM read_csv(?, header = true, all_varchar = true, allow_quoted_nulls = false,
                             delim = ',', quote = '"', escape = '"')"""
    with duckdb.connect() as connection:
        table = connection.execute(query, [str(path)])
        return [[name for name, *_ in table.description], *map(list, table.fetchall())]


def by_pandas(path: Path) -> Table:
    pandas = pytest.importorskip("pandas", reason="uv run --group dataframes pytest has it")
    frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
    return [list(frame.columns), *frame.values.tolist()]


def by_polars(path: Path) -> Table:
    polars = pytest.importorskip("polars", reason="uv run --group dataframes pytest has it")
    frame = polars.read_csv(path, infer_schema=False)
    return [frame.columns, *map(list, frame.iter_rows())]


READERS = [by_csv, by_duckdb, by_pandas, by_polars]


def read(content: bytes) -> Table:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def test_the_header_is_the_documented_one(export: Export) -> None:
    outputs = export([])
    assert list(outputs) == [".csv", ".csv-metadata.json", ".datapackage.json"]
    assert outputs[".csv"] == ('"' + '","'.join(HEADER) + '"\r\n').encode()


@pytest.mark.parametrize("suffix", [".csv", ".csv-metadata.json", ".datapackage.json"])
def test_golden(suffix: str, fixtures: list[Article], export: Export) -> None:
    assert export(fixtures)[suffix].decode() == (GOLDEN / f"articles{suffix}").read_bytes().decode()


def test_a_row_for_every_article_of_the_core(export: Export) -> None:
    articles = [*sample_articles(), *(Article.parse(path.read_bytes()) for path in CORE)]
    header, *rows = read(export(articles)[".csv"])
    assert header == HEADER
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(cell["title"], cell["lang"], cell["quotes"]) for cell in cells] == [
        (article.meta.title, article.meta.lang, str(len(article.quotes()))) for article in articles
    ]
    for cell, article in zip(cells, articles, strict=True):
        for quotation in article.quotes():
            assert quotation.text in cell["text"]


def test_lists_of_the_rich_article_read_back(fixtures: list[Article], export: Export) -> None:
    header, *_, rich = read(export(fixtures)[".csv"])
    cells = dict(zip(header, rich, strict=True))
    assert [item.parts for item in parse_items(cells["authors"])] == [("Zoé Ngô",), ("Agence|Presse",)]
    assert [item.parts for item in parse_items(cells["section"])] == [("Économie; société",), ("Goût",)]
    assert [(item.group, *item.parts) for item in parse_items(cells["keywords"])] == [
        (None, "pain"),
        (None, "levain = ferment"),
        ("LIEUX; RÉGIONS", "Lyon"),
        ("LIEUX; RÉGIONS", "Rhône"),
        ("PUBLIC", "Familles"),
        ("PUBLIC", "Boulangers"),
        ("PUBLIC", "Écoles"),
        (None, "Tous"),
    ]
    assert [item.parts for item in parse_items(cells["people"])] == [
        ("Marc Lefèvre", "Boulanger", "Fournil du Rhône"),
        ("Marc Lefèvre", "Formateur; juré", ""),
        ("Chambre des métiers", "", ""),
    ]


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_sees_the_same_cells(
    reader: Callable[[Path], Table],
    fixtures: list[Article],
    make: Make,
    export: Export,
    tmp_path: Path,
) -> None:
    articles = [*fixtures, *map(make, HOSTILE), *(make("x", verbatim=text) for text in VERBATIM)]
    path = tmp_path / "articles.csv"
    path.write_bytes(export(articles)[".csv"])
    table = reader(path)
    assert table[0] == HEADER
    for article, cells in zip(articles, table[1:], strict=True):
        assert cells == row(article)


def test_hostile_texts_arrive_as_they_are(make: Make, export: Export) -> None:
    _, *rows = read(export(map(make, HOSTILE))[".csv"])
    for text, cells in zip(HOSTILE, rows, strict=True):
        row = dict(zip(HEADER, cells, strict=True))
        assert row["title"] == text
        assert row["text"] == f"{text}\n\nx"
        assert [item.parts for item in parse_items(row["alt_headline"])] == [(text,), (text,)]
        assert [(item.group, item.parts) for item in parse_items(row["keywords"])] == [("G", (text,))]
        assert [item.parts for item in parse_items(row["people"])] == [(text, text, "")]


XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1)
XML_LINES = st.text(st.sampled_from('\r\n\t", a'), min_size=1)


@given(st.lists(st.tuples(XML_TEXT, XML_LINES), max_size=4))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_arrives_as_it_is(
    make: Make,
    export: Export,
    tmp_path: Path,
    texts: list[tuple[str, str]],
) -> None:
    articles = [make(text, verbatim=lines) for text, lines in texts]
    path = tmp_path / "any.csv"
    path.write_bytes(export(articles)[".csv"])
    assert by_csv(path) == by_duckdb(path) == [HEADER, *map(row, articles)]
    for (text, _), cells in zip(texts, by_csv(path)[1:], strict=True):
        assert cells[HEADER.index("title")] == text


# ---------------------------------------------------------------- for spreadsheets
def test_excel_guards_reversibly(make: Make, export: Export) -> None:
    articles = [*map(make, HOSTILE), *(make("x", verbatim=text) for text in VERBATIM)]
    content = export(articles, excel=True)[".csv"]
    assert content.startswith(b"\xef\xbb\xbf")
    header, *rows = read(content[3:])
    assert header == HEADER
    assert not [cell for cells in rows for cell in cells if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))]
    assert [[*map(unguard, cells)] for cells in rows] == [row(article) for article in articles]


def test_the_metadata_says_what_excel_did(fixtures: list[Article], export: Export) -> None:
    for suffix, key in ((".csv-metadata.json", "dc:description"), (".datapackage.json", "description")):
        assert "apostrophe" not in json.loads(export(fixtures)[suffix])[key]
        guarded = json.loads(export(fixtures, excel=True)[suffix])[key]
        assert "apostrophe" in guarded
        assert "byte order mark" in guarded


# ---------------------------------------------------------------- validators
def validators(folder: Path) -> tuple[int, int]:
    """Exit codes of csvwvalidate and frictionless validate."""
    csvw = "import sys; from csvw.__main__ import csvwvalidate; sys.exit(csvwvalidate())"
    commands = (
        [sys.executable, "-c", csvw, "articles.csv-metadata.json"],
        [sys.executable, "-m", "frictionless", "validate", "articles.datapackage.json"],
    )
    first, second = (subprocess.run(command, cwd=folder, capture_output=True).returncode for command in commands)
    return first, second


@pytest.mark.parametrize("excel", [False, True])
def test_validators_accept(
    excel: bool,
    fixtures: list[Article],
    make: Make,
    export: Export,
    tmp_path: Path,
) -> None:
    for suffix, content in export([*fixtures, *map(make, HOSTILE)], excel=excel).items():
        (tmp_path / f"articles{suffix}").write_bytes(content)
    assert validators(tmp_path) == (0, 0)


@pytest.mark.parametrize(
    ("good", "broken", "codes"),
    [
        (b'"2020-10-06"', b'"6 Oct 2020"', (1, 1)),
        (b'"148","en"', b'"many","en"', (1, 1)),
        (b'"af8f19c70618"', b'""', (1, 1)),
        (b'"words"', b'"wordz"', (0, 1)),  # csvw overlooks a wrong header; frictionless does not
    ],
)
def test_validators_refuse_what_is_broken(
    good: bytes,
    broken: bytes,
    codes: tuple[int, int],
    fixtures: list[Article],
    export: Export,
    tmp_path: Path,
) -> None:
    outputs = export(fixtures)
    assert good in outputs[".csv"]
    outputs[".csv"] = outputs[".csv"].replace(good, broken, 1)
    for suffix, content in outputs.items():
        (tmp_path / f"articles{suffix}").write_bytes(content)
    assert validators(tmp_path) == codes


# ---------------------------------------------------------------- streaming
def test_one_article_at_a_time(make: Make) -> None:
    drawn = 0

    def articles() -> Iterator[Article]:
        nonlocal drawn
        while True:
            drawn += 1
            yield make("x")

    table = next(iter(CsvExporter().export(articles(), CsvOptions())))
    assert drawn == 0
    assert isinstance(table.content, Iterator)
    next(table.content)
    for number in range(1, 4):
        next(table.content)
        assert drawn == number
