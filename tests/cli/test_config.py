"""Configuration files, as a user meets them: found, checked, joined with the command line, and shown."""

from __future__ import annotations

import io
import json
import re
import shutil
import tomllib
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from copydesk.commands.settings import KEYS_BY_NAME

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]
Write = Callable[..., Path]

PROJECT = """
[project]
name = "site"

[tool.copydesk]
sources = "in"
to = ["csv", "xml"]
output = "out"

[tool.copydesk.csv]
excel = true
"""


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def configure(text: str, name: str = "copydesk.toml") -> None:
    Path(name).write_text(text, encoding="utf-8")


def files(folder: str) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).glob("[!.]*/*.*"))


def test_convert_takes_everything_from_the_project(copydesk: Run, article_file: Write) -> None:
    article_file()
    configure(PROJECT, "pyproject.toml")
    done = copydesk("convert")
    assert (done.code, done.out) == (0, "")
    assert {"csv/articles.csv", "xml/ferry.xml"} <= set(files("out"))
    assert Path("out/csv/articles.csv").read_bytes().startswith(b"\xef\xbb\xbf")  # which is what excel is about


def test_paths_start_from_the_folder_of_the_file(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    article_file()
    configure(
        f"{PROJECT}\n[tool.other]\nx = 1\n".replace('output = "out"', 'output = "out"\nreport = ["r.json"]'),
        "pyproject.toml",
    )
    below = Path("in/deep/er")
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert copydesk("convert", "--to", "xml").code == 0
    monkeypatch.chdir("../../..")
    assert set(files("out")) == {"xml/ferry.ledger.jsonl", "xml/ferry.xml"}
    report = json.loads(Path("r.json").read_text(encoding="utf-8"))
    assert [Path(document["source"]).parts[-2:] for document in report["documents"]] == [("in", "ferry.txt")]


@pytest.mark.parametrize("source", ["in", "-"])
def test_standard_input_and_output_are_no_paths(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    configure(f'sources = ["{source}"]\nto = ["xml"]\noutput = "out"\nreport = ["json:-"]')
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(article_file().read_bytes())))
    Path("deep").mkdir()
    monkeypatch.chdir("deep")
    done = copydesk("convert")
    assert done.code == 0, done.err
    assert json.loads(done.out)["summary"]["written"] == 1
    assert sorted(path.name for path in Path("..").iterdir()) == ["copydesk.toml", "deep", "in", "out"]
    assert list(Path().iterdir()) == []


def test_the_command_line_wins(copydesk: Run, article_file: Write) -> None:
    path = article_file()
    other = path.with_name("other.txt")
    path.rename(other)
    configure('sources = "missing"\nto = "csv"\noutput = "out"\nstrict = true\nrequire = "publisher"\nmax-drop = 0')
    done = copydesk("convert", other, "--to", "xml", "-o", "mine", "--no-strict", "--require", "title")
    assert done.code == 0
    assert set(files("mine")) == {"xml/other.ledger.jsonl", "xml/other.xml"}
    assert not Path("out").exists()


def test_what_the_file_turns_on_the_command_line_turns_off(copydesk: Run, article_file: Write) -> None:
    article_file()
    configure('sources = "in"\nto = "xml"\nkeep-doubtful = true\nprofile = "missing.json"')
    assert copydesk("convert").code == 2
    assert copydesk("convert", "--no-profile", "--no-keep-doubtful").code == 0
    shown = copydesk("config", "--no-profile", "--no-keep-doubtful").out
    assert tomllib.loads(shown)["keep-doubtful"] is False
    assert "profile" not in tomllib.loads(shown)
    assert re.search("# profile +# command line\n", shown)


