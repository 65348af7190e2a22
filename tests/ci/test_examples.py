"""The settings that docs/ci.md shows for GitLab, GitHub and pre-commit, checked and run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
Example = Callable[[str], Any]

needs_bash = pytest.mark.skipif(shutil.which("bash") is None or sys.platform == "win32", reason="runs lines with bash")


def check(settings: object, schema_name: str) -> None:
    path = files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{schema_name}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator_for(schema)(schema).validate(settings)


@needs_bash
def test_the_gitlab_job_runs(example: Example, tmp_path: Path) -> None:
    pipeline = example("GitLab")
    check(pipeline, "gitlab-ci")
    job = pipeline["articles"]
    shutil.copytree(SEEDS, tmp_path / "rips")
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=tmp_path,
        env={**ENVIRONMENT, "CI": "true", "GITLAB_CI": "true"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    artifacts = job["artifacts"]
    for name in [*artifacts["paths"], artifacts["reports"]["junit"]]:
        assert (tmp_path / name).exists(), name
    assert len(list((tmp_path / "public" / "markdown").iterdir())) == len(list(SEEDS.iterdir()))


@needs_bash
def test_the_gitlab_jobs_of_several_machines_make_what_one_does(example: Example, tmp_path: Path) -> None:
    pipeline = example("Several machines")
    check(pipeline, "gitlab-ci")
    shutil.copytree(SEEDS, tmp_path / "rips")

    def run(*lines: str, **environment: str) -> None:
        command = ["bash", "-eo", "pipefail", "-c", "\n".join(lines)]
        done = subprocess.run(
            command, cwd=tmp_path, env=ENVIRONMENT | environment, capture_output=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr

    machines = pipeline["articles"]["parallel"]
    for number in range(1, machines + 1):
        run(*pipeline["articles"]["script"], CI_NODE_INDEX=str(number), CI_NODE_TOTAL=str(machines))
    run(*pipeline["collections"]["script"])
    run("convert rips/ --to xml,csv --output whole")
    trees = [
        {path.relative_to(root): path.read_bytes() for path in root.glob("[!.]*/*") if path.is_file()}
        for root in (tmp_path / "public", tmp_path / "whole")
    ]
    assert trees[0] == trees[1]
    assert len(trees[0]) > 4
    for part in tmp_path.glob("part-*"):
        assert not (part / "csv").exists()


def test_what_gitlab_installs_reads_web_archives() -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = [extras.split(",") for extras in re.findall(r'pip install "copydesk\[(.*?)\]"', text)]
    assert len(installed) == 3
    for extras in installed:
        assert "warc" in extras
        assert set(extras) <= set(project["optional-dependencies"])


def test_the_github_workflow_gives_the_action_what_it_takes(example: Example) -> None:
    workflow = example("GitHub Actions")
    workflow["on"] = workflow.pop(True)  # YAML 1.1 has it for true
    check(workflow, "github-workflows")
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = [step for step in workflow["jobs"]["articles"]["steps"] if "copydesk@" in step.get("uses", "")]
    assert set(step["with"]) <= set(action["inputs"])


def test_the_example_of_a_configuration_holds_and_every_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from copydesk.cli import main
    from copydesk.commands.settings import KEYS

    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    (settings,) = re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    Path("copydesk.toml").write_text(settings, encoding="utf-8")
    assert main(["config"]) == 0
    shown = tomllib.loads(capsys.readouterr().out)
    assert {key: shown[key] for key in tomllib.loads(settings)} == tomllib.loads(settings)
    named = re.search(r"^Settings: (.*?); each", text, re.DOTALL | re.MULTILINE)
    assert named
    assert re.findall(r"`([\w-]+)`", named[1]) == [key.name for key in KEYS]


@needs_bash
@pytest.mark.parametrize("changed", [True, False])
def test_a_job_converts_what_a_branch_changed_and_nothing_else(tmp_path: Path, *, changed: bool) -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    section = text.partition("\n## Settings in a file\n")[2].partition("\n## ")[0]
    (recipe,) = re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    (settings,) = re.findall(r"^```toml\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    (fetch,) = re.findall(r"`(git fetch .*?)`", section)
    upstream, branch = tmp_path / "upstream", tmp_path / "branch"

    def run(folder: Path, *lines: str) -> str:
        identity = {f"GIT_{who}_{what}": "nobody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", "\n".join(lines)],
            cwd=folder,
            env=ENVIRONMENT | identity,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    seed = SEEDS / "002_ab83f2dbddbde383.txt"
    (upstream / "rips" / "deep").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "deep/c ß.txt", "deep/d.txt"):
        shutil.copy(seed, upstream / "rips" / name)
    (upstream / "rips" / "photo.png").write_bytes(b"\x89PNG\r\n")
    (upstream / "copydesk.toml").write_text(settings, encoding="utf-8")
    (upstream / ".gitignore").write_text("site\nreports\nchanged\npreview\n", encoding="utf-8")
    run(upstream, "git init -qb main", "git add .", "git commit -qm all")
    run(tmp_path, "git clone -q upstream branch")
    run(branch, "git update-ref -d refs/remotes/origin/main", "git checkout -qb topic", "convert")
    if changed:
        for name in ("a.txt", "deep/c ß.txt"):
            with (branch / "rips" / name).open("a", encoding="utf-8") as stream:
                stream.write("\nAnother sentence stands at the end of this page now.\n")
        (branch / "rips" / "photo.png").write_bytes(b"\x89PNG\r\n\0")
        run(branch, "git rm -q rips/deep/d.txt")
    run(branch, "git commit -qam changes --allow-empty")
    with (upstream / "rips" / "b.txt").open("a", encoding="utf-8") as stream:  # which the branch does not have yet
        stream.write("\nA sentence of somebody else stands here as well.\n")
    run(upstream, "git commit -qam later")
    before = {path: path.read_bytes() for path in (branch / "site").rglob("*") if path.is_file()}
    said = run(branch, fetch, recipe)
    assert {path: path.read_bytes() for path in (branch / "site").rglob("*") if path.is_file()} == before
    made = {path.relative_to(branch / "preview" / "markdown").as_posix() for path in branch.glob("preview/*/**/*.md")}
    assert made == ({"a.md", "deep/c ß.md"} if changed else set())
    assert ("2 documents: 2 written" in said) is changed


def test_every_field_that_can_be_required_is_named() -> None:
    from copydesk.running.thresholds import HEAD_FIELDS

    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    named = re.search(r"^Fields are named .*?: (.*?)\. Every", text, re.DOTALL | re.MULTILINE)
    assert named
    assert re.findall(r"`(\w+)`", named[1]) == list(HEAD_FIELDS)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a source, settings, and the hooks of this project as hooks of its own."""
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    monkeypatch.chdir(tmp_path)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        hook["language"] = "system"  # what is installed here, as there may be no network to install from
    Path(".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
    Path("copydesk.toml").write_text('sources = "rips"\nto = ["xml", "csv"]\noutput = "site"\n', encoding="utf-8")
    Path("rips").mkdir()
    shutil.copy(SEEDS / "002_ab83f2dbddbde383.txt", "rips")
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], check=True)
    return tmp_path


