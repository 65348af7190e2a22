"""The benchmark of whole runs measures runs that do what they are said to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import batch


def test_long_runs_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch._long_run(tmp_path / "long", 30)
    said = capsys.readouterr().out
    assert "30 documents: peak " in said
    assert not (tmp_path / "long").exists()


def test_pages_and_rips_are_copied_with_a_line_of_their_own(tmp_path: Path) -> None:
    count, size = batch._write_pages(tmp_path, batch.INVENTED, 50)
    rips, pages = sorted((tmp_path / "rips").iterdir()), sorted((tmp_path / "html").iterdir())
    assert (len(rips), len(pages), sum(path.stat().st_size for path in rips)) == (count, count, size)
    assert len({path.read_bytes() for path in rips}) == len({path.read_bytes() for path in pages}) == count


@pytest.mark.skipif(sys.platform == "win32", reason="there is no ps")
def test_memory_of_descendants_counts() -> None:
    code = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = b\"x\" * 80_000_000; print(1); input()'])"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdin
        child.stdout.readline()
        command_alone, *others = [batch._mebibytes(process) for process in batch._tree(child.pid)]
        child.stdin.close()
    assert len(others) == 1
    assert others[0] > 75 > command_alone > 0


def test_the_state_file_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch._state(tmp_path, 100)
    assert "bytes a document" in capsys.readouterr().out
