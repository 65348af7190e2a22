"""Runs that are killed, and disks that fail: nothing is torn or lost, and the next run ends as if nothing had been.

`COPYDESK_KILLS=1000 pytest tests/running/test_crash_safe.py -k killed` looks further than the default.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

Run = Callable[..., Any]
Write = Callable[..., Path]

KILLS = int(os.environ.get("COPYDESK_KILLS", "16"))
SHARES = 2  # of the kills, so that several processes can work through them
DOCUMENTS = 6


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def tree(folder: str) -> dict[str, bytes]:
    """The files that a person sees."""
    paths = (path for path in Path(folder).rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: content for name, content in found.items() if not name.rpartition("/")[2].startswith(".copydesk-")}


def visible(folder: str) -> dict[str, bytes]:
    return {name: content for name, content in tree(folder).items() if not name.startswith(".copydesk/")}


def write_sources(article_file: Write, folder: str, months: str) -> None:
    text = article_file().read_text(encoding="utf-8").replace("five", months)
    article_file().unlink()
    for number in range(DOCUMENTS):
        more = "".join(f"\nParagraph {n} of {number}, which took {months} months.\n" for n in range(30))
        article_file(f"../{folder}/{number}.txt", text + more)


def command(version: str, *arguments: str) -> list[str]:
    """Convert the documents of a version; one folder takes the place of the other, as if its documents changed."""
    for other in Path().glob("documents-*"):
        Path("in").rename(other.name.removeprefix("documents-"))
        other.unlink()
    Path(version).rename("in")
    Path(f"documents-{version}").touch()
    return [sys.executable, "-m", "copydesk", "convert", "in", "--to", "xml,markdown,csv", *arguments]


@pytest.mark.parametrize("share", range(SHARES))
def test_a_run_that_is_killed_tears_nothing_and_the_next_one_ends_as_if_it_had_not_been(
    article_file: Write, share: int
) -> None:
    jobs = ["--jobs", str(2 * (share % 2))]
    versions = ("one", "two")
    for version in versions:
        write_sources(article_file, version, version)
        assert subprocess.run([*command(version, *jobs), "-o", f"out-{version}"], check=False).returncode == 0
    expected = {version: visible(f"out-{version}") for version in versions}
    shutil.copytree("out-one", "out")
    shutil.rmtree("out/.copydesk")  # whose times of change the copies have not
    chance = random.Random(share)  # noqa: S311 -- moments, not secrets
    current, killed, seconds = "one", 0, 1.0
    for _ in range(KILLS // SHARES):
        current = versions[current == versions[0]]
        seconds = max(0.05, min(seconds, 20))
        with subprocess.Popen([*command(current, *jobs), "-o", "out"], stderr=subprocess.DEVNULL) as process:
            while not Path("out/.copydesk/run").exists() and process.poll() is None:
                sleep(0.005)
            begun = monotonic()
            try:
                process.wait(chance.uniform(0, seconds))
                seconds = monotonic() - begun  # how long a run takes, which depends on the machine
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
                seconds *= 1.1
        now = visible("out")
        assert now.keys() == expected["one"].keys(), "a file is lost, or one that should not be seen is"
        for name, content in now.items():
            assert content in (expected["one"][name], expected["two"][name]), f"{name} is torn"
        if chance.random() < 0.3:
            assert subprocess.run([*command(current, *jobs), "-o", "out"], check=False).returncode == 0
            assert visible("out") == expected[current]
    assert killed
    assert subprocess.run([*command(current, *jobs), "-o", "out"], check=False).returncode == 0
    assert visible("out") == expected[current]
    assert not Path("out/.copydesk/run").exists()
    assert not [path for path in Path("out").rglob("*") if path.name.endswith(".tmp")]


@pytest.mark.parametrize(
    "code", [errno.EIO, errno.ENOSPC, errno.EACCES], ids=["EIO", "disk full", "permission lost midway"]
)
def test_a_disk_that_fails_at_any_write_tears_nothing_and_the_next_run_goes_on(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        article_file(name)
    arguments = ["convert", "in", "--to", "xml,csv"]
    assert copydesk(*arguments, "-o", "reference").code == 0
    expected = visible("reference")
    fsync, replace = os.fsync, Path.replace
    for fails_at in range(1, 100):
        shutil.rmtree("exports", ignore_errors=True)
        calls = 0

        def refuse() -> None:
            nonlocal calls
            calls += 1
            if calls >= fails_at:  # noqa: B023 -- called in this round only
                raise OSError(code, os.strerror(code))

        def failing_fsync(descriptor: int) -> None:
            refuse()
            fsync(descriptor)

        def failing_replace(path: Path, target: Path) -> Path:
            refuse()
            return replace(path, target)

        with monkeypatch.context() as context:
            context.setattr(os, "fsync", failing_fsync)
            context.setattr(Path, "replace", failing_replace)
            done = copydesk(*arguments)
        there = visible("exports")
        assert there.items() <= expected.items()
        if calls < fails_at:  # the disk outlasted the run
            assert done.code == 0
            break
        assert done.code == 4
        assert f"cannot be written: {os.strerror(code)}" in done.err
        assert "Traceback" not in done.err
        assert copydesk(*arguments).code == 0
        assert visible("exports") == expected
    assert fails_at > 2 * len(expected) - 1


def test_a_state_that_cannot_be_written_is_exit_code_4(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    article_file()
    assert copydesk("convert", "in", "--to", "xml").code == 0
    import sqlite3

    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as context:
        context.setattr(sqlite3, "connect", refuse)
        done = copydesk("convert", "in", "--to", "xml")
    assert done.code == 4
    assert "the state of earlier runs cannot be kept: database or disk is full; look at the disk" in done.err
    assert copydesk("convert", "in", "--to", "xml").code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX locks")
def test_a_run_waits_for_the_workers_of_one_that_was_killed(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copydesk.running import orphans

    article_file()
    folder = Path("exports/.copydesk/run")
    folder.mkdir(parents=True)
    descriptor = orphans.hold(folder)
    assert descriptor is not None
    monkeypatch.setattr(orphans, "_PATIENCE", 0.1)
    done = copydesk("convert", "in", "--to", "xml")
    assert done.code == 4
    assert "worker processes of a run that was killed are still at work there; wait for them" in done.err
    assert "xml/ferry.xml" not in visible("exports")
    os.close(descriptor)
    assert copydesk("convert", "in", "--to", "xml").code == 0
