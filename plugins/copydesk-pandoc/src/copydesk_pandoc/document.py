"""The article's pandoc AST made fit for one format.

What a writer would leave out, or spell in a way that its format does not read back, is put in simpler terms: captions
become paragraphs, pictures that cannot be shown become links. Text is never taken out.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from urllib.parse import quote, unquote, urljoin, urlsplit

from copydesk.article.view import Article
from copydesk_pandoc import front
from copydesk_pandoc.formats import Format

Node: TypeAlias = dict[str, Any]
"""One constructor of the pandoc document model."""

_LINK_SCHEMES = frozenset({"http", "https", "ftp", "mailto"})
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_URL = "%/:?#[]@!$&'()*+,;=-._~"  # RFC 3986, section 2.2; some writers put a "<" into their markup as it is
_TYPOGRAPHIC = re.compile("([‘’“”–—…]+)")
_ENUMERATOR = re.compile(r"(\d+|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+)[.)]")  # of lists in reStructuredText, the widest set
_PAIRS = frozenset({"lang", "dir", "width", "height"})


def build(article: Article, format_: Format) -> Node:
    """Build the document of one article.

    Parameters:
        article: the article.
        format_: what it is for.

    Returns:
        A pandoc JSON AST with no raw markup but the format's `guard`, and quotes, dashes and ellipses.
    """
    source = article.to_pandoc()
    blocks = [*front.head(article, format_), *source["blocks"], *front.foot(article)]
    return {
        "pandoc-api-version": source["pandoc-api-version"],
        "meta": front.metadata(article, format_),
        "blocks": _Fitter(article, format_, blocks).blocks(blocks),
    }


class _Fitter:
    """One run over the blocks of one article."""

    def __init__(self, article: Article, format_: Format, blocks: list[Node]) -> None:
        self._article = article
        self._format = format_
        self._targets = {*_targets(blocks)} & {*_ids(blocks)}
        self._in_link = False

    # ------------------------------------------------------------ blocks
    def blocks(self, blocks: Iterable[Node]) -> list[Node]:
        return [fitted for block in blocks for fitted in self._block(block["t"], block.get("c"))]

    def _block(self, kind: str, contents: Any) -> list[Node]:
        match kind:
            case "Para" | "Plain":
                return [{"t": kind, "c": self._paragraph(contents)}]
            case "Header":
                level, attr, inlines = contents
                level = max(1, level - 2 + self._format.top)
                return [{"t": kind, "c": [level, self._attr(attr), self._inlines(inlines)]}]
            case "Div":
                return self._div(*contents)
            case "Figure":
                return self._figure(*contents)
            case "Table":
                return self._table(contents)
            case "BlockQuote":
                return [{"t": kind, "c": self.blocks(contents)}]
            case "BulletList":
                return [{"t": kind, "c": [self.blocks(item) for item in contents]}]
            case "OrderedList":
                return [{"t": kind, "c": [contents[0], [self.blocks(item) for item in contents[1]]]}]
            case "CodeBlock":
                return [{"t": kind, "c": [self._attr(contents[0], code=True), contents[1]]}]
            case _:  # a rule
                return [{"t": kind}]

    def _paragraph(self, inlines: list[Node]) -> list[Node]:
        fitted = self._inlines(inlines)
        if not self._format.guard or not _starts_like_markup(inlines, numbers=self._format.guard != "\\"):
            return fitted
        return [self._raw(self._format.guard), *fitted]

    def _raw(self, markup: str) -> Node:
        return {"t": "RawInline", "c": [self._format.markup, markup]}

    def _div(self, attr: list[Any], blocks: list[Node]) -> list[Node]:
        attr, inner = self._attr(attr), self.blocks(blocks)
        return [{"t": "Div", "c": [attr, inner]}] if any(attr) else inner

    def _figure(self, attr: list[Any], caption: list[Any], content: list[Node]) -> list[Node]:
        inner, captions = self.blocks(content), self.blocks(caption[1])
        if self._format.roles or (self._format.figures and _has_picture(inner)):
            return [{"t": "Figure", "c": [self._attr(attr), [None, captions], inner]}]
        return [*map(_para, inner), *map(_emphasized, captions)]

    def _table(self, contents: list[Any]) -> list[Node]:
        attr, caption, columns, head, bodies, foot = contents
        captions = self.blocks(caption[1])
        above = [] if self._format.tables else [_emphasized(block) for block in captions]
        kept = captions if self._format.tables else []
        head = [self._attr(head[0]), self._rows(head[1])]
        bodies = [[self._attr(body[0]), body[1], self._rows(body[2]), self._rows(body[3])] for body in bodies]
        foot = [self._attr(foot[0]), self._rows(foot[1])]
        return [*above, {"t": "Table", "c": [self._attr(attr), [None, kept], columns, head, bodies, foot]}]

    def _rows(self, rows: list[Any]) -> list[Any]:
        return [[self._attr(attr), [self._cell(*cell) for cell in cells]] for attr, cells in rows]

    def _cell(self, attr: list[Any], alignment: Node, rows: int, columns: int, blocks: list[Node]) -> list[Any]:
        return [self._attr(attr), alignment, rows, columns, self.blocks(blocks)]

    # ------------------------------------------------------------ inlines
    def _inlines(self, inlines: Iterable[Node]) -> list[Node]:
        return [fitted for inline in inlines for fitted in self._inline(inline["t"], inline.get("c"))]

    def _inline(self, kind: str, contents: Any) -> list[Node]:
        match kind:
            case "Link":
                return self._link(*contents)
            case "Image":
                return [self._image(*contents)]
            case "Span":
                attr, inner = self._attr(contents[0]), self._inlines(contents[1])
                return [{"t": kind, "c": [attr, inner]}] if any(attr) else inner
            case "Emph" | "Strong" | "Subscript" | "Superscript":
                return [{"t": kind, "c": self._inlines(contents)}]
            case "Str" if self._format.ascii:
                parts = enumerate(_TYPOGRAPHIC.split(contents))
                return [self._raw(part) if at % 2 else {"t": kind, "c": part} for at, part in parts if part]
            case _:  # text, which has no parts
                return [{"t": kind} if contents is None else {"t": kind, "c": contents}]

    def _link(self, attr: list[Any], inlines: list[Node], target: list[str]) -> list[Node]:
        before, self._in_link = self._in_link, True
        inner = self._inlines(inlines)
        self._in_link = before
        url, title = target
        address = url if url[:1] == "#" and url[1:] in self._targets else self._address(url)
        return [{"t": "Link", "c": [self._attr(attr), inner, [address, title]]}] if address else inner

    def _image(self, attr: list[Any], alt: list[Node], target: list[str]) -> Node:
        src = target[0]
        address = self._address(src)
        data = self._article.resource(src) if self._format.embeds else None
        kind = _media_type(data) if data else None
        if data and kind:
            embedded = f"data:{kind};base64,{b64encode(data).decode('ascii')}"
            return {"t": "Image", "c": [self._attr(attr), alt, [embedded, ""]]}
        if address and self._format.refers:
            return {"t": "Image", "c": [self._attr(attr), alt, [address, ""]]}
        label = alt or [{"t": "Str", "c": unquote(urlsplit(src).path.rpartition("/")[2]) or src}]
        if address and not self._in_link:
            return {"t": "Link", "c": [["", [], []], label, [address, ""]]}
        return {"t": "Span", "c": [["", [], []], label]}

    def _address(self, url: str) -> str | None:
        """Make an address absolute; None if there is no way: a relative one would name a file beside the output."""
        try:
            address = urljoin(self._article.meta.url or "", url.strip())
            return quote(address, safe=_URL) if urlsplit(address).scheme in _LINK_SCHEMES else None
        except ValueError:
            return None

    def _attr(self, attr: list[Any], *, code: bool = False) -> list[Any]:
        id_, classes, pairs = attr
        if self._format.roles:
            return [id_, classes, [pair for pair in pairs if pair[0] in _PAIRS or pair[0] == "wrapper"]]
        kept = [pair for pair in pairs if pair[0] in _PAIRS]
        return [id_ if id_ in self._targets else "", classes if code else [], kept]


def _targets(value: Any) -> Iterator[str]:
    """The ids that links inside the article name."""
    if isinstance(value, list):
        for part in value:
            yield from _targets(part)
    elif isinstance(value, dict):
        if value.get("t") == "Link" and value["c"][2][0][:1] == "#":
            yield value["c"][2][0][1:]
        yield from _targets(value.get("c"))


def _ids(value: Any) -> Iterator[str]:
    """Every string that stands where an id may: there are no others at the head of a list before a list of classes."""
    match value:
        case [str(id_), [*_], [*_]]:
            yield id_
        case [*parts]:
            for part in parts:
                yield from _ids(part)
        case {"c": contents}:
            yield from _ids(contents)


def _has_picture(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_picture, value))
    return isinstance(value, dict) and (value["t"] == "Image" or _has_picture(value.get("c")))


def _para(block: Node) -> Node:
    return {"t": "Para", "c": block["c"]} if block["t"] == "Plain" else block


def _emphasized(block: Node) -> Node:
    if block["t"] == "Div":
        return {"t": "Div", "c": [block["c"][0], [_emphasized(inner) for inner in block["c"][1]]]}
    return {"t": "Para", "c": [{"t": "Emph", "c": block["c"]}]}


def _starts_like_markup(inlines: list[Node], *, numbers: bool) -> bool:
    """Tell whether a paragraph starts as list items, headings or directives do: with a sign, or a number and a stop."""
    match inlines:
        case [{"t": "Str", "c": str(word)}, *_]:
            return not word[0].isalnum() or (numbers and _ENUMERATOR.fullmatch(word) is not None)
        case _:
            return False


def _media_type(data: bytes) -> str | None:
    """Tell a picture that documents can hold by its first bytes, whatever its name says."""
    return next((kind for start, kind in _PICTURES.items() if data.startswith(start)), None)
