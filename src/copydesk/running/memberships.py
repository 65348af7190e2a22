"""Collections that earlier runs wrote: whether their files hold, and which documents are in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from copydesk.running.job import Collected
from copydesk.running.others import Others
from copydesk.running.outputs.folder import OutputFolder
from copydesk.running.state import COLLECTION_MARK, MadeRecord, Record, State, keep_former

_MEMBER = MadeRecord(article="", edition="", files=())
"""That a document is a member of a collection."""


class Memberships:
    """Collections of this run, and their members.

    Parameters:
        state: what earlier runs made.
        output: the output folder.
        others: records that are not of this run.
        formats: of the collections of this run.
        editions: of exporters and options, by format.
        note: told of the formats and former formats of a record.
        force: rely on nothing.
    """

    def __init__(
        self,
        state: State,
        output: OutputFolder,
        others: Others,
        formats: Sequence[str],
        editions: Mapping[str, str],
        note: Callable[[str, Iterable[str]], None],
        *,
        force: bool,
    ) -> None:
        self._state, self._output, self._others, self._note = state, output, others, note
        self._formats, self._editions, self._force = formats, editions, force
        self._joined: dict[str, list[str]] = {name: [] for name in formats}
        self._kept_out: dict[str, str] = {}

    def join(self, document: str, made: dict[str, MadeRecord]) -> bool:
        """Make a document a member of all collections of this run; return whether it was not one of all before."""
        before = len(made)
        for name in self._formats:
            if name not in made:
                made[name] = _MEMBER
                self._joined[name].append(document)
        return len(made) > before

    def keep_out(self, document: str, rival: str) -> None:
        """Note that a document is no part of this run, as its outputs would replace those of another source."""
        self._kept_out[document] = rival

    def hold(self, name: str, members: str) -> bool:
        """Whether the files of a collection hold.

        Parameters:
            name: of the format.
            members: digest of its members, in order.
        """
        record = None if self._force else self._state.find(f"{COLLECTION_MARK}{name}")
        if record is None:
            return False
        self._note(f"{COLLECTION_MARK}{name}", record.made)
        made = record.made.get(name)
        if made is None or made.article != members or made.edition != self._editions[name]:
            return False
        files = self._output.untouched(made.files)
        if files is not None and files != made.files:
            self._state.keep(
                f"{COLLECTION_MARK}{name}", replace(record, made={**record.made, name: replace(made, files=files)})
            )
        return files is not None

    def keep(self, name: str, members: str, collected: Collected) -> None:
        """Remember the files of a collection that was written."""
        record = self._state.find(f"{COLLECTION_MARK}{name}")
        made = dict(record.made) if record else {}
        keep_former(made, name, collected.paths)
        made[name] = MadeRecord(article=members, edition=self._editions[name], files=collected.files)
        self._note(f"{COLLECTION_MARK}{name}", made)
        kept = Record(source="", sha256="", edition="", article="", xml_sha256="", report={}, made=made)
        self._state.keep(f"{COLLECTION_MARK}{name}", kept)

    def forget_joined(self, name: str) -> None:
        """Take back what `join` remembered of a collection that was not written."""
        self.leave_out(name, self._joined[name])

    def left_out(self, name: str) -> dict[str, str]:
        """Members of a collection that are no part of this run though their sources, which are given, still exist."""
        elsewhere = self._others.elsewhere | self._kept_out
        record = self._state.find(f"{COLLECTION_MARK}{name}") if elsewhere else None
        made = record and record.made.get(name)
        if not made or all(self._output.is_gone(file.path) for file in made.files):
            return {}
        known = ((other, self._state.find(other)) for other in elsewhere)
        return {other: elsewhere[other] for other, record in known if record is not None and name in record.made}

    def leave_out(self, name: str, members: Iterable[str]) -> None:
        """Remember that documents are members of a collection no longer."""
        for member in members:
            record = self._state.find(member)
            if record is not None:
                made = {key: each for key, each in record.made.items() if key != name}
                self._state.keep(member, replace(record, made=made))
