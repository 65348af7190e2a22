"""The lock on an output folder of a store, and runs that are killed while they write there.

`COPYDESK_KILLS=1000 pytest tests/stores/test_lease.py -k killed` looks further than the default.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest

from copydesk.errors import OutputError
from copydesk.running.outputs import lease as leases
from copydesk.running.outputs.lease import Lease
from copydesk.running.outputs.store import StoreFolder

from .conftest import Bucket

Run = Callable[..., Any]
Write = Callable[..., Path]

KILLS = int(os.environ.get("COPYDESK_KILLS", "4"))
LOCK = "out/.copydesk/lock"
OTHER = json.dumps({"holder": "other", "folder": "/nowhere/else"})
"""The lock of a run on another machine."""


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "BEAT", 0.05)
    monkeypatch.setattr(leases, "PATIENCE", 3.0)
    monkeypatch.setattr(leases, "_SETTLE", 0.05)


def test_a_second_run_is_told_of_the_first_at_once(copydesk: Run, article_file: Write, bucket: Bucket) -> None:
    article_file()
    with StoreFolder(f"{bucket.url}/out").held(["xml"], print):
        done = copydesk("convert", "in", "--to", "xml", "-o", f"{bucket.url}/out")
    assert done.code == 4
    assert "another run is writing to this folder" in done.err
    assert bucket.tree("out") == {}
    assert not bucket.keys(LOCK)
    assert copydesk("convert", "in", "--to", "xml", "-o", f"{bucket.url}/out").code == 0


@pytest.mark.usefixtures("_hasty")
def test_a_run_on_another_machine_is_known_by_its_renewals(copydesk: Run, article_file: Write, bucket: Bucket) -> None:
    article_file()
    over = Event()

    def renew() -> None:
        beat = 0
        while not over.wait(0.05):
            beat += 1
            bucket.put(f"{LOCK}-other", str(beat))

    bucket.put(LOCK, OTHER)
    renewing = Thread(target=renew)
    renewing.start()
    try:
        done = copydesk("convert", "in", "--to", "xml", "-o", f"{bucket.url}/out")
    finally:
        over.set()
        renewing.join()
    assert done.code == 4
    assert "another run is writing to this folder" in done.err
    assert "locked; waiting up to" in done.err
    assert bucket.tree("out") == {}


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize("content", [OTHER, "nobody's", "[]"])
def test_a_lock_that_nobody_renews_is_taken_over(
    copydesk: Run, article_file: Write, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setattr(leases, "PATIENCE", 0.2)
    article_file()
    bucket.put(LOCK, content)
    done = copydesk("convert", "in", "--to", "xml", "-o", f"{bucket.url}/out")
    assert done.code == 0, done.err
    assert "waiting up to" in done.err
    assert not bucket.keys(LOCK)


@pytest.mark.usefixtures("_hasty")
def test_who_lost_the_lock_writes_no_state_and_leaves_the_lock_alone(bucket: Bucket, tmp_path: Path) -> None:
    folder = StoreFolder(f"{bucket.url}/out")
    state = tmp_path / "state"
    with folder.held(["xml"], print):
        state.write_bytes(b"mine")
        folder.keep_state(state, last=True)
        bucket.put(LOCK, OTHER)
        state.write_bytes(b"later")

        def keep_on() -> None:
            for _ in range(400):
                folder.keep_state(state, last=False)  # which does nothing yet, unless the lock is lost
                sleep(0.05)

        with pytest.raises(OutputError, match="another run has begun to write there"):
            keep_on()
        with pytest.raises(OutputError, match="another run has begun to write there"):
            folder.keep_state(state, last=True)
    assert bucket.read("out/.copydesk/state.sqlite3") == b"mine"
    assert bucket.read(LOCK) == OTHER.encode()


@pytest.mark.usefixtures("_hasty")
def test_of_two_who_take_a_dead_lock_over_one_goes_on(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "PATIENCE", 0.5)
    monkeypatch.setattr(leases, "_SETTLE", 1.0)
    bucket.put(LOCK, OTHER)
    holding: list[int] = []
    refused: list[int] = []
    done = Event()

    def take(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            with Lease(f"{bucket.url}/{LOCK}", folder).held("out", lambda _: None):
                holding.append(number)
                done.wait(30)
        except OutputError:
            refused.append(number)
            done.set()

    runs = [Thread(target=take, args=(number,)) for number in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(holding) == len(refused) == 1


def test_a_run_that_is_killed_tears_nothing_and_the_next_one_ends_as_if_it_had_not_been(
    copydesk: Run, article_file: Write, bucket: Bucket
) -> None:
    expected = {}
    for version in ("one", "two"):
        text = article_file().read_text(encoding="utf-8").replace("five", version)
        for number in range(6):
            more = "".join(f"\nParagraph {n} of {number}, which took {version} months.\n" for n in range(30))
            bucket.put(f"{version}/{number}.txt", text + more)
        done = copydesk("convert", f"{bucket.url}/{version}", "--to", "xml,csv", "-o", f"{bucket.url}/is-{version}")
        assert done.code == 0, done.err
        expected[version] = bucket.tree(f"is-{version}")
    chance, killed, seconds, version = random.Random(7), 0, 3.0, "one"  # noqa: S311 -- moments, not secrets
    for number in range(KILLS):
        version = ("one", "two")[number % 2]
        for name in ("0", "1", "2", "3", "4", "5"):
            bucket.put(f"in/{name}.txt", bucket.read(f"{version}/{name}.txt"))
        command = [sys.executable, "-m", "copydesk", "convert", f"{bucket.url}/in", "--to", "xml,csv"]
        with subprocess.Popen(
            [*command, "-o", f"{bucket.url}/out", "--jobs", str(2 * (number % 2))], stderr=subprocess.DEVNULL
        ) as process:
            while not bucket.keys(LOCK) and process.poll() is None:
                sleep(0.01)
            begun = monotonic()
            try:
                process.wait(chance.uniform(0, max(0.05, min(seconds, 20))))
                seconds = monotonic() - begun
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
                seconds *= 1.1
        for name, content in bucket.tree("out").items():
            assert content in (expected["one"][name], expected["two"][name]), f"{name} is torn"
    assert killed
    done = copydesk("convert", f"{bucket.url}/in", "--to", "xml,csv", "-o", f"{bucket.url}/out")
    assert done.code == 0, done.err
    assert "waiting" not in done.err, "on the same machine it is known that the other run has ended"
    assert bucket.tree("out") == expected[version]
    assert not bucket.keys(LOCK)
