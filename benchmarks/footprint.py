"""Peak memory of this process."""

from __future__ import annotations

import re
import sys
from pathlib import Path

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def peak_memory() -> float | None:
    """Megabytes of memory that this process has held at most; None on Windows.

    On Linux it is VmHWM of proc(5): ru_maxrss of getrusage(2) begins there with what the parent held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = _PEAK.search(status.read_text("ascii", "replace"))
        return int(found[1]) * 1024 / 1e6 if found else None
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6
