"""The metadata element of the package document (EPUB 3.3, section 5.5), from the article's head."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from lxml import etree

from copydesk.article.model import Agent, Meta, Value
from copydesk.article.view import Article
from copydesk_epub import dates
from copydesk_epub.language import XML_LANG, well_formed

_OPF = "http://www.idpf.org/2007/opf"
_DC = "http://purl.org/dc/elements/1.1/"
# Types that EPUBCheck, in any case, takes for a publication built in a special way: a genre of that name is a subject.
_PROFILES = frozenset({"dictionary", "edupub", "index", "preview"})


def identifier(meta: Meta) -> str:
    """Make the unique identifier, the same for every copy of an article with an address, else of a source.

    Parameters:
        meta: the article's metadata.

    Returns:
        `urn:uuid:` and the version 5 UUID (RFC 9562) of the article's URL or of its source's sha256 as a URN.
    """
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, meta.url or f'urn:sha256:{meta.source.sha256}')}"


def element(article: Article, accessibility: Iterable[tuple[str, str]]) -> etree._Element:
    """Build the metadata element.

    Parameters:
        article: the article.
        accessibility: pairs of a schema.org property and its value.

    Returns:
        A new `metadata` element, whose unique identifier has the id `identifier`.

    Raises:
        ExportError: SOURCE_DATE_EPOCH is needed and is no number of seconds.
    """
    meta, metadata = article.meta, _Metadata()
    metadata.add("identifier", identifier(meta), "identifier")
    for number, other in enumerate(meta.identifiers, 1):
        metadata.add("identifier", other.value, f"identifier-{number}")
        metadata.refine(f"identifier-{number}", "identifier-type", other.scheme)
    metadata.add("title", meta.title, "title")
    metadata.refine("title", "title-type", "main")
    for number, subtitle in enumerate(meta.alternative_headlines, 1):
        metadata.add("title", subtitle, f"subtitle-{number}")
        metadata.refine(f"subtitle-{number}", "title-type", "subtitle")
    metadata.add("language", well_formed(meta.lang) or "und")
    for kind, agents, role in (
        ("creator", meta.authors, "aut"),
        ("contributor", meta.contributors, "ctb"),
        ("publisher", (meta.publisher,) if meta.publisher else (), None),
    ):
        for number, agent in enumerate(agents, 1):
            metadata.agent(kind, f"{kind}-{number}", agent, role)
    if meta.date_published and (date := dates.w3cdtf(meta.date_published)):
        metadata.add("date", date)
    if meta.url:
        metadata.add("source", meta.url)
    if description := meta.description or article.description:
        metadata.add("description", description)
    if meta.copyright_notice:
        metadata.add("rights", meta.copyright_notice)
    if meta.license:
        metadata.add("rights", meta.license)
    profiles = [genre for genre in meta.genres if genre.lower() in _PROFILES]
    for genre in meta.genres:
        if genre not in profiles:
            metadata.add("type", str(genre))  # which cannot have a language
    audiences = [term.text for group in meta.keywords if group.kind == "audience" for term in group.terms]
    subjects = [term.text for group in meta.keywords if group.kind != "audience" for term in group.terms]
    for subject in _once([*profiles, *meta.sections, *subjects]):
        metadata.add("subject", subject)
    for audience in _once(audiences):
        metadata.property("dcterms:audience", audience)
    if meta.date_modified:
        metadata.property("schema:dateModified", meta.date_modified)  # as precise as it is, and in its own time zone
    metadata.property("dcterms:modified", dates.modified(meta))
    for name, value in accessibility:
        # The summary is prose of this exporter, and in English whatever the article is in.
        metadata.property(f"schema:{name}", Value(value, lang="en", dir="ltr") if name.endswith("Summary") else value)
    return metadata.root


class _Metadata:
    """The element while it is built."""

    def __init__(self) -> None:
        self.root = etree.fromstring(f'<metadata xmlns="{_OPF}" xmlns:dc="{_DC}"/>')

    def add(self, name: str, value: str, id_: str | None = None) -> None:
        """Add a Dublin Core element."""
        child = self._append(f"{{{_DC}}}{name}", value)
        if id_:
            child.set("id", id_)

    def agent(self, kind: str, id_: str, agent: Agent, role: str | None) -> None:
        """Add a person or organisation. What Dublin Core has no place for takes its name from schema.org."""
        self.add(kind, agent.name, id_)
        if role:
            self.refine(id_, "role", role, scheme="marc:relators")
        for name, values in (("jobTitle", agent.job_titles), ("affiliation", agent.affiliations), ("url", agent.urls)):
            for value in values:
                self.refine(id_, f"schema:{name}", value)

    def refine(self, id_: str, name: str, value: str, scheme: str | None = None) -> None:
        """Say more of the element with that id."""
        child = self._append(f"{{{_OPF}}}meta", value, refines=f"#{id_}", property=name)
        if scheme:
            child.set("scheme", scheme)

    def property(self, name: str, value: str) -> None:
        """Add a property of the publication."""
        self._append(f"{{{_OPF}}}meta", value, property=name)

    def _append(self, tag: str, value: str, **attributes: str) -> etree._Element:
        child = etree.SubElement(self.root, tag, attributes)
        child.text = value
        if isinstance(value, Value):
            if lang := well_formed(value.lang):
                child.set(XML_LANG, lang)
            if value.dir:
                child.set("dir", value.dir)
        return child


def _once(values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))