def pre_commit(hook: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", hook, "--all-files", "--verbose"],
        cwd=folder,
        env={**ENVIRONMENT, "PRE_COMMIT_HOME": str(folder / ".cache")},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


def test_the_hooks_are_what_pre_commit_takes(example: Example) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, check=False).returncode == 0
    ids = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    shown = {hook["id"] for repo in example("Before a commit")["repos"] for hook in repo["hooks"]}
    assert shown <= ids


def test_the_check_fails_until_outputs_are_current_and_changes_nothing(repository: Path) -> None:
    done = pre_commit("copydesk-check", repository)
    assert done.returncode == 1, done.stdout + done.stderr
    assert not list(repository.glob("site/*"))
    converted = pre_commit("copydesk-convert", repository)
    assert converted.returncode == 0, converted.stdout + converted.stderr  # as git did not know the files
    subprocess.run(["git", "add", "site"], check=True)
    done = pre_commit("copydesk-check", repository)
    assert done.returncode == 0, done.stdout + done.stderr


def test_converting_before_a_commit_fails_when_an_output_changes(repository: Path) -> None:
    assert pre_commit("copydesk-convert", repository).returncode == 0
    subprocess.run(["git", "add", "site"], check=True)
    source = next(Path("rips").iterdir())
    source.write_text(source.read_text(encoding="utf-8") + "\n\nOne more sentence stands here now.\n", encoding="utf-8")
    subprocess.run(["git", "add", "rips"], check=True)
    done = pre_commit("copydesk-convert", repository)
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    subprocess.run(["git", "add", "site"], check=True)
    assert pre_commit("copydesk-convert", repository).returncode == 0
