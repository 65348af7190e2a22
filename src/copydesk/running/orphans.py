"""Workers of a run that was killed: they end by themselves, but a busy machine may take a while to let them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic, sleep

from copydesk.errors import OutputError

_FILE = "workers"
_PATIENCE = 30.0
"""Seconds to wait for them: one that is in the middle of something ends as soon as it runs again."""


def hold(folder: Path) -> int | None:
    """Mark the folder of a run as in use until this process ends.

    Returns:
        A descriptor that is to stay open; None on Windows, where the files that a process has open say the same.
    """
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(folder / _FILE, os.O_RDONLY | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def wait_for_end(folder: Path) -> None:
    """Wait until no worker holds the folder of an earlier run: what it would still write would be of yesterday.

    Raises:
        OutputError: one still does.
    """
    if sys.platform == "win32":
        return
    import fcntl

    try:
        descriptor = os.open(folder / _FILE, os.O_RDONLY)
    except OSError:  # there was no such run
        return
    try:
        begun = monotonic()
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if monotonic() - begun > _PATIENCE:
                    raise OutputError(
                        "worker processes of a run that was killed are still at work there",
                        where=str(folder),
                        next_step="wait for them to end, or end them",
                    ) from None
                sleep(0.05)
            except OSError:  # some network file systems cannot lock
                return
            else:
                return
    finally:
        os.close(descriptor)
