"""What pandoc gives that is no EPUB, or would leave out, is an error. tests/exporting has what else may go wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


@posix
def test_what_is_no_epub(stand_in: StandIn, make: Make, export: Export) -> None:
    stand_in("cat > /dev/null; echo rubbish")
    with pytest.raises(ExportError, match="pandoc wrote a broken EPUB: File is not a zip file; check that pandoc"):
        export(make())


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
