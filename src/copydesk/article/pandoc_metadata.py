"""The head of an article as pandoc metadata, under the names that pandoc's writers and templates know."""

from __future__ import annotations

from collections.abc import Iterable

from copydesk.article.model import Agent, Meta, Value
from copydesk.article.pandoc_nodes import Node, attr, words


def metadata(meta: Meta, description: str | None, dateline: str | None) -> Node:
    """Build the metadata block; what the article does not say is left out.

    Parameters:
        meta: the head.
        description: summary of the article.
        dateline: dateline as printed.

    Returns:
        The variables by name.
    """
    terms = [(group.kind, term.text) for group in meta.keywords for term in group.terms]
    values: dict[str, Node | None] = {
        "lang": _string(meta.lang),
        "dir": _string(meta.dir),
        "title": _inlines(meta.title),
        "headline": _inlines(meta.headline),
        "subtitle": _inlines(" / ".join(meta.alternative_headlines)),
        "description": _inlines(description),
        "dateline": _inlines(dateline),
        "source": _string(meta.url),
        "identifier": _list(_map(scheme=_string(one.scheme), text=_string(one.value)) for one in meta.identifiers),
        "date": _string(meta.date_published),
        "modified": _string(meta.date_modified),
        "genre": _list(map(_inlines, meta.genres)),
        "section": _list(map(_inlines, meta.sections)),
        "author": _list(_inlines(agent.name) for agent in meta.authors),
        "contributor": _list(_inlines(agent.name) for agent in meta.contributors),
        "publisher": _inlines(meta.publisher.name) if meta.publisher else None,
        "keywords": _list(_inlines(text) for _, text in terms),
        "subject": _list(_inlines(text) for kind, text in terms if kind != "audience"),
        "taxonomy": _list(
            _map(
                group=_inlines(group.group),
                kind=_string(group.kind),
                terms=_list(_inlines(term.text) for term in group.terms),
            )
            for group in meta.keywords
        ),
        "mentions": _list(map(_mention, meta.mentions)),
        "rights": _inlines(meta.copyright_notice),
        "license": _string(meta.license),
    }
    return {key: value for key, value in values.items() if value}


def _mention(agent: Agent) -> Node | None:
    return _map(
        name=_inlines(agent.name),
        type=_string(agent.type),
        rel=_string(agent.rel),
        jobTitle=_list(map(_inlines, agent.job_titles)),
        affiliation=_list(map(_inlines, agent.affiliations)),
    )


def _string(text: str | None) -> Node | None:
    return {"t": "MetaString", "c": str(text)} if text else None


def _inlines(text: str | None) -> Node | None:
    if not text:
        return None
    inlines = words(text)
    if isinstance(text, Value) and (text.lang or text.dir):
        inlines = [{"t": "Span", "c": [attr(text), inlines]}]
    return {"t": "MetaInlines", "c": inlines}


def _list(values: Iterable[Node | None]) -> Node | None:
    kept = [value for value in values if value]
    return {"t": "MetaList", "c": kept} if kept else None


def _map(**values: Node | None) -> Node | None:
    kept = {key: value for key, value in values.items() if value}
    return {"t": "MetaMap", "c": kept} if kept else None
