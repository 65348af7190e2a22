"""Stores that do not answer, answers that are lost, and machines that sleep."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from copydesk.errors import OutputError
from copydesk.running import interrupts, stores
from copydesk.running.outputs import lease as leases
from copydesk.running.outputs.store import StoreFolder

from .conftest import Bucket

Run = Callable[..., Any]
Write = Callable[..., Path]

LOCK = "out/.copydesk/lock"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_lock_of_which_the_answer_was_lost_is_ones_own(
    copydesk: Run, article_file: Write, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    article_file()
    create = stores.create

    def sent_again(url: str, content: bytes) -> None:
        create(url, content)
        create(url, content)

    monkeypatch.setattr(stores, "create", sent_again)
    done = copydesk("convert", "in", "--to", "xml", "-o", f"{bucket.url}/out")
    assert done.code == 0, done.err
    assert not bucket.keys(LOCK)


def test_who_was_away_for_long_asks_who_holds_the_lock_before_the_state_is_written(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "BEAT", 60.0)  # it was not renewed since
    folder = StoreFolder(f"{bucket.url}/out")
    state = tmp_path / "state"
    state.write_bytes(b"mine")
    with folder.held(["xml"], print):
        bucket.put(LOCK, json.dumps({"holder": "other", "folder": "/nowhere"}))
        with pytest.raises(OutputError, match="another run has begun to write there"):
            folder.keep_state(state, last=True)
    assert not bucket.keys("out/.copydesk/state")


def test_a_lock_makes_nobody_remove_folders_that_are_no_runs(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "PATIENCE", 0.2)
    monkeypatch.setattr(leases, "_SETTLE", 0.05)
    home = tmp_path / "home"
    home.mkdir()
    (home / "alive").write_text("a file of mine", encoding="utf-8")
    bucket.put(LOCK, json.dumps({"holder": "other", "folder": str(home)}))
    with StoreFolder(f"{bucket.url}/out").held(["xml"], print):
        assert (home / "alive").exists()


def test_a_run_that_is_asked_to_end_waits_no_longer_for_a_store(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, over = StoreFolder(f"{bucket.url}/out"), Event()
    state = tmp_path / "state"
    state.write_bytes(b"mine")

    def silent(*_: object) -> None:
        over.wait(60)

    with monkeypatch.context() as context:
        with folder.held(["xml"], print):
            for name in ("upload", "read", "remove"):
                context.setattr(stores, name, silent)
            interrupts.begin()
            with pytest.raises(interrupts.Terminated):
                interrupts.end(interrupts.Terminated())
            with pytest.raises(OSError, match="the store does not answer"):
                folder.keep_state(state, last=True)
        assert not over.is_set()
        assert bucket.keys(LOCK), "it could not be given back"
        over.set()
    interrupts.begin()


def test_where_it_cannot_be_told_what_runs_wrote_no_output_is_taken_for_a_source(
    copydesk: Run, article_file: Write, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put("a.txt", article_file().read_bytes())
    assert copydesk("convert", bucket.url, "--to", "markdown", "-o", bucket.url).code == 0
    read = stores.read

    def denied(url: str) -> bytes:
        if url.endswith("/formats"):
            raise PermissionError(13, "the token has expired", url)
        return read(url)

    monkeypatch.setattr(stores, "read", denied)
    done = copydesk("convert", bucket.url, "--to", "markdown", "-o", "exports")
    assert done.code == 1
    assert f"error: {bucket.url}: cannot be read: the token has expired; check the URL, the credentials" in done.err
    assert not Path("exports").exists()


def test_a_state_that_lost_its_end_is_made_whole(copydesk: Run, article_file: Write, bucket: Bucket) -> None:
    for name in ("a.txt", "b.txt"):
        article_file(name)
    arguments = ("convert", "in", "--to", "xml", "-o", f"{bucket.url}/out")
    assert copydesk(*arguments).code == 0
    before = bucket.tree("out")
    state = "out/.copydesk/state.sqlite3"
    bucket.put(state, bucket.read(state)[:-100])  # what is missing reads as zeros
    done = copydesk(*arguments)
    assert done.code == 0, done.err
    assert bucket.tree("out") == before
    assert "2 unchanged" in copydesk(*arguments).err


@pytest.mark.parametrize("name", ["b.zip", "b.tar", "b.tar.gz", "b.warc"])
def test_an_archive_that_cannot_be_read_costs_itself_alone(
    copydesk: Run, article_file: Write, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for key in ("in/a.txt", "in/c.txt", f"in/{name}"):
        bucket.put(key, article_file().read_bytes())

    def failing(file: object, *_: object) -> bytes:
        raise OSError("the connection was reset")

    from s3fs import S3File

    monkeypatch.setattr(S3File, "read", failing)
    done = copydesk("convert", f"{bucket.url}/in", "--to", "xml")
    assert done.code == 1
    assert f"error: {bucket.url}/in/{name}: cannot be read: the connection was reset; check the URL" in done.err
    assert {path.name for path in Path("exports/xml").iterdir()} >= {"a.xml", "c.xml"}
