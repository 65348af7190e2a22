"""The article's pandoc AST made fit for an EPUB: the head of the page, pictures, links, languages, ids.

Nothing that pandoc could fetch, look for on the disk or resolve is left in it. Text is never taken out.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from copydesk.article.model import Value
from copydesk.article.view import Article
from copydesk_epub import addresses, dates, metadata
from copydesk_epub.language import well_formed
from copydesk_epub.pictures import Picture, media_type

Node: TypeAlias = dict[str, Any]
"""One constructor of the pandoc document model."""

# Classes that the stylesheet knows. Roles are an open set, and many a class makes pandoc do something special:
# "references" adds an ARIA role, "unlisted" takes a heading out of the table of contents. So all others get a prefix.
_CLASSES = frozenset({
    "aside", "attribution", "correction", "credit", "dateline", "gallery", "lead", "note", "said", "speaker",
    "standfirst",
})  # fmt: skip
_KEPT_PAIRS = frozenset({"dir", "wrapper", "width", "height"})


@dataclass(frozen=True, slots=True)
class Document:
    """What pandoc gets, and what only the finished EPUB gets.

    Parameters:
        ast: the pandoc document. In place of picture N stands a data URI whose content is the number N, because pandoc
            takes a hundred bytes of memory for each byte of a data URI.
        pictures: the pictures, by number.
        heading_levels: of all headings in reading order, the title (1) first.
    """

    ast: Node
    pictures: tuple[Picture, ...]
    heading_levels: tuple[int, ...]


def build(article: Article) -> Document:
    """Build the document of one article.

    Parameters:
        article: the article.

    Returns:
        The document.
    """
    source = article.to_pandoc()
    editor = _Editor(article, source["blocks"])
    title_id = editor.new_id("title")
    body = editor.edit(source["blocks"])
    ast = {
        "pandoc-api-version": source["pandoc-api-version"],
        "meta": {
            "title": {"t": "MetaInlines", "c": [_str(article.meta.title)]},
            "identifier": {"t": "MetaString", "c": metadata.identifier(article.meta)},
            # Pandoc warns of languages that it has no translations for. `container` puts the right one.
            "lang": {"t": "MetaString", "c": "en"},
        },
        "blocks": [*_head(article, title_id), *body, *_foot(article)],
    }
    return Document(ast, tuple(editor.pictures), (1, *editor.heading_levels))


# ---------------------------------------------------------------- what the head of the article gives to the page
def _head(article: Article, title_id: str) -> Iterator[Node]:
    meta = article.meta
    # A title that the source does not print is shown as a label, so that it does not pass for a headline.
    classes = ["title"] if meta.title_from == "headline" else ["title", "derived"]
    yield {"t": "Header", "c": [1, [title_id, classes, []], [_value(meta.title)]]}
    for subtitle in meta.alternative_headlines:
        yield _para("subtitle", [_value(subtitle)])
    # Among text from right to left, a date would be read as 29-02-2024 if nothing said that it runs the other way.
    ltr = [["dir", "ltr"]] if meta.dir == "rtl" else []
    facts = [_value(author.name, "author") for author in meta.authors]
    if meta.date_published and (date := dates.w3cdtf(meta.date_published)):
        facts.append({"t": "Span", "c": [["", ["date"], ltr], [_str(date[:10])]]})
    if meta.publisher:
        facts.append(_value(meta.publisher.name, "publisher"))
    if meta.url and (address := addresses.absolute(meta.url, None)):
        facts.append({"t": "Link", "c": [["", ["source"], ltr], [_str(urlsplit(address).netloc)], [address, ""]]})
    if facts:
        yield _para("byline", [node for fact in facts for node in (_str(" · "), fact)][1:])


def _foot(article: Article) -> Iterator[Node]:
    rights = [_value(article.meta.copyright_notice)] if article.meta.copyright_notice else []
    if licence := article.meta.license:
        address = addresses.absolute(licence, article.meta.url)
        rights.append(_link(licence, address, "license") if address else _span(licence, "license"))
    if rights:
        yield _para("rights", [node for part in rights for node in (_str(" "), part)][1:])


# ---------------------------------------------------------------- nodes
def _str(text: str) -> Node:
    return {"t": "Str", "c": str(text)}


def _span(text: str, *classes: str) -> Node:
    return {"t": "Span", "c": [["", list(classes), []], [_str(text)]]}


def _value(value: Value, *classes: str) -> Node:
    pairs = _language(value.lang) + ([["dir", value.dir]] if value.dir else [])
    if not pairs and not classes:
        return _str(value)
    return {"t": "Span", "c": [["", list(classes), pairs], [_str(value)]]}


def _link(text: str, address: str, *classes: str) -> Node:
    return {"t": "Link", "c": [["", list(classes), []], [_str(text)], [address, ""]]}


def _para(name: str, inlines: list[Node]) -> Node:
    # With this pair, pandoc gives the class to the paragraph itself.
    return {"t": "Div", "c": [["", [name], [["wrapper", "1"]]], [{"t": "Para", "c": inlines}]]}


def _language(tag: str | None) -> list[list[str]]:
    lang = well_formed(tag)
    return [["lang", lang], ["xml:lang", lang]] if lang else []


def _text(value: Any) -> str:
    match value:
        case {"t": "Str" | "MetaString", "c": text}:
            return str(text)
        case {"t": "Space" | "SoftBreak" | "LineBreak"}:
            return " "
        case {"t": "Code", "c": [_, text]}:
            return str(text)
        case {"c": contents} | [*contents]:
            return "".join(map(_text, contents))
        case _:
            return ""


def _is_attr(value: list[Any]) -> bool:
    """Tell an attribute triple, which is never a node of its own: identifier, classes, pairs."""
    return len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], list) and isinstance(value[2], list)


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        if _is_attr(value):
            yield value[0]
        else:
            for part in value:
                yield from _ids(part)
    elif isinstance(value, dict):
        yield from _ids(value.get("c"))


class _Editor:
    """One run over the blocks of one article."""

    def __init__(self, article: Article, blocks: list[Node]) -> None:
        self.pictures: list[Picture] = []
        self.heading_levels: list[int] = []
        self._article = article
        self._numbers: dict[str, int | None] = {}
        self._ids = set(_ids(blocks))
        self._in_link = False
        self._caption = ""

    def new_id(self, wish: str) -> str:
        """Give an id that nothing else has."""
        name = next(name for name in chain((wish,), (f"{wish}-{n}" for n in count(2))) if name not in self._ids)
        self._ids.add(name)
        return name

    def edit(self, value: Any) -> Any:
        """Edit a part of the document and all that is in it."""
        if isinstance(value, dict) and "t" in value:
            return self._node(value["t"], value.get("c"))
        if not isinstance(value, list):
            return value
        if _is_attr(value):
            return self._attr(*value)
        parts: list[Any] = []
        words: list[str] = []  # pandoc takes a quarter of the time for one string that it takes for its words
        for part in map(self.edit, value):
            if isinstance(part, dict) and part["t"] == "Str":
                words.append(part["c"])
                continue
            if words:
                parts.append(_str("".join(words)))
                words = []
            parts.append(part)
        if words:
            parts.append(_str("".join(words)))
        return parts

    def _node(self, kind: str, contents: Any) -> Node:
        match kind:
            case "Space":
                return _str(" ")
            case "Header":
                return self._header(*contents)
            case "Link":
                return self._link(*contents)
            case "Image":
                return self._image(*contents)
            case "CodeBlock":
                return {"t": kind, "c": [self._attr(*contents[0], prefix="language-"), contents[1]]}
            case "Figure":
                self._caption = _text(contents[1])
                figure = {"t": kind, "c": self.edit(contents)}
                self._caption = ""
                return figure
            case _:
                return {"t": kind} if contents is None else {"t": kind, "c": self.edit(contents)}

    def _attr(self, id_: str, classes: list[str], pairs: list[list[str]], *, prefix: str = "role-") -> list[Any]:
        edited: list[list[str]] = []
        for name, value in pairs:
            if name == "lang":
                edited += _language(value)
            elif name in _KEPT_PAIRS:
                edited.append([name, value])
        return [id_, [name if name in _CLASSES else prefix + name for name in classes], edited]

    def _header(self, level: int, attr: list[Any], inlines: list[Node]) -> Node:
        self.heading_levels.append(level)
        id_, classes, pairs = self._attr(*attr)
        edited = self.edit(inlines)
        if pairs:
            # Pandoc copies what a heading has to the whole section, whose language and direction may be others.
            edited = [{"t": "Span", "c": [["", [], pairs], edited]}]
        # An id that pandoc makes up may be one that the article already has.
        return {"t": "Header", "c": [level, [id_ or self.new_id("section"), classes, []], edited]}

    def _link(self, attr: list[Any], inlines: list[Node], target: list[str]) -> Node:
        url, title = target
        with self._inside_link():
            edited = self.edit(inlines)
        if url.startswith("#"):
            address = url if url[1:] in self._ids else None
        else:
            address = addresses.absolute(url, self._article.meta.url)
        if address is None:
            return {"t": "Span", "c": [self._attr(*attr), edited]}
        return {"t": "Link", "c": [self._attr(*attr), edited, [address, title]]}

    @contextmanager
    def _inside_link(self) -> Iterator[None]:
        before, self._in_link = self._in_link, True
        yield
        self._in_link = before

    def _image(self, attr: list[Any], alt: list[Node], target: list[str]) -> Node:
        src, text = target[0], _text(alt).strip()
        number = self._number(src, text)
        if number is not None:
            picture = self.pictures[number]
            stand_in = f"data:{picture.media_type};base64,{b64encode(str(number).encode()).decode()}"
            return {"t": "Image", "c": [self._attr(*attr), [_str(text)] if text else [], [stand_in, ""]]}
        # A picture that is not there: what it shows, as a link to it. Where the caption says that already, its name.
        label = text if text and text != self._caption else addresses.file_name(src)
        address = addresses.absolute(src, self._article.meta.url)
        if self._in_link or address is None:
            return _span(label, "picture")
        return _link(label, address, "picture")

    def _number(self, src: str, alt: str) -> int | None:
        if src not in self._numbers:
            data = self._article.resource(src)
            kind = media_type(data) if data else None
            self._numbers[src] = len(self.pictures) if kind else None
            if data and kind:
                self.pictures.append(Picture(kind, data, alt))
        number = self._numbers[src]
        if number is not None and not alt:  # one place without a text is enough to say so
            self.pictures[number] = replace(self.pictures[number], alt="")
        return number
