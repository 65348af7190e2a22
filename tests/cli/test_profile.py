"""`copydesk profile` and `convert --profile`: what a site repeats, learnt from many of its pages."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from copydesk.article.view import Article
from copydesk.cleaning.pipeline import normalize
from copydesk.cleaning.profiles import load
from copydesk.cli import main

TOWNS = ("Ashford", "Belmore", "Carrow", "Dunholt", "Elmsea", "Farrow")
PITCH = "The Marsh Courier has no owner but its readers: join the eleven hundred who pay for what you are reading."
PAGE = """\
The Marsh Courier

Tides

Harbour life

{town} counts its boats again

By Ines Calder

3 November 2026

The harbour office of {town} counted {n}12 boats on Tuesday, which is nine more than in the spring and as many as there
have ever been, so that the older moorings behind the fish hall were opened for them.

The count

Two clerks walked the quays from six in the morning, each with a list of their own, and compared them over breakfast in
{town}; they differed by one boat, which had left in between.

{pitch}

The next count is in April, when the boats of those who winter in the south are back, the office of {town} said.

Write to the harbour desk

The Marsh Courier, Quay 4
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    for number, town in enumerate(TOWNS):
        page = re.sub(r"(?<=\S)\n(?=\S)", " ", PAGE.format(town=town, n=number + 2, pitch=PITCH))
        (folder / f"{town.lower()}.txt").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture
def profile(site: Path, tmp_path: Path) -> Path:
    path = tmp_path / "site.json"
    assert main(["profile", str(site), "-o", str(path)]) == 0
    return path


def _text(xml: bytes) -> str:
    return Article.parse(xml).body_text()


def test_the_file_holds_what_most_pages_have(profile: Path) -> None:
    data = json.loads(profile.read_text(encoding="utf-8"))
    assert data["documents"] == len(TOWNS)
    assert data["lines"]["write to the harbour desk"] == len(TOWNS)
    assert PITCH.casefold() in data["lines"]
    assert not [line for line in data["lines"] if any(town.lower() in line for town in TOWNS)]


def test_lines_of_the_site_are_dropped_and_the_ledger_names_the_profile(site: Path, profile: Path) -> None:
    raw = (site / "ashford.txt").read_bytes()
    plain = normalize(raw, name="ashford.txt")
    made = normalize(raw, name="ashford.txt", profile=load(profile))
    text = _text(made.xml)
    for line in (PITCH, "Write to the harbour desk", "Tides", "Quay 4"):
        assert line not in text, line
    assert PITCH in _text(plain.xml)
    assert "The next count is in April" in text
    digest = sha256(profile.read_bytes()).hexdigest()[:16]
    of_profile = [e for e in made.ledger.entries if e.model is not None and e.model.endswith(f"profile:{digest}")]
    assert of_profile
    assert all(entry.d == "drop" and entry.score is not None for entry in of_profile)


def test_a_short_line_within_the_article_and_its_head_stay(site: Path, profile: Path) -> None:
    made = normalize((site / "carrow.txt").read_bytes(), name="carrow.txt", profile=load(profile))
    article = Article.parse(made.xml)
    assert "The count" in article.body_text()
    assert str(article.meta.title) == "Carrow counts its boats again"
    assert [str(author.name) for author in article.meta.authors] == ["Ines Calder"]


def test_scripts_that_no_model_knows(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    menu = "港の新聞\n\n天気\n\n購読の案内はこちらからご覧ください。\n\n"
    for number, town in enumerate(("浜田", "大崎", "川辺", "石巻")):
        count = f"{town}の港では火曜日に{number + 2}十隻の船が数えられ、春よりも九隻多かった。"
        page = f"{menu}{town}の港で船が数えられた\n\n{count}\n\n次の調査は四月に{town}で行われる。\n\n会社の概要\n"
        (folder / f"{number}.txt").write_text(page, encoding="utf-8")
    path = tmp_path / "site.json"
    assert main(["profile", str(folder), "-o", str(path)]) == 0
    raw = (folder / "2.txt").read_bytes()
    assert "会社の概要" in _text(normalize(raw, name="2.txt").xml)
    text = _text(normalize(raw, name="2.txt", profile=load(path)).xml)
    assert "会社の概要" not in text
    assert "天気" not in text
    assert "次の調査は四月に川辺で行われる。" in text


def test_a_copy_of_pages_that_were_learnt_from_stays_whole(site: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    raw = (site / "elmsea.txt").read_bytes()
    for number in range(4):
        (copies / f"{number}.txt").write_bytes(raw)
    path = tmp_path / "copies.json"
    assert main(["profile", str(copies), "-o", str(path)]) == 0
    assert normalize(raw, name="a.txt", profile=load(path)).xml == normalize(raw, name="a.txt").xml


def test_convert_takes_it_and_redoes_what_it_changes(
    site: Path, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["convert", str(site), "--to", "xml", "-o", str(tmp_path / "out"), "-q"]
    assert main(command) == 0
    before = (tmp_path / "out" / "xml" / "dunholt.xml").read_bytes()
    assert main([*command, "--profile", str(profile)]) == 0
    raw = (site / "dunholt.txt").read_bytes()
    after = (tmp_path / "out" / "xml" / "dunholt.xml").read_bytes()
    assert after == normalize(raw, name="dunholt.txt", profile=load(profile)).xml
    assert after != before
    assert main([*command, "--profile", str(profile), "--check"]) == 0
    profile.write_text(profile.read_text(encoding="utf-8").replace(PITCH.casefold(), "nothing"), encoding="utf-8")
    assert main([*command, "--profile", str(profile), "--check"]) == 1


@pytest.mark.parametrize("content", [None, b"", b"[]", b"\xff", b'{"form": "other/1", "lines": {}}'])
def test_what_is_no_profile_is_refused(
    content: bytes | None, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.json"
    if content is not None:
        path.write_bytes(content)
    assert main(["convert", str(site), "--to", "xml", "-o", str(tmp_path / "out"), "--profile", str(path)]) == 2
    error = capsys.readouterr().err
    assert "wrong.json" in error
    assert "copydesk profile" in error
    assert "Traceback" not in error


def test_documents_that_cannot_be_read_are_named_and_others_count(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "broken.txt").write_bytes(b"\x00\x01\x02" * 50)
    path = tmp_path / "site.json"
    assert main(["profile", str(site), str(tmp_path / "nowhere"), "-o", str(path)]) == 1
    error = capsys.readouterr().err
    assert "broken.txt" in error
    assert "nowhere" in error
    assert json.loads(path.read_text(encoding="utf-8"))["documents"] == len(TOWNS)


def test_too_few_documents_and_a_folder_that_is_not_there(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["profile", str(site / "ashford.txt"), "-o", str(tmp_path / "one.json")]) == 2
    assert not (tmp_path / "one.json").exists()
    assert main(["profile", str(site), "-o", str(tmp_path / "no" / "site.json")]) == 4
    assert main(["profile", str(site), "-o", str(tmp_path / "site.json"), "--share", "7"]) == 2
    assert "Traceback" not in capsys.readouterr().err
