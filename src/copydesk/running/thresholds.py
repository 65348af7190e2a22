"""What a run must come up to: how many documents may fail, what a head must have, how much text may be dropped."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from lxml import etree

from copydesk.article.canonical import A
from copydesk.errors import UsageError, there_is
from copydesk.running.report import DocumentReport

HEAD_FIELDS = (
    "title", "headline", "alternativeHeadline", "description", "url", "identifier", "datePublished", "dateModified",
    "genre", "articleSection", "author", "contributor", "publisher", "keywords", "mentions", "image", "copyrightNotice",
    "license",
)  # fmt: skip
"""What `require` can name: the elements of a head, but for `source`, which is no statement of the article's."""
_MAX_FAILED = re.compile(r"([0-9]+(?:\.[0-9]+)?)%|([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class MaxFailed:
    """How many documents may fail: a number, or a share of all, 0 to 1."""

    count: int | None = 0
    share: float = 0.0

    @classmethod
    def parse(cls, text: str) -> MaxFailed:
        """Read `3` or `2.5%`.

        Raises:
            UsageError: it is neither, or a percentage beyond 100.
        """
        found = _MAX_FAILED.fullmatch(text)
        if not found or (found[1] and float(found[1]) > 100):
            raise UsageError(
                f"{text!r} is no number of documents",
                where="--max-failed",
                next_step="give one such as 3, or a share such as 5%",
            )
        return cls(None, float(found[1]) / 100) if found[1] else cls(int(found[2]))

    def of(self, documents: int) -> int:
        """How many of so many documents may fail."""
        return self.count if self.count is not None else math.floor(self.share * documents + 1e-9)

    def __str__(self) -> str:
        return f"{self.share * 100:g}%" if self.count is None else str(self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What a run must come up to.

    Parameters:
        max_failed: documents that may fail without failing the run.
        require: elements that every head must have, of `HEAD_FIELDS`.
        max_drop: the largest share of its sentence-like text (`copydesk.cleaning.sentences`) that a document may lose.
    """

    max_failed: MaxFailed = MaxFailed()
    require: tuple[str, ...] = ()
    max_drop: float | None = None

    def __post_init__(self) -> None:
        if self.max_drop is not None and not 0 <= self.max_drop <= 1:
            raise UsageError(
                f"{self.max_drop:g} is no share", where="--max-drop", next_step="give a number from 0 to 1, such as 0.2"
            )
        for name in self.require:
            if name not in HEAD_FIELDS:
                raise UsageError(
                    f"a head has no field {name!r}", where="--require", next_step=there_is(name, HEAD_FIELDS)
                )

    def unmet(self, report: DocumentReport) -> tuple[Unmet, ...]:
        """What an article falls short of; nothing if the document has no article, as it has failed then."""
        if report.sums is None:
            return ()
        found = []
        if lacking := [name for name in self.require if name not in report.fields]:
            found.append(Unmet("require", f"its head has no {' and no '.join(lacking)}"))
        share = report.sums.drop_share
        if self.max_drop is not None and share > self.max_drop:
            found.append(
                Unmet(
                    "max-drop",
                    f"{share:.1%} of its sentence-like text was dropped ({report.sums.dropped_sentences:,} of"
                    f" {report.sums.sentences:,} characters), and {self.max_drop:.1%} may be",
                )
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A threshold that a document does not come up to.

    Parameters:
        threshold: `require` or `max-drop`.
        what: what is wrong, as one clause.
    """

    threshold: str
    what: str


def head_fields(root: etree._Element) -> tuple[str, ...]:
    """The elements that an article's head has, each once, of `HEAD_FIELDS`."""
    head = root.find(f"{A}head")
    names = {child.tag.removeprefix(A) for child in (() if head is None else head)}
    return tuple(name for name in HEAD_FIELDS if name in names)
