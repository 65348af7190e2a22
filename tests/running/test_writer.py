from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from copydesk.errors import OutputError
from copydesk.running.outputs.folder import TakenError
from copydesk.running.outputs.local import LocalFolder
from copydesk.running.spool import Spool
from copydesk.running.writer import Writer


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def held(folder: Path, *formats: str) -> AbstractContextManager[Path]:
    return LocalFolder(str(folder)).held(formats, print)


def write(folder: Path, **contents: Iterable[bytes]) -> None:
    with Writer(LocalFolder(str(folder)), folder).stage() as staged:
        for name, chunks in contents.items():
            staged.add(name, chunks)
        staged.commit()


def test_files_appear_under_their_names_with_the_usual_permissions(tmp_path: Path) -> None:
    with Writer(LocalFolder(str(tmp_path)), tmp_path).stage() as staged:
        staged.add("xml/sub/a.xml", [b"1", b"2"])
        staged.add("xml/sub/a.more", iter([]))
        assert [name.rpartition("-")[0] for name in files(tmp_path)] == ["xml/sub/.copydesk"] * 2
        staged.commit()
    assert files(tmp_path) == {"xml/sub/a.xml": b"12", "xml/sub/a.more": b""}
    assert staged.written == ["xml/sub/a.xml", "xml/sub/a.more"]
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert (tmp_path / "xml/sub/a.xml").stat().st_mode == plain.stat().st_mode


def test_a_folder_in_the_place_of_one_file_keeps_those_that_belong_to_it_from_theirs_too(tmp_path: Path) -> None:
    (tmp_path / "xml" / "a.more").mkdir(parents=True)
    with pytest.raises(TakenError, match="there is a folder of its name"):
        write(tmp_path, **{"xml/a.xml": [b"1"], "xml/a.more": [b"2"]})
    assert files(tmp_path) == {}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_is_torn_when_content_raises(tmp_path: Path, error: type[BaseException]) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def chunks() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise error

    with pytest.raises(error):
        write(tmp_path, b=[b"whole"], a=chunks())
    assert files(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize(
    ("code", "advice"),
    [(errno.ENOSPC, "free some space"), (errno.EROFS, "that you may write to"), (errno.EIO, "look at the folder")],
)
def test_nothing_is_torn_when_the_system_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, advice: str
) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def refuse(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputError, match=f"cannot be written: {os.strerror(code)}; .*{advice}") as caught:
        write(tmp_path, b=[], a=[b"new"])
    assert caught.value.exit_code == 4
    assert caught.value.where == str(tmp_path / "b")
    assert files(tmp_path) == {"a": b"old"}


def test_a_full_disk_shows_as_such_even_if_content_fails_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error of closing a file on a full disk must not come out raw."""

    class Full:
        def __enter__(self) -> Full:
            return self

        def __exit__(self, *error: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        def writelines(self, chunks: Iterator[bytes]) -> None:
            for _ in chunks:
                pass

    def chunks() -> Iterator[bytes]:
        yield b"x"
        raise ValueError

    monkeypatch.setattr(Path, "open", lambda *settings: Full())
    with pytest.raises(OutputError, match="No space left"):
        write(tmp_path, a=chunks())


def test_an_output_folder_that_is_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be written"), held(tmp_path / "out", "xml"):
        pass
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "out", a=[])


def test_leftovers_of_a_killed_run_are_swept_below_the_formats_written_to(tmp_path: Path) -> None:
    for name in ("xml/.copydesk-0123.tmp", "xml/deep/.copydesk-4567.tmp", "other/.copydesk-89.tmp", "xml/mine.tmp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
    with held(tmp_path, "xml", "not-there-yet"):
        assert {name for name in files(tmp_path) if name[0] != "."} == {"other/.copydesk-89.tmp", "xml/mine.tmp"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot lock a folder")
def test_two_runs_do_not_write_to_one_folder_at_once(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "xml").mkdir(parents=True)
    (out / "xml" / ".copydesk-0123.tmp").write_bytes(b"of the other run")
    code = (
        "import sys; from copydesk.running.outputs.local import LocalFolder\n"
        f"with LocalFolder({str(out)!r}).held([], print): print('locked', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"locked"
        with pytest.raises(OutputError, match="another run is writing to this folder"), held(out, "xml"):
            pass
        assert (out / "xml" / ".copydesk-0123.tmp").exists()
        other.kill()
        other.wait()
    with held(out, "xml"):
        assert not (out / "xml" / ".copydesk-0123.tmp").exists()


def test_a_spool_gives_back_what_it_took_as_often_as_asked(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    try:
        assert len(spool) == 0
        assert list(spool) == []
        records = [b"", b"one", b"x" * 100_000, b"\0\n"]
        for record in records[:2]:
            spool.append(record)
        assert list(spool) == records[:2]
        for record in records[2:]:
            spool.append(record)
        assert len(spool) == 4
        first, second = iter(spool), iter(spool)
        assert [next(first), next(second), next(first)] == [b"", b"", b"one"]
        assert list(spool) == records
        assert list(second) == records[1:]
    finally:
        spool.close()
    assert files(tmp_path) == {}


def test_a_spool_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        Spool(tmp_path / "not there")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_spool_that_the_disk_has_no_room_for_says_so_once_and_keeps_what_it_has(tmp_path: Path) -> None:
    code = f"""
import resource, signal, pathlib
from copydesk.errors import OutputError
from copydesk.running.outputs.local import LocalFolder
from copydesk.running.spool import Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit fails like one to a full disk
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
spool = Spool(pathlib.Path({str(tmp_path)!r}))
spool.append(b"whole")
try:
    spool.append(b"x" * 100_000)
except OutputError as error:
    print(error.exit_code)
print([len(record) for record in spool])
spool.close()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert (done.stdout, done.stderr) == ("4\n[5, 100000]\n", "")
