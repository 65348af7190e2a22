"""Profiles: what a site repeats on its pages, learnt once from many of its documents and kept in a file.

A profile is an argument of `normalize`, never learnt on the way: an article depends on its bytes, name and options.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.label.profile import Profile, folded
from copydesk.cleaning.label.units import units
from copydesk.cleaning.rules import mojibake
from copydesk.errors import UsageError
from copydesk.reading.detect import READERS, read
from copydesk.reading.source import Reader

FEWEST = 3
"""Documents that a line must stand in, however few there are."""
SHARE = 0.1
"""Of the documents, from which a line is one of the site's: sections of a site have lines of their own."""
_FORM = "copydesk-profile/1"
_TEXT = "text/plain"


def load(path: Path) -> Profile:
    """Read the file of a profile.

    Raises:
        UsageError: it cannot be read, or is none.
    """
    try:
        raw = path.read_bytes()
        data = json.loads(raw)
        if data["form"] != _FORM:
            raise ValueError(f"it says {data['form']!r}")
        if not isinstance(data["lines"], dict):
            raise TypeError("its lines are no object")
        lines = frozenset(map(folded, data["lines"]))
        usual = frozenset(folded(line) for line, times in data["lines"].items() if times * 2 >= data["documents"])
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=str(path), next_step="make one with copydesk profile"
        ) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(
            f"is no profile of the form {_FORM}: {error}", where=str(path), next_step="make one with copydesk profile"
        ) from error
    return Profile(f"profile:{hashlib.sha256(raw).hexdigest()[:16]}", lines, usual)


def lines_of(
    raw: bytes, *, name: str, reader: str | None = None, readers: tuple[type[Reader], ...] = READERS
) -> frozenset[str]:
    """The distinct lines of a document, folded; of a text dump, the parts of lines that its markup had glued.

    Parameters:
        raw, name, reader, readers: as for `copydesk.cleaning.pipeline.normalize`.

    Raises:
        SourceError: the document cannot be read as text.
    """
    source = read(raw, name=name, reader=reader, readers=readers)
    draft = Draft(source, blocks=source.blocks)
    mojibake.RULE.apply(draft)  # the one rule that changes text before profiles are looked at
    found = units(draft.blocks, split=source.media_type == _TEXT)
    return frozenset(folded(unit.text) for unit in found if any(map(str.isalpha, unit.text)))


class Learnt(NamedTuple):
    """The file of a profile, from how many documents it is, and how many lines are in it."""

    file: bytes
    documents: int
    lines: int


def learn(documents: Iterable[frozenset[str]], *, share: float = SHARE) -> Learnt:
    """Make the file of a profile. Memory grows with the distinct lines of all documents.

    Parameters:
        documents: the lines of each document.
        share: of the documents that a line must stand in, 0 to 1; and in `FEWEST` at least.

    Returns:
        The same whatever the order of the documents.
    """
    total, times = 0, Counter[str]()
    for lines in documents:
        total += 1
        times.update(lines)
    least = max(FEWEST, math.ceil(share * total))
    kept = {line: count for line, count in sorted(times.items()) if count >= least}
    data = {"form": _FORM, "documents": total, "lines": kept}
    file = json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass") + b"\n"
    return Learnt(file, total, len(kept))
