"""The same export in a process that differs in everything that outputs must not depend on.

As a program it reads the job from standard input and writes the sha256 of every output to standard output.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copydesk.exporting.contract import Exporter

_ENVIRONMENT = {
    "LANG": "C",
    "LC_ALL": "C",
    "PYTHONCOERCECLOCALE": "0",  # so that a forgotten encoding="utf-8" shows
    "PYTHONUTF8": "0",
    "PYTHONHASHSEED": "4711",
    "PYTHONSAFEPATH": "1",
    "TZ": "Pacific/Kiritimati",  # UTC+14: another day for most of the world
}
_AHEAD = 400 * 24 * 3600  # seconds that its clock is ahead: another day, month and year
_NOT_IMPORTABLE = 77
_START_SECONDS = 10.0  # a busy machine takes seconds to start Python and import lxml


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The hashes that the other process computed."""

    hashes: list[dict[str, str]]

    @staticmethod
    def of(outputs: Sequence[Mapping[str, bytes]]) -> list[dict[str, str]]:
        """Hash outputs in the same way."""
        return [{suffix: sha256(content).hexdigest() for suffix, content in files.items()} for files in outputs]


def hashes_elsewhere(
    exporter: type[Exporter], options: object, groups: Sequence[Sequence[bytes]], seconds: float
) -> Elsewhere | None:
    """Run an exporter in another process.

    Parameters:
        exporter: the class.
        options: an instance of its `Options`.
        groups: canonical XML of the articles of each run.
        seconds: what all of it may take, over and above the start of the process.

    Returns:
        The hashes; None if the class cannot be imported by name there, as one that is made in a test.

    Raises:
        AssertionError: it worked here, and fails or takes too long there.
    """
    job = {
        "module": exporter.__module__,
        "name": exporter.__qualname__,
        "options": {field.name: getattr(options, field.name) for field in fields(exporter.Options) if field.init},
        "groups": [[base64.b64encode(xml).decode("ascii") for xml in group] for group in groups],
    }
    environment = {**os.environ, **_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(  # noqa: S603 -- this interpreter, this module
                [sys.executable, "-m", __name__],
                input=json.dumps(job).encode("ascii"),
                capture_output=True,
                check=False,
                cwd=folder,
                env=environment,
                timeout=_START_SECONDS + seconds,
            )
        except subprocess.TimeoutExpired as error:
            raise AssertionError(
                f"{exporter.__name__}, time: elsewhere, all runs took more than {seconds:g} s; does it hang?"
            ) from error
    if done.returncode == _NOT_IMPORTABLE:
        return None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        raise AssertionError(f"{exporter.__name__}, determinism: fails in another locale and folder:\n{said}")
    return Elsewhere(json.loads(done.stdout))


def main() -> None:
    """Do the job on standard input."""
    real_time, real_localtime, real_gmtime = time.time, time.localtime, time.gmtime
    time.time = lambda: real_time() + _AHEAD
    time.time_ns = lambda: int(time.time() * 1e9)
    time.localtime = lambda seconds=None: real_localtime(time.time() if seconds is None else seconds)
    time.gmtime = lambda seconds=None: real_gmtime(time.time() if seconds is None else seconds)
    job = json.load(sys.stdin.buffer)
    try:
        exporter: Any = importlib.import_module(job["module"])
        for part in job["name"].split("."):
            exporter = getattr(exporter, part)
    except (ImportError, AttributeError):
        sys.exit(_NOT_IMPORTABLE)
    from copydesk.article.view import Article
    from copydesk.testing.outputs import outputs

    options = exporter.Options(**job["options"])
    found = [
        outputs(exporter(), [Article.parse(base64.b64decode(xml)) for xml in group], options) for group in job["groups"]
    ]
    sys.stdout.write(json.dumps(Elsewhere.of(found)))


if __name__ == "__main__":
    main()
