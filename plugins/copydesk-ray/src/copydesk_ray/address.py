"""Where Ray runs."""

from __future__ import annotations

import os

LOCAL = "local"
"""A cluster of this machine alone, which is started for the run."""


def address_of(option: str) -> str:
    """What `--ray-address` and, where it is empty, RAY_ADDRESS say; `LOCAL` if neither says anything."""
    return option or os.environ.get("RAY_ADDRESS") or LOCAL
