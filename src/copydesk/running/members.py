"""The articles of a run, for its collections: which there are, and where their canonical XML lies."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing

from copydesk.errors import SourceError
from copydesk.running.crew import Crew, Pending
from copydesk.running.intake import Intake
from copydesk.running.job import Converted, Task
from copydesk.running.merging import Merging
from copydesk.running.sources import SourceFile
from copydesk.running.spool import Place, Spool


class Members:
    """One entry a document, in order, on disk.

    Parameters:
        spool: keeps them.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._digest = hashlib.sha256()
        self.count = 0
        """How many articles there are."""

    def add(self, xml_sha256: str | None, place: Place | None) -> None:
        """Add the next document.

        Parameters:
            xml_sha256: of its canonical XML, hex; None if no article came of it.
            place: where its canonical XML lies; None if it was not made again.
        """
        if xml_sha256 is not None:
            self.count += 1
            self._digest.update(bytes.fromhex(xml_sha256))
        lies = f" {place.to_text()}" if place else ""
        self._spool.append(f"{xml_sha256 or ''}{lies}".encode("ascii"))

    def names(self, names: Iterable[str]) -> Iterator[str]:
        """Those of the names of all documents, in the order in which they were added, that go with articles."""
        return (name for name, entry in zip(names, self._spool, strict=True) if entry.partition(b" ")[0])

    def digest(self) -> str:
        """What tells these articles, in their order, from others, hex."""
        return self._digest.hexdigest()

    def complete(
        self,
        documents: Iterable[tuple[SourceFile, str]],
        crew: Crew,
        formats: Collection[str],
        merging: Merging,
        spool: Spool,
    ) -> Members:
        """Make the canonical XML again that is not at hand.

        Parameters:
            documents: with the names of their outputs, in the order in which they were added.
            crew: normalizes them.
            formats: of the run; none of them is written.
            merging: has those that other runs made.
            spool: keeps the entries.

        Returns:
            The same members, each with a place.

        Raises:
            SourceError: a source has changed since it was looked at.
        """
        whole = Members(spool)
        waiting: deque[tuple[SourceFile, str, Place | Pending[Converted]]] = deque()
        with closing(Intake()) as intake:
            for (file, name), entry in zip(documents, self._spool, strict=True):
                sha256, _, lies = entry.decode("ascii").partition(" ")
                if not sha256:
                    continue
                lying: Place | Pending[Converted]
                if lies:
                    lying = Place.from_text(lies)
                else:
                    raw, shared = intake.read(file), merging.find(file, name)
                    lying = crew.convert(
                        Task(file=file, name=name, raw=raw, leave_out=frozenset(formats), shared=shared)
                    )
                waiting.append((file, sha256, lying))
                while len(waiting) > crew.ahead:
                    whole._take(*waiting.popleft(), merging)
        while waiting:
            whole._take(*waiting.popleft(), merging)
        return whole

    def _take(self, file: SourceFile, sha256: str, lies: Place | Pending[Converted], merging: Merging) -> None:
        if not isinstance(lies, Place):
            converted = lies.result()
            merging.count(converted.refused)
            if converted.xml is None or converted.xml_sha256 != sha256:
                raise SourceError(
                    "has changed while the run was under way", where=file.path, next_step="run the same again"
                )
            lies = converted.xml
        self.add(sha256, lies)

    def places(self) -> Iterator[Place]:
        """Where the canonical XML of each article lies, in order; what has no place is passed over."""
        for entry in self._spool:
            lies = entry.decode("ascii").partition(" ")[2]
            if lies:
                yield Place.from_text(lies)