@pytest.mark.parametrize(
    ("setting", "option", "said"),
    [
        ('engine = "steam"', ("--engine", "pool"), "engine: there is no engine 'steam'; there is serial, pool"),
        ('from = "pdf"', ("--from", "text"), "from: there is no reader 'pdf'; there is "),
        ('disable = "x"', ("--disable", "related-lists"), "disable: there is no rule 'x'; "),
        ('output = ""', ("-oout",), "output: no folder is named; "),
        ("jobs = 12345", ("--jobs=0",), "jobs: '12345' is no number of processes; "),
    ],
)
def test_what_is_wrong_with_the_file_s_settings_names_the_file(
    copydesk: Run, article_file: Write, setting: str, option: tuple[str, ...], said: str
) -> None:
    article_file()
    configure(f'sources = "in"\nto = "xml"\n{setting}', "other.toml")
    for command in ("convert", "config"):
        done = copydesk(command, "--config", "other.toml")
        assert done.code == 2, done.out
        assert done.err.startswith(f"error: other.toml: {said}")
    if not setting.startswith("jobs"):
        assert copydesk("convert", "--config", "other.toml", *option).code == 0
        done = copydesk("convert", "--config", "other.toml", "--jobs", "x", *option)
        assert done.err.startswith("error: --jobs: 'x'")


def test_thresholds_and_rules_come_from_the_file(copydesk: Run, article_file: Write) -> None:
    article_file()
    article_file("empty.txt", b"")
    configure('sources = "in"\nto = "xml"\nmax-failed = "50%"')
    assert copydesk("convert").code == 0
    configure('sources = "in"\nto = "xml"\nmax-failed = 0')
    assert copydesk("convert").code == 1
    configure('sources = "in"\nto = "xml"\nmax-failed = 1\nrequire = ["publisher"]')
    done = copydesk("convert")
    assert done.code == 1
    assert "ferry.txt: its head has no publisher\n" in done.err
    configure('sources = "in"\nto = "xml"\ndisable = "nonsense"')
    assert "no rule 'nonsense'" in copydesk("convert").err


