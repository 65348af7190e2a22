"""The head of a canonical article to the typed model, and what head and body have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from lxml import etree

from copydesk.article.canonical import XML_ID, XML_LANG, A
from copydesk.article.model import Agent, Identifier, Image, Keywords, Meta, SourceRef, Term, Value
from copydesk.errors import ArticleError


def bind_meta(root: etree._Element) -> Meta:
    """Read the head of an article.

    Parameters:
        root: the `article` element.

    Returns:
        The head, with what `article` itself says of language, direction and completeness.

    Raises:
        ArticleError: title or source is missing, which only an article that was not validated can lack.
    """
    found: defaultdict[str, list[etree._Element]] = defaultdict(list)
    head = root.find(A + "head")
    for child in () if head is None else head:
        if child.tag.startswith(A):
            found[child.tag[len(A) :]].append(child)
    for name in ("title", "source"):
        if not found[name]:
            raise ArticleError(f"its head has no {name}", next_step="convert the source again")
    title, source = found["title"][0], found["source"][0]
    agents = {name: tuple(map(_agent, found[name])) for name in ("author", "contributor", "publisher", "mentions")}
    return Meta(
        version=root.get("version", ""),
        lang=root.get(XML_LANG, "und"),
        dir=cast(Any, root.get("dir")),
        complete={"true": True, "false": False}.get(root.get("complete", "")),
        title=_value(title),
        title_from=cast(Any, title.get("from", "")),
        headline=_first(map(_value, found["headline"])),
        alternative_headlines=tuple(map(_value, found["alternativeHeadline"])),
        description=_first(map(_value, found["description"])),
        url=_first(map(string_of, found["url"])),
        identifiers=tuple(map(_identifier, found["identifier"])),
        date_published=_first(map(string_of, found["datePublished"])),
        date_modified=_first(map(string_of, found["dateModified"])),
        genres=tuple(map(_value, found["genre"])),
        sections=tuple(map(_value, found["articleSection"])),
        authors=agents["author"],
        contributors=agents["contributor"],
        publisher=_first(agents["publisher"]),
        keywords=tuple(map(_keywords, found["keywords"])),
        mentions=agents["mentions"],
        images=tuple(map(image_of, found["image"])),
        copyright_notice=_first(map(_value, found["copyrightNotice"])),
        license=_first(map(string_of, found["license"])),
        source=SourceRef(
            sha256=source.get("sha256", ""), media_type=source.get("mediaType", ""), name=source.get("name")
        ),
    )


def _first(values: Iterable[Any]) -> Any:
    return next(iter(values), None)


def string_of(element: etree._Element) -> str:
    """All text in an element."""
    return "".join(map(str, element.itertext()))


def _value(element: etree._Element) -> Value:
    return Value(string_of(element), **common(element))


def common(element: etree._Element) -> dict[str, Any]:
    """What nearly every part has: id, language and direction."""
    return {"id": element.get(XML_ID), "lang": element.get(XML_LANG), "dir": element.get("dir")}


def _identifier(element: etree._Element) -> Identifier:
    return Identifier(scheme=element.get("scheme", ""), value=string_of(element))


def _agent(element: etree._Element) -> Agent:
    values = {name: tuple(map(_value, element.findall(A + name))) for name in ("name", "jobTitle", "affiliation")}
    return Agent(
        name=_first(values["name"]) or Value(""),
        type="Organization" if element.get("type") == "Organization" else "Person",
        rel=element.get("rel"),
        id=element.get(XML_ID),
        job_titles=values["jobTitle"],
        affiliations=values["affiliation"],
        urls=tuple(map(string_of, element.findall(A + "url"))),
    )


def _keywords(element: etree._Element) -> Keywords:
    terms = tuple(Term(text=_value(term), code=term.get("code")) for term in element.findall(A + "term"))
    return Keywords(terms=terms, group=element.get("group"), kind=element.get("kind"), **common(element))


def image_of(element: etree._Element) -> Image:
    """Read an image, of the head or the body."""
    width, height = element.get("width"), element.get("height")
    return Image(src=element.get("src", ""), alt=element.get("alt"), width=positive(width), height=positive(height))


def positive(number: str | None) -> int | None:
    """Read a number as the schema has it; None if it is none, or not above 0."""
    return int(number) if number and number.isdecimal() and len(number) < 10 and int(number) else None
