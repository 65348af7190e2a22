"""What shards wrote, by their states: nothing else tells what code, rules and settings an article was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from copydesk.errors import OutputError
from copydesk.running.outputs.folder import OWN_FOLDER, STATE, OutputFolder, reported
from copydesk.running.shards import SharedArticle
from copydesk.running.sources import SourceFile
from copydesk.running.state import State


class Merging:
    """The folders of `--merge`. A shard without documents leaves none, so one that is not there is nothing to tell.

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
        self._without: list[str] = []
        self._other: dict[str, int] = {}
        for number, folder in enumerate({folder.name: folder for folder in folders}.values()):
            with reported(folder.name, "listed"):
                if not folder.is_there():
                    continue
            opened = state if folder.is_same(output) else _opened(folder, temporary / f"merge-{number}")
            if opened is None:
                self._without.append(folder.name)
            else:
                self._states[folder.name] = opened

    def find(self, file: SourceFile, name: str) -> tuple[SharedArticle, ...]:
        """The articles that shards made of a document as this run would make them.

        Parameters:
            file: the document.
            name: path of its outputs below a format's folder, without suffix.
        """
        found = []
        for folder, state in self._states.items():
            try:
                record = state.find(name)
            except OutputError:  # damaged, or copied while it was written
                if state is self._own:
                    raise
                continue
            if record is None:
                continue
            if record.edition == self._edition_of(file):
                found.append(SharedArticle(folder, record.article))
            elif state is not self._own:  # else the same run before this one, which has nothing to be told of
                self._other[folder] = self._other.get(folder, 0) + 1
        return tuple(found)

    def warnings(self) -> Iterator[str]:
        """What a person should know of articles that were not taken."""
        for folder in self._without:
            yield (
                f"{folder} has no {OWN_FOLDER}/{STATE}, which tells what its articles were made with, so none is taken;"
                f" copy {OWN_FOLDER} too"
            )
        for folder, count in self._other.items():
            yield (
                f"{folder}: {count:,} of its articles were made with other rules, settings, Python or copydesk, and"
                " are made again"
            )

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
