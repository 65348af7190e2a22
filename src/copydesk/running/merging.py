"""What shards wrote, by their states: nothing else tells what code, rules and settings an article was made with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from copydesk.errors import OutputError
from copydesk.running.outputs.folder import OWN_FOLDER, STATE, OutputFolder, reported
from copydesk.running.shards import Refused, SharedArticle
from copydesk.running.sources import SourceFile
from copydesk.running.state import State


class Merging:
    """The folders of `--merge`. Of what is not taken from them people are told: it is made again, which takes time.

    Parameters:
        folders: output folders of shards.
        output: the output folder, which may be one of them.
        state: of the output folder.
        temporary: where states of shards are copied to, which may be on a medium that cannot be written.
        edition_of: gives what the article of a document would be made with now.
    """

    def __init__(
        self,
        folders: Sequence[OutputFolder],
        output: OutputFolder,
        state: State,
        temporary: Path,
        edition_of: Callable[[SourceFile], str],
    ) -> None:
        self._own = state
        self._edition_of = edition_of
        self._states: dict[str, State] = {}
        self._missing: list[str] = []
        self._without: list[str] = []
        self._refused: Counter[tuple[str, Refused]] = Counter()
        for number, folder in enumerate({folder.name: folder for folder in folders}.values()):
            with reported(folder.name, "listed"):
                if not folder.is_there():
                    self._missing.append(folder.name)
                    continue
            opened = state if folder.is_same(output) else _opened(folder, temporary / f"merge-{number}")
            if opened is None or opened.is_new:
                self._without.append(folder.name)
            if opened is not None:
                self._states[folder.name] = opened

    def find(self, file: SourceFile, name: str) -> tuple[SharedArticle, ...]:
        """The articles that shards made of a document as this run would make them.

        Parameters:
            file: the document.
            name: path of its outputs below a format's folder, without suffix.
        """
        found, refused = [], {}
        for folder, state in self._states.items():
            try:
                record, is_known = state.find(name), state.knows(name)
            except OutputError:  # damaged, or copied while it was written
                if state is self._own:
                    raise
                record, is_known = None, True
            if record is not None and record.edition == self._edition_of(file):
                found.append(SharedArticle(folder, record.article))
            elif is_known:
                refused[folder] = Refused.DAMAGED if record is None else Refused.OTHER
        if not found:
            self.count(refused)
        return tuple(found)

    def count(self, refused: Mapping[str, Refused]) -> None:
        """Count a document that had to be made again.

        Parameters:
            refused: by folder, why its article was not taken.
        """
        for folder, why in refused.items():
            # Rules and sources of the same run before this one may well be others, which is nothing to be told of.
            if self._states[folder] is not self._own or why in (Refused.ALTERED, Refused.DAMAGED):
                self._refused[folder, why] += 1

    def warnings(self) -> Iterator[str]:
        """What a person should know of articles that were not taken."""
        for folder in self._missing:
            yield f"{folder} is not there, so nothing is taken from it; only a share without documents leaves no folder"
        for folder in self._without:
            yield (
                f"{folder} has no {OWN_FOLDER}/{STATE} that can be read, which tells what its articles were made with,"
                f" so none is taken; copy {OWN_FOLDER} too"
            )
        for (folder, why), count in self._refused.items():
            yield f"{folder}: {count:,} of its articles {why.value}, and are made again"

    def close(self) -> None:
        """Close the states of the shards."""
        for state in self._states.values():
            if state is not self._own:
                with suppress(OutputError):
                    state.close()


def _opened(folder: OutputFolder, temporary: Path) -> State | None:
    try:
        if not folder.has_state():
            return None
        temporary.mkdir()
        return State(folder.state_file(temporary, copy=True), folder.name)
    except (OutputError, OSError):
        return None
