"""`copydesk new`: what it makes installs, passes its own test and the linters, and works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]

STORY = "\n\n".join(
    [
        "Harbour ferry returns",
        "The harbour ferry sails again from Monday, the port authority announced.",
        "Read more on Stranger One",
        "Many passengers came with their bicycles.",
    ]
)
LEFT_BEHIND = re.compile(r"\$\w*|\{\w*\}|\bNAME\b|\bKIND\b|TODO|FIXME")


def installer() -> list[str]:
    if uv := os.environ.get("UV") or shutil.which("uv"):
        return [uv, "pip", "install", "--python", sys.executable]
    if find_spec("pip") is None:
        pytest.skip("there is neither uv nor pip to install a plugin with")
    return [sys.executable, "-m", "pip", "install"]


@pytest.mark.parametrize(
    ("kind", "document", "arguments", "expected"),
    [
        ("exporter", STORY, ("--to", "stranger-one"), "Harbour ferry returns\n====================="),
        ("reader", f"%stranger-one\n\n{STORY}\n\n== Twice\n\nAn hour.", ("--to", "markdown"), "\n## Twice\n"),
        ("rule", STORY, ("--to", "markdown"), "announced.\n\nMany passengers"),
    ],
)
def test_it_installs_passes_its_test_and_the_linter_and_works(
    copydesk: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    document: str,
    arguments: tuple[str, ...],
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = copydesk("new", kind, "stranger-one")
    assert (done.code, done.err) == (0, "")
    assert "cd copydesk-stranger-one" in done.out
    project, site, use = tmp_path / "copydesk-stranger-one", tmp_path / "site", tmp_path / "use"
    use.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run(folder: Path, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", env=environment, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(tmp_path, *installer(), "--quiet", "--no-deps", "--target", str(site), str(project))
    assert (site / "copydesk_stranger_one" / "py.typed").is_file()
    passed = run(project, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert re.search(r"^[12] passed", passed, re.MULTILINE)
    run(project, sys.executable, "-m", "ruff", "check", "--no-cache")
    run(project, sys.executable, "-m", "ruff", "format", "--check", "--no-cache")

    (use / "story.txt").write_text(document, encoding="utf-8")
    run(use, sys.executable, "-m", "copydesk", "convert", "story.txt", *arguments)
    (written,) = [path for path in (use / "exports").glob("*/*") if path.is_file() and path.stem == "story"]
    text = written.read_text(encoding="utf-8")
    assert expected in text
    assert "%stranger-one" not in text
    assert ("Read more" in text) == (kind != "rule")


def test_its_types_are_right(copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for kind in ("exporter", "reader", "rule"):  # in one test, as copydesk itself has to be looked through but once
        assert copydesk("new", kind, kind).code == 0
        command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache")]
        done = subprocess.run(
            command, capture_output=True, check=False, encoding="utf-8", cwd=tmp_path / f"copydesk-{kind}"
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["exporter", "reader", "rule"])
@pytest.mark.parametrize("name", ["x", "a1-b2", "a" * 40])
def test_nothing_of_the_template_is_left_and_all_is_clean(
    copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert copydesk("new", kind, name).code == 0
    project = tmp_path / f"copydesk-{name}"
    files = [path for path in project.rglob("*") if path.is_file()]
    module = f"copydesk_{name.replace('-', '_')}"
    assert {path.relative_to(project).as_posix() for path in files} == {
        ".gitignore",
        "README.md",
        "pyproject.toml",
        f"src/{module}/__init__.py",
        f"src/{module}/py.typed",
        f"tests/test_{module}.py",
    }
    for path in files:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            compile(text, path.name, "exec")
            text = re.sub(r'f".*"|f\(".*"\)|\{(?:1,6)\}', "", text)
        assert not LEFT_BEHIND.search(text), path
    pyproject = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["project"]["name"] == f"copydesk-{name}"
    assert pyproject["project"]["entry-points"]["copydesk"] == {name: module}
    subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", str(project)], check=True)


@pytest.mark.parametrize(
    "name", ["", "Shout", "9p", "a--b", "-a", "a-", "a_b", "a b", "../a", "a/b", "é", "all", "a" * 41]
)
def test_a_name_that_cannot_be_one_is_refused_with_what_can(
    copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = copydesk("new", "exporter", "--", name)
    assert done.code == 2
    assert done.err.startswith(
        f"error: {name!r} cannot be the name of a plugin; take lower-case letters a to z, digits"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name", "owner"),
    [
        ("exporter", "xml", "the exporter of copydesk "),
        ("exporter", "csv", "the exporter of copydesk-csv "),
        ("reader", "text", "the reader of copydesk "),
        ("rule", "lead", "the rule of copydesk "),
        ("rule", "csv", "a plugin of copydesk-csv"),
        ("exporter", "stranger", "the exporter of somebody-else 1.0"),
        ("rule", "entry", "a plugin of somebody-else"),
    ],
)
def test_a_name_that_something_installed_has_is_refused(
    copydesk: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    install_plugin: Install,
    exporter_source: Source,
    kind: str,
    name: str,
    owner: str,
) -> None:
    install_plugin("entry", exporter_source("stranger"), distribution="somebody-else")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    done = copydesk("new", kind, name)
    assert done.code == 2
    assert done.err.startswith(f"error: {name!r} is taken by {owner}")
    assert list(work.iterdir()) == []


def test_a_distribution_or_module_of_that_name_is_not_hidden(
    copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    info = site / "copydesk_quiet-2.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: copydesk-quiet\nVersion: 2.1\n", encoding="utf-8")
    (site / "copydesk_module.py").touch()
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.chdir(tmp_path)
    assert "taken by the distribution copydesk-quiet 2.1" in copydesk("new", "rule", "quiet").err
    assert "taken by the module copydesk_module" in copydesk("new", "rule", "module").err
    assert list(tmp_path.iterdir()) == [site]


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_is_there_already_is_left_alone(
    copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    there = tmp_path / "copydesk-shout"
    there.mkdir() if what == "folder" else there.write_bytes(b"mine")
    done = copydesk("new", "exporter", "shout")
    assert done.code == 2
    assert done.err.startswith("error: copydesk-shout: there is such a file or folder already; ")
    assert list(tmp_path.rglob("*")) == [there]


def test_what_cannot_be_written_is_taken_away_again(
    copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def full(self: Path, *_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    done = copydesk("new", "exporter", "shout")
    assert done.code == 4
    assert done.err.startswith("error: copydesk-shout: it cannot be written (No space left on device)")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("direct_url", "source"),
    [
        (None, None),
        ({"url": "https://example.org/copydesk.whl", "archive_info": {}}, None),
        (
            {"url": "https://example.org/desk.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            {"git": "https://example.org/desk.git", "rev": "abc"},
        ),
    ],
)
def test_uv_finds_the_copydesk_that_came_from_no_index(
    monkeypatch: pytest.MonkeyPatch, direct_url: dict[str, Any] | None, source: dict[str, str] | None
) -> None:
    from copydesk.commands.new import _sources

    text = _sources(None if direct_url is None else json.dumps(direct_url))
    found = tomllib.loads(text).get("tool", {}).get("uv", {}).get("sources", {}).get("copydesk")
    assert found == source


def test_uv_finds_the_copydesk_of_a_folder(tmp_path: Path) -> None:
    from copydesk.commands.new import _sources

    folder = tmp_path / "a folder"
    text = _sources(json.dumps({"url": folder.as_uri(), "dir_info": {"editable": True}}))
    found = tomllib.loads(text)["tool"]["uv"]["sources"]["copydesk"]
    assert found == {"path": folder.as_posix(), "editable": True}
