"""Pandoc's EPUB made final: metadata, pictures, stylesheet and languages put in place, packed alike everywhere."""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from copydesk.article.view import Article
from copydesk.errors import ExportError
from copydesk.exporting import pandoc
from copydesk_epub import metadata
from copydesk_epub.accessibility import statements
from copydesk_epub.document import Document
from copydesk_epub.language import XML_LANG, well_formed

_OPF = "{http://www.idpf.org/2007/opf}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


def finish(packed: bytes, article: Article, document: Document) -> bytes:
    """Finish the EPUB that pandoc wrote.

    Pandoc has no way to state dcterms:audience, the date of modification (in its sandbox it is always 1970), the
    direction of the pages or the language of a title; and it names the page after its file.

    Members are stored, not compressed: the same text compressed by another zlib is other bytes.

    Parameters:
        packed: what pandoc wrote.
        article: the article.
        document: what pandoc wrote it from.

    Returns:
        The EPUB.

    Raises:
        ExportError: SOURCE_DATE_EPOCH is needed and is no number of seconds, or this is not what pandoc writes.
    """
    try:
        return _finished(packed, article, document)
    except (BadZipFile, etree.XMLSyntaxError) as error:
        raise ExportError(f"pandoc wrote a broken EPUB: {error}", next_step=pandoc.CHECK) from error


def _finished(packed: bytes, article: Article, document: Document) -> bytes:
    finished = io.BytesIO()
    with ZipFile(io.BytesIO(packed)) as source, ZipFile(finished, "w", ZIP_STORED) as target:
        for name in source.namelist():  # `mimetype` is the first
            data = source.read(name)
            if name.startswith("EPUB/media/"):
                data = document.pictures[int(data)].data
            elif name.endswith(".css"):
                data = _stylesheet()
            elif name.endswith(".opf"):
                data = _package(data, article, document)
            elif name.endswith(".xhtml"):
                data = _page(data, article)
            member = ZipInfo(name)  # dated 1980-01-01
            member.create_system = 3  # Unix; else it tells the platform
            member.external_attr = 0o644 << 16
            target.writestr(member, data)
    return finished.getvalue()


@cache
def _stylesheet() -> bytes:
    text = (files(__package__) / "article.css").read_text(encoding="utf-8")
    return text.replace("\r\n", "\n").encode("utf-8")  # a checkout on Windows may have changed them


def _package(data: bytes, article: Article, document: Document) -> bytes:
    package = etree.fromstring(data, _PARSER)
    package.set(XML_LANG, _language(article))
    if article.meta.dir:
        package.set("dir", article.meta.dir)
    package.set("unique-identifier", "identifier")
    old = package.find(f"{_OPF}metadata")
    spine = package.find(f"{_OPF}spine")
    if old is None or spine is None:
        raise ExportError("pandoc wrote an EPUB without metadata or spine", next_step=pandoc.CHECK)
    package.replace(old, metadata.element(article, statements(document.pictures, document.heading_levels)))
    if article.meta.dir == "rtl":
        spine.set("page-progression-direction", "rtl")
    etree.indent(package)
    return _serialized(package)


def _page(data: bytes, article: Article) -> bytes:
    page = etree.fromstring(data, _PARSER)
    page.set("lang", _language(article))
    page.set(XML_LANG, _language(article))
    if article.meta.dir:
        page.set("dir", article.meta.dir)
    for style in list(page.iter(f"{_XHTML}style")):  # empty, as no code is highlighted
        style.getparent().remove(style)
    for title in page.iter(f"{_XHTML}title"):
        title.text = article.meta.title
    for aside in page.iter(f"{_XHTML}div", f"{_XHTML}section"):  # pandoc makes it a section if it opens with a heading
        if "aside" in aside.get("class", "").split():
            aside.tag = f"{_XHTML}aside"
    return _serialized(page)


def _language(article: Article) -> str:
    return well_formed(article.meta.lang) or "und"


def _serialized(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True) + b"\n"
