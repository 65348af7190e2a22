"""`--engine`: core's own, those of plugins, and what is said of those that there are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Install = Callable[..., Path]
Write = Callable[..., Path]

ENGINE = """
from dataclasses import dataclass, field
from pathlib import Path
from copydesk import UsageError, hookimpl
from copydesk.running.crew import InProcess
from copydesk.running.engine import Engine

@dataclass(frozen=True)
class Options:
    note: str = field(default="", metadata={{"help": "a file to leave a note in"}})
    broken: bool = False

class Stranger(Engine):
    name = {name!r}
    Options = Options

    def __init__(self, options):
        super().__init__(options)
        if options.broken:
            raise UsageError("the stranger is not installed", next_step="install it")

    def crew(self, start, jobs, providers):
        Path(self.options.note).write_text(f"{{jobs}} {{sorted(providers)}} {{start.seconds}}", encoding="utf-8")
        return InProcess(start.bench(start.folder))

@hookimpl
def copydesk_register_engines():
    return [Stranger]
"""


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def tree(folder: str) -> dict[str, bytes]:
    paths = [path for path in Path(folder).rglob("*") if path.is_file() and ".copydesk" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_every_engine_makes_the_same_files(copydesk: Run, install_plugin: Install, article_file: Write) -> None:
    install_plugin("strange", ENGINE.format(name="strange"))
    for number in range(3):
        article_file(f"{number}.txt")
    note = ["--strange-note", "note"]
    for engine, more in (("serial", []), ("pool", ["--jobs", "2"]), ("strange", ["--timeout", "7", *note])):
        assert copydesk("convert", "in", "--to", "xml", "-o", engine, "--engine", engine, *more).code == 0
        assert len(tree(engine)) == 6
        assert tree(engine) == tree("serial")
    assert Path("note").read_text(encoding="utf-8") == "None ['xml'] 7.0"
    assert copydesk("convert", "in", "--to", "xml", "--jobs", "3", "--engine", "strange", *note).code == 0
    assert Path("note").read_text(encoding="utf-8") == "3 ['xml'] 120.0"


def test_an_engine_is_asked_for_one_process_if_an_exporter_is_not_parallel(
    copydesk: Run, install_plugin: Install, exporter_source: Callable[..., str], article_file: Write
) -> None:
    install_plugin("strange", ENGINE.format(name="strange"))
    install_plugin("alone", exporter_source("alone").replace("    default", "    parallel = False\n    default"))
    article_file()
    arguments = ["convert", "in", "--to", "alone", "--engine", "strange", "--strange-note", "note"]
    assert copydesk(*arguments).code == 0
    assert Path("note").read_text(encoding="utf-8").startswith("1 ")


def test_a_configuration_names_the_engine_and_its_options(
    copydesk: Run, install_plugin: Install, article_file: Write
) -> None:
    install_plugin("strange", ENGINE.format(name="strange"))
    article_file()
    Path("copydesk.toml").write_text('engine = "strange"\n[strange]\nnote = "there"\n', encoding="utf-8")
    assert copydesk("convert", "in", "--to", "xml").code == 0
    assert Path("there").exists()
    shown = copydesk("config").out
    assert 'engine = "strange"' in shown
    assert 'note = "there"' in shown
    Path("copydesk.toml").write_text("[strange]\nnot = 1\n", encoding="utf-8")
    assert "[strange] has no option 'not'" in copydesk("convert", "in", "--to", "xml").err


def test_help_has_the_options_of_the_engine_that_is_named(copydesk: Run, install_plugin: Install) -> None:
    install_plugin("strange", ENGINE.format(name="strange"))
    shown = copydesk("convert", "--engine", "strange", "--help").out
    assert "options of strange (copydesk-strange 1.0)" in shown
    assert "--strange-note" in shown
    assert "--strange-note" not in copydesk("convert", "--help").out
    assert "strange  copydesk-strange 1.0" in copydesk("plugins").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--engine", "nope"],
            "no engine 'nope'; there is serial, pool, ",
        ),
        (["--engine", "serial", "--jobs", "2"], "the engine serial has no process of its own; leave it out"),
        (["--engine", "pool", "--jobs", "0"], "the engine pool has at least one process of its own; leave it out"),
        (["--engine", "strange", "--jobs", "0"], "the engine strange has at least one process of its own"),
        (["--engine", "strange", "--strange-broken"], "the stranger is not installed; install it"),
        (["--strange-note", "x"], "no such option"),
    ],
)
def test_what_cannot_be_is_a_usage_error(
    copydesk: Run, install_plugin: Install, article_file: Write, arguments: list[str], said: str
) -> None:
    install_plugin("strange", ENGINE.format(name="strange"))
    article_file()
    done = copydesk("convert", "in", "--to", "xml", *arguments)
    assert done.code == 2
    assert said in done.err
    assert not Path("exports").exists()


def test_two_engines_of_one_name_are_an_error_that_names_both(
    copydesk: Run, install_plugin: Install, article_file: Write
) -> None:
    install_plugin("strange", ENGINE.format(name="strange"))
    install_plugin("other", ENGINE.format(name="pool"))
    article_file()
    done = copydesk("convert", "in", "--to", "xml", "--engine", "pool")
    assert done.code == 3
    assert "the engine 'pool' is provided by copydesk" in done.err
    assert "and by copydesk-other 1.0" in done.err
    assert copydesk("convert", "in", "--to", "xml").code == 0  # which asks for none


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("(Engine)", "", "is not a subclass of Engine"),
        ("name = 'strange'", "name = 'Strange'", "does not declare a name"),
        ("frozen=True", "frozen=False", "Options is not frozen"),
    ],
)
def test_what_is_no_engine_breaks_its_plugin_and_no_run(
    copydesk: Run, install_plugin: Install, article_file: Write, old: str, new: str, said: str
) -> None:
    source = ENGINE.format(name="strange")
    assert old in source
    install_plugin("strange", source.replace(old, new))
    article_file()
    assert copydesk("convert", "in", "--to", "xml").code == 0
    done = copydesk("convert", "in", "--to", "xml", "--engine", "strange")
    assert done.code == 3
    assert said in done.err
