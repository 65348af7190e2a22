"""What several folders share: plugins of strangers, the command run in this process, golden files."""

from __future__ import annotations

import difflib
import gc
import importlib
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

ARTICLE = """\
Harbour ferry returns after the winter

PORT TOWN, Spain – The harbour ferry sails again from Monday, twice an hour, the port authority announced.

Passengers had waited five months for this morning, and many of them came with their bicycles.
"""

DESK_RULES = """
from copydesk import Rule, hookimpl
from copydesk.article.ledger import LedgerRule

def apply(draft):
    found = [block for block in draft.blocks if block.text == "Reporting by the harbour desk."]
    for block in found:
        draft.drop(block.passage, "house.desk")
    draft.take_out(found)

@hookimpl
def copydesk_register_rules():
    ledger = LedgerRule(id="house.desk", d="drop", match=r"Reporting by the harbour desk\\.", reason="the desk")
    return [Rule("house-desk", apply, (ledger,), before="tag-block")]
"""

# Nothing is timed: a machine may be busy. The same examples every time, so that a change fails by what it changed;
# `--hypothesis-profile=long` looks further, at other examples each time.
settings.register_profile("copydesk", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=5_000)
settings.load_profile("copydesk")

ACCEPTED = "accepted golden file"
_numbers = count()


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: some tests wait for processes."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Spare the garbage collector some thousand tests, which no run of it can free: it took an eighth of the time."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _on_no_ci_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test annotate the workflow that runs it, or see what a workflow alone does."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def desk_rules() -> str:
    """Code of a plugin that drops the line "Reporting by the harbour desk."."""
    return DESK_RULES


@pytest.fixture
def install_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Install a distribution with one module and one entry point; gives the folder that is on `sys.path`."""
    site = tmp_path / "site-packages"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    modules = []

    def install(entry: str, source: str, *, distribution: str = "", version: str = "1.0") -> Path:
        module = f"stranger_{next(_numbers)}"
        distribution = distribution or f"copydesk-{entry}"
        modules.append(module)
        (site / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        info = site / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", encoding="utf-8"
        )
        with (info / "entry_points.txt").open("a", encoding="utf-8") as stream:
            stream.write(f"[copydesk]\n{entry} = {module}\n")
        importlib.invalidate_caches()
        return site

    yield install
    for module in modules:
        sys.modules.pop(module, None)


@pytest.fixture
def exporter_source() -> Callable[..., str]:
    """The source of a plugin with one exporter; `body` is that of `export`."""

    def source(
        name: str, body: str = "yield Output('.out', article.xml)", *, extra: str = "", default: bool = False
    ) -> str:
        return f"""
from copydesk import ArticleExporter, CollectionExporter, NoOptions, Output, hookimpl
{textwrap.dedent(extra)}
class Stranger(ArticleExporter):
    name = {name!r}
    suffixes = (".out", ".more")
    media_type = "application/octet-stream"
    default = {default}
    def export(self, article, options):
{textwrap.indent(textwrap.dedent(body), "        ")}

@hookimpl
def copydesk_register_exporters():
    return [Stranger]
"""

    return source


@pytest.fixture
def copydesk(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run `copydesk ...` in this process."""
    from copydesk.cli import main

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def article_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a small article to a file below a folder named `in`."""

    def write(name: str = "ferry.txt", text: str | bytes = ARTICLE) -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return write


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="rewrite golden files that differ and print the differences, to be read before they are committed",
    )


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> Callable[[Path, bytes], bool]:
    """Rewrite a golden file, if the run accepts changes; tell whether it did."""

    def rewrite(path: Path, content: bytes) -> bool:
        if not request.config.getoption("--accept"):
            return False
        before = path.read_bytes() if path.exists() else b""
        request.node.user_properties.append((ACCEPTED, difference(path.name, before, content)))
        path.write_bytes(content)
        return True

    return rewrite


def difference(name: str, before: bytes, after: bytes) -> str:
    """Show what changes in a text file, line by line."""
    lines = difflib.unified_diff(
        before.decode("utf-8").splitlines(),
        after.decode("utf-8").splitlines(),
        f"{name} (golden)",
        f"{name} (now)",
        lineterm="",
        n=0,
    )
    return "\n".join(lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Reports travel from the workers of pytest-xdist with their properties; what tests print does not if they pass.
    for report in terminalreporter.getreports("passed"):
        for key, text in report.user_properties:
            if key == ACCEPTED and report.when == "call":
                terminalreporter.write_sep("-", "accepted: read it before you commit it")
                terminalreporter.write_line(text)
