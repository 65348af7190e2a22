"""Running pandoc: what goes wrong is an error that says what to do, and nothing is left running."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypandoc
import pytest

from copydesk.article.view import Article
from copydesk.errors import ExportError
from copydesk_epub import pandoc

Make = Callable[..., Article]
Export = Callable[[Article], Any]
StandIn = Callable[[str], None]

DOCUMENT = {"pandoc-api-version": [1, 23, 1, 1], "meta": {"lang": {"t": "MetaString", "c": "en"}}}
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for pandoc is a shell script")


def document(*inlines: dict[str, object]) -> dict[str, object]:
    meta = DOCUMENT["meta"] | {
        "title": {"t": "MetaString", "c": "T"},
        "identifier": {"t": "MetaString", "c": "urn:x:1"},
    }
    return DOCUMENT | {"meta": meta, "blocks": [{"t": "Para", "c": list(inlines)}]}


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
        pandoc.write_epub(document())


def test_no_pandoc_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def get_pandoc_path() -> str:
        raise OSError("No pandoc was found")

    monkeypatch.delenv("PYPANDOC_PANDOC", raising=False)
    monkeypatch.setattr(pypandoc, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setattr(pypandoc, "get_pandoc_path", get_pandoc_path)
    with pytest.raises(ExportError, match=r"there is no pandoc, which EPUB needs; run `pip install"):
        pandoc.write_epub(document())


@posix
def test_what_pandoc_complains_of_is_in_the_message(stand_in: StandIn) -> None:
    stand_in("cat > /dev/null; echo 'no such\nthing' >&2; exit 7")
    with pytest.raises(ExportError, match=r"pandoc failed with status 7: no such; thing; check that pandoc is the one"):
        pandoc.write_epub(document())


@posix
def test_a_pandoc_that_does_not_read(stand_in: StandIn) -> None:
    stand_in("exit 3")
    with pytest.raises(ExportError, match="pandoc failed with status 3: it says nothing"):
        pandoc.write_epub(document({"t": "Str", "c": "x" * 1_000_000}))


@posix
def test_what_is_no_epub(stand_in: StandIn, make: Make, export: Export) -> None:
    stand_in("cat > /dev/null; echo rubbish")
    with pytest.raises(ExportError, match="pandoc wrote a broken EPUB: File is not a zip file; check that pandoc"):
        export(make())


@posix
def test_a_time_limit_ends_pandoc_and_all_that_it_started(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pandoc, "TIMEOUT_SECONDS", 0.3)
    stand_in(f"(sleep 0.8; echo x > '{tmp_path}/survived') & cat > /dev/null; wait")
    with pytest.raises(ExportError, match=r"pandoc took more than 0\.3 seconds; leave this article out"):
        pandoc.write_epub(document())
    time.sleep(0.8)
    assert not (tmp_path / "survived").exists()


def test_an_interruption_ends_pandoc(monkeypatch: pytest.MonkeyPatch) -> None:
    processes: list[subprocess.Popen[bytes]] = []

    def communicate(process: subprocess.Popen[bytes], *_: object, **__: object) -> None:
        processes.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", communicate)
    with pytest.raises(KeyboardInterrupt):
        pandoc.write_epub(document())
    assert processes[0].returncode not in {None, 0}


def test_a_memory_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "HEAP_LIMIT", "64m")
    with pytest.raises(ExportError, match="pandoc needed more than 64m of memory; leave this article out"):
        pandoc.write_epub(document({"t": "Str", "c": "word " * 400_000}))


def test_what_pandoc_would_leave_out_is_an_error(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    for address in ("missing.png", str(picture), picture.as_uri(), "http://127.0.0.1:9/a.png"):
        image = {"t": "Image", "c": [["", [], []], [], [address, ""]]}
        with pytest.raises(ExportError, match="Could not fetch resource"):
            pandoc.write_epub(document(image))


def test_pandoc_is_not_touched_before_there_is_something_to_write() -> None:
    code = "import sys, copydesk_epub; copydesk_epub.copydesk_register_exporters(); print('pypandoc' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout == "False\n"