def test_every_setting_does_in_the_file_what_it_does_on_the_command_line(
    copydesk: Run, article_file: Write, desk_rules: str
) -> None:
    for name, text in (
        ("a.txt", "The harbour ferry sails again from Monday, it was announced on the quay."),
        ("b.txt", "Nobody had thought that an old lighthouse could be sold for so low a price."),
        ("c.txt", "Fishermen of all the northern villages met to talk about the new quotas."),
    ):
        article_file(name, f"{text}\n\nReporting by the harbour desk.\n")
    Path("house.py").write_text(desk_rules, encoding="utf-8")
    Path("list").write_bytes(b"in/a.txt\0in/b.txt")
    assert copydesk("profile", "in", "-o", "profile.json").code == 0
    settings = {
        "files-from": ["list"], "null": True, "to": ["xml", "csv"], "output": "there", "from": "text",
        "rules": ["house.py"], "disable": ["gallery"], "keep-doubtful": True, "profile": "profile.json", "strict": True,
        "max-failed": 1, "require": ["title"], "max-drop": 0.9, "report": ["r.json"], "engine": "serial", "jobs": 0,
        "timeout": 9.5, "max-memory": 2,
    }  # fmt: skip
    assert {"sources", *settings} == KEYS_BY_NAME.keys()
    options = [
        [f"--{name}"] if value is True else [f"--{name}", ",".join(value) if isinstance(value, list) else str(value)]
        for name, value in settings.items()
    ]
    given = copydesk("convert", *chain(*options), "--no-config")
    assert (given.code, "dropped     " in given.err) == (0, True), given.err
    made = {path: path.read_bytes() for path in Path("there").rglob("*.*") if ".copydesk" not in path.parts}
    assert len(made) == 2 * 2 + 3
    shutil.rmtree("there")
    configure("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    Path("r.json").unlink()
    done = copydesk("convert")
    assert done.code == 0, done.err
    assert {path: path.read_bytes() for path in made} == made
    assert Path("r.json").exists()


def test_the_nearest_file_is_the_only_one(copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    article_file()
    configure('sources = "missing"\nto = "csv"')
    below = Path("in")
    monkeypatch.chdir(below)
    configure('[project]\nname = "x"\n', "pyproject.toml")  # says nothing about copydesk
    assert "from ../copydesk.toml" in copydesk("config").out.replace("\\", "/")
    configure('[tool.copydesk]\noutput = "o"', "pyproject.toml")
    shown = copydesk("config").out
    assert "# from pyproject.toml [tool.copydesk]\n" in shown
    assert tomllib.loads(shown)["output"] == "o"
    assert "to" not in tomllib.loads(shown)
    configure('output = "p"')
    assert tomllib.loads(copydesk("config").out)["output"] == "p"
    assert tomllib.loads(copydesk("config", "--no-config").out)["output"] == "exports"
    assert tomllib.loads(copydesk("config", "--config", "pyproject.toml").out)["output"] == "o"


def test_a_file_may_begin_with_a_mark(copydesk: Run) -> None:
    for name, text in (("copydesk.toml", 'output = "o"'), ("pyproject.toml", '[tool.copydesk]\noutput = "o"')):
        Path(name).write_text(text, encoding="utf-8-sig")
        assert tomllib.loads(copydesk("config", "--config", name).out)["output"] == "o"


def test_config_says_what_holds_and_whence_it_comes(copydesk: Run) -> None:
    configure(PROJECT, "pyproject.toml")
    shown = copydesk("config", "more.txt", "--max-drop", "0.5").out
    assert tomllib.loads(shown) == {
        "sources": ["more.txt"],
        "files-from": [],
        "null": False,
        "to": ["csv", "xml"],
        "output": "out",
        "rules": [],
        "disable": [],
        "keep-doubtful": False,
        "strict": False,
        "max-failed": "0",
        "require": [],
        "max-drop": 0.5,
        "report": [],
        "jobs": "auto",
        "csv": {"excel": True},
    }
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("# ")][1:] == [
        "from",
        "profile",
        "engine",
        "timeout",
        "max-memory",
    ]
    whence = {line.split(" = ")[0].strip(): line.rpartition("  # ")[2] for line in shown.splitlines() if " = " in line}
    assert whence["sources"] == whence["max-drop"] == "command line"
    assert whence["output"] == whence["excel"] == "pyproject.toml [tool.copydesk]"
    assert whence["strict"] == "default"
    last = copydesk("config", "--no-csv-excel").out.splitlines()[-1]
    assert last.split("  # ") == ["excel = false", "command line"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
@pytest.mark.parametrize("name", ["📰", "köln", 'a"b\\c', "\x7f\x01\t", "дом", "\u2028"])
def test_what_config_prints_is_toml(monkeypatch: pytest.MonkeyPatch, name: str, encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    monkeypatch.setattr("sys.stdout", stream)
    from copydesk.cli import main

    assert main(["config", name, "--timeout", "1e-7"]) == 0
    shown = tomllib.loads(stream.buffer.getvalue().decode(encoding))
    assert shown["sources"] == [name]
    assert shown["timeout"] == 1e-7


def test_config_shows_a_name_that_no_toml_can_hold(copydesk: Run) -> None:
    assert tomllib.loads(copydesk("config", "a\udcff.txt").out)["sources"] == [r"a\udcff.txt"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--max-drop", "7"], "--max-drop: 7 is no share"),
        (["--max-failed", "x"], "--max-failed: 'x' is no number of documents"),
        (["--require", "x"], "--require: a head has no field 'x'"),
        (["--report", "foo"], "--report foo: this name does not say which kind of report is wanted"),
        (["--max-failed", "9" * 5000], "--max-failed: '99999"),
        (["--timeout", "1e300"], "argument --timeout: '1e300' is no number above 0, up to 1,000,000"),
        (["--max-memory", "1e300"], "argument --max-memory: '1e300' is no number above 0, up to 1,000,000"),
        (["--jobs", "foo"], "--jobs: 'foo' is no number of processes"),
        (["--shard", "9/2"], "--shard: '9/2' is no share"),
    ],
)
def test_config_refuses_what_convert_refuses(
    copydesk: Run, article_file: Write, arguments: list[str], said: str
) -> None:
    path = article_file()
    for command in ("config", "convert"):
        done = copydesk(command, path, "--to", "xml", *arguments)
        assert (done.code, done.out) == (2, "")
        assert f"error: {said}" in done.err


ONLY_FOR_ONE_RUN = {
    *("help", "version", "debug", "verbose", "quiet", "log_format", "config", "no_config"),
    *("shard", "merge", "check", "diff", "prune", "force"),
}


def test_every_option_that_is_not_for_one_run_alone_is_a_setting() -> None:
    from copydesk.commands.convert import build_parser
    from copydesk.commands.settings import KEYS

    dests = {action.dest for action in build_parser("convert")._actions}
    assert {key.dest for key in KEYS} == dests - ONLY_FOR_ONE_RUN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('souces = "x"', "there is no setting 'souces'; did you mean sources? There is sources, files-from, "),
        ("max_drop = 0.4", "there is no setting 'max_drop'; did you mean max-drop?"),
        ("strict = 1", "strict is a number 1; give true or false"),
        ("to = 5", "to is a number 5; give a string, or a list of such"),
        ('sources = ["a", true]', "sources[1] is a boolean; give a string"),
        ('max-drop = "a"', "max-drop is the string 'a'; give a number"),
        ("max-drop = 7", "max-drop: 7 is no share; give a number from 0 to 1"),
        ('max-failed = "x"', "max-failed: 'x' is no number of documents"),
        ("max-failed = 1979-05-27", "max-failed is a date; give a whole number"),
        ('require = "headlin"', "require: a head has no field 'headlin'; did you mean headline?"),
        ('report = "a.foo"', "report: this name does not say which kind"),
        ('jobs = "many"', "jobs is the string 'many'; give a whole number from 0, or \"auto\""),
        ("timeout = 0", "timeout is a number 0; give a number above 0"),
        ("max-memory = inf", "max-memory is a number inf; give a number above 0"),
        ("output = {a = 1}", "output is a table; give a string"),
        ("[cvs]", "table of no format: [cvs]; did you mean csv?"),
        ("[csv]\nexel = true", "[csv] has no option 'exel'; did you mean excel?"),
        ("[csv]\nexcel = 1", "csv.excel is a number 1; give a bool"),
        ("a = ", "is no TOML: "),
        ("a = " + "[" * 5000, "is no TOML: "),
        (f"max-drop = 1{'0' * 400}", "max-drop is a number 1000"),
        (f"max-failed = {'9' * 400}", "is no number of documents"),
        (f"max-failed = '{'9' * 5000}'", "is no number of documents"),
        ("timeout = 1e22", "timeout is a number 1e+22; give a number above 0, up to 1,000,000"),
        (f"timeout = 1{'0' * 400}", "give a number above 0, up to 1,000,000"),
        ("max-memory = 1e300", "max-memory is a number 1e+300; give a number above 0, up to 1,000,000"),
        ("[tool.copydesk]\nto = 'xml'", "has a table [tool.copydesk]; write its settings without one"),
    ],
)
def test_what_no_configuration_holds_is_an_error(copydesk: Run, article_file: Write, text: str, said: str) -> None:
    article_file()
    configure(text, "other.toml")
    for command in ("convert", "config"):
        done = copydesk(command, "in", "--to", "csv", "--config", "other.toml")
        assert done.code == 2
        assert done.err.startswith("error: other.toml: ")
        assert said in done.err
    assert not Path("exports").exists()


