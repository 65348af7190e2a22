"""The parts that need no cluster."""

from __future__ import annotations

import pickle
from dataclasses import replace
from importlib import util
from pathlib import Path
from threading import Event

import pytest

pytest.importorskip("copydesk_ray", reason="runs where the group ray is installed")

from copydesk import PluginError, UsageError
from copydesk.recipe import Recipe
from copydesk.running.sources import SourceFile
from copydesk.running.worker import Start
from copydesk_ray import RayEngine, RayOptions
from copydesk_ray.actor import Raised, Terms, Worker, versions
from copydesk_ray.sharing import is_shared, shared_folders
from copydesk_ray.watch import SILENCE, wait_for_silence


@pytest.fixture
def terms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terms:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("A_PASSWORD", "secret")
    (tmp_path / "run").mkdir()
    return Terms.of(start("."), local=False)


def start(output: str, folder: str = "run") -> Start:
    recipe = Recipe(formats=("xml",), options={}, settings={}, output=output)
    return Start(bench=recipe, folder=Path(folder), seconds=1.0, memory=None, preload="")


def refusal(terms: Terms) -> PluginError:
    told = Worker().begin(terms)
    assert isinstance(told, Raised)
    assert isinstance(told.error, PluginError)
    return told.error


def test_ray_has_to_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk_ray.engine.find_spec", lambda name: None)
    with pytest.raises(UsageError) as refused:
        RayEngine(RayOptions())
    assert "pip install" in str(refused.value.next_step)
    assert util.find_spec("ray") is not None


def test_the_environment_of_the_run_stays_at_home(terms: Terms) -> None:
    assert b"secret" not in pickle.dumps(terms)


def test_paths_have_to_mean_the_same_everywhere(terms: Terms, tmp_path: Path) -> None:
    assert terms.shared == (str(tmp_path), "run")
    elsewhere = str(tmp_path / "elsewhere")
    assert refusal(replace(terms, shared=(elsewhere,))).what == f"has no folder {elsewhere}"
    (tmp_path / "run").rmdir()
    assert refusal(terms).what == "has no folder run"
    assert "file system that all machines have" in str(refusal(terms).next_step)


def test_a_run_that_writes_nothing_has_its_own_folder_on_one_machine(terms: Terms, tmp_path: Path) -> None:
    elsewhere = str(tmp_path.parent)
    assert shared_folders(start("exports", elsewhere)) == (str(tmp_path),)
    (tmp_path / "exports").mkdir()
    assert shared_folders(start("exports", elsewhere)) == (str(tmp_path), "exports")


def test_what_is_in_a_store_needs_no_file_system(terms: Terms) -> None:
    assert shared_folders(start("s3://bucket/exports")) == ()
    assert is_shared(SourceFile("in/a.txt", "a.txt"))
    assert not is_shared(SourceFile("s3://bucket/in/a.txt", "a.txt"))
    assert is_shared(SourceFile("in/all.zip/a.txt", "a.txt", archive="in/all.zip"))
    assert not is_shared(SourceFile("-", "-"))


def test_versions_have_to_be_the_same_everywhere(terms: Terms) -> None:
    ours = versions()
    assert {"Python", "copydesk", "copydesk-ray"} <= ours.keys()
    newer = refusal(replace(terms, versions={**ours, "copydesk": "99"}))
    assert newer.what == f"has copydesk {ours['copydesk']}; where the run was started it is 99"
    fewer = refusal(replace(terms, versions={name: ours[name] for name in ours if name != "copydesk-ray"}))
    assert fewer.what.endswith("where the run was started it is not installed")


def test_an_address_that_answers_only_now_and_then_is_not_lost_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = 0.0, 0

    class Stopped(Event):
        def wait(self, timeout: float | None = None) -> bool:
            nonlocal now
            now += timeout or 0.0
            return self.is_set()

    def knock(address: str, seconds: float) -> None:
        nonlocal asked
        asked += address == "head"
        if address == "head" and (asked < 9 or asked > 10):  # it answers for the ninth and tenth time
            raise ConnectionRefusedError

    monkeypatch.setattr("copydesk_ray.watch.monotonic", lambda: now)
    assert wait_for_silence(["here", "head"], knock, Stopped()) == "head"
    assert asked == 10 + SILENCE // 2 + 1
    stopped = Stopped()
    stopped.set()
    assert wait_for_silence(["here"], knock, stopped) == ""
