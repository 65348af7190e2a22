"""Targets of Markdown links and images: what becomes an attribute, and what is syntax."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.entities import html5
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import quote

from copydesk.article.ledger import LedgerRule, Span
from copydesk.reading.characters import Characters
from copydesk.reading.passage import Passage, Piece
from copydesk.reading.source import converting

LINK_RULES = (
    LedgerRule(
        id="link.dead",
        d="drop",
        match=r"!?\[|\]\(\s*<?(?:#[^\s()<>]*)?>?(?:\s+[\"'(].*[\"')])?\s*\)",
        reason="syntax of a link with no target, or one inside a page that is gone; its text is kept",
    ),
    LedgerRule(
        id="link.refused",
        d="drop",
        match=r"\]\(.*\)",
        reason="target that is no address, or has a scheme that no reader may follow; its text is kept",
    ),
    LedgerRule(
        id="link.unlabelled", d="drop", match=r".+", reason="target of a link that has no text: an image, or nothing"
    ),
    LedgerRule(id="md.link", d="drop", match=r"!?\[|\]\(|[<>\"'()]+", reason="syntax of a live link"),
    LedgerRule(id="md.reference", d="drop", match=r"\](?:\[.*\])?", reason="syntax of a link with a definition"),
    LedgerRule(
        id="md.definition", d="drop", match=r"\[.*\]:|[<>\"'()]", reason="syntax of a definition that links use"
    ),
    LedgerRule(id="link.href", d="meta", reason="target of a live link, moved to @href"),
    LedgerRule(id="link.title", d="meta", reason="title of a live link, moved to @title"),
    *converting("link.uri", "uri", "link target, escapes decoded, and encoded what no address may hold"),
)
_DESTINATION = r"<(?:[^<>\n\\]|\\.)*>|[^\s<]\S*?"
_TITLE = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)"
_CLOSING = re.compile(rf"\]\(\s*+(?P<href>{_DESTINATION})?(?:\s++(?P<title>{_TITLE}))?\s*+\)", re.S)
_REFERENCE = re.compile(r"\](?:\[(?:[^\[\]\\]|\\.)*\])?", re.S)
# CommonMark 4.7. The parser has the last word on what is a definition: one counts only if a link has its target.
_DEFINITION = re.compile(
    rf"^[ >]{{0,9}}(?P<label>\[(?P<name>(?:[^\[\]\\]|\\.){{1,999}})\]:)[ \t]*+\n?[ \t]*+(?P<href>{_DESTINATION})"
    rf"(?:(?:[ \t]++|[ \t]*+\n[ \t]*+)(?P<title>{_TITLE}))?[ \t]*+$",
    re.S | re.M,
)
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "ftp", "tel"})
# RFC 3986, with characters beyond ASCII as RFC 3987 allows. libxml2's xsd:anyURI takes all of these, and more.
_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}|[^\x00-\x9f\s\ufffe\uffff])"
_HOST = _CHARACTER.replace(":@/", "")
_URI = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:(?!//)|"  # a scheme without an authority, or with one, or neither
    rf"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:(?:{_HOST}|:)*@)?{_HOST}*(?::\d{{1,5}})?(?![^/?#])|(?!//)(?![^/?#]*:))"
    rf"{_CHARACTER}*(?:\?(?:{_CHARACTER}|\?)*)?(?:#(?:{_CHARACTER}|\?)*)?"
)
_NOT_IN_URI = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&'()*+,;=:@/?%\u00a0-\U0010ffff-]|[\s\ufffe\uffff]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|([A-Za-z][A-Za-z0-9]{0,31}));")


class Target(NamedTuple):
    """Where a link leads.

    Parameters:
        href: None where it leads nowhere.
        title: None where it has none.
        syntax: (ledger rule, span) of the marks around them.
        derived: href and title are owned by another link or by the label.
    """

    href: Passage | None
    title: Passage | None
    syntax: tuple[tuple[str, Span], ...]
    derived: bool = False


# ---------------------------------------------------------------- converters
def unescape(text: str) -> str:
    """Decode CommonMark 2.4 and 2.5: backslash before ASCII punctuation, and character references as HTML has them."""
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    return html5.get(f"{found[2]};", found[0]) if found[2] else html.unescape(found[0])


def to_uri(text: str) -> str:
    """Give a link target as an address: escapes decoded, and what no address may hold percent-encoded as UTF-8."""
    return encoded(unescape(text))


def encoded(address: str) -> str:
    """Percent-encode what no address may hold, as UTF-8."""
    before, mark, fragment = address.partition("#")
    return _encoded(before) + mark + _encoded(fragment)


def _encoded(text: str) -> str:
    return _NOT_IN_URI.sub(lambda found: quote(found[0], safe=""), text)


def is_uri(text: str) -> bool:
    """Whether a string can stand in an attribute of type anyURI."""
    return bool(_URI.fullmatch(text))


def is_followed(uri: str) -> bool:
    """Whether an address is relative, or has a scheme that a reader may follow."""
    scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", uri)
    return scheme is None or scheme[1].lower() in _SAFE_SCHEMES


# ---------------------------------------------------------------- definitions
@dataclass(slots=True)
class Definition:
    """`[label]: target "title"`: the spans, and whether a link has taken them."""

    label: Span
    href: Span
    title: Span | None
    used: bool = False


class Definitions:
    """The link definitions of a document, by the label that links repeat.

    Parameters:
        view: the source text.
        texts: where text begins, ascending; what holds text is no definition.
    """

    def __init__(self, view: str, texts: Sequence[int]) -> None:
        self._view = view
        self._found: dict[str, Definition] = {}
        if "]:" in view:
            for found in _DEFINITION.finditer(view):
                if bisect_left(texts, found.start()) == bisect_left(texts, found.end()):
                    title = found.span("title") if found["title"] else None
                    definition = Definition(found.span("label"), found.span("href"), title)
                    self._found.setdefault(_folded(found["name"]), definition)

    def find(self, label: str, url: str) -> Definition | None:
        """The definition of a label, if it leads to `url`."""
        found = self._found.get(_folded(label))
        return found if found is not None and _destination(self._view, found.href)[0] == url else None


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


# ---------------------------------------------------------------- links
def link_target(
    text: Characters, opening: Span, closing: Span, link: dict[str, Any], definitions: Definitions
) -> Target | None:
    """Read a link's syntax.

    Parameters:
        text: the source text.
        opening: span before the label, "[" or "<" among it.
        closing: span behind the label's last text character.
        link: the parser's description: link_type, dest_url, title, id.
        definitions: those of the document.

    Returns:
        The target, or None where the syntax cannot be taken apart.
    """
    view = text.view
    kind, url = link["link_type"], link["dest_url"]
    if kind in ("Autolink", "Email"):
        low, high = opening[0] + 1, closing[1] - 1
        marks = (("md.mark", (opening[0], low)), ("md.mark", (high, closing[1])))
        live = kind == "Autolink" and is_uri(view[low:high]) and is_followed(url)
        href = Passage((Piece(low, high, view[low:high]),)) if live else None
        return Target(href, None, marks, derived=True)
    label = (opening[0], view.find("[", opening[0], closing[1]) + 1)
    if kind == "Inline":
        for start in _occurrences(view, "](", closing[0], closing[1]):
            found = _CLOSING.fullmatch(view, start, closing[1])
            if found and _destination(view, found.span("href"))[0] == url:
                return _inline(text, label, found, url, link["title"])
    elif kind in ("Reference", "Collapsed", "Shortcut") and (definition := definitions.find(link["id"], url)):
        for start in _occurrences(view, "]", closing[0], closing[1]):
            if _REFERENCE.fullmatch(view, start, closing[1]):
                return _referring(text, (label, (start, closing[1])), definition, url, link["title"])
    return None


def _occurrences(view: str, part: str, start: int, end: int) -> Iterator[int]:
    at = view.find(part, start, end)
    while at >= 0:
        yield at
        at = view.find(part, at + 1, end)


def _destination(view: str, at: Span) -> tuple[str, Span]:
    """(the target as the parser has it, its span less the angle brackets)."""
    start, end = at
    if start < 0:
        return "", (0, 0)
    if view[start] == "<":
        start, end = start + 1, end - 1
    return unescape(view[start:end]), (start, end)


def _inline(text: Characters, opening: Span, found: re.Match[str], url: str, title: str) -> Target | None:
    view, whole = text.view, found.span()
    if url == "" or url.startswith("#"):
        return Target(None, None, (("link.dead", opening), ("link.dead", whole)))
    at = _destination(view, found.span("href"))[1]
    href = _href(view, at, url)
    if href is None:
        return Target(None, None, (("link.dead", opening), ("link.refused", whole)))
    parts = [(whole[0], whole[0] + 2), at]
    titled = None
    if found["title"]:
        inner = (found.start("title") + 1, found.end("title") - 1)
        titled = _titled(text, inner, title)
        if titled is None and view[slice(*inner)].strip():
            return None
        parts.append(inner)  # invisible characters in it have owners of their own
    parts.append((whole[1], whole[1]))
    marks = [("md.link", opening), ("md.link", parts[0])]
    for (_, low), (high, _) in pairwise(parts):
        marks.extend(("md.link", (low + m.start(), low + m.end())) for m in re.finditer(r"\S+", view[low:high]))
    return Target(href, titled, tuple(marks))


def _referring(
    text: Characters, marks: tuple[Span, Span], definition: Definition, url: str, title: str
) -> Target | None:
    """The target of a link by its definition; the first link with an address owns the definition's characters."""
    view = text.view
    at = _destination(view, definition.href)[1]
    href = None if url.startswith("#") else _href(view, at, url)
    titled = None
    if definition.title is not None:
        inner = (definition.title[0] + 1, definition.title[1] - 1)
        titled = _titled(text, inner, title)
        if titled is None and view[slice(*inner)].strip():
            return None
    if href is None:
        return None
    syntax = [("md.link", marks[0]), ("md.reference", marks[1])]
    if not definition.used:
        definition.used = True
        syntax.append(("md.definition", definition.label))
        for outer in (definition.href if view[definition.href[0]] == "<" else None, definition.title):
            if outer is not None:
                syntax += [("md.definition", (outer[0], outer[0] + 1)), ("md.definition", (outer[1] - 1, outer[1]))]
        return Target(href, titled, tuple(syntax))
    return Target(href, titled, tuple(syntax), derived=True)


def _href(view: str, at: Span, url: str) -> Passage | None:
    """The passage of a target; None for one that no link may have."""
    raw = view[slice(*at)]
    address = url if is_uri(url) else to_uri(raw)
    if not is_uri(address) or not is_followed(url) or any(c.isspace() for c in raw[:1] + raw[-1:]):
        return None
    return Passage((Piece(*at, raw) if raw == address else Piece(*at, to_uri(raw), "link.uri"),))


def _titled(text: Characters, at: Span, title: str) -> Passage | None:
    """The passage of a title; None for one that is white space or that the parser reads otherwise."""
    raw = text.view[slice(*at)]
    if raw.replace("\r\n", "\n") == title:
        return text.passage(*at).cut(0) or None
    bare = raw.strip()
    low = at[0] + raw.find(bare)
    if unescape(raw) != title or not unescape(bare).strip() or text.has_special(unescape(bare)):
        return None
    return Passage((Piece(low, low + len(bare), unescape(bare), "md.entity"),))
