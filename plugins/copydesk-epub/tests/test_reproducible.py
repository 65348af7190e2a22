"""The same article gives the same bytes, wherever and whenever."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest

from copydesk.article.view import Article

Export = Callable[[Article], Any]

CONVERT = """
import sys
from copydesk.article.view import Article
from copydesk.exporting.exporter import NoOptions
from copydesk_epub.exporter import EpubExporter
with open(sys.argv[1], "rb") as file:
    article = Article.parse(file.read())
(output,) = EpubExporter().export(article, NoOptions())
sys.stdout.buffer.write(output.content)
"""
NAME = "002_ab83f2dbddbde383"


@pytest.fixture(scope="module")
def expected(fixtures: dict[str, Article], export: Export) -> bytes:
    return export(fixtures[NAME]).data


@pytest.mark.parametrize(
    "changes",
    [
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "SOURCE_DATE_EPOCH": None},
        {"LC_ALL": None, "LANG": "ar_EG.ISO-8859-6", "LANGUAGE": "ar", "TZ": "America/St_Johns", "PYTHONHASHSEED": "7"},
        {"LC_ALL": "C", "LANG": None, "TZ": None, "SOURCE_DATE_EPOCH": "1000000000", "GHCRTS": "-H256m"},
    ],
    ids=["turkish", "arabic", "posix"],
)
def test_environment_is_of_no_account(changes: dict[str, str | None], expected: bytes, tmp_path: Path) -> None:
    # A user's own pandoc templates must not get in either.
    templates = tmp_path / "home" / ".local" / "share" / "pandoc" / "templates"
    templates.mkdir(parents=True)
    (templates / "default.epub3").write_text("<html>$body$</html>", encoding="utf-8")
    environment = {
        **os.environ,
        "HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(templates.parent.parent),
        **changes,
    }
    run = subprocess.run(
        [sys.executable, "-c", CONVERT, Path(__file__).parent / "fixtures" / f"{NAME}.xml"],
        cwd=tmp_path,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        check=True,
    )
    assert run.stdout == expected


def test_order_of_articles_is_of_no_account(fixtures: dict[str, Article], export: Export, expected: bytes) -> None:
    export(fixtures["every-element"])
    assert export(fixtures[NAME]).data == expected


def test_the_archive(expected: bytes) -> None:
    assert expected[30:58] == b"mimetypeapplication/epub+zip", "it is the first member, stored, without extra fields"
    with ZipFile(io.BytesIO(expected)) as archive:
        members = archive.infolist()
    # Nothing that depends on the platform, or on which zlib there is.
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {(member.compress_type, member.create_system, member.external_attr) for member in members} == {
        (ZIP_STORED, 3, 0o644 << 16)
    }
    assert all(not member.extra and not member.comment for member in members)


def test_line_ends_of_the_stylesheet(fixtures: dict[str, Article], export: Export) -> None:
    book = export(fixtures[NAME])
    assert b"\r" not in book.members["EPUB/styles/stylesheet1.css"]
    assert b"h1.derived" in book.members["EPUB/styles/stylesheet1.css"]
