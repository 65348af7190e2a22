"""A plugin that made articles and no longer loads stops the run; one that makes none is left out."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Install = Callable[..., Path]
Write = Callable[..., Path]

BROKEN = "import not_there_any_more"
TEXT = """\
Harbour ferry returns after the winter

PORT TOWN, Spain – The harbour ferry sails again from Monday, twice an hour, the port authority announced.

Reporting by the harbour desk.
"""


@pytest.fixture
def convert(copydesk: Run, article_file: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    article_file(text=TEXT)

    def run(*arguments: str, to: str = "xml", code: int = 0) -> Any:
        done = copydesk("convert", "in", "--to", to, "--jobs", "0", *arguments)
        assert done.code == code, done.err
        return done

    return run


def upgrade(site: Path, source: str) -> None:
    """Put another module in place of the installed one."""
    (module,) = site.glob("stranger_*.py")
    module.write_text(source, encoding="utf-8")
    sys.modules.pop(module.stem, None)


def outputs() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path("exports").glob("[!.]*/*")}


@pytest.mark.parametrize("entry", ["house", "xml"])  # whatever the plugin is called
def test_a_plugin_that_made_articles_and_is_broken_stops_the_run(
    convert: Run, install_plugin: Install, desk_rules: str, entry: str
) -> None:
    site = install_plugin(entry, desk_rules, distribution="stranger-house")
    convert()
    made = outputs()
    assert b"harbour desk" not in made["ferry.xml"]
    upgrade(site, BROKEN)
    for flags in ((), ("-q", "--report", "r.json"), ("--check",), ("--force",), ("--prune",)):
        done = convert(*flags, to="xml,csv", code=3)
        assert (
            f"error: stranger-house 1.0: plugin '{entry}' did not load: ModuleNotFoundError: No module named"
            " 'not_there_any_more', and its readers and rules took part in the last run to exports; repair it,"
            " or uninstall it to have all made again without"
        ) in done.err
        assert "goes on" not in done.err
        assert outputs() == made
    assert '"exit_code": 3' in Path("r.json").read_text(encoding="utf-8")
    assert convert("-o", "elsewhere").err.startswith("warning: stranger-house 1.0")  # where it made nothing

    upgrade(site, desk_rules)
    assert "1 unchanged" in convert().err
    shutil.rmtree(site / "stranger_house-1.0.dist-info")
    convert()
    assert b"harbour desk" in outputs()["ferry.xml"]


def test_a_broken_plugin_that_made_no_articles_is_left_out(
    convert: Run, install_plugin: Install, exporter_source: Callable[..., str]
) -> None:
    site = install_plugin("shout", exporter_source("shout"), distribution="stranger-shout")
    convert(to="xml,shout")
    upgrade(site, BROKEN)
    assert "1 unchanged" in convert().err
    convert(to="xml,shout", code=3)
