"""Canonical XML of an article: vocabulary, ids, safe parsing, and the one serialization that files have.

A file is the XML declaration, the C14N 2.0 form of the article (https://www.w3.org/TR/xml-c14n2/) and a line feed.
Elements that hold only elements are indented by two spaces, everything else stands on one line, so that two equal
articles are two equal files.
"""

from __future__ import annotations

import copy
import hashlib
import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Any

from lxml import etree

from copydesk.article import validation
from copydesk.errors import ArticleError

NS = "urn:x-copydesk:article:1"
"""Namespace of the vocabulary; its number is the major version of the schema."""
A = f"{{{NS}}}"
"""Namespace as lxml prefixes it to tags: `f"{A}p"`."""
VERSION = "1.0"
"""The newest version of the schema that this package knows and writes."""
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

AGENTS = ("author", "contributor", "publisher", "mentions")
LEAVES = ("p", "h2", "h3", "h4", "h5", "h6", "figcaption", "caption", "credit", "th", "td", "pre")
"""Blocks that hold text; the attribution that is a child of a blockquote is one, too."""
CONTAINERS = (
    "article", "head", *AGENTS, "keywords",
    "body", "blockquote", "ul", "ol", "li", "figure", "gallery", "table", "thead", "tbody", "tr", "aside",
)  # fmt: skip
"""Elements that hold elements only."""
MAX_DEPTH = 100
"""Deepest nesting of elements. libxml2 stops at 256; this also keeps recursive exporters within Python's stack."""

_CONTAINER_TAGS = frozenset(A + name for name in CONTAINERS)
_XML_SPACES = " \t\r\n"
# What is not yet a single space: longer runs, and other white space.
_SPACES = re.compile("[ \t\n\r\x0b\x0c\x1c-\x1f]{2,}|[\t\n\r\x0b\x0c\x1c-\x1f]")
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0, production 2: what a document cannot hold. In UTF-8 the two noncharacters are the only ones beyond ASCII,
# as surrogates cannot be encoded.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})


# ---------------------------------------------------------------- text and ids
def collapse(text: str) -> str:
    """Bring text to the form that leaves and head values have.

    Parameters:
        text: any text.

    Returns:
        The text in NFC, each run of space, tab, CR, LF and such control characters as separate words but do not exist
        in XML as one space, none at the edges. No-break and other typographic spaces stay.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:  # no white space but single spaces
        return text
    return _SPACES.sub(" ", text).strip(" ")


def leaf_id(text: str, occurrence: int = 1) -> str:
    """Give the xml:id of a leaf block.

    Parameters:
        text: the block's text; it is collapsed first, so raw source text gives the same id.
        occurrence: 1 for the first block with this text in a document, 2 for the second, and so on.

    Returns:
        "b", 8 hex digits of the text's sha256 and, for a repeat, "-2", "-3" and so on.
    """
    return _content_id("b", text, occurrence)


def agent_id(name: str, occurrence: int = 1) -> str:
    """Give the xml:id of a person or organisation: as `leaf_id`, from its name, with "n" in front."""
    return _content_id("n", name, occurrence)


def _content_id(prefix: str, text: str, occurrence: int) -> str:
    digest = hashlib.sha256(collapse(text).encode("utf-8")).hexdigest()[:8]
    return f"{prefix}{digest}" if occurrence == 1 else f"{prefix}{digest}-{occurrence}"


class Ids:
    """The ids of one document: the same text a second time takes "-2", then "-3"."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def leaf(self, text: str) -> str:
        """Give the id of the next leaf block with this text."""
        return self._next(leaf_id(text))

    def agent(self, name: str) -> str:
        """Give the id of the next agent with this name. One agent in two roles has one id: ask once only."""
        return self._next(agent_id(name))

    def _next(self, first: str) -> str:
        self._seen[first] += 1
        occurrence = self._seen[first]
        return first if occurrence == 1 else f"{first}-{occurrence}"


def leaf_text(element: etree._Element, line_break: str = "\n") -> str:
    """Give the printable text of an element: its string value, with `line_break` for each `br`."""
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for child in element:
        if child.tag == A + "br":
            parts.append(line_break)
        elif isinstance(child.tag, str):  # comments and processing instructions have other tags
            parts.append(leaf_text(child, line_break))
        parts.append(child.tail or "")
    return "".join(parts)


