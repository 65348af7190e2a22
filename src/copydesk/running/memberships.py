"""Collections that earlier runs wrote: whether their files hold, and which documents are in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from copydesk.running.interrupts import held
from copydesk.running.job import Collected
from copydesk.running.others import Others
from copydesk.running.outputs.folder import OutputFolder
from copydesk.running.records import COLLECTION_MARK, MadeRecord, Record, keep_former
from copydesk.running.state import State


class Memberships:
    """Collections of this run, and their members.

    Parameters:
        state: what earlier runs made.
        output: the output folder.
        others: records that are not of this run.
        editions: of exporters and options, by format.
        note: told of the formats and former formats of a record.
        force: rely on nothing.
    """

    def __init__(
        self,
        state: State,
        output: OutputFolder,
        others: Others,
        editions: Mapping[str, str],
        note: Callable[[str, Iterable[str]], None],
        *,
        force: bool,
    ) -> None:
        self._state, self._output, self._others, self._note = state, output, others, note
        self._editions, self._force = editions, force
        self._kept_out: dict[str, str] = {}

    def keep_out(self, document: str, rival: str) -> None:
        """Note that a document is no part of this run, as its outputs would replace those of another source."""
        self._kept_out[document] = rival

    def hold(self, name: str, digest: str, members: Iterable[str]) -> bool:
        """Whether the files of a collection hold.

        Parameters:
            name: of the format.
            digest: of its members, in order.
            members: names of their outputs.
        """
        record = None if self._force else self._state.find(f"{COLLECTION_MARK}{name}")
        if record is None:
            return False
        self._note(f"{COLLECTION_MARK}{name}", record.made)
        made = record.made.get(name)
        if made is None or made.article != digest or made.edition != self._editions[name]:
            return False
        files = self._output.untouched(made.files)
        if files is None:
            return False
        if files != made.files:
            self._state.keep(
                f"{COLLECTION_MARK}{name}", replace(record, made={**record.made, name: replace(made, files=files)})
            )
        self._state.join(name, members, anew=False)
        return True

    def keep(self, name: str, digest: str, members: Iterable[str], collected: Collected) -> None:
        """Remember the files of a collection that was written, and who its members are now."""
        record = self._state.find(f"{COLLECTION_MARK}{name}")
        made = dict(record.made) if record else {}
        keep_former(made, name, collected.paths)
        made[name] = MadeRecord(article=digest, edition=self._editions[name], files=collected.files)
        self._note(f"{COLLECTION_MARK}{name}", made)
        kept = Record(source="", sha256="", edition="", article="", xml_sha256="", report={}, made=made)
        with held():  # some of the members would be less than those of before
            self._state.join(name, members, anew=True)
        self._state.keep(f"{COLLECTION_MARK}{name}", kept)

    def left_out(self, name: str) -> dict[str, str]:
        """Members of a collection that are no part of this run though their sources, which are given, still exist."""
        elsewhere = self._others.elsewhere | self._kept_out
        record = self._state.find(f"{COLLECTION_MARK}{name}") if elsewhere else None
        made = record and record.made.get(name)
        if not made or all(self._output.is_gone(file.path) for file in made.files):
            return {}
        return {other: source for other, source in elsewhere.items() if self._state.is_member(other, name)}
