"""What a reader makes of a document: the view, blocks with spans, and the syntax between them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from copydesk.article.ledger import Disposition, Entry, LedgerRule, Span
from copydesk.reading.passage import EMPTY, Mark, Passage


@dataclass(slots=True, eq=False)
class Block:
    """A block of a document, as rules see it. Rules change `role`, split and join blocks, and move them to the head.

    A block equals itself alone: two with the same text are two blocks.

    Parameters:
        kind: paragraph, heading, rule, code, quote, list, item, table, row, cell, figure, gallery, aside.
        passage: the text of a leaf block, the caption of a figure or table; empty for another container.
        children: the blocks of a container.
        level: of a heading, 1 to 6.
        indent: columns before the first character of a text line.
        blank_before: blank lines before it.
        ordered, first: of a list: numbered, and its first number.
        header: whether a cell is a header cell.
        columns, rows: how many a cell spans.
        syntax: language of a program listing.
        image: the mark of a figure's image: target and description.
        credit: of a figure: who made the picture.
        role: what rules found out: lead, standfirst, note, ...
        rule: id of the ledger rule under which the text is kept.
        merged: passages found to repeat this block, with rule and reason.
        score: how likely it belongs to the article, 0 to 1; None: not judged.
        furniture: whether it was judged not to.
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
    columns: int = 1
    rows: int = 1
    syntax: Passage | None = None
    image: Mark | None = None
    credit: Passage = EMPTY
    role: str | None = None
    rule: str = "para"
    merged: list[tuple[str, Passage, str]] = field(default_factory=list)
    score: float | None = None
    furniture: bool = False

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


class Declared(NamedTuple):
    """A value that the format itself labels as metadata.

    Parameters:
        name: headline, alternativeHeadline, description, url, identifier, datePublished, dateModified, genre,
            articleSection, author, contributor, publisher, keywords, copyrightNotice, license; or language, which the
            text's own goes before.
        passage: the value; one of `keywords` is one term.
    """

    name: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class View:
    """What a reader reads in place of the decoded bytes: a text in which each thing that it found has a span.

    Parameters:
        text: every text of the document, in reading order.
        kind: how the text is made, with a version, for the ledger: "pandoc/1".
        converter: name and version of the program that took the document apart; the same one gives the same text.
        parsed: what `read` needs beside the text; nobody else looks at it.
        warnings: what a person should know, such as what the converter says that it left out.
        resource: gives the bytes of a picture in the document by its address there, None for one that it does not
            hold; None if the document holds none, and pictures are files beside it.
    """

    text: str
    kind: str
    converter: tuple[str, str] | None = None
    parsed: object = None
    warnings: tuple[str, ...] = ()
    resource: Callable[[str], bytes | None] | None = None


@dataclass(slots=True)
class Source:
    """One document after reading.

    Parameters:
        name: file name.
        sha256: of the raw bytes, hex.
        media_type: text/plain or text/markdown, ...
        encoding: name of the codec that decoded it; "binary" where a reader made the view.
        kind: kind of the view: "text/1" is the decoded text as it is.
        view: the text that every span counts the code points of.
        blocks: the blocks in source order.
        declared: metadata that the format labels as such.
        syntax: drop entries for characters that are markup, not text.
        spaces: spans of markup that a passage holds as white space (`&nbsp;`), dropped where it comes to an edge.
        warnings: what a person should know about the reading.
        converter: name and version of the program that made the view; None for text as it is.
        parsed, resource: those of the `View`.
    """

    name: str
    sha256: str
    media_type: str
    encoding: str
    kind: str
    view: str
    blocks: list[Block] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    syntax: list[Entry] = field(default_factory=list)
    spaces: list[Span] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    converter: tuple[str, str] | None = None
    parsed: object = None
    resource: Callable[[str], bytes | None] | None = None


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
    """A reader of one kind of document. Subclasses set the class variables and write `sniff` and `read`.

    One whose documents are no text, or cannot be told by their text, also writes `claims` and `view`.
    """

    name: ClassVar[str]
    """What follows `--from`."""
    suffixes: ClassVar[tuple[str, ...]]
    """File suffixes that are tried in folders, lower case, with dot."""
    media_type: ClassVar[str]
    ledger_rules: ClassVar[tuple[LedgerRule, ...]] = ()
    """The ledger rules under which this reader's syntax is dropped or its text converted."""

    def claims(self, raw: bytes, name: str) -> float:
        """How surely a document is of this kind, from 0 to 1, judged before it is decoded.

        The surest reader gets it, the first of equals. Only if all say 0, which is what this does, it is decoded and
        `sniff` is asked.

        Parameters:
            raw: the bytes: the first ones of a binary format tell it.
            name: the file name, for a format that is only told by its suffix.
        """
        return 0.0

    def view(self, raw: bytes) -> View | None:
        """Make the text that `read` will read, and that spans count in.

        The same bytes must give the same text, in any folder and locale, as the ledger holds its sha256. What is in
        it has to be accounted for; what is not cannot be, so leave out nothing that a person would read.

        Parameters:
            raw: the bytes, not empty; `claims` may have said 0, as `--from` can name any reader.

        Returns:
            The view; None, which is what this gives, to have the bytes decoded.

        Raises:
            SourceError: it is damaged, encrypted or of another kind: what is wrong with it, and what to do.
        """
        return None

    @abstractmethod
    def sniff(self, view: str) -> float:
        """How surely a text is of this kind, from 0 to 1, judged by its content alone."""

    @abstractmethod
    def read(self, source: Source) -> None:
        """Fill `source.blocks` and `source.syntax` from `source.view`."""
