"""Lists of names: one a line, or each ended by NUL as `find -print0` writes them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO

from copydesk.errors import UsageError
from copydesk.running.sources import STDIN

_CHUNK = 1 << 16
_LONGEST = 1 << 16
"""Bytes of one name. Systems take paths of 4,096 bytes, Windows of 32,767 characters."""
_MARK = b"\xef\xbb\xbf"


def names(lists: Sequence[str], *, null: bool = False) -> Iterator[str]:
    """Yield the names in lists, one after the other as they are read.

    Empty lines are passed over; between NULs, where nothing is empty by accident, an empty name is a name.

    Parameters:
        lists: paths of files, or `-` for standard input.
        null: whether names end with NUL and not with a line.

    Raises:
        UsageError: a list cannot be read, holds other bytes than names, or is not separated as `null` says.
    """
    for path in lists:
        where = called(path)
        try:
            with nullcontext(sys.stdin.buffer) if path == STDIN else Path(path).open("rb") as stream:
                for name in _separated(stream, where, null=null):
                    yield os.fsdecode(name)
        except UnicodeDecodeError as error:  # Windows, whose names are Unicode
            raise UsageError(f"has a name that is no UTF-8: {error.object!r}", where=where) from error
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or error
            raise UsageError(f"cannot be read: {said}", where=where, next_step="look at --files-from") from error


def called(path: str) -> str:
    """What messages call a list."""
    return "standard input" if path == STDIN else path


def _separated(stream: IO[bytes], where: str, *, null: bool) -> Iterator[bytes]:
    end, left, first = b"\0" if null else b"\n", b"", True
    while chunk := stream.read(_CHUNK):
        if first:
            first = False
            if null and b"\n" in chunk and b"\0" not in chunk:
                raise UsageError("has lines and no NUL character", where=where, next_step="leave -0 out")
            chunk = chunk if null else chunk.removeprefix(_MARK)
        if not null and b"\0" in chunk:
            raise UsageError(
                "has NUL characters", where=where, next_step="give -0 for names that end so, or save it as UTF-8"
            )
        *whole, left = (left + chunk).split(end)
        if max(map(len, (*whole, left))) > _LONGEST:
            raise UsageError("is no list of names", where=where, next_step=f"names have up to {_LONGEST:,} bytes")
        yield from whole if null else _lines(whole)
    if left:
        yield from [left] if null else _lines([left])


def _lines(lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line := line.removesuffix(b"\r"):
            yield line
