"""The exporter that the README shows: taken from its text, installed, and used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADING = "## Write your own exporter"


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language in the README's section."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition(f"\n{HEADING}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


def installer() -> list[str]:
    if uv := os.environ.get("UV") or shutil.which("uv"):
        return [uv, "pip", "install", "--python", sys.executable]
    if find_spec("pip") is None:
        pytest.skip("there is neither uv nor pip to install a plugin with")
    return [sys.executable, "-m", "pip", "install"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder in which the README's plugin is installed."""
    project, site = tmp_path / "project", tmp_path / "site"
    project.mkdir()
    (pyproject,) = blocks("toml")
    (module,) = tomllib.loads(pyproject)["project"]["entry-points"]["copydesk"].values()
    (project / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    (project / f"{module}.py").write_text(blocks("python")[0], encoding="utf-8")
    command = [*installer(), "--quiet", "--no-deps", "--target", str(site), str(project)]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return site


def test_the_exporter_of_the_readme_installs_converts_a_seed_and_keeps_the_contract(site: Path, tmp_path: Path) -> None:
    seed = ROOT / "seeds" / "002_ab83f2dbddbde383.txt"
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, capture_output=True, check=False, encoding="utf-8", env=environment, cwd=tmp_path
        )

    (pyproject, test) = blocks("toml")[0], blocks("python")[1]
    project = tomllib.loads(pyproject)["project"]
    (name,) = project["entry-points"]["copydesk"]

    done = run("-m", "copydesk", "convert", str(seed), "--to", name)
    assert done.returncode == 0, done.stderr
    (written,) = [path for path in (tmp_path / "exports" / name).iterdir() if path.is_file()]
    assert written.stem == seed.stem
    text = written.read_text(encoding="utf-8")
    assert text.startswith("# INTERPOL-EUROPOL 8TH CYBERCRIME CONFERENCE: ENHANCING PARTNERSHIPS AGAINST CYBERCRIME\n")
    assert "Stepping up public sector partnerships" in text
    assert "> “In a world where more than 4.5 billion people are online" in text

    done = run("-m", "copydesk", "plugins")
    assert re.search(rf"^{name} .* {project['name']} {project['version']}$", done.stdout, re.MULTILINE)

    (tmp_path / "test_contract.py").write_text(test, encoding="utf-8")
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "test_contract.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_the_readme_shows_an_exporter_that_is_short() -> None:
    lines = [line for line in blocks("python")[0].splitlines() if line.strip()]
    assert len(lines) <= 22
