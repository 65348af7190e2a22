"""What the tests share: the command as a user runs it, trees of output, and a cluster."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

Convert = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def convert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Convert:
    """Run `convert` in a process of its own, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RAY_ADDRESS", raising=False)

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "copydesk", "convert", "--no-config", *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "300", **environment},
        )

    return run


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of this machine with two processors, which outlives the runs; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    limits = ["--num-cpus=2", "--object-store-memory=80000000", "--include-dashboard=false"]
    address = ["--node-ip-address=127.0.0.1", f"--port={port}"]
    head = subprocess.Popen(
        [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", *address, *limits],
        cwd=tmp_path_factory.mktemp("elsewhere"),  # its processes do not begin where runs are
        env={**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = monotonic() + 180
        while not _answers(port):
            assert head.poll() is None
            assert monotonic() < until
            sleep(0.2)
        yield f"127.0.0.1:{port}"
    finally:
        head.terminate()
        head.wait(60)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
