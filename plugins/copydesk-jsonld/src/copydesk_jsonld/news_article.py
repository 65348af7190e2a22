"""Article to schema.org: the mapping, and nothing but the mapping.

Objects that may repeat (authors, keywords, quotations, ...) are always an array; a text that may repeat is one only
where it does, which means the same in JSON-LD. What the article does not say is left out: no member is null or empty,
and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias
from urllib.parse import quote

from copydesk.article.model import (
    Agent,
    Annotation,
    Block,
    Caption,
    Figure,
    Format,
    Heading,
    Identifier,
    Image,
    Inline,
    Keywords,
    Link,
    Para,
    Quotation,
    Quote,
    Table,
)
from copydesk.article.plain import body_text, count_words, inline_text, walk
from copydesk.article.view import Article

Json: TypeAlias = "str | int | list[Json] | dict[str, Json]"
Node: TypeAlias = dict[str, Json]

CONTEXT = "https://schema.org"

# RFC 3986, section 3.1; a URL whose scheme runs code or carries a document of its own is not passed on.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
_ACTIVE = re.compile(r"(javascript|vbscript|data(?!:image/)):")
# What no IRI may hold (RFC 3987, section 2.2).
_NOT_IN_IRI = re.compile(r'[\x00-\x20\x7f<>"{}|\\^`]')
# xsd:date, xsd:gYear and xsd:gYearMonth may end in a zone, ISO 8601 dates without a time may not.
_DATE_ZONE = re.compile(r"(?<=\d)(Z|[+-]\d\d:\d\d)$")


def news_article(article: Article) -> Node:
    """Describe an article as a schema.org NewsArticle.

    Parameters:
        article: the view of a canonical article.

    Returns:
        A JSON-LD document: an object of objects, arrays, strings and integers.
    """
    meta = article.meta
    body = article.body_text()
    url = _iri(meta.url, absolute=True)
    return {
        "@context": CONTEXT,
        **_node(
            "NewsArticle",
            url,
            url=url,
            mainEntityOfPage=url,
            name=str(meta.title),
            headline=_text(meta.headline),
            alternativeHeadline=_some(meta.alternative_headlines),
            description=_text(article.description),
            # "und" says that the language is not known, which is to say nothing.
            inLanguage=meta.lang if meta.lang != "und" else None,
            datePublished=_date(meta.date_published),
            dateModified=_date(meta.date_modified),
            author=[_agent(agent) for agent in meta.authors],
            contributor=[_agent(agent) for agent in meta.contributors],
            publisher=_agent(meta.publisher) if meta.publisher else None,
            genre=_some(meta.genres),
            articleSection=_some(meta.sections),
            keywords=[term for group in meta.keywords if group.kind != "audience" for term in _terms(group)],
            audience=[one for group in meta.keywords if group.kind == "audience" for one in _audiences(group)],
            mentions=[_agent(agent) for agent in meta.mentions],
            identifier=[_identifier(identifier) for identifier in meta.identifiers],
            image=_telling(map(_image, meta.images)),
            dateline=_text(article.dateline),
            articleBody=body,
            wordCount=count_words(body) if body else None,
            associatedMedia=_telling(_media(article)),
            hasPart=_telling((*map(_quotation, article.quotes()), *_block_quotations(article))),
            copyrightNotice=_text(meta.copyright_notice),
            license=_iri(meta.license),
        ),
    }


def _node(kind: str, iri: str | None = None, /, **members: Json | None) -> Node:
    """Make an object of a type; members that say nothing are left out."""
    node: Node = {"@type": kind, "@id": iri or ""}
    node.update((name, value) for name, value in members.items() if value is not None)
    return {name: value for name, value in node.items() if value not in ("", [])}


def _telling(nodes: Iterable[Node]) -> list[Json]:
    """Leave out objects of which nothing but their type is known."""
    return [node for node in nodes if node.keys() - {"@type"}]


def _agent(agent: Agent) -> Node:
    # A blank node label joins the same person as author, as mention and as speaker, and claims no address for them.
    label = f"_:{agent.id}" if agent.id else None
    name, titles = str(agent.name), _some(agent.job_titles)
    urls = _some(filter(None, map(_iri, agent.urls)))
    organizations = _some(_node("Organization", name=str(of)) for of in agent.affiliations)
    if agent.type == "Person":
        return _node("Person", label, name=name, jobTitle=titles, affiliation=organizations, url=urls)
    # jobTitle and affiliation are a Person's; affiliation is a kind of memberOf, which organisations have too.
    return _node("Organization", label, name=name, description=titles, memberOf=organizations, url=urls)


def _terms(group: Keywords) -> Iterator[Json]:
    for term in group.terms:
        iri = _iri(term.code, absolute=True)
        yield _node(
            "DefinedTerm",
            iri,
            name=str(term.text),
            termCode=None if iri else _iri(term.code),
            inDefinedTermSet=_node("DefinedTermSet", name=group.group) if group.group else None,
        )


def _audiences(group: Keywords) -> Iterator[Json]:
    """Yield the group as one audience of several types; a term with an address of its own is an audience of its own."""
    coded = [(term.text, _iri(term.code, absolute=True)) for term in group.terms]
    if types := [text for text, iri in coded if not iri]:
        yield _node("Audience", name=group.group, audienceType=_some(types))
    for text, iri in coded:
        if iri:
            yield _node("Audience", iri, name=group.group, audienceType=str(text))


def _identifier(identifier: Identifier) -> Node:
    return _node("PropertyValue", propertyID=identifier.scheme, value=identifier.value)


def _image(image: Image | None, caption: Caption | None = None, credit: Caption | None = None) -> Node:
    image = image or Image(src="")  # rips keep captions whose images are gone
    return _node(
        "ImageObject",
        contentUrl=_iri(image.src),
        description=image.alt,
        caption=_text_of(caption),
        creditText=_text_of(credit),
        # A Distance is a number and its unit.
        width=f"{image.width} px" if image.width else None,
        height=f"{image.height} px" if image.height else None,
    )


def _media(article: Article) -> Iterator[Node]:
    """Yield the body's figures and the images inside its lines, in reading order."""
    for block in article.walk():
        if isinstance(block, Figure):
            yield _image(block.image, block.caption, block.credit)
        yield from map(_image, _images(_inlines(block)))


