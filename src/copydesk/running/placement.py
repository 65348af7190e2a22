"""Where sources may not lie: in the folders that the outputs of the run go to, which could overwrite them."""

from __future__ import annotations

import os
from collections.abc import Iterable

from copydesk.running.sources import STDIN, SourceFile
from copydesk.running.urls import is_url, plain


class Placement:
    """The folders of the formats of a run.

    Parameters:
        folders: their paths or URLs.
    """

    def __init__(self, folders: Iterable[str]) -> None:
        self._folders = {_real(folder) for folder in folders}
        self._known: dict[str, bool] = {}

    def holds(self, file: SourceFile) -> bool:
        """Whether a document, its archive, or what a link of its name points at lies in one of them."""
        path = file.archive or file.path
        if path == STDIN:
            return False
        folder = path.rpartition("/")[0] if is_url(path) else os.path.dirname(path)  # noqa: PTH120 -- strings, as below
        known = self._known.get(folder)
        if known is None:
            known = self._known[folder] = self._within(_real(folder))
        if known or is_url(path) or not os.path.islink(path):  # noqa: PTH114
            return known
        return self._within(os.path.dirname(_real(path)))  # noqa: PTH120

    def _within(self, path: str) -> bool:
        while path not in self._folders:
            above = path.rpartition("/")[0] if is_url(path) else os.path.dirname(path)  # noqa: PTH120
            if above == path or not above:
                return False
            path = above
        return True


def _real(path: str) -> str:
    return plain(path) if is_url(path) else os.path.realpath(path)
