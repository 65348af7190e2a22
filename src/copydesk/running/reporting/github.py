"""What GitHub Actions shows of a run: annotations of documents, and the job summary.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from typing import TextIO

from copydesk.running.printable import printable, write
from copydesk.running.reporting import markdown
from copydesk.running.reporting.outcome import Outcome
from copydesk.running.reporting.sarif import relative
from copydesk.running.sources import STDIN

MOST = 10
"""Annotations of one level that GitHub shows of a step."""


def is_running() -> bool:
    """Whether this process is a step of a workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


class Annotations:
    """Writes workflow commands, which become annotations.

    Parameters:
        stream: standard output, where the runner reads commands.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._written: Counter[str] = Counter()

    def add(self, level: str, message: str, *, source: str | None = None) -> None:
        """Annotate a document, or the run; annotations that GitHub would not show are left out.

        Parameters:
            level: error, warning or notice.
            message: what to say.
            source: the document.
        """
        self._written[level] += 1
        if self._written[level] > MOST:
            return
        properties = {"title": "copydesk"}
        if source is not None and source != STDIN:
            properties = {"file": relative(source), **properties}
        stated = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        write(f"::{level} {stated}::{_data(message)}\n", self._stream)


def verbatim(text: str) -> str:
    """Text that the runner is to take no command from: a document may hold whatever it likes."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}\n::{token}::"


def add_summary(path: str, outcome: Outcome) -> None:
    """Append the Markdown report to the file of the job summary.

    Raises:
        OSError: it cannot be written.
    """
    with open(path, "a", encoding="utf-8", newline="") as stream:  # noqa: PTH123 -- the path is the runner's
        stream.writelines(markdown.lines(outcome))


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")  # what is not printable, line breaks among it, is escaped by now


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
