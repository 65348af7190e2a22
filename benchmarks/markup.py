"""HTML made of rips, for who reads HTML only; and text made of HTML."""

from __future__ import annotations

import html

import lxml.html

_BLOCKS = (
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "td", "th", "tr", "ul",
)  # fmt: skip


def as_html(rip: str) -> str:
    """Wrap a rip for who reads HTML only: a paragraph for each line that is not blank."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" for line in rip.splitlines() if line.strip())
    return f"<!DOCTYPE html><html><body>\n{paragraphs}</body></html>"


def rendered(rip: str) -> str:
    """Render a Markdown rip for who reads HTML only."""
    import pyromark

    return f"<!DOCTYPE html><html><body>\n{pyromark.html(rip)}</body></html>"


def apart(markup: str) -> str:
    """Text of HTML with blocks and line breaks apart."""
    root = lxml.html.document_fromstring(markup)
    for element in root.iter(*_BLOCKS):
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    return "".join(map(str, root.itertext()))
