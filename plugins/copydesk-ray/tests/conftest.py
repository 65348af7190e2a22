"""What the tests share: the command as a user runs it, trees of output, and a cluster."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import monotonic, sleep

import pytest

Convert = Callable[..., "subprocess.CompletedProcess[str]"]


# A rule that ends the process which cleans one of two documents: that of the poison always, that of the victim once, as
# if somebody had killed a worker. The run's own process cannot be ended, so it raises there.
RULE = """
import os
import signal
from pathlib import Path
from copydesk.cleaning.rule import Rule
from copydesk.hookspecs import hookimpl

mark = Path({mark!r})

def apply(draft):
    "End the process at some documents."
    if "Victim" in draft.source.view and not {serial} and not mark.exists():
        mark.write_text("once", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    if "Poison" in draft.source.view:
        if {serial}:
            raise RuntimeError("poison")
        os.kill(os.getpid(), signal.SIGKILL)

@hookimpl
def copydesk_register_rules():
    return [Rule("deadly", apply)]
"""


@pytest.fixture
def deadly_rule(tmp_path: Path) -> Callable[[str], tuple[Path, Path]]:
    """Write the rule for an engine; gives its file, and the file that is there when it has ended a process once."""

    def write(engine: str) -> tuple[Path, Path]:
        rule, mark = tmp_path / f"deadly-{engine}.py", tmp_path / f"{engine}.mark"
        rule.write_text(RULE.format(serial=engine == "serial", mark=str(mark)), encoding="utf-8")
        return rule, mark

    return write


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


class Machines:
    """A cluster of this machine: each of its machines is a few processes with an end of their own.

    Parameters:
        folder: where their processes begin, which is not where runs are.
        environment: variables that theirs has beside that of the tests.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = {**os.environ, **_QUICKLY, **environment}
        self._started: list[subprocess.Popen[bytes]] = []
        self.address = ""

    def start(self, *processors: int) -> list[subprocess.Popen[bytes]]:
        """Start machines with so many processors each; the first of all is the head."""
        return [self._begin(each) for each in processors]

    def _begin(self, processors: int) -> subprocess.Popen[bytes]:
        if not self._started:
            self.address = f"127.0.0.1:{_free_port()}"
            place = ["--head", f"--port={self.address.partition(':')[2]}", "--include-dashboard=false"]
        else:
            place = [f"--address={self.address}"]
        place += ["--block", "--node-ip-address=127.0.0.1", "--include-log-monitor=false"]
        size = [f"--num-cpus={processors}", "--object-store-memory=80000000"]
        path = self._folder / f"{len(self._started)}.log"
        with path.open("wb") as log:
            machine = subprocess.Popen(
                [sys.executable, "-m", "ray.scripts.scripts", "start", *place, *size],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(machine)
        until = monotonic() + 180
        while b"Ray runtime started" not in path.read_bytes():
            assert machine.poll() is None, path.read_text(encoding="utf-8")
            assert monotonic() < until
            sleep(0.2)
        return machine

    def lose(self, machine: subprocess.Popen[bytes]) -> None:
        """End a machine as if somebody had pulled its plug."""
        os.killpg(machine.pid, signal.SIGKILL)
        machine.wait(60)

    def end(self) -> None:
        """End all."""
        for machine in self._started:
            if machine.poll() is None:
                self.lose(machine)


_QUICKLY = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "disabled",
    "RAY_health_check_initial_delay_ms": "0",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "2000",
    "RAY_health_check_failure_threshold": "4",
}
"""So that a lost machine is noticed in seconds."""


@pytest.fixture
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A cluster whose machines are the test's to start and to lose."""
    made = Machines(tmp_path_factory.mktemp("elsewhere"), {})
    yield made
    made.end()


@pytest.fixture(scope="session")
def s3_environment() -> dict[str, str]:
    """Variables by which the tools of S3 find a server of this machine; it is the test's to start."""
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{_free_port()}",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this machine that no other has: Python on the machines of `cluster` does not get at what is in it."""
    return tmp_path_factory.mktemp("alone")


@pytest.fixture(scope="session")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for temporary files on the machines of `cluster`."""
    return tmp_path_factory.mktemp("theirs")


REFUSE = """
import os
import sys

def refuse(event, arguments):
    if event == "open" or event.startswith("os."):
        for path in arguments:
            if isinstance(path, (str, bytes, os.PathLike)) and os.path.abspath(os.fsdecode(path)).startswith(ALONE):
                raise FileNotFoundError(path)

sys.addaudithook(refuse)
"""


@pytest.fixture(scope="session")
def cluster(
    tmp_path_factory: pytest.TempPathFactory, s3_environment: dict[str, str], alone: Path, theirs: Path
) -> Iterator[str]:
    """A cluster of two machines with a processor each, which outlives the runs; its address."""
    site = tmp_path_factory.mktemp("site")
    (site / "sitecustomize.py").write_text(f"ALONE = {str(alone)!r}\n{REFUSE}", encoding="utf-8")
    # Ray's own go where they always go: it has sockets there, whose paths must be short.
    own = {"PYTHONPATH": str(site), "TMPDIR": str(theirs), "RAY_TMPDIR": tempfile.gettempdir()}
    made = Machines(tmp_path_factory.mktemp("elsewhere"), {**s3_environment, **own})
    try:
        made.start(1, 1)
        yield made.address
    finally:
        made.end()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
