"""Runs on a cluster that is there already: its machines, what hangs, what ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

pytest.importorskip("ray", reason="runs where the group ray is installed")

Convert = Callable[..., "subprocess.CompletedProcess[str]"]

HANGS = """
import re
from copydesk.cleaning.rule import Rule
from copydesk.hookspecs import hookimpl

def apply(draft):
    "Hang at some documents, without ever giving the interpreter away."
    if "never ends" in draft.source.view:
        open({mark!r}, "w").close()
        re.match("(a|a)*b", "a" * 60)

@hookimpl
def copydesk_register_rules():
    return [Rule("hangs", apply)]
"""


def write(name: str, text: str = "It sails again from Monday, twice an hour, the port of the town announced.") -> None:
    path = Path("in", name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"Harbour ferry returns\n\n{text}\n", encoding="utf-8")


def names(folder: str) -> set[str]:
    return {path.name for path in Path(folder).rglob("*") if path.is_file() and ".copydesk" not in path.parts}


def test_a_document_that_hangs_is_named_and_the_others_go_on(convert: Convert, cluster: str, tmp_path: Path) -> None:
    Path("hangs.py").write_text(HANGS.format(mark=str(tmp_path / "mark")), encoding="utf-8")
    for name in "abde":
        write(f"{name}.txt")
    write("c.txt", "This is a sentence that never ends, said the man at the counter of the port.")
    options = ("--to", "xml", "--timeout", "4", "--rules", "hangs.py", "--engine", "ray", "-q")
    done = convert("in", *options, RAY_ADDRESS=cluster, RAY_AUTH_MODE="disabled")
    assert done.returncode == 1
    said = "took longer than 4 seconds, twice; look at the file; leave it out, or give it more with"
    assert done.stderr == f"error: {Path('in', 'c.txt')}: {said} --timeout and --max-memory\n"
    assert done.stdout == ""
    assert names("exports") == {f"{name}.{suffix}" for name in "abde" for suffix in ("xml", "ledger.jsonl")}


def test_a_run_with_nothing_to_do_needs_no_cluster(convert: Convert, cluster: str) -> None:
    write("a.txt")
    there = ("--ray-address", cluster, "--engine", "ray", "--to", "xml")
    assert "1 written" in convert("in", *there, RAY_AUTH_MODE="disabled").stderr
    done = convert("in", "--ray-address", "127.0.0.1:1", "--engine", "ray", "--to", "xml")
    assert "1 unchanged" in done.stderr
    done = convert("in", "--engine", "serial", "--to", "xml")  # what made the outputs is nothing that they depend on
    assert "1 unchanged" in done.stderr


def test_a_cluster_that_does_not_answer_is_named(convert: Convert) -> None:
    write("a.txt")
    done = convert("in", "--ray-address", "127.0.0.1:1", "--engine", "ray", "--to", "xml")
    assert done.returncode == 3
    assert "error: Ray at 127.0.0.1:1: Ray cannot be had: ConnectionRefusedError" in done.stderr
    assert names("exports") == set()


def test_other_versions_on_a_machine_of_the_cluster_end_the_run(convert: Convert, cluster: str, tmp_path: Path) -> None:
    site = tmp_path / "site"  # a plugin that is installed here alone
    info = site / "copydesk_more-1.5.dist-info"
    info.mkdir(parents=True)
    (site / "copydesk_more.py").write_text(HANGS.format(mark=""), encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: copydesk-more\nVersion: 1.5\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[copydesk]\nmore = copydesk_more\n", encoding="utf-8")
    write("a.txt")
    there = ("--ray-address", cluster, "--engine", "ray", "--to", "xml")
    done = convert("in", *there, PYTHONPATH=str(site), RAY_AUTH_MODE="disabled")
    assert done.returncode == 3
    assert "of the cluster: has copydesk-more not at all; where the run was started it is 1.5" in done.stderr
    assert names("exports") == set()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_signal_ends_a_run_whose_workers_hang(convert: Convert, cluster: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    Path("hangs.py").write_text(HANGS.format(mark=str(mark)), encoding="utf-8")
    write("a.txt", "This is a sentence that never ends, said the man at the counter of the port.")
    options = ["in", "--to", "xml", "--rules", "hangs.py", "--engine", "ray", "--ray-address", cluster]
    run = subprocess.Popen(
        [sys.executable, "-m", "copydesk", "convert", *options],
        env={**os.environ, "RAY_AUTH_MODE": "disabled"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    until = monotonic() + 120
    while not mark.exists():
        assert run.poll() is None
        assert monotonic() < until
        sleep(0.1)
    # It ends whoever is at work; that this takes no minute is all that can be said on a machine that is busy.
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 143
    assert said.startswith("interrupted 0 documents: 0 written, 0 failed, 1 not reached\n")
