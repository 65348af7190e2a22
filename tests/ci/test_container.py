"""The Dockerfile, as far as it can be checked where there is no Docker: what it copies, runs and starts exists."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    """Instructions with their arguments, comments out and continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split()[0], line.partition(" ")[2]) for line in joined.splitlines()]


def arguments(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def test_its_stages_are_small_and_do_not_run_as_root() -> None:
    assert [image.split()[0] for image in arguments("FROM")] == ["python:3.13-slim"] * 2
    last = [name for name, _ in instructions()][-7:]
    assert "RUN" in last
    assert arguments("USER") == ["1000"]
    assert int(re.findall(r"--uid (\d+)", arguments("RUN")[-1])[0]) == 1000


def test_what_it_copies_exists_and_is_not_ignored() -> None:
    ignored = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert ignored[0] == "*"
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = [name for rest in arguments("COPY") if not rest.startswith("--from") for name in rest.split()[:-1]]
    assert set(copied) == allowed
    assert all((ROOT / name).exists() for name in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {project["readme"], *project["license-files"]} <= set(copied)  # which a build needs


def test_its_plugins_are_in_the_workspace_and_bring_no_pandoc() -> None:
    (default,) = re.findall(r'PLUGINS="(.*)"', arguments("ARG")[0])
    members = {path.parent.name for path in (ROOT / "plugins").glob("*/pyproject.toml")}
    assert set(default.split()) == members - {"copydesk-epub", "copydesk-pandoc", "copydesk-ray"}  # which are large
    for name in default.split():
        text = (ROOT / "plugins" / name / "pyproject.toml").read_text(encoding="utf-8")
        assert "pandoc" not in " ".join(tomllib.loads(text)["project"]["dependencies"])


def test_its_extras_are_those_that_read_web_archives_and_stores() -> None:
    (default,) = re.findall(r'EXTRAS="(.*)"', arguments("ARG")[1])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert default.split() == ["s3", "warc"]
    assert set(default.split()) <= set(project["optional-dependencies"])


def test_what_it_starts_is_a_script_of_the_project() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    (command,) = re.findall(r'^\["(\w+)"\]$', arguments("ENTRYPOINT")[0])
    assert command in scripts
    assert "/opt/copydesk/bin:" in arguments("ENV")[-1]


@pytest.mark.skipif(shutil.which("sh") is None, reason="runs a line of it with sh")
def test_the_line_that_installs_asks_for_each_plugin_and_extra(tmp_path: Path) -> None:
    (line,) = [rest for rest in arguments("RUN") if "uv sync" in rest]
    uv = tmp_path / "uv"
    uv.write_text('#!/bin/sh\necho "$*"\n', encoding="utf-8")
    uv.chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", line],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "PLUGINS": "copydesk-csv copydesk-epub", "EXTRAS": "s3 warc"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    flags = "--no-cache --no-dev --no-editable --link-mode=copy"
    packages = "--package copydesk --package copydesk-csv --package copydesk-epub --extra s3 --extra warc"
    assert done.stdout == f"sync {flags} {packages}\n"


def test_patterns_of_dockerignore_leave_tests_out() -> None:
    patterns = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert any(fnmatch("plugins/copydesk-csv/tests", pattern) for pattern in patterns if pattern.startswith("**"))