def _images(inlines: Iterable[Inline]) -> Iterator[Image]:
    for inline in inlines:
        match inline:
            case Image():
                yield inline
            case Link() | Format() | Annotation():
                yield from _images(inline.inlines)


def _inlines(block: Block) -> Iterator[Inline]:
    """Yield the inlines that stand in a block itself, not in blocks inside it."""
    match block:
        case Para() | Heading():
            yield from block.inlines
        case Table():
            yield from block.caption.inlines if block.caption else ()
            for row in (*block.head, *block.body):
                for cell in row:
                    yield from cell.inlines
        case Quote(attribution=Caption(inlines=inlines)) | Figure(caption=Caption(inlines=inlines)):
            yield from inlines


def _block_quotations(article: Article) -> Iterator[Node]:
    """Yield the block quotations in which no words are marked as said; those words are quotations already."""
    for block in article.walk():
        if isinstance(block, Quote) and not any(_says(_inlines(part)) for part in walk(block.blocks)):
            yield _node(
                "Quotation",
                text=body_text(block.blocks),
                spokenByCharacter=_speaker(article.agent(block.attribution.who if block.attribution else None)),
                creditText=_text_of(block.attribution),
                isBasedOn=_iri(block.cite),
            )


def _says(inlines: Iterable[Inline]) -> bool:
    return any(
        (isinstance(inline, Annotation) and inline.kind == "said") or _says(inline.inlines)
        for inline in inlines
        if isinstance(inline, Link | Format | Annotation)
    )


def _quotation(quotation: Quotation) -> Node:
    return _node(
        "Quotation",
        text=quotation.text,
        spokenByCharacter=_speaker(quotation.who),
        creditText=_text(quotation.credit),
    )


def _speaker(agent: Agent | None) -> Node | None:
    return _node(agent.type, f"_:{agent.id}" if agent.id else None, name=str(agent.name)) if agent else None


def _text(value: str | None) -> str | None:
    return None if value is None else str(value)


def _some(values: Iterable[str | Node]) -> Json | None:
    found: list[Json] = [str(value) if isinstance(value, str) else value for value in values]
    return found[0] if len(found) == 1 else found


def _text_of(caption: Caption | None) -> str | None:
    return inline_text(caption.inlines) if caption else None


def _date(value: str | None) -> str | None:
    return value if value is None or "T" in value else _DATE_ZONE.sub("", value)


def _iri(value: str | None, *, absolute: bool = False) -> str | None:
    """Return an address as an IRI, or None for none, for an active one, and for a relative one if that will not do."""
    if not value:
        return None
    # Browsers overlook spaces and control characters in a scheme.
    bare = "".join(char for char in value if char > " ").lower()
    if _ACTIVE.match(bare) or (absolute and not _SCHEME.match(bare)):
        return None
    return _NOT_IN_IRI.sub(lambda match: quote(match[0]), value)
