"""Output names: the path of the source, made safe for every file system, and different for different sources."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import permutations
from pathlib import PurePath

from pathvalidate import sanitize_filename

from copydesk.running.sources import SourceFile

MAX_BYTES = 100
"""Bytes of one folder or file name before any hash and suffix. File systems take 255, encrypted ones about 140."""
HASH_DIGITS = 8
_PLAIN = re.compile(r"[0-9A-Za-z][-0-9A-Z_a-z]{4,99}")
"""Parts that every file system takes as they are: long enough to be no device of Windows, such as CON and LPT1."""


def output_names(
    files: Sequence[SourceFile], *, source_suffixes: Collection[str], output_suffixes: Sequence[Collection[str]]
) -> list[str]:
    """Name the outputs of every document.

    A name is the path below the source folder without the reader's suffix. Documents whose names collide, be it only on
    a file system that ignores case, all take digits of a sha256: which of them came first plays no part. It is that of
    the path below the source folder, wherever that folder lies and however it is spelled, such as on another machine;
    of the whole path where documents of several sources are alike in that too.

    Parameters:
        files: the documents of the run.
        source_suffixes: suffixes of readers, which are taken off.
        output_suffixes: for each format the suffixes that it writes.

    Returns:
        For each document the path of its outputs below a format's folder, with "/" and without suffix.
    """
    slugs = [_slug(file.below, source_suffixes) for file in files]
    steps = [0] * len(files)
    extras = _extras(output_suffixes)
    suffixes = {suffix.casefold() for group in output_suffixes for suffix in group}
    while True:
        names = [_name(slug, file, step) for slug, file, step in zip(slugs, files, steps, strict=True)]
        claims: Counter[str] = Counter()
        for name in names:
            claims.update(_claims(name, extras))
        claims.update(_folder_claims(names, suffixes))
        clashing = [n for n, name in enumerate(names) if any(claims[key] > 1 for key in _claims(name, extras))]
        if not clashing:
            return names
        # Only the shortest grow: a hash met by a document that happens to be named like it is no clash twice.
        fewest = min(steps[n] for n in clashing)
        for n in clashing:
            if steps[n] == fewest:
                steps[n] += 1


def meeting(
    names: Iterable[str], others: Iterable[str], *, output_suffixes: Sequence[Collection[str]]
) -> dict[str, str]:
    """Find names that would take files of others, be it only on a file system that ignores case.

    Parameters:
        names: of this run.
        others: of earlier ones; none of them is among the names.
        output_suffixes: for each format the suffixes that it writes.

    Returns:
        By name one of the others that it meets.
    """
    extras = _extras(output_suffixes)
    taken = {claim: other for other in others for claim in _claims(other, extras)}
    if not taken:
        return {}
    return {name: taken[claim] for name in names for claim in _claims(name, extras) if claim in taken}


def _name(slug: str, file: SourceFile, step: int) -> str:
    if not step:
        return slug
    if step == 1:  # captures of one address differ by what follows it in the archive alone
        path = file.below if file.archive is None else file.below + file.path.removeprefix(file.archive)
    else:
        path = PurePath(file.path).as_posix()
    digest = sha256(path.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{slug}-{digest[: HASH_DIGITS * max(1, step - 1)]}"


def folded(name: str) -> str:
    """A name or path as a file system that ignores case and normal forms sees it."""
    return (name if name.isascii() else unicodedata.normalize("NFD", name)).casefold()


def _claims(name: str, extras: Collection[str]) -> Iterator[str]:
    """What a name takes."""
    key = folded(name)
    yield key
    for extra in extras:
        yield f"{key}{extra}"


def _extras(output_suffixes: Sequence[Collection[str]]) -> set[str]:
    """What makes two suffixes of one format meet: `a` + `.ledger.jsonl` is `a.ledger` + `.jsonl`."""
    pairs = (pair for group in output_suffixes for pair in permutations({s.casefold() for s in group}, 2))
    return {longer.removesuffix(shorter) for longer, shorter in pairs if longer.endswith(shorter)}


def _folder_claims(names: Sequence[str], suffixes: Collection[str]) -> Iterator[str]:
    """What folders take from files: beside the folder `a.md` no document `a` can be written as Markdown."""
    folders = {name[:at] for name in names for at, character in enumerate(name) if character == "/"}
    for folder in {next(_claims(folder, ())) for folder in folders}:
        for suffix in suffixes:
            if folder.endswith(suffix):
                yield folder.removesuffix(suffix)


def _slug(below: str, source_suffixes: Collection[str]) -> str:
    *folders, file = below.split("/")
    stem, dot, suffix = file.rpartition(".")
    if not stem or f"{dot}{suffix}".lower() not in source_suffixes:
        stem = file
    return "/".join(_safe(part) for part in [*folders, stem])


@lru_cache(maxsize=4096)  # folders come again
def _safe(part: str) -> str:
    """One part of a path, such as Windows, macOS and Linux take it, and visible in a listing."""
    if _PLAIN.fullmatch(part):
        return part
    text = unicodedata.normalize("NFC", part.encode("utf-8", "replace").decode("utf-8"))
    text = "".join("_" if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character for character in text)
    text = text.encode("utf-8")[:MAX_BYTES].decode("utf-8", "ignore")
    text = sanitize_filename(text, platform="universal", replacement_text="_").rstrip(" .")
    return f"_{text[1:]}" if text[:1] in ("", ".") else text
