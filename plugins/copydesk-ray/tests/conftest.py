"""What the tests share: the command as a user runs it, trees of output, and a cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

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
            env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "300", **environment},
        )

    return run


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of this machine with two processors, which outlives the runs; its address."""
    command = [sys.executable, "-m", "ray.scripts.scripts"]
    folder = tmp_path_factory.mktemp("elsewhere")  # its processes do not begin where runs are
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"}
    limits = ["--num-cpus=2", "--object-store-memory=80000000", "--include-dashboard=false"]
    address = ["--node-ip-address=127.0.0.1", "--port=46379"]
    subprocess.run(
        [*command, "start", "--head", *address, *limits],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )
    yield "127.0.0.1:46379"
    subprocess.run([*command, "stop", "--force"], check=True, capture_output=True)
