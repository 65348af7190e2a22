"""What earlier runs made, kept in the output folder: `.copydesk/state.sqlite3`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Protocol

from copydesk.errors import OutputError
from copydesk.running.outputs.folder import OWN_FOLDER, STATE, OutputFolder, reported
from copydesk.running.records import Record

VERSION = 6
"""Version of the tables and records; a state of another version is not read, and all is made again."""
_PATHS = ("utf-8", "surrogatepass")
"""How paths are stored, whose bytes need be no UTF-8 (Python has lone surrogates for these)."""
COMMIT_AFTER = 1.0
"""Seconds between two commits: what a killed run has to do again at most."""


class Committed(Protocol):
    """Called when changes were committed."""

    def __call__(self, *, last: bool) -> None:
        """Take care of the file; there may be no further change."""


class State:
    """Records by name of the outputs, on disk.

    It is safe against kills and power cuts, as SQLite's transactions are. A state that cannot be read is begun anew:
    it only spares work.

    Parameters:
        path: its file, of an output folder that is locked, or a copy.
        where: what it is called to people.
        committed: called when changes were committed, and told whether these were the last.

    `is_new` tells whether there was none that could be read.

    Raises:
        OutputError: the system would not write it.
    """

    def __init__(self, path: Path, where: str, committed: Committed = lambda last: None) -> None:
        self._path, self._where, self._on_commit = path, where, committed
        self.is_new = self._changed = False
        with self._reported():
            try:
                self._database = self._opened()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) and "not a database" not in str(error):
                    raise
                for name in (path.name, f"{path.name}-journal"):
                    path.with_name(name).unlink(missing_ok=True)
                self._database = self._opened()
        self._committed = monotonic()

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, isolation_level=None)
        database.text_factory = bytes  # what is damaged need be no text
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            if database.execute("PRAGMA quick_check(1)").fetchone() != (b"ok",):  # 1 ms per MB
                raise sqlite3.DatabaseError("damaged")
            if database.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                self.is_new = True
                database.execute("DROP TABLE IF EXISTS records")
                database.execute("DROP TABLE IF EXISTS root")
                database.execute("DROP TABLE IF EXISTS members")
                database.execute(f"PRAGMA user_version = {VERSION}")
            database.execute(
                "CREATE TABLE IF NOT EXISTS records (name TEXT PRIMARY KEY, source BLOB, record TEXT) WITHOUT ROWID"
            )
            database.execute("CREATE TABLE IF NOT EXISTS root (path BLOB)")
            database.execute(
                "CREATE TABLE IF NOT EXISTS members (name TEXT, collection TEXT, PRIMARY KEY (name, collection))"
                " WITHOUT ROWID"
            )
            database.execute("CREATE TABLE IF NOT EXISTS contributors (plugin TEXT)")  # stays if the version is another
            database.execute("BEGIN IMMEDIATE")
        except BaseException:
            database.close()
            raise
        return database

    def find(self, name: str) -> Record | None:
        """The record of the document whose outputs go by a name; none if it is damaged, as it only spares work."""
        try:
            row = self._database.execute("SELECT source, record FROM records WHERE name = ?", (name,)).fetchone()
        except sqlite3.Error as error:
            raise self._error(error) from error
        try:
            return row and Record.from_json(row[0].decode(*_PATHS), row[1])
        except (ValueError, TypeError, AttributeError):
            return None

    def knows(self, name: str) -> bool:
        """Whether there is a record of that name, be it damaged."""
        with self._reported():
            return self._database.execute("SELECT 1 FROM records WHERE name = ?", (name,)).fetchone() is not None

    def keep(self, name: str, record: Record) -> None:
        """Put a record in place of the one of that name. Files that it speaks of are in place."""
        with self._reported():
            self._database.execute(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?)",
                (name, record.source.encode(*_PATHS), record.to_json()),
            )
            self._commit_in_time()

    def forget(self, name: str) -> None:
        """Remove a record, which is no member of any collection then."""
        with self._reported():
            self._database.execute("DELETE FROM records WHERE name = ?", (name,))
            self._database.execute("DELETE FROM members WHERE name = ?", (name,))
            self._commit_in_time()

    def is_member(self, name: str, collection: str | None = None) -> bool:
        """Whether a document is in the files of a collection.

        Parameters:
            name: of its outputs.
            collection: its format; None for any.
        """
        query = "SELECT 1 FROM members WHERE name = ? AND collection = IFNULL(?, collection)"
        with self._reported():
            return self._database.execute(query, (name, collection)).fetchone() is not None

    def join(self, collection: str, names: Iterable[str], *, anew: bool) -> None:
        """Make documents members of a collection whose files have them; nothing is written if they are.

        Parameters:
            collection: its format.
            names: of the documents' outputs.
            anew: let there be no others.
        """
        with self._reported():
            before = self._database.total_changes
            if anew:
                self._database.execute("DELETE FROM members WHERE collection = ?", (collection,))
            joining = ((name, collection) for name in names)
            self._database.executemany("INSERT OR IGNORE INTO members VALUES (?, ?)", joining)
            if self._database.total_changes != before:
                self._commit_in_time()

    def sources(self) -> Iterator[tuple[str, str]]:
        """Name and source of every record, in order of name; without those that are damaged."""
        with self._reported():
            for name, source in self._database.execute("SELECT name, source FROM records ORDER BY name"):
                try:
                    known = name.decode(), source.decode(*_PATHS)
                except (UnicodeError, AttributeError):
                    continue
                yield known

    @property
    def root(self) -> str:
        """Where the output folder lay when sources were named from there; empty if that is not known."""
        with self._reported():
            row = self._database.execute("SELECT path FROM root").fetchone()
        try:
            return row[0].decode(*_PATHS) if row else ""
        except (UnicodeError, AttributeError):
            return ""

    @root.setter
    def root(self, path: str) -> None:
        with self._reported():
            self._database.execute("DELETE FROM root")
            self._database.execute("INSERT INTO root VALUES (?)", (path.encode(*_PATHS),))
            self._commit_in_time()

    @property
    def contributors(self) -> frozenset[str]:
        """Names of the plugins that took part in making articles, as of the last run."""
        with self._reported():
            rows = self._database.execute("SELECT CAST(plugin AS TEXT) FROM contributors WHERE plugin NOT NULL")
            return frozenset(name.decode("utf-8", "replace") for (name,) in rows)

    @contributors.setter
    def contributors(self, plugins: frozenset[str]) -> None:
        with self._reported():
            self._database.execute("DELETE FROM contributors")
            self._database.executemany("INSERT INTO contributors VALUES (?)", [(name,) for name in sorted(plugins)])
            self._commit_in_time()

    def rename_source(self, name: str, source: str) -> None:
        """Name the source of a record otherwise."""
        with self._reported():
            self._database.execute("UPDATE records SET source = ? WHERE name = ?", (source.encode(*_PATHS), name))
            self._commit_in_time()

    def close(self) -> None:
        """Commit and close."""
        try:
            with self._reported():
                self._database.commit()
        finally:
            self._database.close()
        if self._changed:
            with self._reported():
                self._on_commit(last=True)

    def _commit_in_time(self) -> None:
        self._changed, now = True, monotonic()
        if now - self._committed > COMMIT_AFTER:
            # A signal may have come between one transaction and the next; unlike COMMIT, commit() lets there be none.
            self._database.commit()
            self._on_commit(last=False)
            self._database.execute("BEGIN IMMEDIATE")
            self._committed = now

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, UnicodeError) as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> OutputError:
        return OutputError(
            f"the state of earlier runs cannot be kept: {error}",
            where=self._where,
            next_step="look at the disk and the folder; if the file is damaged, remove it, which costs no output",
        )


@contextmanager
def opened_state(output: OutputFolder, scratch: Path, *, copy: bool) -> Iterator[State]:
    """Open the state of an output folder.

    Parameters:
        output: the output folder.
        scratch: folder of the run on this machine.
        copy: work on a copy, so that nothing changes in the output folder, which then need not be held.

    Raises:
        OutputError: it cannot be read or written.
    """
    where = output.path(f"{OWN_FOLDER}/{STATE}")
    with reported(where, "read"):
        file = output.state_file(scratch, copy=copy)
    with closing(State(file, where, partial(output.keep_state, file))) as state:
        yield state
