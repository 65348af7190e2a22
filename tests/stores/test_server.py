"""A server with folders, as SFTP and SMB have them: what is on its way has a name of its own until it is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

from copydesk.running import connections

Run = Callable[..., Any]
Write = Callable[..., Path]


class Server(LocalFileSystem):
    """Folders of this machine, below `server://host`; whoever asks for checksums is given none."""

    protocol = "server"
    root: ClassVar[Path]
    moved: ClassVar[list[tuple[str, str]]]

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        if path.startswith("server://"):
            path = f"{cls.root}/{path.removeprefix('server://')}"
        return path.rstrip("/")

    def mv(self, path1: str, path2: str, **settings: object) -> None:
        self.moved.append((Path(path1).name, Path(path2).name))
        super().mv(path1, path2, **settings)


@pytest.fixture(autouse=True)
def _server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    Server.root, Server.moved = tmp_path / "server", []
    (Server.root / "host").mkdir(parents=True)
    fsspec.register_implementation("server", Server, clobber=True)
    connections.connect.cache_clear()
    yield
    connections.connect.cache_clear()  # fsspec forgets no name, which no other test uses


def test_the_same_files_as_on_disk(copydesk: Run, article_file: Write, tree: Callable[[str], dict[str, bytes]]) -> None:
    for name in ("a.txt", "deep/b.txt"):
        article_file(name)
    (Server.root / "host" / "rips").symlink_to(Path("in").resolve())
    for source, output in (
        ("in", "exports"),
        ("in", "server://host/new/out"),
        ("server://host/rips", "server://host/2"),
    ):
        done = copydesk("convert", source, "--to", "xml,csv", "-o", output, "--jobs", 0)
        assert done.code == 0, done.err
    assert tree("server/host/new/out") == tree("server/host/2") == tree("exports")
    assert len(tree("exports")) == 7
    assert Server.moved
    assert all(before.startswith(".copydesk-") for before, _ in Server.moved)
    again = copydesk("convert", "server://host/rips", "--to", "xml,csv", "-o", "server://host/2", "--jobs", 0)
    assert "2 unchanged" in again.err


def test_what_fails_on_its_way_leaves_nothing(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch, tree: Callable[[str], dict[str, bytes]]
) -> None:
    article_file()

    def fail(self: object, path1: str, path2: str, **settings: object) -> None:
        raise RuntimeError("connection lost")

    with monkeypatch.context() as context:
        context.setattr(Server, "mv", fail)
        done = copydesk("convert", "in", "--to", "xml", "-o", "server://host/out", "--jobs", 0)
    assert done.code == 4
    assert "cannot be written: RuntimeError: connection lost" in done.err
    assert tree("server/host/out") == {}
    assert copydesk("convert", "in", "--to", "xml", "-o", "server://host/out", "--jobs", 0).code == 0
