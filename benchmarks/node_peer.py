"""Peers that run on Node.js; they take part if `npm install` was run in benchmarks/node."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks.markup import apart
from benchmarks.score import Prediction

FOLDER = Path(__file__).parent / "node"


class NodePeer:
    """An extractor in a process of its own, which is asked for one page after another."""

    def __init__(self, name: str) -> None:
        node = shutil.which("node") or "node"
        self._process = subprocess.Popen(
            [node, str(FOLDER / "extract.mjs"), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._answer: dict[str, Any] = {"microseconds": 0, "kibibytes": 0}

    def __call__(self, page: str) -> Prediction | None:
        """Ask for one page.

        Raises:
            ValueError: the extractor cannot read it.
        """
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(page)}\n")
        self._process.stdin.flush()
        self._answer = json.loads(self._process.stdout.readline())
        if self._answer["error"]:
            raise ValueError(self._answer["error"])
        found = self._answer["found"]
        if found is None:
            return None
        fields = ((found.get(name) or "").strip() for name in ("title", "author", "date"))
        return Prediction(apart(found["html"] or ""), *fields)

    def seconds(self) -> float:
        """CPU time until now, of that process and of this one."""
        return float(time.process_time() + self._answer["microseconds"] / 1e6)

    def megabytes(self) -> float:
        """Peak memory of that process until now."""
        return float(self._answer["kibibytes"] * 1024 / 1e6)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def is_installed() -> bool:
    """Tell whether Node.js and the extractors are there."""
    return shutil.which("node") is not None and (FOLDER / "node_modules").is_dir()


def installed_version(package: str) -> str:
    """Tell the version of an extractor that is installed."""
    return str(json.loads((FOLDER / "node_modules" / package / "package.json").read_text("utf-8"))["version"])
