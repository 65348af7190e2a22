"""What a reader makes of a document: the decoded view, blocks with spans, and the syntax between them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from copydesk.article.ledger import Disposition, Entry, LedgerRule, Span
from copydesk.reading.passage import EMPTY, Mark, Passage


@dataclass(slots=True, eq=False)
class Block:
    """A block of a document, as rules see it. Rules change `role`, split and join blocks, and move them to the head.

    A block equals itself alone: two with the same text are two blocks.

    Parameters:
        kind: paragraph, heading, rule, code, quote, list, item, table, row, cell, figure, gallery.
        passage: the text of a leaf block; empty for a container.
        children: the blocks of a container.
        level: of a heading, 1 to 6.
        indent: columns before the first character of a text line.
        blank_before: blank lines before it.
        ordered, first: of a list: numbered, and its first number.
        header: whether a cell is a header cell.
        syntax: language of a program listing.
        image: the mark of a figure's image: target and description.
        role: what rules found out: lead, standfirst, note, ...
        rule: id of the ledger rule under which the text is kept.
        merged: passages found to repeat this block, with rule and reason.
    """

    kind: str
    passage: Passage = EMPTY
    children: list[Block] = field(default_factory=list)
    level: int = 0
    indent: int = 0
    blank_before: int = 0
    ordered: bool = False
    first: int = 1
    header: bool = False
    syntax: Passage | None = None
    image: Mark | None = None
    role: str | None = None
    rule: str = "para"
    merged: list[tuple[str, Passage, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The printable text of a leaf block."""
        return self.passage.string


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks and all that they contain, in reading order."""
    for block in blocks:
        yield block
        if block.children:
            yield from walk(block.children)


@dataclass(slots=True)
class Source:
    """One document after reading.

    Parameters:
        name: file name.
        sha256: of the raw bytes, hex.
        media_type: text/plain or text/markdown, ...
        encoding: name of the codec that decoded it.
        kind: kind of the view ("text/1").
        view: the decoded text, as it is; every span counts its code points.
        blocks: the blocks in source order.
        syntax: drop entries for characters that are markup, not text.
        spaces: spans of markup that a passage holds as white space (`&nbsp;`), dropped where it comes to an edge.
        warnings: what a person should know about the reading.
    """

    name: str
    sha256: str
    media_type: str
    encoding: str
    kind: str
    view: str
    blocks: list[Block] = field(default_factory=list)
    syntax: list[Entry] = field(default_factory=list)
    spaces: list[Span] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


VARIANTS: Mapping[Disposition, str] = {"keep": "", "meta": "-moved", "derive": "-derived"}
"""What follows the id of a converting rule, by the disposition of the text that it converts."""

JOINTS: Mapping[str, str] = {"-joined": "", "-spaced": " "}
"""What follows that where the source's own white space does not tell what parts a text from the one before."""


def converting(identifier: str, norm: str, reason: str) -> tuple[LedgerRule, ...]:
    """Declare the ledger rules of a converter: for text in the body, moved to the head, and derived from.

    Parameters:
        identifier: what `Piece.rule` names.
        norm: name of the converter.
        reason: one line for people.
    """
    return tuple(
        LedgerRule(id=f"{identifier}{suffix}{joint}", d=d, norm=norm, join=join, reason=reason)
        for d, suffix in VARIANTS.items()
        for joint, join in (("", None), *JOINTS.items())
    )


class Reader(ABC):
    """A reader of one kind of document. Subclasses set the class variables and write `sniff` and `read`."""

    name: ClassVar[str]
    """What follows `--from`."""
    suffixes: ClassVar[tuple[str, ...]]
    """File suffixes that are tried in folders, lower case, with dot."""
    media_type: ClassVar[str]
    ledger_rules: ClassVar[tuple[LedgerRule, ...]] = ()
    """The ledger rules under which this reader's syntax is dropped or its text converted."""

    @abstractmethod
    def sniff(self, view: str) -> float:
        """How surely a text is of this kind, from 0 to 1, judged by its content alone."""

    @abstractmethod
    def read(self, source: Source) -> None:
        """Fill `source.blocks` and `source.syntax` from `source.view`."""
