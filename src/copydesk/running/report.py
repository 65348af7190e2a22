"""What a run did: the report that plugins get and that the summary is made of."""

from __future__ import annotations

import json
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any, Literal

from copydesk.article.ledger import Ledger
from copydesk.cleaning.sentences import NO_SENTENCES, Sentences
from copydesk.errors import CopydeskError
from copydesk.running.sources import Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterSums:
    """What happened to characters (code points of source views), summed over the spans of ledgers.

    Spans are trimmed of white space but hold what stands inside them, so the white space between spans is the rest.

    Parameters:
        read: characters of the sources.
        kept: in the article's text.
        moved: to the article's head.
        merged: left out because they repeat what is kept.
        matched: dropped by a rule whose pattern they match, by rule.
        judged: dropped by a rule that goes by score or position, by rule.
        sentences: in sentence-like text, as `copydesk.cleaning.sentences` has it.
        dropped_sentences: of these, dropped.
    """

    read: int = 0
    kept: int = 0
    moved: int = 0
    merged: int = 0
    matched: Mapping[str, int] = field(default_factory=dict)
    judged: Mapping[str, int] = field(default_factory=dict)
    sentences: int = 0
    dropped_sentences: int = 0

    @property
    def dropped(self) -> int:
        """Characters dropped, by whatever rule."""
        return sum(self.matched.values()) + sum(self.judged.values())

    @property
    def between(self) -> int:
        """Characters of white space between spans, which no ledger has."""
        return self.read - self.kept - self.moved - self.merged - self.dropped

    @property
    def drop_share(self) -> float:
        """Share of the sentence-like text that was dropped, 0 to 1."""
        return self.dropped_sentences / self.sentences if self.sentences else 0.0

    @classmethod
    def of(cls, ledger: Ledger, sentences: Sentences = NO_SENTENCES) -> CharacterSums:
        """Sum up one ledger, beside what was measured of the source's sentences."""
        totals: Counter[str] = Counter()
        matched: Counter[str] = Counter()
        judged: Counter[str] = Counter()
        for entry in ledger.entries:
            characters = sum(end - start for start, end in entry.at)
            if entry.d == "drop":
                (matched if entry.score is None else judged)[entry.rule] += characters
            else:
                totals[entry.d] += characters
        return cls(
            read=ledger.header.chars,
            kept=totals["keep"],
            moved=totals["meta"],
            merged=totals["merge"],
            matched=dict(matched),
            judged=dict(judged),
            sentences=sentences.characters,
            dropped_sentences=sentences.dropped,
        )

    def __add__(self, other: CharacterSums) -> CharacterSums:
        return CharacterSums(
            read=self.read + other.read,
            kept=self.kept + other.kept,
            moved=self.moved + other.moved,
            merged=self.merged + other.merged,
            matched=_added(self.matched, other.matched),
            judged=_added(self.judged, other.judged),
            sentences=self.sentences + other.sentences,
            dropped_sentences=self.dropped_sentences + other.dropped_sentences,
        )


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return dict(Counter(one) + Counter(other)) if one and other else one or other


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that went wrong.

    Parameters:
        what: what went wrong, as one clause.
        where: the source, or the folder of a collection.
        next_step: what to do now, as one clause.
        format: the format that failed, if it was only one.
        exit_code: what the run ends with if nothing worse happens.
        traceback: where it was raised, for people who debug a plugin or core.
    """

    what: str
    where: str
    next_step: str | None = None
    format: str | None = None
    exit_code: int = 1
    traceback: str = ""

    @classmethod
    def of(cls, error: CopydeskError, *, where: str, format: str | None = None) -> Failure:  # noqa: A002 -- as the field
        """Make a failure of an exception."""
        return cls(
            what=error.what,
            where=where,
            next_step=error.next_step,
            format=format,
            exit_code=error.exit_code,
            traceback="".join(traceback.format_exception(error)),
        )

    def __str__(self) -> str:
        where = f"{self.where} to {self.format}" if self.format else self.where
        return f"{where}: {self.what}; {self.next_step}" if self.next_step else f"{where}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """What became of one document.

    Parameters:
        source: its path as the user gave it, or below the folder that the user gave.
        outputs: the files of it alone, below the output folder, with "/", written by this run or found as they are to
            be.
        written: those of them that this run wrote, as there were none or others.
        unchanged: whether nothing about it had to be done again since the last run.
        failures: what went wrong; a document can fail in one format and be written in others.
        warnings: what a person should look at.
        sums: what happened to its characters; None if no article came of it.
        fields: names of the elements in the article's head.
        seconds: how long it took.
    """

    source: str
    outputs: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    unchanged: bool = False
    failures: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()
    sums: CharacterSums | None = None
    fields: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def status(self) -> Literal["written", "unchanged", "failed"]:
        """`failed` as soon as one thing went wrong."""
        return "failed" if self.failures else "unchanged" if self.unchanged else "written"

    def members(self) -> dict[str, Any]:
        """What `to_json` writes."""
        members = {name: getattr(self, name) for name in self.__slots__}
        members["failures"] = [asdict(failure) for failure in self.failures]
        members["sums"] = self.sums and {name: getattr(self.sums, name) for name in self.sums.__slots__}
        return members

    def to_json(self) -> bytes:
        """The report as one JSON object."""
        return json.dumps(self.members()).encode("ascii")

    @classmethod
    def from_json(cls, record: bytes) -> DocumentReport:
        """Read back what `to_json` wrote."""
        return cls.from_members(json.loads(record))

    @classmethod
    def from_members(cls, data: Mapping[str, Any]) -> DocumentReport:
        """Make a report of the members of what `to_json` wrote."""
        return cls(
            source=data["source"],
            outputs=tuple(data["outputs"]),
            written=tuple(data["written"]),
            unchanged=data["unchanged"],
            failures=tuple(Failure(**failure) for failure in data["failures"]),
            warnings=tuple(data["warnings"]),
            sums=CharacterSums(**data["sums"]) if data["sums"] else None,
            fields=tuple(data["fields"]),
            seconds=data["seconds"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a run did.

    Parameters:
        version: of copydesk.
        formats: names of the formats asked for.
        output: the output folder as the user gave it.
        documents: one report a document, in order; iterable more than once, and read from disk, as there may be many.
        written: documents written in every format.
        unchanged: documents about which nothing had to be done again since the last run.
        failed: documents that failed in at least one, and sources that could not be read or gave no document.
        unfinished: documents that the run did not come to.
        unwritten: formats of collections that a run which ended early did not write, as they would be incomplete.
        warnings: how many there were.
        files: how many files were written, collections included.
        sums: what happened to the characters of all documents.
        skipped: what was left alone in folders.
        failures: what went wrong with no single document: a collection, a plugin, the output folder.
        interrupted: whether the user or the system ended the run.
        signal: number of the signal that did, 2 for an interrupt from the keyboard.
        gone: names of the outputs of earlier runs whose source is gone.
        renamed: names of the outputs of earlier runs whose source has another name in this one.
        former: files that stay of earlier runs by other options, of sources that are still there.
        other_formats: formats that earlier runs made and this one does not; their files stay.
        prune: whether files whose source is gone or renamed, or that were made by other options, were to be removed.
        removed: those of them that this run removed.
        changes: how many files would change, if the run was only to find that out.
    """

    version: str
    formats: tuple[str, ...]
    output: str
    documents: Iterable[DocumentReport]
    written: int
    failed: int
    unfinished: int
    unwritten: tuple[str, ...]
    warnings: int
    files: int
    sums: CharacterSums
    skipped: Skipped
    failures: tuple[Failure, ...]
    interrupted: bool
    signal: int = 2
    unchanged: int = 0
    gone: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    other_formats: tuple[str, ...] = ()
    prune: bool = False
    removed: tuple[str, ...] = ()
    changes: int | None = None

    @classmethod
    def of_nothing(cls, output: str) -> RunReport:
        """The report of a run that could not begin."""
        return cls(
            version=version("copydesk"),
            formats=(),
            output=output,
            documents=(),
            written=0,
            failed=0,
            unfinished=0,
            unwritten=(),
            warnings=0,
            files=0,
            sums=CharacterSums(),
            skipped=Skipped(),
            failures=(),
            interrupted=False,
        )

    @property
    def documents_done(self) -> int:
        """Documents that the run came to."""
        return self.written + self.unchanged + self.failed

    def exit_code(self, *, strict: bool = False, max_failed: int = 0) -> int:
        """What the process ends with: 130 interrupted, 143 terminated, 4 output, 3 plugin, 1 failures or others.

        The others are changes that a run found which was only to look for them and, if strict, warnings.

        Parameters:
            strict: whether warnings count as failures.
            max_failed: how many documents may fail.
        """
        if self.interrupted:
            return 128 + self.signal
        worst = max((failure.exit_code for failure in self.failures), default=0)
        return max(worst, 1 if self.failed > max_failed or self.changes or (strict and self.warnings) else 0)
