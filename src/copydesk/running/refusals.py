"""What comes of documents and collections that are not begun: unread ones, and those that would replace others."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.errors import CopydeskError
from copydesk.running.job import Converted
from copydesk.running.report import DocumentReport, Failure


def refused(path: str, rival: str) -> Converted:
    """What comes of a document whose outputs would replace those of another source."""
    error = CopydeskError(
        f"its outputs would replace those of {rival}, which is still there; nothing of it was written",
        where=path,
        next_step="convert both in one run, give another folder with -o, or replace them with --force",
    )
    return Converted(report=DocumentReport(source=path, failures=(Failure.of(error, where=path),)))


def in_outputs(path: str) -> Converted:
    """What comes of a document that its own outputs or those of others could overwrite."""
    error = CopydeskError(
        "lies where the outputs go, which could overwrite it; nothing of it was written",
        where=path,
        next_step="give another folder with -o, or move it",
    )
    return unread(path, error)


def unread(path: str, error: CopydeskError) -> Converted:
    """What comes of a document that could not be read."""
    return Converted(report=DocumentReport(source=path, failures=(Failure.of(error, where=path),)))


def would_lose(collection: str, lost: Sequence[str]) -> Failure:
    """The failure of a collection that would lose members.

    Parameters:
        collection: its files below the output folder, without suffix.
        lost: paths of the sources.
    """
    error = CopydeskError(
        f"would lose {some(lost)}, which an earlier run put there and this one does not name; it stays as it was",
        where=collection,
        next_step="convert all in one run, give another folder with -o, or leave them out with --force",
    )
    return Failure.of(error, where=collection)


def some(paths: Sequence[str]) -> str:
    """The first of several paths, and how many more there are."""
    more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
    return f"{paths[0]}{more}"
