from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.running.beside import followed
from copydesk.running.intake import Intake
from copydesk.running.resources import Resources, left_out
from copydesk.running.sources import SourceFile


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resources:
    monkeypatch.chdir(tmp_path)
    for name in (
        "secret.png",
        "in/up.png",
        "in/sub/my picture.png",
        "in/sub/.hidden.png",
        "in/.git/config",
        "in2/x.png",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return Resources(Intake().beside(SourceFile("in/sub/a.md", "sub/a.md")))


@pytest.mark.parametrize(
    ("src", "content"),
    [
        ("my%20picture.png", b"in/sub/my picture.png"),
        ("./my picture.png?width=3#x", b"in/sub/my picture.png"),
        ("../up.png", b"in/up.png"),
        ("../sub/../up.png", b"in/up.png"),
        ("../../secret.png", None),
        ("..%2F..%2Fsecret.png", None),
        ("../../in2/x.png", None),
        (".hidden.png", None),
        ("../.git/config", None),
        ("../sub", None),
        ("missing.png", None),
        ("", None),
        ("..", None),
        ("a\0b.png", None),
        ("https://news.example/up.png", None),
        ("//news.example/up.png", None),
        ("file:///etc/hostname", None),
        ("/etc/hostname", None),
        ("..\\up.png", None),
        ("http://[broken", None),
        ("../sub/" * 100 + "my%20picture.png", b"in/sub/my picture.png"),
        ("../sub/" * 100_000 + "my%20picture.png", None),
    ],
)
def test_only_visible_files_inside_the_source_folder_are_given(
    resources: Resources, src: str, content: bytes | None
) -> None:
    assert resources(src) == content


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_do_not_lead_out(resources: Resources, tmp_path: Path) -> None:
    (tmp_path / "in" / "sub" / "out.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "in" / "sub" / "fine.png").symlink_to("../up.png")
    assert resources("out.png") is None
    assert resources("fine.png") == b"in/up.png"


def test_a_file_that_is_named_has_its_own_folder_and_standard_input_none(resources: Resources) -> None:
    named = Resources(Intake().beside(SourceFile("in/sub/a.md", "a.md")))
    assert named("my picture.png") == b"in/sub/my picture.png"
    assert named("../up.png") is None
    assert Resources(Intake().beside(SourceFile("-", "stdin")))("secret.png") is None
    assert Resources(Intake().beside(SourceFile("a.md", "a.md")))("secret.png") == b"secret.png"


def test_what_is_there_and_cannot_be_read_is_told(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert resources("../up.png") is None
    assert resources("missing.png") is None
    assert left_out([resources.asked]) == (
        "the picture ../up.png is left out: it cannot be read: Permission denied; look at its permissions and the disk",
    )


PARTS = st.lists(st.sampled_from(["..", ".", "", "a", "b", "c", ".git"]), min_size=1, max_size=6)
PATHS = PARTS.map("/".join)


RELATIVE = PATHS.filter(lambda path: not path.startswith("/"))


@given(
    folder=RELATIVE.filter(lambda path: ".." not in path),
    path=RELATIVE,
    links=st.dictionaries(PATHS, PATHS, max_size=5),
)
def test_whatever_links_there_are_names_stay_inside_and_come_to_an_end(
    folder: str, path: str, links: dict[str, str]
) -> None:
    name = followed(folder, PurePosixPath(path), links.get)
    assert name is None or not any(part in ("", "..") or part.startswith(".") for part in name.split("/") if name)
    if name and name not in links:
        assert followed("", PurePosixPath(name), lambda _: None) == name


def test_links_that_grow_come_to_an_end() -> None:
    links = {"a": "/".join(["b", ".."] * 900) + "/a", "x": "x/" * 2000 + "x"}
    assert followed("", PurePosixPath("a/p.png"), links.get) is None
    assert followed("", PurePosixPath("x/p.png"), links.get) is None
