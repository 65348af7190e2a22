"""The typed article: frozen dataclasses named after the schema's elements.

Text-carrying values of the head are `Value`, a `str` that also knows its language and direction. New fields always get
defaults, so that code written for an older minor version of the schema keeps working.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from copydesk.article.model_head import Agent as Agent
from copydesk.article.model_head import Identifier as Identifier
from copydesk.article.model_head import Image as Image
from copydesk.article.model_head import Keywords as Keywords
from copydesk.article.model_head import Meta as Meta
from copydesk.article.model_head import SourceRef as SourceRef
from copydesk.article.model_head import Term as Term
from copydesk.article.value import Dir as Dir
from copydesk.article.value import Value as Value


# ---------------------------------------------------------------- inlines
@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Printable text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A line break inside a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A live link; `href` is never empty."""

    href: str
    inlines: tuple[Inline, ...]
    title: str | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Formatting: em, strong, code, sub or sup."""

    kind: Literal["em", "strong", "code", "sub", "sup"]
    inlines: tuple[Inline, ...]
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A transparent annotation: taking it away leaves the printable text as it is.

    `who` is the `id` of an agent in `Meta`; `role` occurs on spans alone.
    """

    kind: Literal["dateline", "said", "attribution", "speaker", "span"]
    inlines: tuple[Inline, ...]
    who: str | None = None
    role: str | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


Inline: TypeAlias = Text | Break | Image | Link | Format | Annotation


# ---------------------------------------------------------------- blocks
@dataclass(frozen=True, slots=True, kw_only=True)
class Para:
    """A paragraph. `role`: lead, standfirst, note, correction, ... (open set; several are separated by spaces)."""

    inlines: tuple[Inline, ...]
    role: str | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading inside the body, level 2 to 6; level 1 is the title."""

    level: int
    inlines: tuple[Inline, ...]
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """Text that belongs to a figure or table: caption, credit, or the attribution of a block quotation (`who`)."""

    inlines: tuple[Inline, ...]
    who: str | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A block quotation with its attribution, where that stands apart."""

    blocks: tuple[Block, ...]
    attribution: Caption | None = None
    cite: str | None = None
    role: str | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A list item."""

    blocks: tuple[Block, ...]
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A list; `start` is the first number of an ordered one (None: 1)."""

    ordered: bool
    items: tuple[Item, ...]
    start: int | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure. It has an image, a caption, or both: rips keep captions whose images are gone."""

    image: Image | None = None
    caption: Caption | None = None
    credit: Caption | None = None
    role: str | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """Figures that the page showed as a carousel or gallery."""

    figures: tuple[Figure, ...]
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A table cell; spans count rows and columns."""

    inlines: tuple[Inline, ...]
    header: bool = False
    colspan: int = 1
    rowspan: int = 1
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: head rows and body rows of cells."""

    body: tuple[tuple[Cell, ...], ...]
    head: tuple[tuple[Cell, ...], ...] = ()
    caption: Caption | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Preformatted text, verbatim; `syntax` is the language of a program listing."""

    text: str
    syntax: str | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A fact box, correction box or the like."""

    blocks: tuple[Block, ...]
    role: str | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A thematic break."""


Block: TypeAlias = Para | Heading | Quote | List | Figure | Gallery | Table | Code | Aside | Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Quoted words of a speaker, as `Article.quotes()` gives them.

    Parameters:
        text: the words, without the quote marks around them.
        who: the speaker, if the article says who it is.
        credit: the attribution as printed in the same paragraph or block quotation ("said Secretary General Stock").
    """

    text: str
    who: Agent | None = None
    credit: str | None = None
