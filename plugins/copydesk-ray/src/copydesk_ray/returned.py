"""Canonical XML that comes back with documents, and waits on this machine for the collections."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Lock

from copydesk.running.job import Converted
from copydesk.running.spool import Shelf
from copydesk_ray.actor import Delivered


class Returned:
    """A shelf on which any thread may put something.

    Parameters:
        folder: of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._shelf, self._lock = Shelf(folder), Lock()

    def keep(self, told: Delivered) -> Converted:
        """What came of a document, when its canonical XML lies where collections find it.

        Raises:
            OutputError: the system would not write it.
        """
        if told.xml is None:
            return told.converted
        with self._lock:
            return replace(told.converted, xml=self._shelf.put(told.xml))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._shelf.close()
