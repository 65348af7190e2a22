"""The ledger: which rule did what with every character of a source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from copydesk.errors import ArticleError

Disposition: TypeAlias = Literal["keep", "meta", "merge", "drop", "derive"]
Span: TypeAlias = tuple[int, int]
"""Half-open range of code points of the source view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRule:
    """What a rule may do to text, declared before it runs and checked by the verifier.

    Parameters:
        id: dotted name, as it stands in ledgers.
        d: the only disposition that entries of this rule may have.
        reason: one line for people.
        match: for a drop, the regular expression (re.DOTALL) that each dropped span matches in full.
        judged: a drop by score or position instead: its entries carry `score`, and `model` where one was used.
        norm: name of the converter from a span's text to the article's text.
        join: text that stands between the span before and a span of this rule, in place of the gap's single space.
    """

    id: str
    d: Disposition
    reason: str
    match: str | None = None
    judged: bool = False
    norm: str | None = None
    join: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a ledger: a rule, its target, and the spans it decided on.

    Parameters:
        d: disposition.
        rule: id of a declared `LedgerRule`.
        at: spans, trimmed of white space, ascending.
        to: target: `#id`, `#id/a[1]/@href`, `head/keywords[2]/term[3]`, ...; None for a drop.
        is_: for a rule with a converter, the converted text of each span of `at` (JSON key "is").
        why: a note for people.
        score: for a judged drop, 0 (surely furniture) to 1 (surely article).
        model: name and version of the model behind the score.
    """

    d: Disposition
    rule: str
    at: tuple[Span, ...]
    to: str | None = None
    is_: tuple[str, ...] | None = None
    why: str | None = None
    score: float | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHeader:
    """What a ledger is about: hashes are lower-case hex sha256, `chars` counts code points of the view.

    `converter` is the name and version of the program that made the view, where it is not the decoded source.
    """

    name: str | None
    source_sha256: str
    view: str
    encoding: str
    view_sha256: str
    chars: int
    article_sha256: str
    generator: tuple[str, str]
    converter: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A header and its entries: consuming entries by first offset, derive entries last."""

    header: LedgerHeader
    entries: tuple[Entry, ...]


VERSION = "1.0"
"""Version of the ledger's JSON form; it changes as the schema's does."""
_PROGRAM = ("name", "version")


def to_jsonl(ledger: Ledger) -> bytes:
    """Write a ledger as JSON Lines in UTF-8: the header, then an entry a line.

    Parameters:
        ledger: the ledger; its entries are written in their order.

    Returns:
        The bytes of the file. The same ledger gives the same bytes.
    """
    header = ledger.header
    name, version = header.generator
    converter = {"converter": dict(zip(_PROGRAM, header.converter, strict=True))} if header.converter else {}
    lines: list[Mapping[str, Any]] = [
        {
            "ledger": VERSION,
            "source": {
                "name": header.name,
                "sha256": header.source_sha256,
                "view": header.view,
                "encoding": header.encoding,
                "view_sha256": header.view_sha256,
                "chars": header.chars,
                **converter,
            },
            "article_c14n2_sha256": header.article_sha256,
            "generator": {"name": name, "version": version},
        }
    ]
    for entry in ledger.entries:
        members = {
            "d": entry.d,
            "rule": entry.rule,
            "to": entry.to,
            "at": entry.at,
            "is": entry.is_,
            "why": entry.why,
            "score": entry.score,
            "model": entry.model,
        }
        lines.append({key: value for key, value in members.items() if value is not None})
    dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
    return "".join(f"{dumps(line)}\n" for line in lines).encode("utf-8")


def from_jsonl(data: bytes) -> Ledger:
    """Read a ledger.

    Members that are not known are ignored, as a newer minor version may have them.

    Parameters:
        data: the bytes of a ledger file.

    Returns:
        The ledger.

    Raises:
        ArticleError: the bytes are not a ledger of this major version.
    """
    number = 1
    try:
        first, *rest = data.decode("utf-8").removesuffix("\n").split("\n")
        head = json.loads(first)
        if head["ledger"].partition(".")[0] != VERSION.partition(".")[0]:
            raise ArticleError(
                f"the ledger has version {head['ledger']}, this version of copydesk reads {VERSION}",
                next_step="read it with the version of copydesk that wrote it",
            )
        source, generator = head["source"], head["generator"]
        converter = source.get("converter")
        header = LedgerHeader(
            name=source["name"],
            source_sha256=source["sha256"],
            view=source["view"],
            encoding=source["encoding"],
            view_sha256=source["view_sha256"],
            chars=source["chars"],
            article_sha256=head["article_c14n2_sha256"],
            generator=(generator["name"], generator["version"]),
            converter=None if converter is None else (converter["name"], converter["version"]),
        )
        entries = []
        for number, line in enumerate(rest, 2):  # noqa: B007 -- the message below names the line
            entries.append(_entry(json.loads(line)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArticleError(
            f"the ledger cannot be read at line {number} ({type(error).__name__}: {error})",
            next_step="convert the source again",
        ) from error
    return Ledger(header=header, entries=tuple(entries))


def _entry(members: Mapping[str, Any]) -> Entry:
    is_ = members.get("is")
    return Entry(
        d=members["d"],
        rule=members["rule"],
        to=members.get("to"),
        at=tuple((int(start), int(end)) for start, end in members["at"]),
        is_=None if is_ is None else tuple(map(str, is_)),
        why=members.get("why"),
        score=members.get("score"),
        model=members.get("model"),
    )
