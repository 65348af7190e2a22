"""The arguments of `convert` that say what to convert."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from copydesk.errors import UsageError

if TYPE_CHECKING:
    from copydesk.running.sources import Found

_STDIN = "-"


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Add SOURCE, `--files-from` and `-0`."""
    parser.add_argument(
        "sources",
        nargs="*",
        default=[],
        metavar="SOURCE",
        help="file, folder or URL, or - for standard input; none where a list or a configuration file names some",
    )
    group = parser.add_argument_group("lists of sources")
    group.add_argument(
        "--files-from",
        action="append",
        default=[],
        metavar="FILE",
        help="convert also the files and folders that this file names, one a line; - for standard input",
    )
    group.add_argument("-0", "--null", action="store_true", help="names in lists end with NUL, as find -print0 writes")


def check_sources(namespace: argparse.Namespace) -> None:
    """Refuse what cannot be meant.

    Raises:
        UsageError: there is no source, standard input is to be two things, or `-0` has no list.
    """
    if not namespace.sources and not namespace.files_from:
        raise UsageError(
            "the following arguments are required: SOURCE", next_step="name files or folders, or a list of --files-from"
        )
    if namespace.null and not namespace.files_from:
        raise UsageError("there is no list whose names end with NUL", where="-0", next_step="give it with --files-from")
    if namespace.files_from.count(_STDIN) > 1:
        raise UsageError("standard input is one list, not two", where="--files-from", next_step="give - once")
    if _STDIN in namespace.files_from and _STDIN in namespace.sources:
        raise UsageError(
            "standard input cannot be a list and a document", where="--files-from", next_step="put one into a file"
        )


def find_sources(namespace: argparse.Namespace, suffixes: Collection[str], leave_out: Sequence[str]) -> Found:
    """Find the documents.

    Parameters:
        namespace: the options of `add_source_options`.
        suffixes: of files to take in folders.
        leave_out: folders not to descend into.

    Raises:
        UsageError: a list cannot be read.
    """
    from copydesk.errors import SourceError
    from copydesk.running.finding import find
    from copydesk.running.lists import called, names

    found = find(
        namespace.sources,
        suffixes=suffixes,
        leave_out=leave_out,
        named=names(namespace.files_from, null=namespace.null),
    )
    if not namespace.sources and not found.files and not found.errors:
        found.errors.append(
            SourceError(
                "names nothing",
                where=", ".join(map(called, namespace.files_from)),
                next_step="look at what writes the list",
            )
        )
    return found
