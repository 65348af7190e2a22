"""The view of one article that exporters get."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lxml import etree

from copydesk.article import canonical, summary
from copydesk.article.binding import bind_blocks
from copydesk.article.binding_head import bind_meta
from copydesk.article.canonical import NS, A
from copydesk.article.ledger import Ledger, to_jsonl
from copydesk.article.model import (
    Agent,
    Block,
    Caption,
    Cell,
    Figure,
    Inline,
    Item,
    Meta,
    Quotation,
)
from copydesk.article.pandoc import to_pandoc
from copydesk.article.plain import body_text, inline_text, leaf_texts, walk
from copydesk.article.quotations import quotations
from copydesk.errors import ArticleError

if TYPE_CHECKING:  # a cached_property can be set as far as type checkers know, a property cannot
    from builtins import property as constant
else:
    from functools import cached_property as constant

__all__ = ["Article", "Quotation"]


class Article:
    """One canonical article, immutable and complete: all that an exporter needs.

    `meta` holds what formats keep in slots, `blocks()` what is read, in reading order. Both are made of the frozen
    dataclasses of `copydesk.article.model`. What the source does not say is None or empty.

    `Meta`: version, lang, dir, complete (False: the source is cut off), title, title_from, headline,
    alternative_headlines, description, url, identifiers, date_published, date_modified (ISO 8601), genres, sections,
    authors, contributors, publisher, keywords, mentions, images, copyright_notice, license, source. In it are
    `Agent` (name, type, rel, id, job_titles, affiliations, urls), `Keywords` (group, kind, terms), `Term` (text, code),
    `Identifier` (scheme, value), `Image` and `SourceRef` (sha256, media_type, name). Texts are `Value`, a str that has
    lang, dir and id.

    Blocks: `Para` (inlines, role: lead, standfirst, note, ...), `Heading` (level 2 to 6, inlines), `Quote` (blocks,
    attribution, cite, role), `List` (ordered, start, items: `Item` with blocks), `Figure` (image, which may be
    gone, caption, credit, role), `Gallery` (figures), `Table` (caption, head and body: rows of `Cell` with inlines,
    header, colspan, rowspan), `Code` (text, syntax), `Aside` (blocks, role), `Rule`. A `Caption` has inlines and who.

    Inlines: `Text` (text), `Break`, `Image` (src, alt, width, height), `Link` (href, title, inlines), `Format` (kind:
    em, strong, code, sub, sup; inlines), `Annotation` (kind: dateline, said, attribution, speaker, span; inlines, who,
    role). Annotations are transparent: without them the text is the same. `who` is the id of an agent.

    Nearly all of them also have id, lang and dir. An exporter matches on them:

        for block in article.blocks():
            match block:
                case Heading():
                    lines.append("#" * block.level + " " + article.text(block))
                case Quote() | Aside():
                    ...  # the same for block.blocks
                case _:
                    lines.append(article.text(block))

    `walk()` gives all blocks, those inside others too, `figures()` the figures among them, and `body_text()` the text
    that is no caption. `quotes()` gives `Quotation`s (text, who, credit), and `agent(id)` the agent that a `who` names.
    An address that is to become a link goes through `copydesk.safe_address` first.

    An article written by a newer minor version of the schema reads without loss: unknown attributes are ignored,
    unknown inlines are their content, unknown blocks are the blocks or the text in them.

    Examples:
        >>> article = Article.parse(xml)
        >>> article.meta.title, article.meta.lang
        ('Shaping a global framework ...', 'en')
        >>> [article.text(block) for block in article.blocks()]
        ['LYON, France – Shaping a global framework ...', ...]
        >>> [(quotation.text, quotation.who.name) for quotation in article.quotes() if quotation.who]
        [('a moving target changing shape every other day', 'Jürgen Stock'), ...]
    """

    _root: etree._Element
    _ledger: Ledger | None
    _resources: Callable[[str], bytes | None] | None

    def __init__(
        self,
        root: etree._Element,
        ledger: Ledger | None = None,
        resources: Callable[[str], bytes | None] | None = None,
        *,
        xml: bytes | None = None,
    ) -> None:
        """Take over a tree that is known to be valid. From bytes, use `parse`.

        Parameters:
            root: the `article` element; nobody else may keep it.
            ledger: the ledger of the article.
            resources: gives the bytes of an image by its `src`, or None.
            xml: what `canonical.serialize` gives of the tree, if it is at hand.
        """
        self.__dict__.update(_root=root, _ledger=ledger, _resources=resources)
        if xml is not None:
            self.__dict__["xml"] = xml

    if not TYPE_CHECKING:  # with it, type checkers would take every attribute for one that can be set

        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(f"an Article is immutable: {name} cannot be set")

    def __repr__(self) -> str:
        return f"<Article {str(self.meta.title)!r}>"

    @classmethod
    def parse(
        cls,
        xml: bytes,
        ledger: Ledger | None = None,
        resources: Callable[[str], bytes | None] | None = None,
    ) -> Article:
        """Read a canonical article and check it against the schema.

        An article of a newer minor version is read with a warning and without the check.

        Parameters:
            xml: the bytes of the file.
            ledger: its ledger, for exporters that write or use it.
            resources: gives the bytes of an image by its `src`, or None; see `resource`.

        Returns:
            The view.

        Raises:
            ArticleError: the bytes are not a valid canonical article.
        """
        root = canonical.parse(xml)
        if canonical.is_newer(root):
            warnings.warn(
                f"an article has schema version {root.get('version')}, newer than {canonical.VERSION}; it is read"
                " without validation, and what is new in it is ignored",
                stacklevel=2,
            )
        elif problems := canonical.validate(root):
            more = f" (and {len(problems) - 1} more problems)" if len(problems) > 1 else ""
            raise ArticleError(
                f"it is not a valid canonical article: {problems[0]}{more}", next_step="convert the source again"
            )
        article = cls(root, ledger, resources)
        _ = article.meta  # an article that was not validated fails here, not in an exporter
        return article

    @constant
    def meta(self) -> Meta:
        """The head: title, dates, agents, keywords and the like. What the source does not say is None or empty."""
        return bind_meta(self._root)

    def blocks(self) -> tuple[Block, ...]:
        """Give the blocks of the body in reading order; blocks inside a block are in its fields."""
        return self._blocks

    @cached_property
    def _blocks(self) -> tuple[Block, ...]:
        body = self._root.find(A + "body")
        return () if body is None else bind_blocks(body)

    def text(self, part: Block | Item | Caption | Cell | Inline) -> str:
        """Give the printable text of any part of the body.

        Parameters:
            part: a block, a list item, a caption, a table cell or an inline.

        Returns:
            The text. A line break is a line feed, an image has no text. Leaf blocks inside a block are joined by a
            blank line; a table is a line a row, with tabs between cells.
        """
        match part:
            case Caption() | Cell():
                return inline_text(part.inlines)
            case Item():
                leaves = leaf_texts(part.blocks, figures=True)
            case _ if isinstance(part, Inline):
                return inline_text((part,))
            case _:
                leaves = leaf_texts((part,), figures=True)
        return "\n\n".join(text for text in leaves if text.strip())

    @constant
    def dateline(self) -> str | None:
        """The dateline as printed ("LYON, France"), if the article has one."""
        return summary.dateline(self._root)

    @constant
    def description(self) -> str | None:
        """A summary: the head's description, else the standfirst, else the lead, less the dateline; on one line."""
        return summary.description(self.meta, self._blocks)

    def walk(self) -> Iterator[Block]:
        """Yield every block of the body, each before the blocks inside it, in reading order."""
        return walk(self._blocks)

    def figures(self) -> tuple[Figure, ...]:
        """Give the figures of the body in reading order, those of galleries and other blocks too."""
        return tuple(block for block in self.walk() if isinstance(block, Figure))

    def body_text(self) -> str:
        """Give the printable text of the body without figures, their captions and credits.

        Returns:
            The text of the leaf blocks, as `text` gives it, joined by blank lines; empty for a body of figures alone.
        """
        return body_text(self._blocks)

    def agent(self, id: str | None) -> Agent | None:  # noqa: A002 -- XML's name
        """Find a person or organisation of the head.

        Parameters:
            id: its `id`, such as the `who` of an annotation, a caption or an attribution.

        Returns:
            The first of the authors, contributors, publisher and mentions with that id; None if there is none.
        """
        return self._agents.get(id or "")

    def quotes(self) -> tuple[Quotation, ...]:
        """Give the quotations: one for each `said`, in reading order, with its speaker and attribution if known."""
        return self._quotes

    @cached_property
    def _quotes(self) -> tuple[Quotation, ...]:
        return tuple(quotations(self._blocks, self._agents))

    @cached_property
    def _agents(self) -> dict[str, Agent]:
        meta = self.meta
        publisher = (meta.publisher,) if meta.publisher else ()
        agents = (*meta.authors, *meta.contributors, *publisher, *meta.mentions)
        return {agent.id: agent for agent in reversed(agents) if agent.id}

    def to_pandoc(self) -> dict[str, Any]:
        """Build the article as a pandoc document, as pandoc's JSON reader takes it.

        Returns:
            A new dictionary for `json.dumps`. It holds no raw blocks or inlines, and no links but to web, mail and FTP
            addresses and to places relative to the article.
        """
        return to_pandoc(self.meta, self._blocks, description=self.description, dateline=self.dateline)

    def xpath(self, query: str) -> Any:
        """Evaluate an XPath 1.0 expression on a private copy of the tree.

        Parameters:
            query: the expression; the prefix `a` is bound to the article namespace: "//a:said/@who".

        Returns:
            Whatever lxml gives. Elements belong to a new copy each time.

        Raises:
            lxml.etree.XPathError: the expression is wrong.
        """
        return self.tree.xpath(query, namespaces={"a": NS})

    @property
    def tree(self) -> etree._Element:
        """A private copy of the `article` element, new each time, for whatever the typed view leaves out."""
        return copy.deepcopy(self._root)

    @constant
    def xml(self) -> bytes:
        """The bytes of the article's file."""
        return canonical.serialize(self._root)

    @property
    def ledger(self) -> Ledger | None:
        """The ledger that accounts for the source, if it is at hand."""
        return self._ledger

    @constant
    def ledger_jsonl(self) -> bytes | None:
        """The bytes of the ledger's file, JSON Lines, if the ledger is at hand."""
        return None if self._ledger is None else to_jsonl(self._ledger)

    def resource(self, src: str) -> bytes | None:
        """Give the bytes of a local image.

        Parameters:
            src: as it stands in an `Image`.

        Returns:
            The bytes, or None if there is no such file among the sources.
        """
        return self._resources(src) if self._resources else None
