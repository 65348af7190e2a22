"""Machines that are lost in the middle of a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("ray", reason="runs where the group ray is installed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ray has clusters of several machines on POSIX alone")

if TYPE_CHECKING:
    from conftest import Machines

Convert = Callable[..., "subprocess.CompletedProcess[str]"]

DOCUMENTS = 100

SLOWLY = """
from time import sleep
from copydesk.cleaning.rule import Rule
from copydesk.hookspecs import hookimpl

def apply(draft):
    "Take as long as a file says."
    with open({pace!r}) as stream:
        sleep(float(stream.read()))

@hookimpl
def copydesk_register_rules():
    return [Rule("slow", apply)]
"""


def write_documents(count: int) -> None:
    Path("in").mkdir()
    for number in range(count):
        text = f"Ferry {number} returns\n\nIt sails again from Monday, {number} times a day, the port announced.\n"
        Path("in", f"{number:03}.txt").write_text(text, encoding="utf-8", newline="")


def tree(folder: str) -> dict[str, bytes]:
    paths = (path for path in Path(folder).rglob("*") if path.is_file() and ".copydesk" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@contextmanager
def under_way(address: str, output: str, seconds: float, jobs: int) -> Iterator[subprocess.Popen[str]]:
    """A run that has written some documents and has others to write, for each of which it takes so many seconds."""
    Path("pace").write_text(str(seconds), encoding="utf-8")
    options = ["in", "-o", output, "--to", "xml", "--rules", "slow.py", "--report", f"{output}.json"]
    options += ["--engine", "ray", "--ray-address", address, "--jobs", str(jobs)]
    run = subprocess.Popen(
        [sys.executable, "-m", "copydesk", "convert", "--no-config", *options],
        env={**os.environ, "RAY_AUTH_MODE": "disabled"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        until = monotonic() + 180
        while len(list(Path(output).rglob("*.xml"))) < 10:
            assert run.poll() is None, run.communicate()
            assert monotonic() < until
            sleep(0.1)
        yield run
    finally:
        run.kill()
        run.communicate()


def test_a_run_outlives_a_machine_and_tells_of_the_end_of_all(convert: Convert, machines: Machines) -> None:
    write_documents(DOCUMENTS)
    Path("slow.py").write_text(SLOWLY.format(pace=str(Path("pace").resolve())), encoding="utf-8")
    assert convert("in", "-o", "serial", "--to", "xml", "--engine", "serial").returncode == 0
    head, first, _ = machines.start(0, 1, 1)
    with under_way(machines.address, "one", 0.1, jobs=2) as run:
        machines.lose(first)
        _, said = run.communicate(timeout=180)
    assert run.returncode == 0, said
    assert f"{DOCUMENTS} written, 0 failed" in said
    assert tree("one") == tree("serial")

    with under_way(machines.address, "head", 0.5, jobs=1) as run:
        machines.lose(head)
        lost = monotonic()
        _, said = run.communicate(timeout=180)
        assert monotonic() - lost < 55  # Ray ends the process after 60 seconds
    assert run.returncode == 3, said
    assert "the cluster is lost: nobody answers at" in said
    assert "run the same again" in said
    reached = len(json.loads(Path("head.json").read_bytes())["documents"])
    assert 10 <= reached < DOCUMENTS
    assert f"{reached} written, 0 failed, {DOCUMENTS - reached} not reached" in said
    Path("pace").write_text("0", encoding="utf-8")
    done = convert("in", "-o", "head", "--to", "xml", "--rules", "slow.py", "--engine", "serial")
    assert done.returncode == 0
    assert f"{DOCUMENTS} documents: " in done.stderr
    assert tree("head") == tree("serial")
