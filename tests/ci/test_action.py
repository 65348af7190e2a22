"""The GitHub Action: its steps as they stand, run by bash in a workflow's environment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, CONVERT = ACTION["runs"]["steps"]
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")  # what `shell: bash` means
SEED = ROOT / "seeds" / "002_ab83f2dbddbde383.txt"

pytestmark = pytest.mark.skipif(
    shutil.which("bash") is None or sys.platform == "win32", reason="runs the steps with bash"
)


class Job:
    """The environment that a runner gives a step."""

    def __init__(self, folder: Path) -> None:
        self.workspace, self._temp = folder / "workspace", folder / "temp"
        self.workspace.mkdir()
        self._temp.mkdir()
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(self._temp),
        }
        for name in ("OUTPUT", "PATH", "STEP_SUMMARY"):
            path = self._temp / name.lower()
            path.touch()
            self.environment[f"GITHUB_{name}"] = str(path)

    def run(self, step: Mapping[str, Any], **inputs: str) -> subprocess.CompletedProcess[str]:
        values = {name: declared.get("default", "") for name, declared in ACTION["inputs"].items()} | inputs
        environment = dict(self.environment)
        for name, value in step.get("env", {}).items():
            environment[name] = re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], value)
        script = self._temp / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        return subprocess.run(
            [*BASH, str(script)],
            cwd=self.workspace,
            env=environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    def file(self, name: str) -> str:
        return Path(self.environment[f"GITHUB_{name}"]).read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.file("OUTPUT").splitlines())


@pytest.fixture
def job(tmp_path: Path) -> Job:
    job = Job(tmp_path)
    (job.workspace / "rips").mkdir()
    shutil.copy(SEED, job.workspace / "rips")
    return job


def test_it_is_what_the_schema_of_actions_says() -> None:
    path = files("check_jsonschema") / "builtin_schemas" / "vendor" / "github-actions.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator_for(schema)(schema).validate(ACTION)


def test_every_input_and_output_is_used_and_there_is_no_other() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    assert {name: output["value"] for name, output in ACTION["outputs"].items()} == {
        name: f"${{{{ steps.convert.outputs.{name} }}}}" for name in ACTION["outputs"]
    }
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]  # an input in a script is a way to run anything


def test_it_converts_reports_and_summarizes(job: Job) -> None:
    done = job.run(CONVERT, sources="rips", to="xml,csv", output="out", reports="junit.xml\nout.sarif\n")
    assert done.returncode == 0, done.stderr
    assert (job.workspace / "out" / "csv" / "articles.csv").is_file()
    assert (job.workspace / "junit.xml").is_file()
    assert (job.workspace / "out.sarif").is_file()
    assert job.outputs["exit-code"] == "0"
    assert (job.outputs["written"], job.outputs["failed"]) == ("1", "0")
    assert json.loads(Path(job.outputs["report"]).read_text(encoding="utf-8"))["exit_code"] == 0
    assert job.file("STEP_SUMMARY").startswith("### copydesk: all well\n")


def test_failures_and_thresholds_fail_the_step_and_are_annotated(job: Job) -> None:
    (job.workspace / "rips" / "empty.txt").touch()
    done = job.run(CONVERT, sources="rips", to="xml", options="--require\ncopyrightNotice\n\n--max-failed\n1\n")
    assert done.returncode == 1
    commands = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert commands == [
        f"::error file=rips/{SEED.name},title=copydesk::its head has no copyrightNotice",
        "::error file=rips/empty.txt,title=copydesk::rips/empty.txt: the file is empty; remove it or save the article"
        " again",
    ]
    assert job.outputs["exit-code"] == "1"
    assert job.outputs["failed"] == "1"
    assert "copydesk: failed" in job.file("STEP_SUMMARY")


def test_without_inputs_the_configuration_file_says_everything(job: Job) -> None:
    (job.workspace / "copydesk.toml").write_text('sources = "rips"\nto = "xml"\noutput = "site"\n', encoding="utf-8")
    done = job.run(CONVERT)
    assert done.returncode == 0, done.stderr
    assert (job.workspace / "site" / "xml" / f"{SEED.stem}.xml").is_file()


def test_inputs_are_no_code_and_names_may_have_spaces(job: Job) -> None:
    shutil.copy(SEED, job.workspace / "a b.txt")
    hostile = "$(touch pwned) `touch pwned`; touch pwned"
    done = job.run(CONVERT, sources=f"a b.txt\n{hostile}\n--help", to="xml", output=hostile)
    assert done.returncode == 1  # as two of the sources do not exist
    assert (job.workspace / hostile / "xml" / "a b.xml").is_file()
    assert not (job.workspace / "pwned").exists()


def test_an_option_and_its_value_may_stand_on_one_line(job: Job) -> None:
    (job.workspace / "rips" / "empty.txt").touch()
    (job.workspace / "a b").mkdir()
    options = "--strict --max-failed  50%\n--report a b/more.json\n-v"
    done = job.run(CONVERT, sources="rips", to="xml", output="out", options=options)
    assert done.returncode == 0, done.stderr
    report = json.loads((job.workspace / "a b" / "more.json").read_text(encoding="utf-8"))
    assert report["thresholds"]["max_failed"] == "50%"
    assert f"rips/{SEED.name}" in done.stderr


def test_a_usage_error_is_the_exit_code_and_leaves_no_report(job: Job) -> None:
    done = job.run(CONVERT, sources="rips", to="nonsense")
    assert done.returncode == 2
    assert job.outputs == {"exit-code": "2"}


def test_shards_are_parts_of_the_whole(job: Job) -> None:
    for number in range(6):
        shutil.copy(SEED, job.workspace / "rips" / f"{number}.txt")
    for shard in ("1/2", "2/2"):
        assert job.run(CONVERT, sources="rips", to="xml", output="out", shard=shard).returncode == 0
    written = [path.name for path in (job.workspace / "out" / "xml").glob("*.xml")]
    assert len(written) == 7


def test_it_installs_itself_where_the_next_step_finds_it(job: Job, tmp_path: Path) -> None:
    """The step as it stands; stand-ins for python3 and uv note what they are asked for, so that it runs offline."""
    stand_ins, log = tmp_path / "stand-ins", tmp_path / "log"
    stand_ins.mkdir()
    _script(
        stand_ins / "python3",
        f"""echo "python3 $*" >> '{log}'
        if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi
        if [ "$2" = pip ]; then cp '{stand_ins}/uv' "$(dirname "$0")/uv"; fi""",
    )
    _script(
        stand_ins / "uv",
        f"""echo "uv $*" >> '{log}'; echo "into $UV_PROJECT_ENVIRONMENT" >> '{log}'
        mkdir -p "$UV_PROJECT_ENVIRONMENT/bin" """,
    )
    job.environment["PATH"] = f"{stand_ins}{os.pathsep}{job.environment['PATH']}"
    done = job.run(INSTALL)
    assert done.returncode == 0, done.stderr
    temp = job.environment["RUNNER_TEMP"]
    assert job.file("PATH").splitlines() == [f"{temp}/copydesk/bin"]
    assert log.read_text(encoding="utf-8").splitlines() == [
        f"python3 -m venv {temp}/copydesk-uv",
        "python3 -m pip install --quiet --disable-pip-version-check uv",
        f"uv sync --quiet --project {ROOT} --no-dev --no-editable"
        " --extra all --extra ninjs --extra pandoc --extra s3 --extra warc",
        f"into {temp}/copydesk",
    ]


def test_it_installs_all_that_there_is_but_ray_which_is_large_and_of_no_use_on_one_machine() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert {"--all-packages"}.isdisjoint(INSTALL["run"].split())
    assert set(re.findall(r"--extra (\S+)", INSTALL["run"])) == set(extras) - {"ray"}
    plugins = {path.parent.name for path in (ROOT / "plugins").glob("*/pyproject.toml")}
    assert plugins - {"copydesk-ray"} <= {name for extra in extras.values() for name in extra}


def _script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\nset -e\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def test_uv_knows_the_options_that_it_is_called_with() -> None:
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        pytest.skip("there is no uv")
    known = subprocess.run([uv, "sync", "--help"], capture_output=True, check=True, encoding="utf-8").stdout
    for text in (INSTALL["run"], (ROOT / "Dockerfile").read_text(encoding="utf-8")):
        (command,) = re.findall(r"uv\"? sync (.*)", text)
        for option in re.findall(r"--[a-z-]+", command):
            assert re.search(rf"^\s+(-\w, )?{option}\b", known, re.MULTILINE), option
