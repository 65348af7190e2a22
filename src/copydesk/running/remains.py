"""Files that no run would make any more: of sources that are gone, and by options that hold no longer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from copydesk.errors import CopydeskError, OutputError
from copydesk.running.incremental import Past
from copydesk.running.names import folded
from copydesk.running.outputs.folder import FileRecord, OutputFolder, reported
from copydesk.running.preview import Change
from copydesk.running.records import COLLECTION_MARK, FORMER, MadeRecord, Record, keep_former
from copydesk.running.report import Failure
from copydesk.running.sources import Found
from copydesk.running.state import State


class Remains:
    """What earlier runs left, when a run is over: it is told, and removed if that is asked for.

    Parameters:
        state: holds the records.
        output: the output folder.
        prune: remove files.
        dry: only tell which would be removed.
    """

    def __init__(self, state: State, output: OutputFolder, *, prune: bool, dry: bool) -> None:
        self._state, self._output, self._prune, self._dry = state, output, prune, dry
        self.gone: tuple[str, ...] = ()
        """Names of outputs whose source is gone; of collections, their format."""
        self.renamed: tuple[str, ...] = ()
        """Names of outputs whose source is in this run under another name."""
        self.former: list[str] = []
        """Files that were made by other options, and stay."""
        self.other_formats: tuple[str, ...] = ()
        """Formats that earlier runs made and this one does not."""
        self.removed: list[str] = []
        self.changes: list[Change] = []
        self.failures: list[Failure] = []
        """One for each file that is not as copydesk wrote it, and so stays."""

    def find(self, past: Past, found: Found, formats: Collection[str]) -> None:
        """Look through what earlier runs made, and remove what is to be removed.

        Parameters:
            past: tells what they made.
            found: the documents of this run.
            formats: of this run.

        Raises:
            OutputError: the system would not remove a file.
        """
        others = past.others
        gone = list(others.gone)
        if not found.files and not others.elsewhere:  # nothing is left to make a collection of
            gone += [name for name in others.collections if name.removeprefix(COLLECTION_MARK) in formats]
        self.gone = tuple(name.removeprefix(COLLECTION_MARK) for name in gone)
        made = {name: self._formats_of(name) for name in others.renamed}  # a name depends on what formats a run has
        self.renamed = tuple(name for name in others.renamed if not made[name].isdisjoint(formats))
        seen = past.seen_formats.union(*made.values())
        with reported(self._output.name, "listed"):
            self.other_formats = tuple(
                name for name in sorted(seen.difference(formats)) if self._output.has_folder(name)
            )
        if self._prune and not found.complete and (gone or self.renamed or past.former):
            self._prune = False
            error = CopydeskError(
                "nothing was removed, as not all sources could be looked through: what seems gone may still be there",
                where=self._output.name,
                next_step="mend what stands above and run again, or do not name what is no more",
            )
            self.failures.append(Failure.of(error, where=self._output.name))
        for name in past.former:
            self._look_at_former(past, name)
        if self._prune:
            self._remove_all(self.renamed, "its source has another name now", frozenset(formats))
            self._remove_all(gone, "its source is gone")

    def _formats_of(self, name: str) -> set[str]:
        """Formats that a record has files of."""
        record = self._state.find(name)
        return {_format(key) for key, made in record.made.items() if made.files} if record else set()

    def _look_at_former(self, past: Past, name: str) -> None:
        record = self._state.find(name)
        if record is None:
            return
        former = {key: made for key, made in record.made.items() if past.is_former(name, key)}
        if self._prune:
            made = self._remove(name, record, former, "it was made by options that hold no longer")
            if not self._dry:
                self._state.keep(name, replace(record, made=made))
        else:
            files = (file.path for made in former.values() for file in made.files)
            self.former += [path for path in files if not self._output.is_gone(path)]

    def _remove_all(self, names: Collection[str], why: str, formats: Collection[str] | None = None) -> None:
        """Remove files of records, and those records that have none left.

        Parameters:
            names: of the outputs.
            why: for people.
            formats: whose files are to go; None for all.
        """
        if not names:
            return
        going = frozenset(names)
        staying = {folded(name): name for name, _ in self._state.sources() if name not in going}
        for name in names:
            record = self._state.find(name)
            if record is None:
                continue
            of_formats = {key: each for key, each in record.made.items() if formats is None or _format(key) in formats}
            made = self._remove(name, record, of_formats, why, staying.get(folded(name)))
            if self._dry:
                continue
            if made or (formats is not None and self._state.is_member(name)):  # a source that is there still is one
                self._state.keep(name, replace(record, made=made))
            else:
                self._state.forget(name)

    def _remove(
        self, name: str, record: Record, going: dict[str, MadeRecord], why: str, alike: str | None = None
    ) -> dict[str, MadeRecord]:
        """Remove files of a record.

        Parameters:
            name: of the outputs.
            record: what is known of them.
            going: what of it is to be removed.
            why: for people.
            alike: the name of outputs that stay, which differs by case alone and so may stand for the same files.

        Returns:
            What is left of the record. A file that stays though it was to go is a former one, to be told of again.
        """
        removed = {
            file.path for each in going.values() for file in each.files if self._is_removed(file, why, name, alike)
        }
        made = {key: each for key, each in record.made.items() if key not in going}
        staying = dict(going)
        for key in going:
            keep_former(staying, _format(key), removed)
        return made | staying

    def _is_removed(self, file: FileRecord, why: str, name: str, alike: str | None) -> bool:
        """Remove a file; return whether the record has nothing more to say of it."""
        if self._output.is_gone(file.path):
            return True
        if alike is not None and self._output.is_one_file(file.path, file.path.replace(f"/{name}", f"/{alike}", 1)):
            return True
        if self._output.untouched((file,)) is None:
            self._leave(file, why)
            return False
        if self._dry:
            self.changes.append(Change(file.path, "removed"))
        else:
            with reported(self._output.path(file.path)):
                self._output.remove(file.path)
            self.removed.append(file.path)
        return True

    def _leave(self, file: FileRecord, why: str) -> None:
        error = OutputError(
            f"{why}, but it is not as copydesk wrote it, so it stays",
            where=file.path,
            next_step="remove it yourself if nobody needs it",
        )
        self.failures.append(replace(Failure.of(error, where=file.path), exit_code=1))


def _format(key: str) -> str:
    """The format that files of a record are of, or were by other options."""
    return key.removesuffix(FORMER)
