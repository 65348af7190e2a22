"""Metadata beside the text of an archive, which pandoc's readers of Word and OpenDocument do not read.

Taken is what a person says about the text. What the program notes by itself (times of creation and of saving,
revisions, who saved it last) is left.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from copydesk_pandoc.archive import parse


class Value(NamedTuple):
    """A value of metadata under the name of `copydesk.reading.source.Declared`."""

    name: str
    text: str


NAMES = {
    "title": "headline",
    "subtitle": "alternativeHeadline",
    "author": "author",
    "creator": "author",
    "date": "datePublished",
    "published": "datePublished",
    "modified": "dateModified",
    "description": "description",
    "keyword": "keywords",
    "keywords": "keywords",
    "subject": "keywords",
    "language": "language",
    "lang": "language",
    "publisher": "publisher",
    "contributor": "contributor",
    "genre": "genre",
    "section": "articleSection",
    "category": "articleSection",
    "identifier": "identifier",
    "source": "url",
    "rights": "copyrightNotice",
    "license": "license",
}
"""What Dublin Core, OpenDocument, pandoc and copydesk's own exporters call a field, and what the head calls it."""

_APART = {"author": re.compile(r"\s*;\s*"), "keywords": re.compile(r"\s*[,;、،]\s*")}
_DATES_OF_THE_FILE = frozenset({"date", "modified"})  # in Dublin Core of an office document: when it was saved


def values(name: str, text: str) -> Iterator[Value]:
    """Give the values of a field; one that is a list in a line is several.

    Parameters:
        name: what the format calls it.
        text: its text; nothing comes of an unknown name or an empty text.
    """
    known = NAMES.get(name)
    if known is not None:
        for part in _APART[known].split(text) if known in _APART else [text]:
            if part.strip():
                yield Value(known, part.strip())


def of_docx(archive: zipfile.ZipFile) -> Iterator[Value]:
    """Read the properties of a Word document: the core ones, and those that people or exporters add."""
    core = parse(archive, "docProps/core.xml")
    for element in () if core is None else core:
        if _name(element) not in _DATES_OF_THE_FILE:
            yield from values(_name(element), _text(element))
    custom = parse(archive, "docProps/custom.xml")
    for element in () if custom is None else custom:
        yield from values(element.get("name", ""), _text(element))


def of_odt(archive: zipfile.ZipFile) -> Iterator[Value]:
    """Read the metadata of an OpenDocument text."""
    root = parse(archive, "meta.xml")
    for element in () if root is None else root.iter("{*}meta"):
        for field in element:
            if _name(field) == "user-defined":
                name = next((value for key, value in field.attrib.items() if str(key).endswith("}name")), "")
                yield from values(str(name), _text(field))
            elif _name(field) not in _DATES_OF_THE_FILE and not _name(field).startswith("initial-"):
                yield from values(_name(field), _text(field))


def of_epub(archive: zipfile.ZipFile) -> Iterator[Value]:
    """Read the package's Dublin Core; pandoc gives authors in another order."""
    root = parse(archive, package(archive))
    for metadata in () if root is None else root.iter("{*}metadata"):
        for field in metadata.iter("{http://purl.org/dc/elements/1.1/}*"):
            if _name(field) == "creator":  # a name may hold a semicolon here, as each has an element of its own
                yield Value("author", _text(field))
            else:
                yield from values(_name(field), _text(field))


def package(archive: zipfile.ZipFile) -> str:
    """Give the path of an EPUB's package document; empty if it names none."""
    container = parse(archive, "META-INF/container.xml")
    found = None if container is None else next(container.iter("{*}rootfile"), None)
    return "" if found is None else posixpath.normpath(unquote(found.get("full-path", "")))


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _text(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())