def test_options_of_an_exporter_have_their_types(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    extra = """
    from dataclasses import dataclass
    from typing import Literal
    @dataclass(frozen=True)
    class Options:
        how_wide: float = 1.5
        mode: Literal["a", "b"] = "a"
        note: str | None = None
        count: int = 1
    """
    source = exporter_source("aaa", "yield Output('.out', repr(options).encode())", extra=extra)
    install_plugin("aaa", source.replace("    name = 'aaa'", "    name = 'aaa'\n    Options = Options"))
    article_file()
    configure('sources = "in"\nto = "aaa"\n[aaa]\nhow-wide = 2\nmode = "b"\nnote = "n"')
    assert copydesk("convert", "--aaa-count", "4").code == 0
    written = Path("exports/aaa/ferry.out").read_text(encoding="utf-8")
    assert written == "Options(how_wide=2.0, mode='b', note='n', count=4)"
    for text, said in [('mode = "c"', "aaa.mode is the string 'c'; give one of a, b"), ("count = 1.5", "give a int")]:
        configure(f"[aaa]\n{text}")
        assert said in copydesk("convert", "in", "--to", "aaa").err


@pytest.mark.parametrize("name", ["missing.toml", "pyproject.toml"])
def test_a_file_that_is_named_must_say_something(copydesk: Run, name: str) -> None:
    configure("[project]\nname = 'x'", "pyproject.toml")
    done = copydesk("config", "--config", name)
    assert done.code == 2
    assert done.err.startswith(f"error: {name}: ")


def test_the_help_needs_no_configuration(copydesk: Run) -> None:
    configure("= broken")
    for command in ("convert", "config"):
        done = copydesk(command, "--help")
        assert done.code == 0
        assert "--max-drop" in done.out
