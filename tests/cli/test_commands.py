from __future__ import annotations

import io
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]

SCRIPTS = Path(sysconfig.get_path("scripts"))


def test_plugins_lists_formats_with_distribution_and_version(
    copydesk: Run, install_plugin: Install, exporter_source: Source
) -> None:
    install_plugin("shout", exporter_source("shout"), distribution="stranger-shout", version="0.9")
    done = copydesk("plugins")
    assert (done.code, done.err) == (0, "")
    rows = [line.split() for line in done.out.splitlines()]
    assert ["shout", ".out", ".more", "no", "stranger-shout", "0.9"] in rows
    assert ["xml", ".xml", ".ledger.jsonl", "yes", "copydesk", version("copydesk")] in rows
    assert ["text", ".txt", ".text", "copydesk", version("copydesk")] in rows
    assert "BROKEN" not in done.out


def test_plugins_lists_broken_ones_with_the_reason(copydesk: Run, install_plugin: Install) -> None:
    install_plugin("aaa", "import nothing_of_that_name", distribution="stranger-aaa", version="2.0")
    done = copydesk("plugins")
    assert done.code == 0
    assert "stranger-aaa 2.0  aaa          ModuleNotFoundError: No module named 'nothing_of_that_name'" in done.out
    assert "Traceback" not in done.err
    assert "Traceback" in copydesk("plugins", "--debug").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("rules", r"`CRIME AREAS [Cybercrime](#) \u2022 [Fraud](#)`"),
        ("plugins", "ValueError: \\u65e5\\u672c"),
        ("convert empty-日本.txt --to xml", "::error file=empty-\\u65e5\\u672c.txt,title=copydesk::"),
        ("convert 日本.txt --to xml --check", "would write xml/\\u65e5\\u672c.xml"),
    ],
)
def test_what_the_encoding_of_standard_output_lacks_is_escaped(
    copydesk: Run,
    install_plugin: Install,
    article_file: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    arguments: str,
    said: str,
) -> None:
    monkeypatch.chdir(article_file("日本.txt").parent)
    article_file("empty-日本.txt", b"")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    install_plugin("aaa", "raise ValueError('日本')")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    done = copydesk(*arguments.split())
    stream.seek(0)
    assert "defect" not in done.err
    assert said in stream.read()


@pytest.mark.parametrize(
    "arguments", [("--version",), ("convert", "--version"), ("convert", "in", "--to", "xml", "--version")]
)
def test_version(copydesk: Run, arguments: tuple[str, ...]) -> None:
    done = copydesk(*arguments)
    assert (done.code, done.out) == (0, f"copydesk {version('copydesk')}\n")


def test_help_names_commands_formats_and_exit_codes(copydesk: Run) -> None:
    shown = copydesk("--help").out
    assert "convert" in shown
    assert "plugins" in shown
    shown = copydesk("convert", "--help").out
    (listed,) = (line.removeprefix("formats: ") for line in shown.splitlines() if line.startswith("formats: "))
    assert {"csv", "epub", "jsonld", "markdown", "xml"} <= set(listed.split(", "))  # and what else is installed
    assert "130 interrupted" in shown
    assert "--csv-excel" not in shown
    assert "--csv-excel" in copydesk("convert", "--to", "csv", "--help").out
    assert "--csv-excel" in copydesk("convert", "--help", "--to=all").out


def test_an_unknown_command_is_a_usage_error(copydesk: Run) -> None:
    for arguments in ((), ("frob",), ("--frob",)):
        done = copydesk(*arguments)
        assert done.code == 2
        assert done.err.startswith("error: ")
        assert done.err.endswith("see copydesk --help\n")


@pytest.mark.parametrize(
    "command",
    [[str(SCRIPTS / "convert")], [str(SCRIPTS / "copydesk"), "convert"], [sys.executable, "-m", "copydesk", "convert"]],
    ids=["convert", "copydesk convert", "python -m copydesk convert"],
)
def test_the_command_has_three_names(command: list[str], tmp_path: Path) -> None:
    if not Path(f"{command[0]}{'.exe' if os.name == 'nt' else ''}").exists() and command[0] != sys.executable:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([*command, "nope", "--to", "xml"], capture_output=True, cwd=tmp_path, check=False, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: nope: no such file or folder")
    done = subprocess.run([*command, "--to"], capture_output=True, cwd=tmp_path, check=False, text=True)
    assert done.returncode == 2


def imported(*arguments: str, environment: dict[str, str] | None = None) -> set[str]:
    """Names of the modules that a command has imported at its end."""
    code = (
        "import sys\nfrom copydesk.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print('|'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, check=True, text=True, env=environment
    )
    return set(done.stderr.splitlines()[-1].split("|"))


HEAVY = {"lxml", "rich", "pluggy", "numpy", "py3langid", "pypandoc", "pyromark", "pathvalidate", "charset_normalizer"}


def test_help_imports_no_exporter_no_pandoc_no_model_and_no_xml_library() -> None:
    modules = imported("convert", "--help")
    assert "copydesk.commands.convert" in modules
    assert not modules & HEAVY
    assert not {name for name in modules if name.startswith(("copydesk_", "copydesk.exporting", "copydesk.cleaning"))}
    assert len(modules) < 220


def test_help_on_a_format_imports_that_plugin_alone() -> None:
    modules = imported("convert", "--to", "csv", "--help")
    assert "copydesk_csv" in modules
    assert not {"copydesk_epub", "copydesk_jsonld", "copydesk_markdown", "py3langid", "pypandoc", "rich"} & modules


def test_the_testing_module_costs_projects_that_do_not_use_it_nothing(tmp_path: Path) -> None:
    code = "import sys, copydesk.testing; print('|'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, cwd=tmp_path)
    modules = set(done.stdout.strip().split("|"))
    assert not modules & HEAVY
    assert {name for name in modules if name.startswith("copydesk")} == {"copydesk", "copydesk.testing"}


INTERRUPTED = """
import builtins, sys
load = builtins.__import__
def interrupted(name, *arguments, **options):
    if name == {module!r}:
        raise KeyboardInterrupt
    return load(name, *arguments, **options)
builtins.__import__ = interrupted
from copydesk.cli import main
sys.exit(main(["convert", "in", "--to", "xml"]))
"""


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("copydesk.console", ""),
        ("copydesk.commands.signals", "error: interrupted"),
        ("copydesk.plugins", "error: interrupted"),
    ],
)
def test_an_interrupt_while_modules_load_ends_with_130_and_no_traceback(tmp_path: Path, module: str, said: str) -> None:
    code = INTERRUPTED.format(module=module)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, said)
