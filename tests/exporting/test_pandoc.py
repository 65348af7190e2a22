"""Running pandoc: what goes wrong is an error that says what to do, and nothing is left running."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypandoc
import pytest

from copydesk.errors import ExportError, SourceError
from copydesk.exporting import pandoc, program

StandIn = Callable[[str], None]
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for pandoc is a shell script")


def document(*inlines: dict[str, Any]) -> dict[str, Any]:
    return {"pandoc-api-version": [1, 23, 1, 1], "meta": {}, "blocks": [{"t": "Para", "c": list(inlines)}]}


def write(given: dict[str, Any], to: str = "rst") -> bytes:
    done = pandoc.run(["--from=json", f"--to={to}"], json.dumps(given).encode())
    if done.status:
        raise pandoc.failed(done)
    return done.output


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Put a shell script in pandoc's place."""

    def stand_in(script: str) -> None:
        path = tmp_path / "pandoc"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8", newline="\n")
        path.chmod(0o755)
        monkeypatch.setenv("PYPANDOC_PANDOC", str(path))

    return stand_in


def test_a_pandoc_that_is_named_but_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYPANDOC_PANDOC", str(tmp_path / "none"))
    with pytest.raises(ExportError, match=r"pandoc does not start: .*; run `pip install"):
        write(document())


def test_no_pandoc_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def get_pandoc_path() -> str:
        raise OSError("No pandoc was found")

    monkeypatch.delenv("PYPANDOC_PANDOC", raising=False)
    monkeypatch.setattr(pypandoc, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setattr(pypandoc, "get_pandoc_path", get_pandoc_path)
    with pytest.raises(ExportError, match=r"there is no pandoc, which this format needs; run `pip install"):
        write(document())


@posix
def test_what_pandoc_complains_of_is_in_the_message(stand_in: StandIn) -> None:
    stand_in("cat > /dev/null; echo 'no such\nthing' >&2; exit 7")
    with pytest.raises(ExportError, match="pandoc failed with status 7: no such; thing; check that pandoc"):
        write(document())


@posix
def test_a_pandoc_that_does_not_read(stand_in: StandIn) -> None:
    stand_in("exit 3")
    with pytest.raises(ExportError, match="pandoc failed with status 3: it says nothing"):
        write(document({"t": "Str", "c": "x" * 1_000_000}))


@posix
def test_a_time_limit_ends_pandoc_and_all_that_it_started(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "TIMEOUT_SECONDS", 0.3)
    stand_in(f"(sleep 0.8; echo x > '{tmp_path}/survived') & cat > /dev/null; wait")
    with pytest.raises(ExportError, match=r"pandoc took more than 0\.3 seconds; leave this article out"):
        write(document())
    time.sleep(0.8)
    assert not (tmp_path / "survived").exists()


def test_an_interruption_ends_pandoc(monkeypatch: pytest.MonkeyPatch) -> None:
    processes: list[subprocess.Popen[bytes]] = []

    def communicate(process: subprocess.Popen[bytes], *_: object, **__: object) -> None:
        processes.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", communicate)
    with pytest.raises(KeyboardInterrupt):
        write(document())
    assert processes[0].returncode not in {None, 0}


def test_a_memory_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "HEAP_LIMIT", "32m")
    with pytest.raises(ExportError, match="pandoc needed more than 32m of memory; leave this article out"):
        write(document({"t": "Str", "c": "word " * 400_000}), "docx")


def test_what_fails_for_a_reader_is_an_error_of_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYPANDOC_PANDOC", str(tmp_path / "none"))
    with pytest.raises(SourceError, match="pandoc does not start"):
        pandoc.run(["--from=rst", "--to=json"], b"", failure=SourceError)
    with pytest.raises(SourceError, match="pandoc does not start"):
        pandoc.version()


def test_it_reads_no_file_and_says_its_version(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("secret", encoding="utf-8")
    done = pandoc.run(["--from=latex", "--to=plain"], f"\\input{{{tmp_path}/secret.tex}} seen".encode())
    assert (done.status, done.output) == (0, b"seen\n")
    assert int(pandoc.version().split(".")[0]) >= 3
