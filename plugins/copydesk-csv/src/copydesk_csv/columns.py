"""The columns, in the order of the header: what each is called, means, and how it is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal, TypeAlias

from copydesk.article.model import Agent, Keywords
from copydesk.article.plain import count_words
from copydesk.article.view import Article
from copydesk_csv.cells import Item, join_items

Kind: TypeAlias = Literal["string", "anyURI", "nonNegativeInteger"]
"""Name of a CSVW datatype ("Metadata Vocabulary for Tabular Data", section 5.11.1)."""

# The lexical forms of isoDate in the article's schema: a year, year and month, a date, a time; each may have a zone.
_DATE = r"-?[0-9]{4,}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?)?)?)?(Z|[+\-][0-9]{2}:[0-9]{2})?"
_LIST = "a list, joined by |"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and the function that takes this from an article ("" for nothing)."""

    name: str
    description: str
    value: Callable[[Article], str]
    kind: Kind = "string"
    required: bool = False
    pattern: str | None = None


def row(article: Article) -> list[str]:
    """Give the cells of an article, one a column, exactly as they are."""
    return [column.value(article) for column in COLUMNS]


def _list(values: Iterable[str]) -> str:
    return join_items(Item((value,)) for value in values)


def _keywords(groups: Iterable[Keywords]) -> str:
    return join_items(Item((term.text,), group.group or None) for group in groups for term in group.terms)


def _people(agents: Iterable[Agent]) -> str:
    """Write name, title, organisation of each; who has several titles or organisations stands there several times."""
    return join_items(
        Item((agent.name, title, organization))
        for agent in agents
        for title, organization in zip_longest(agent.job_titles or ("",), agent.affiliations, fillvalue="")
    )


def _captions(article: Article) -> str:
    return str(sum(figure.caption is not None for figure in article.figures()))


COLUMNS = (
    Column("id", "first 12 hexadecimal digits of the source's SHA-256", lambda a: a.meta.source.sha256[:12],
           required=True, pattern="[0-9a-f]{12}"),
    Column("source", "file name of the source", lambda a: a.meta.source.name or ""),
    Column("url", "where the article was published", lambda a: a.meta.url or "", kind="anyURI"),
    Column("title", "the headline, or what stands in for it", lambda a: a.meta.title, required=True),
    Column("headline", "the headline, if the source has one", lambda a: a.meta.headline or ""),
    Column("alt_headline", f"further headlines: {_LIST}", lambda a: _list(a.meta.alternative_headlines)),
    Column("description", "a summary: of the source itself, else its first paragraph", lambda a: a.description or ""),
    Column("dateline", "where the text says that it was written", lambda a: a.dateline or ""),
    Column("date", "when it was published: ISO 8601, as precise as the source",
           lambda a: a.meta.date_published or "", pattern=_DATE),
    Column("modified", "when it was changed: ISO 8601, as precise as the source",
           lambda a: a.meta.date_modified or "", pattern=_DATE),
    Column("authors", f"names of the authors: {_LIST}", lambda a: _list(agent.name for agent in a.meta.authors)),
    Column("publisher", "name of the publisher", lambda a: a.meta.publisher.name if a.meta.publisher else ""),
    Column("genre", f"kinds of article: {_LIST}", lambda a: _list(a.meta.genres)),
    Column("section", f"sections of the publication: {_LIST}", lambda a: _list(a.meta.sections)),
    Column("keywords", f"tags, each with its group's label and = before it, if it has one: {_LIST}",
           lambda a: _keywords(a.meta.keywords)),
    Column("people", f"who is mentioned, as name;title;organisation: {_LIST}", lambda a: _people(a.meta.mentions)),
    Column("quotes", "number of quoted passages", lambda a: str(len(a.quotes())),
           kind="nonNegativeInteger", required=True),
    Column("captions", "number of figures with a caption", _captions, kind="nonNegativeInteger", required=True),
    Column("words", "number of words in text", lambda a: str(count_words(a.body_text())),
           kind="nonNegativeInteger", required=True),
    Column("lang", "language of the article, BCP 47; und if it is not known", lambda a: a.meta.lang,
           required=True, pattern=r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    Column("rights", "copyright notice", lambda a: a.meta.copyright_notice or ""),
    Column("license", "address of the licence", lambda a: a.meta.license or "", kind="anyURI"),
    Column("text", "the text without title, figures and credits: blocks with an empty line between them",
           lambda a: a.body_text()),
)  # fmt: skip
"""Every column, in order; the metadata files are made from the same table."""
