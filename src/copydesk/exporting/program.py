"""Another program, run on bytes: in a process group of its own, with a limit of time, in one locale and time zone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from copydesk.errors import CopydeskError, ExportError

TIMEOUT_SECONDS = 60.0
"""An article of 5 MB takes 4 s; what takes a minute is not an article."""


@dataclass(frozen=True, slots=True)
class Done:
    """What the program left: its exit status, standard output, and standard error as text."""

    status: int
    output: bytes
    complaint: str


def run(
    command: Sequence[str], given: bytes, *, called: str, install: str, failure: type[CopydeskError] = ExportError
) -> Done:
    """Run a program to its end.

    Parameters:
        command: path of the program, and its arguments.
        given: its standard input.
        called: its name, for messages.
        install: the next step if it does not start.
        failure: the error to raise.

    Raises:
        CopydeskError: it does not start, or takes too long.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 -- a fixed argument list, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # its own process group, so that a limit ends all of it (POSIX)
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows
        )
    except OSError as error:
        raise failure(f"{called} does not start: {error}", next_step=install) from error
    with process:
        try:
            output, complaint = process.communicate(given, timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired as error:
            _kill(process)
            raise failure(
                f"{called} took more than {TIMEOUT_SECONDS:g} seconds",
                next_step="leave this article out, or split its source",
            ) from error
        except BaseException:  # Ctrl-C reaches this process group only
            _kill(process)
            raise
    return Done(process.returncode, output, complaint.decode("utf-8", "replace"))


def _environment() -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"GHCRTS", "LANGUAGE"}}
    return environment | {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):  # it may have ended by itself meanwhile
        os.killpg(process.pid, signal.SIGKILL)
