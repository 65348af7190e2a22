"""The head of the typed article; `copydesk.article.model` gives it to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from copydesk.article.value import Dir, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person or organisation. `rel`: how it comes in (card, quoted, named, ...); `id`: what `who` points at."""

    name: Value
    type: Literal["Person", "Organization"] = "Person"
    rel: str | None = None
    id: str | None = None
    job_titles: tuple[Value, ...] = ()
    affiliations: tuple[Value, ...] = ()
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One keyword; `code` is its URI in a vocabulary, if the source gives one."""

    text: Value
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keywords:
    """A group of tags. `group`: its label as printed; `kind`: subject, audience, entity, organization, place, ..."""

    terms: tuple[Term, ...]
    group: str | None = None
    kind: str | None = None
    id: str | None = None
    lang: str | None = None
    dir: Dir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier that the publisher prints, with its scheme (doi, isbn, ...)."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image, in the head (the page's lead picture) or in the body. Width and height are CSS pixels."""

    src: str
    alt: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRef:
    """What was cleaned: sha256 of its bytes, its media type and file name."""

    sha256: str
    media_type: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """Everything that formats keep in slots. Dates are ISO 8601 strings as precise as the source is."""

    version: str
    lang: str
    title: Value
    title_from: Literal["headline", "lead", "url", "file"]
    source: SourceRef
    dir: Literal["ltr", "rtl"] | None = None
    complete: bool | None = None
    headline: Value | None = None
    alternative_headlines: tuple[Value, ...] = ()
    description: Value | None = None
    url: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    date_published: str | None = None
    date_modified: str | None = None
    genres: tuple[Value, ...] = ()
    sections: tuple[Value, ...] = ()
    authors: tuple[Agent, ...] = ()
    contributors: tuple[Agent, ...] = ()
    publisher: Agent | None = None
    keywords: tuple[Keywords, ...] = ()
    mentions: tuple[Agent, ...] = ()
    images: tuple[Image, ...] = ()
    copyright_notice: Value | None = None
    license: str | None = None
