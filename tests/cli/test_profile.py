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

SAME = "The harbour is counted by hand, as every autumn since the first harbour master wrote down what he saw."
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

{same}

The next count is in April, when the boats of those who winter in the south are back, the office of {town} said.

{pitch}

Write to the harbour desk

The Marsh Courier, Quay 4
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    for number, town in enumerate(TOWNS):
        page = re.sub(r"(?<=\S)\n(?=\S)", " ", PAGE.format(town=town, n=number + 2, pitch=PITCH, same=SAME))
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


def test_what_several_articles_say_within_them_and_the_head_stay(site: Path, profile: Path) -> None:
    made = normalize((site / "carrow.txt").read_bytes(), name="carrow.txt", profile=load(profile))
    article = Article.parse(made.xml)
    assert "The count" in article.body_text()
    assert SAME in article.body_text()
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
    raw = (site / "elmsea.txt").read_bytes()
    for number in range(3):  # saved thrice, each with another line below
        (site / f"again-{number}.txt").write_bytes(raw + f"\n{number + 4} comments so far.\n".encode())
    path = tmp_path / "copies.json"
    assert main(["profile", str(site), "-o", str(path)]) == 0
    again = (site / "again-1.txt").read_bytes()
    made = normalize(again, name="a.txt", profile=load(path))
    assert made.xml == normalize(again, name="a.txt").xml
    assert "copies" in " ".join(made.warnings)


def test_items_and_headings_of_recipes_stay(tmp_path: Path) -> None:
    folder = tmp_path / "recipes"
    folder.mkdir()
    for number, dish in enumerate(("Leek tart", "Plum cake", "Rye bread", "Pea soup", "Fish pie")):
        (folder / f"{number}.md").write_text(
            f"[Home](/)\n\n[Shop](/shop)\n\n# {dish} for a long table\n\nBy Ines Calder\n\n"
            f"My aunt in the marshes made {dish.lower()} on Sundays when the tide was out, and nobody was allowed to"
            " help her with it. I wrote it down at last, after she had told me three different versions.\n\n"
            "## Ingredients you may have at home already\n\n- 2 teaspoons of coarse salt, and more for the table\n"
            f"- {number + 2} large onions\n\n## Method\n\n1. Heat the oven to 180 degrees and butter the dish well.\n"
            f"2. Put everything for the {dish.lower()} into it.\n3. Let it cool completely before you cut it.\n\n"
            "[Imprint](/imprint)\n",
            encoding="utf-8",
        )
    path = tmp_path / "site.json"
    assert main(["profile", str(folder), "-o", str(path)]) == 0
    raw = (folder / "3.md").read_bytes()
    text = _text(normalize(raw, name="3.md", profile=load(path)).xml)
    for line in ("Ingredients you may have", "2 teaspoons of coarse salt", "Heat the oven", "Let it cool completely"):
        assert line in text, line


def test_a_document_is_not_written_over(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (site / "ashford.txt").read_bytes()
    assert main(["profile", str(site), "-o", str(site / "ashford.txt")]) == 2
    assert (site / "ashford.txt").read_bytes() == before
    assert main(["profile", str(site), "-o", str(site)]) == 4
    assert not list(site.parent.glob("*.part"))


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


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"[]",
        b"\xff",
        b'{"form": "other/1", "lines": {}}',
        b'{"form": "copydesk-profile/1", "lines": [1]}',
        b"[" * 99999,
    ],
)
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
