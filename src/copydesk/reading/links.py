"""Targets of Markdown links and images: what becomes an attribute, and what is syntax."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from copydesk.article.ledger import LedgerRule, Span
from copydesk.reading.characters import passage_of
from copydesk.reading.passage import Passage, Piece

LINK_RULES = (
    LedgerRule(
        id="link.dead",
        d="drop",
        match=r"!?\[|\]\((?:#[^\s()]*)?\)",
        reason="syntax of a link with no target, or one inside a page that is gone; its text is kept",
    ),
    LedgerRule(
        id="link.scheme",
        d="drop",
        match=r"\]\(<?[A-Za-z][A-Za-z0-9+.-]*:.*\)",
        reason="target with a scheme that no reader may follow; its text is kept",
    ),
    LedgerRule(id="md.link", d="drop", match=r"!?\[|\]\(|<|>|[\"')]+", reason="syntax of a live link"),
    LedgerRule(id="link.href", d="meta", reason="target of a live link, moved to @href"),
    LedgerRule(id="link.title", d="meta", reason="title of a live link, moved to @title"),
    LedgerRule(id="link.href-unescaped", d="meta", norm="markdown-unescape", reason="link target with escapes decoded"),
)
_CLOSING = re.compile(
    r"\]\(\s*(?P<href><[^<>\n]*>|[^\s<][^\s]*?)?(?:\s+(?P<title>\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)", re.S
)
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "ftp", "tel"})
# RFC 3986 section 2, plus characters beyond ASCII as RFC 3987 allows; libxml2's xsd:anyURI takes all of these.
_URI = re.compile(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}|[^\x00-\x9f\s])+")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads; `href` is None where it leads nowhere. `syntax`: (rule, span) of the marks around it."""

    href: Passage | None
    title: Passage | None
    syntax: tuple[tuple[str, Span], ...]


def unescape(text: str) -> str:
    """CommonMark 2.4 and 2.5: backslash before ASCII punctuation, and character references."""
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def is_uri(text: str) -> bool:
    """Whether a string can stand in an attribute of type anyURI."""
    return bool(_URI.fullmatch(text)) and text.count("#") <= 1 and "[" not in text


def scheme_of(uri: str) -> str | None:
    """The scheme, lower case; None for a relative reference."""
    found = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", uri)
    return found[1].lower() if found else None


def _followed(uri: str) -> bool:
    return scheme_of(uri) in (None, *_SAFE_SCHEMES)


def link_target(view: str, opening: Span, closing: Span, link: dict[str, Any], *, empty: bool) -> Target | None:
    """Read a link's syntax.

    Parameters:
        view: the source text.
        opening: span before the label, "[" or "<" among it.
        closing: span behind the label, from its last text character on.
        link: the parser's description: link_type, dest_url.
        empty: whether there is no label.

    Returns:
        The target, or None where the syntax is of a kind that cannot be taken apart (a reference link).
    """
    kind, url = link["link_type"], link["dest_url"]
    if kind in ("Autolink", "Email"):
        start, end = opening[0] + 1, closing[1] - 1
        marks = (("md.mark", (opening[0], start)), ("md.mark", (end, closing[1])))
        href = passage_of(view, start, end) if kind == "Autolink" and _followed(url) else None
        return Target(href, None, marks)
    if kind != "Inline":
        return None
    start = view.find("[", opening[0], closing[1])
    for at in _candidates(view, closing[0] if not empty else start, closing[1]):
        found = _CLOSING.fullmatch(view, at, closing[1])
        if found and unescape((found["href"] or "").strip("<>")) == url:
            return _split(view, (opening[0], start + 1), found, url)
    return None


def _candidates(view: str, start: int, end: int) -> list[int]:
    out, at = [], view.find("](", start, end)
    while at >= 0:
        out.append(at)
        at = view.find("](", at + 1, end)
    return out


def _split(view: str, opening: Span, found: re.Match[str], url: str) -> Target | None:
    whole = found.span()
    if url == "" or url.startswith("#"):
        if found["title"] or not re.fullmatch(r"\]\((?:#[^\s()]*)?\)", found[0]):
            return None
        return Target(None, None, (("link.dead", opening), ("link.dead", whole)))
    if not _followed(url):
        return Target(None, None, (("link.dead", opening), ("link.scheme", whole)))
    start, end = found.span("href")
    if view[start] == "<":
        start, end = start + 1, end - 1
    if not is_uri(url):
        return None
    raw = view[start:end]
    piece = Piece(start, end, raw) if raw == url else Piece(start, end, url, "link.href-unescaped")
    syntax: list[tuple[str, Span]] = [("md.link", opening)]
    title = None
    ends = [(whole[0], whole[0] + 2), (start, end)]
    if found["title"]:
        low, high = found.start("title") + 1, found.end("title") - 1
        if view[low:high].strip():
            title = Passage((Piece(low, high, view[low:high]),)).cut(0)
            ends.append((low, high))
    ends.append((whole[1], whole[1]))
    syntax.append(("md.link", ends[0]))
    for (_, low), (high, _) in pairwise(ends[1:]):
        syntax.extend(("md.link", (low + m.start(), low + m.end())) for m in re.finditer(r"\S+", view[low:high]))
    return Target(Passage((piece,)), title, tuple(syntax))
