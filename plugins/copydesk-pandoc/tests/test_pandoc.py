"""Running pandoc and typst: what goes wrong is an error that says what to do, and nothing is left running."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copydesk.article.view import Article
from copydesk.errors import ExportError
from copydesk.exporting import program
from copydesk_pandoc import pandoc, pdf

StandIn = Callable[[str], None]
Write = Callable[[str, Article], bytes]
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for pandoc is a shell script")


def document(*inlines: dict[str, Any]) -> dict[str, Any]:
    return {"pandoc-api-version": [1, 23, 1, 1], "meta": {}, "blocks": [{"t": "Para", "c": list(inlines)}]}


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
@pytest.mark.parametrize("message", ["[INFO] Not rendering Table", "[WARNING] Something new\n  on two lines"])
def test_what_is_left_out_is_an_error(message: str, stand_in: StandIn) -> None:
    stand_in(f"cat > /dev/null; echo '[INFO] Loaded x' >&2; echo '{message}' >&2; echo output")
    with pytest.raises(ExportError, match=r"pandoc would leave something out: (Not rendering|Something new on two)"):
        pandoc.write(document(), "rst")


@posix
def test_what_is_known_to_be_harmless_is_none(stand_in: StandIn) -> None:
    stand_in("cat > /dev/null; echo '[WARNING] The term Abstract has no translation defined.' >&2; echo output")
    assert pandoc.write(document(), "rst") == b"output\n"


def test_real_pandoc_omits_nothing_in_silence(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    for address in ("missing.png", str(picture), picture.as_uri(), "http://127.0.0.1:9/a.png"):
        image = {"t": "Image", "c": [["", [], []], [], [address, ""]]}
        with pytest.raises(ExportError, match="would leave something out: Could not fetch resource"):
            pandoc.write(document(image), "docx")
    raw = {"t": "RawInline", "c": ["html", "<b>"]}
    with pytest.raises(ExportError, match="would leave something out: Not rendering RawInline"):
        pandoc.write(document(raw), "rst")


def test_a_language_that_pandoc_has_no_words_for(make: Callable[..., Article], write: Write) -> None:
    for lang in ("und", "tlh", "x-own"):
        assert b"Text." in write("html5", make(lang=lang))


def test_a_character_that_no_font_has_is_an_error(make: Callable[..., Article], write: Write) -> None:
    with pytest.raises(ExportError, match=r"the fonts that come with typst lack characters .*港.*; take docx, odt"):
        write("pdf", make("<p>港</p>"))


def test_typst_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    for path in (tmp_path / "secret.txt", "/etc/hostname", "typesetting.py"):
        with pytest.raises(ExportError, match=r"typst failed with status 1: .*file not found"):
            pdf.typeset(f'#read("{path}")'.encode())


def test_no_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    with pytest.raises(
        ExportError, match=r"there is no typst, which PDF needs; run `pip install copydesk-pandoc\[pdf\]`"
    ):
        pdf.typeset(b"x")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes a limit of address space")
def test_a_memory_limit_for_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MEMORY_LIMIT", 300_000_000)
    with pytest.raises(ExportError, match="typst needed more than 300,000,000 bytes of memory; leave this"):
        pdf.typeset(b'#("word" * 200000000)')


def test_an_endless_document_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "TIMEOUT_SECONDS", 1.0)
    with pytest.raises(ExportError, match="typst took more than 1 seconds"):
        pdf.typeset(b"#let n = 0\n#for a in range(100000) { for b in range(100000) { n += 1 } }")


def test_a_pdf_keeps_its_metadata(articles: dict[str, Article], write: Write) -> None:
    import io

    import pypdf

    read = pypdf.PdfReader(io.BytesIO(write("pdf", articles["everything"])))
    assert read.metadata is not None
    assert read.metadata.title == "Harbour ferry returns after the winter"
    assert read.metadata.author == "Ann Keller"
    assert "pdfaid:part" in read.trailer["/Root"]["/Metadata"].get_data().decode("utf-8")
