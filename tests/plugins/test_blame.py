"""What a plugin does wrong is told with its distribution, and harms no other document or format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]
Write = Callable[..., Path]

READER = """
import os
from copydesk import Reader, hookimpl
from copydesk.reading.text import TextReader

class Stranger(Reader):
    name = "aaa"
    suffixes = (".aaa",)
    media_type = "text/x-aaa"
    def claims(self, raw, name):
        {claims}
        return float(name.endswith(".aaa"))
    def sniff(self, view):
        return 0.0
    def read(self, source):
        {read}
        TextReader().read(source)

@hookimpl
def copydesk_register_readers():
    return [Stranger]
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("body", ["raise ValueError('boom')", "raise SystemExit(0)"])
def test_a_reader_that_raises_costs_its_document_and_is_named(
    copydesk: Run, install_plugin: Install, article_file: Write, body: str
) -> None:
    install_plugin("aaa", READER.format(claims="", read=body), distribution="stranger-aaa", version="2.0")
    article_file("a.aaa")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "xml")
    assert done.code == 1
    assert sorted(path.name for path in Path("exports/xml").iterdir()) == ["b.ledger.jsonl", "b.xml"]
    assert f"error: {Path('in', 'a.aaa')}: read() of reader 'aaa' failed: " in done.err
    assert "report it to the makers of stranger-aaa 2.0" in done.err
    assert "a defect in copydesk" not in done.err


@pytest.mark.parametrize("body", ["raise SystemExit(0)", "return None"])
def test_a_reader_that_fails_to_judge_a_document_is_named(
    copydesk: Run, install_plugin: Install, article_file: Write, body: str
) -> None:
    claims = f"if name.startswith('a'): {body}"
    install_plugin("aaa", READER.format(claims=claims, read=""), distribution="stranger-aaa", version="2.0")
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "xml")
    assert done.code == 1
    assert sorted(path.name for path in Path("exports/xml").iterdir()) == ["b.ledger.jsonl", "b.xml"]
    assert "claims() of reader 'aaa' failed: " in done.err
    assert "stranger-aaa 2.0" in done.err


def test_plugins_that_leave_the_working_folder_harm_nobody(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    install_plugin("aaa", READER.format(claims="", read="os.chdir('/')"))
    install_plugin("bbb", exporter_source("bbb", "import os; os.chdir('/'); yield Output('.out', b'here')"))
    article_file("a.aaa")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "bbb,xml")
    assert done.code == 0, done.err
    assert sorted(path.name for path in Path("exports").glob("[bx]*/*.[ox]*")) == ["a.out", "a.xml", "b.out", "b.xml"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise ExportError('it has no date', next_step='add one')", "it has no date; add one (stranger-aaa 2.0)"),
        ("raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})()", "Odd; report it to the makers of"),
    ],
    ids=["in its own words", "which cannot be told"],
)
def test_an_error_names_the_distribution_whatever_it_says(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write, body: str, said: str
) -> None:
    source = exporter_source("aaa", body)
    install_plugin("aaa", f"from copydesk import ExportError\n{source}", distribution="stranger-aaa", version="2.0")
    article_file("a.txt")
    done = copydesk("convert", "in", "--to", "aaa,xml")
    assert done.code == 1
    assert f"error: {Path('in', 'a.txt')} to aaa: {said}" in done.err
    assert Path("exports/xml/a.xml").is_file()
