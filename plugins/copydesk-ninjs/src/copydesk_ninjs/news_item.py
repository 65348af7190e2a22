"""Article to ninjs: the mapping, and nothing but the mapping.

What the article does not say is left out: no property is null or empty, and nothing is guessed. ninjs leaves the words
for `role` and `rel` to the provider; those used here are listed in the README.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from copydesk import Article
from copydesk.article.model import (
    Agent,
    Caption,
    Figure,
    Image,
    Keywords,
    Meta,
)
from copydesk_ninjs.addresses import source_uri, web_uri
from copydesk_ninjs.xhtml import xhtml

Json: TypeAlias = "str | int | list[Json] | dict[str, Json]"
Node: TypeAlias = dict[str, Json]

STANDARD: Node = {
    "name": "ninjs",
    "version": "3.2",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.2.json#",
}
"""Version 3.2, approved in October 2025; the schema's own identifier."""

# What ninjs calls a date-time: RFC 3339, section 5.6, which asks for a time and a zone.
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_SLOTS = {"organization": "organisations", "person": "people", "place": "places"}


def news_item(article: Article) -> Node:
    """Describe an article as a ninjs news item.

    Parameters:
        article: the view of a canonical article.

    Returns:
        A document that is valid against the ninjs 3.2 schema.
    """
    meta = article.meta
    uri = web_uri(meta.url)
    pictures = list(_pictures(article))
    return _telling(
        standard=STANDARD,
        uri=uri or source_uri(meta.source.sha256),
        type="text",
        # False means that the source itself is cut off, by a paywall for instance.
        representationType={True: "full", False: "partial", None: ""}[meta.complete],
        profile="text-photo" if pictures else "text-only",
        **_dates(meta),
        language=meta.lang if meta.lang != "und" else "",  # "und" says that it is not known
        title=str(meta.title),
        headlines=[
            *_values("main", meta.headline),
            *_values("subhead", *meta.alternative_headlines),
        ],
        by="; ".join(map(_statement, (*meta.authors, *meta.contributors))),
        descriptions=list(_descriptions(article)),
        located=article.dateline or "",
        bodies=list(_bodies(article)),
        genres=[{"name": str(genre)} for genre in meta.genres],
        **_concepts(meta),
        infoSources=[
            *(_agent(agent, role="author") for agent in meta.authors),
            *(_agent(agent, role="contributor") for agent in meta.contributors),
            *(_agent(agent, role="publisher") for agent in (meta.publisher,) if agent),
        ],
        associations=pictures,
        altIds=[
            *(value for one in meta.identifiers for value in _values(one.scheme, one.value)),
            *_values("url", None if uri else meta.url),
        ],
        copyrightNotice=str(meta.copyright_notice or ""),
        **_license(meta.license),
    )


def _telling(**properties: Json) -> Node:
    """Make an object of the properties that say something."""
    return {name: value for name, value in properties.items() if value not in ("", [], {})}


def _values(role: str, *values: str | None) -> list[Json]:
    return [{"role": role, "value": str(value)} for value in values if value]


def _dates(meta: Meta) -> Node:
    published, modified = map(_date_time, (meta.date_published, meta.date_modified))
    # A modification that is known only by its day is no reason to call the day of publication this version's.
    version = modified if meta.date_modified else published
    return _telling(firstCreated=published, versionCreated=version)


def _date_time(date: str | None) -> str:
    return date if date and _DATE_TIME.fullmatch(date) else ""


def _descriptions(article: Article) -> Iterator[Json]:
    """Yield the summary, and what ninjs has no property for: coarse dates, and what people are."""
    meta = article.meta
    yield from _values("summary", article.description)
    for role, date in (("datePublished", meta.date_published), ("dateModified", meta.date_modified)):
        if not _date_time(date):
            yield from _values(role, date)
    for role, agents in (("publisher", (meta.publisher,)), ("mention", meta.mentions)):
        yield from _values(role, *(_statement(agent) for agent in agents if agent and _is_described(agent)))


def _is_described(agent: Agent) -> bool:
    return bool(agent.job_titles or agent.affiliations)


def _statement(agent: Agent) -> str:
    """Say who an agent is: name, titles, affiliations."""
    return ", ".join((agent.name, *agent.job_titles, *agent.affiliations))


def _agent(agent: Agent, **properties: Json) -> Json:
    return _telling(
        name=str(agent.name),
        **properties,
        contactInfo=[
            _telling(type="web" if web_uri(address) else "", value=address) for address in agent.urls if address
        ],
    )


def _concepts(meta: Meta) -> dict[str, Json]:
    """Sort keywords, sections and mentions into ninjs's lists of concepts."""
    found: dict[str, list[Json]] = {"subjects": [], "people": [], "organisations": [], "places": []}
    found["subjects"] += [{"name": str(section), "rel": "section"} for section in meta.sections]
    for group in meta.keywords:
        found[_SLOTS.get(group.kind or "", "subjects")] += _terms(group)
    for agent in meta.mentions:
        found["people" if agent.type == "Person" else "organisations"].append(
            _agent(agent, rel=agent.rel or "mentions")
        )
    return {**found}


def _terms(group: Keywords) -> Iterator[Node]:
    """Yield the keywords of a group. The group's label, as printed, comes with the term in `literal`."""
    for term in group.terms:
        uri = web_uri(term.code)
        code = "" if uri else term.code or ""
        literal = f"{group.group}={code or term.text}" if group.group else code
        kind = group.kind if group.kind not in _SLOTS else ""
        yield _telling(name=str(term.text), rel=kind or "", uri=uri or "", literal=literal)


def _license(address: str | None) -> Node:
    uri = web_uri(address)
    return _telling(rightsInfo={"linkedRights": uri} if uri else {}, usageTerms="" if uri else address or "")


# ---------------------------------------------------------------- text and pictures
def _bodies(article: Article) -> Iterator[Json]:
    """Yield the body as plain text, without its pictures' captions, and as XHTML with everything."""
    if plain := article.body_text():
        yield {"role": "main", "contentType": "text/plain", "value": plain}
    yield {"role": "richtext", "contentType": "application/xhtml+xml", "value": xhtml(article)}


def _pictures(article: Article) -> Iterator[Json]:
    """Yield the pictures: those that the head names, then the body's figures in reading order."""
    found = [Figure(image=image, role="lead") for image in article.meta.images]
    base = source_uri(article.meta.source.sha256)
    for number, figure in enumerate((*found, *article.figures()), start=1):
        image, name = figure.image, f"picture-{number}"
        yield _telling(
            # ninjs asks for a URI: that of the picture, else its place in the source.
            uri=web_uri(image.src if image else None) or f"{base}#{name}",
            type="picture",
            name=name,
            rel=figure.role or "",
            by=_text(article, figure.credit),
            descriptions=[
                *_values("caption", _text(article, figure.caption)),
                *_values("alt", image.alt if image else None),
            ],
            renditions=[_rendition(image)] if image else [],
        )


def _rendition(image: Image) -> Json:
    href = web_uri(image.src)
    return _telling(
        name="web",
        href=href or "",
        title="" if href else image.src,  # a file beside the article has no URI
        width=image.width or "",
        height=image.height or "",
    )


def _text(article: Article, caption: Caption | None) -> str:
    return article.text(caption) if caption else ""
