"""The head of an article: as metadata for pandoc's template, and as blocks where the template has no place for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from copydesk.article.model import Meta, Value
from copydesk.article.view import Article
from copydesk_pandoc.formats import Format

Node: TypeAlias = dict[str, Any]

_DAY = re.compile(r"-?\d{4,}(-\d\d(-\d\d)?)?")
_LANG = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")  # of BCP 47, what writers can make use of


def metadata(article: Article, format_: Format) -> Node:
    """Build the metadata.

    All values are inlines, which writers escape; templates take a bare string as it is, markup and all.

    Parameters:
        article: the article.
        format_: what it is for.

    Returns:
        Values by name: title always (files need one), subtitle, author and date where the template prints them,
        language, direction, and whatever the format has a slot for.
    """
    meta = article.meta
    values: Node = {"title": _inlines(meta.title)}
    if "subtitle" in format_.title and (subtitle := _subtitle(meta)):
        values["subtitle"] = _inlines(subtitle)
    if "author" in format_.title and meta.authors:
        values["author"] = {"t": "MetaList", "c": [_inlines(author.name) for author in meta.authors]}
    if "date" in format_.title and meta.date_published:
        values["date"] = _inlines(day(meta.date_published))
    if meta.lang and _LANG.fullmatch(meta.lang):
        values["lang"] = _inlines(meta.lang)
    if meta.dir:
        values["dir"] = _inlines(meta.dir)
    for name, found in _facts(article).items():
        if found and name in format_.slots:
            if name == "keywords":
                value: Node = {"t": "MetaList", "c": [_inlines(text) for text in found]}
            else:
                value = _inlines("; ".join(found))
            *groups, last = format_.slots[name].split(".")
            inner = values
            for group in groups:
                inner = inner.setdefault(group, {"t": "MetaMap", "c": {}})["c"]
            inner[last] = value
    return values


def head(article: Article, format_: Format) -> list[Node]:
    """Build the blocks above the text: what the template leaves out of title, further headlines, authors and date."""
    meta, blocks = article.meta, []
    if "title" not in format_.title:
        blocks.append({"t": "Header", "c": [1, ["", [], []], [_str(meta.title)]]})
    if "subtitle" not in format_.title and (subtitle := _subtitle(meta)):
        blocks.append(_para([_str(subtitle)]))
    byline = []
    if "author" not in format_.title:
        byline += [_str(author.name) for author in meta.authors]
    if "date" not in format_.title and meta.date_published:
        byline.append(_str(day(meta.date_published)))
    if byline:
        blocks.append(_para(_joined(byline)))
    return blocks


def foot(article: Article) -> list[Node]:
    """Build the paragraph below the text: publisher, address of the article, copyright notice and licence."""
    meta = article.meta
    facts = [_str(meta.publisher.name)] if meta.publisher else []
    facts += [_linked(address) for address in (meta.url,) if address]
    facts += [_str(meta.copyright_notice)] if meta.copyright_notice else []
    facts += [_linked(meta.license)] if meta.license else []
    return [_para(_joined(facts))] if facts else []


def day(date: str) -> str:
    """Give the day of a date or moment, or the month or year if that is all that it says."""
    found = _DAY.match(date.strip())
    return found[0] if found else date


def _facts(article: Article) -> dict[str, Iterable[str]]:
    meta = article.meta
    description = meta.description or article.description
    single = {
        "description": description,
        "source": meta.url,
        "published": meta.date_published,
        "modified": meta.date_modified,
        "publisher": meta.publisher.name if meta.publisher else None,
        "rights": meta.copyright_notice,
        "license": meta.license,
    }
    return {name: [value] for name, value in single.items() if value} | {
        "keywords": [term.text for group in meta.keywords for term in group.terms],
        "contributor": [agent.name for agent in meta.contributors],
        "genre": meta.genres,
        "section": meta.sections,
        "identifier": [f"{identifier.scheme}:{identifier.value}" for identifier in meta.identifiers],
    }


def _subtitle(meta: Meta) -> str:
    return " / ".join(meta.alternative_headlines)


def _str(text: str) -> Node:
    node = {"t": "Str", "c": str(text)}
    if isinstance(text, Value) and (text.lang or text.dir):
        pairs = [[name, value] for name, value in (("lang", text.lang), ("dir", text.dir)) if value]
        return {"t": "Span", "c": [["", [], pairs], [node]]}
    return node


def _inlines(text: str) -> Node:
    return {"t": "MetaInlines", "c": [_str(text)]}


def _para(inlines: list[Node]) -> Node:
    return {"t": "Para", "c": inlines}


def _joined(facts: Iterable[Node]) -> list[Node]:
    return [node for fact in facts for node in (_str(" · "), fact)][1:]


def _linked(address: str) -> Node:
    """A web address as a link whose text is the address; anything else as text."""
    try:
        web = urlsplit(address).scheme in {"http", "https"}
    except ValueError:
        web = False
    return {"t": "Link", "c": [["", [], []], [_str(address)], [address, ""]]} if web else _str(address)