# ---------------------------------------------------------------- reading
def parse(xml: bytes) -> etree._Element:
    """Parse the bytes of a canonical article, trusting nothing.

    Comments and processing instructions are left out. The schema is not checked: see `validate`.

    Parameters:
        xml: a document in any encoding that it declares.

    Returns:
        The `article` element.

    Raises:
        ArticleError: the bytes are not well-formed XML, hold a DOCTYPE, nest deeper than `MAX_DEPTH`, exceed the
            parser's limits (text of 10 MB), or are something other than an article of this major version.
    """
    try:
        root = etree.fromstring(xml, _parser())
    except etree.XMLSyntaxError as error:
        if "Text node too long" in (error.msg or ""):
            raise ArticleError(
                "one paragraph has more than the 10 MB that an XML text may have", next_step="split the source"
            ) from error
        raise ArticleError(f"not well-formed XML ({error.msg})", next_step="convert the source again") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ArticleError("it has a DOCTYPE, which canonical articles never have", next_step="take the DOCTYPE out")
    tag = etree.QName(root)
    if tag.localname == "article" and tag.namespace != NS:
        raise ArticleError(
            f"its namespace is {tag.namespace or 'missing'}, this version of copydesk reads {NS}",
            next_step="read it with the version of copydesk that wrote it",
        )
    if tag.localname != "article":
        raise ArticleError(f"the root element is {tag.localname}, not article", next_step="give a canonical article")
    _check_depth(root)
    return root


@cache
def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def is_newer(root: etree._Element) -> bool:
    """Tell whether an article states a newer minor version than `VERSION`: it is read, but cannot be validated."""
    major, _, minor = root.get("version", "").partition(".")
    return major == VERSION[0] and minor.isdecimal() and int(minor) > int(VERSION.partition(".")[2])


def validate(root: etree._Element) -> list[str]:
    """Check an article against the schema: RELAX NG, Schematron, and unique ids.

    Parameters:
        root: the `article` element.

    Returns:
        Problems, each with its place; none for a valid article, and none for one of a newer minor version, which the
        schema shipped here cannot judge.
    """
    return [] if is_newer(root) else validation.problems(root, VERSION)


# ---------------------------------------------------------------- writing
def serialize(root: etree._Element) -> bytes:
    """Write an article as the bytes of its file.

    Parameters:
        root: the `article` element; it is left as it is.

    Returns:
        XML declaration, C14N 2.0, line feed, in UTF-8. Comments and processing instructions are left out.

    Raises:
        ArticleError: the tree cannot be written so that nothing is lost: text outside text-carrying elements, a
            character that XML cannot hold, or nesting deeper than `MAX_DEPTH`.
    """
    return _DECLARATION + _canonical(root) + b"\n"


def content_hash(root: etree._Element) -> str:
    """Give the sha256 (lower-case hex) of an article's C14N 2.0 form, as ledgers keep it."""
    return hashlib.sha256(_canonical(root)).hexdigest()


def file_content_hash(xml: bytes) -> str:
    """Give the `content_hash` of an article from the bytes of its file, as `serialize` writes them."""
    return hashlib.sha256(xml.removeprefix(_DECLARATION).removesuffix(b"\n")).hexdigest()


def _canonical(root: etree._Element) -> bytes:
    _check_depth(root)
    tree = copy.deepcopy(root)
    tree.tail = None
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    if any(element.prefix for element in tree.iter(A + "*")):
        tree = _without_prefix(tree)
    _indent(tree, "\n")
    # For a whole document the exclusive form of C14N 1.0 gives the bytes of C14N 2.0 with its default parameters, and
    # libxml2 makes it 15 times as fast as lxml's writer of C14N 2.0. A test compares the two.
    data: bytes = etree.tostring(tree, method="c14n", exclusive=True, with_comments=False)
    if len(data) != len(data.translate(None, _CONTROLS)) or b"\xef\xbf\xbe" in data or b"\xef\xbf\xbf" in data:
        found = _FORBIDDEN.search(data)
        assert found is not None  # noqa: S101 -- the two conditions are one
        raise ArticleError(
            f"it holds U+{ord(found[0].decode('utf-8')):04X}, which XML cannot hold", next_step="clean the text first"
        )
    return data


def _check_depth(root: etree._Element) -> None:
    if _too_deep(root):
        raise ArticleError(f"its elements nest deeper than {MAX_DEPTH}", next_step="simplify the source")


_too_deep = etree.XPath(f"boolean(//*[count(ancestor::*) >= {MAX_DEPTH}])")


def _without_prefix(root: etree._Element) -> etree._Element:
    names: dict[Any, str] = {prefix: uri for prefix, uri in root.nsmap.items() if uri != NS}
    names[None] = NS
    bare = etree.Element(root.tag, {str(key): str(value) for key, value in root.attrib.items()}, nsmap=names)
    bare.text = root.text
    bare.extend(list(root))  # moving an element binds its names to the declarations of the new parent
    return bare


def _indent(element: etree._Element, newline: str) -> None:
    """Set the white space of element-only content, refusing text that stands there."""
    children = list(element)
    _set_space(element, "text", newline + "  " if children else None)
    for child in children:
        if child.tag in _CONTAINER_TAGS:
            _indent(child, newline + "  ")
        _set_space(child, "tail", newline + "  ")
    if children:
        children[-1].tail = newline


def _set_space(element: etree._Element, name: str, space: str | None) -> None:
    text = getattr(element, name)
    if text is not None and text.strip(_XML_SPACES):
        raise ArticleError(
            f"{text.strip()[:40]!r} stands between elements, where no text may be ({etree.QName(element).localname})",
            next_step="put it into a paragraph",
        )
    setattr(element, name, space)
