"""The ledger: which rule did what with every character of a source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

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
    """What a ledger is about: hashes are lower-case hex sha256, `chars` counts code points of the view."""

    name: str | None
    source_sha256: str
    view: str
    encoding: str
    view_sha256: str
    chars: int
    article_sha256: str
    generator: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A header and its entries: consuming entries by first offset, derive entries last."""

    header: LedgerHeader
    entries: tuple[Entry, ...]
