"""How worker processes are started."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]
Write = Callable[..., Path]

linux = pytest.mark.skipif(sys.platform != "linux", reason="only on Linux a server forks workers")


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@linux
def test_what_is_forked_has_one_thread_and_all_that_workers_need() -> None:
    code = """
import os, sys
import copydesk.preload
known = set(sys.modules)
print(len(os.listdir("/proc/self/task")))
from copydesk.running.target import Target
from copydesk.plugins import Plugins
plugins = Plugins()
plugins.select(["xml", "markdown", "epub", "csv"])
print(sorted(set(sys.modules) - known))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["1", "[]"]


def test_a_worker_has_the_variables_modules_and_folder_of_the_run(
    copydesk: Run,
    install_plugin: Install,
    exporter_source: Source,
    article_file: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = """
        import os, numpy
        assert "PYTHONSAFEPATH" not in os.environ
        yield Output(".out", f"{os.environ['COPYDESK_TEST']} {os.getcwd()}".encode())"""
    for name in ("numpy.py", "copydesk.py", "lxml.py"):  # which no worker is to take for the module of that name
        Path(name).write_text("raise SystemExit('a module of the current folder was loaded')", encoding="utf-8")
    article_file()
    for value in ("one", "two"):
        monkeypatch.setenv("COPYDESK_TEST", value)
        install_plugin(f"aaa-{value}", exporter_source(f"aaa-{value}", body))
        done = copydesk("convert", "in", "--to", f"aaa-{value}", "--jobs", "1")
        assert done.code == 0, done.err
        assert Path(f"exports/aaa-{value}/ferry.out").read_text(encoding="utf-8") == f"{value} {Path.cwd()}"
    command = [sys.executable, "-c", "import sys; sys.path.remove(''); from copydesk.cli import main; sys.exit(main())"]
    done = subprocess.run(
        [*command, "convert", "in", "--to", "xml", "--jobs", "1", "-o", "other"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path("other/xml/ferry.xml").exists()


def test_a_server_that_died_is_started_again(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    body = "import os, signal\nyield Output('.out', str(os.getppid()).encode())"
    install_plugin("aaa", exporter_source("aaa", body))
    article_file()
    assert copydesk("convert", "in", "--to", "aaa", "--jobs", "1").code == 0
    parent = int(Path("exports/aaa/ferry.out").read_bytes())
    if parent == os.getpid():  # there is no server on this system
        return
    os.kill(parent, 9)
    done = copydesk("convert", "in", "--to", "aaa", "--jobs", "1", "--force")
    assert done.code == 0, done.err
    assert int(Path("exports/aaa/ferry.out").read_bytes()) != parent


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_processes_that_are_started_do_not_see_interrupts_from_the_keyboard_not_even_while_they_begin(
    install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    body = """
        import signal  # the mask is inherited, so it has held from the beginning
        blocked = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
        yield Output(".out", str(blocked).encode())"""
    site = install_plugin("aaa", exporter_source("aaa", body))
    article_file()
    code = """
import signal
from copydesk.cli import main
code = main(["convert", "in", "--to", "aaa", "--jobs", "1"])
assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ()), "this process has to see them"
raise SystemExit(code)
"""
    Path("run.py").write_text(f"if __name__ == '__main__':\n{textwrap.indent(code, '    ')}", encoding="utf-8")
    done = subprocess.run(  # a process of its own, in which nothing of multiprocessing has begun before
        [sys.executable, "run.py"],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path("exports/aaa/ferry.out").read_bytes() == b"True"


@pytest.mark.parametrize(
    ("arguments", "configured", "expected"),
    [
        (["in", "--jobs", "2"], {}, True),
        (["in"], {"jobs": 1}, True),
        (["large", "--to", "xml"], {}, True),
        ([], {"sources": ["large"]}, True),
        (["large", "-o", "made", "--force"], {}, True),
        (["large", "-o", "made"], {}, False),
        (["large", "--jobs", "0"], {}, False),
        (["large", "--jobs", "many"], {}, False),
        (["small", "not there", "nul\0"], {}, False),
        (["large", "-o"], {}, False),
    ],
)
def test_workers_are_made_ready_early_where_they_are_likely(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], configured: dict[str, Any], expected: bool
) -> None:
    from copydesk.commands import pace
    from copydesk.running import launching

    for number in range(30):
        Path("large").mkdir(exist_ok=True)
        Path("large", str(number)).touch()
    Path("small").mkdir()
    Path("small/a.txt").touch()
    Path("made/.copydesk").mkdir(parents=True)
    Path("made/.copydesk/state.sqlite3").touch()
    begun: list[str] = []
    monkeypatch.setattr(launching, "launching_context", begun.append)
    monkeypatch.setattr(pace, "_cores", lambda: 2)
    pace.start_early(arguments, configured)
    assert bool(begun) == expected
