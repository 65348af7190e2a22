"""From pandoc's inlines to a text with marks, as the view and the article will have it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from copydesk.article.pandoc_nodes import Node
from copydesk.reading.characters import Characters
from copydesk.reading.links import encoded, is_followed, is_uri

_MARKS = {"Emph": "em", "Underline": "em", "Strong": "strong", "Superscript": "sup", "Subscript": "sub"}
_QUOTES = {"DoubleQuote": ("“", "”"), "SingleQuote": ("‘", "’")}
_MOST_MARKS = 4_000  # beyond which emphasis is left out: validation takes the square of their number
_DEEPEST = 8  # of emphasis in one another
TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->|<[!?][^<>]*>", re.DOTALL)


@dataclass(slots=True)
class Markup:
    """Markup on the range [start, end) of a text; `address` and `title` as the view will have them, or empty."""

    start: int
    end: int
    kind: str
    address: str = ""
    title: str = ""


@dataclass(slots=True)
class Flat:
    """The text of a leaf.

    Parameters:
        notes: what notes hold that begin here.
        marks: markup of the text.
        dropped: (ledger rule, text) of what the view holds and the article does not.
        struck: how many passages are struck out, for which an article has no mark.
    """

    notes: list[list[Node]]
    text: str = ""
    marks: list[Markup] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    struck: int = 0
    _depth: int = 0
    _in_link: bool = False

    def add(self, inlines: Iterable[Node]) -> Flat:
        """Add inlines; gives itself."""
        for inline in inlines:
            self._add(inline["t"], inline.get("c"))
        return self

    def line_break(self) -> None:
        """Begin a new line, unless nothing stands before it."""
        if self.text:
            self.text += "\n"
            self.marks.append(Markup(len(self.text) - 1, len(self.text), "br"))

    @property
    def images(self) -> list[Markup]:
        """The marks of images."""
        return [mark for mark in self.marks if mark.kind == "img"]

    def _add(self, kind: str, contents: Any) -> None:
        match kind:
            case "Str":
                self.text += contents
            case "Space" | "SoftBreak":
                self.text += " "
            case "LineBreak":
                self.line_break()
            case "Emph" | "Underline" | "Strong" | "Superscript" | "Subscript":
                self._marked(_MARKS[kind], contents)
            case "Strikeout":
                self.struck += 1
                self.add(contents)
            case "SmallCaps":
                self.add(contents)
            case "Quoted":
                opening, closing = _QUOTES[contents[0]["t"]]
                self.text += opening
                self.add(contents[1])
                self.text += closing
            case "Cite" | "Span":
                self.add(contents[1])
            case "Code" | "Math":
                self._verbatim(contents[1])
            case "RawInline":
                self._raw(*contents)
            case "Link":
                self._link(contents[1], *contents[2])
            case "Image":
                self._image(contents[1], *contents[2])
            case "Note":
                self.notes.append(contents)
                self._marked("sup", [{"t": "Str", "c": f"[{len(self.notes)}]"}])

    def _marked(self, mark: str, inlines: list[Node]) -> None:
        start = len(self.text)
        self._depth += 1
        self.add(inlines)
        self._depth -= 1
        if start < len(self.text) and self._depth < _DEEPEST and len(self.marks) < _MOST_MARKS:
            self.marks.append(Markup(start, len(self.text), mark))

    def _verbatim(self, text: str) -> None:
        start = len(self.text)
        self.text += text
        if text.strip() and len(self.marks) < _MOST_MARKS:
            self.marks.append(Markup(start, len(self.text), "code"))

    def _raw(self, format_: str, text: str) -> None:
        if format_ == "html" and TAG.fullmatch(text) and not Characters.has_special(text):
            self.dropped.append(("pandoc.tag", text))
        else:
            self._verbatim(text)

    def _link(self, label: list[Node], address: str, title: str) -> None:
        start, outer = len(self.text), self._in_link
        self._in_link = True
        self.add(label)
        self._in_link = outer
        target = self._address(address)
        if not self.text[start:].strip() or outer:  # of a picture, or of nothing: an article has links on text only
            self.dropped += [("pandoc.link-left", text) for text in (target, title) if text.strip()]
        elif target:
            self.marks.append(Markup(start, len(self.text), "a", target, title))
        elif title.strip():
            self.dropped.append(("pandoc.link-left", title))

    def _image(self, label: list[Node], address: str, title: str) -> None:
        """A picture; its description is the label, and the title where that is another text."""
        start = len(self.text)
        inner = Flat(self.notes).add(label)
        target = self._address(address)
        self.dropped += inner.dropped
        self.dropped += [("pandoc.link-left", mark.address) for mark in inner.marks if mark.address]
        described = " ".join(" ".join((inner.text, *(mark.title for mark in inner.marks))).split())
        credit = " ".join(title.split())
        if credit and credit != described:
            described = f"{described} {credit}".strip()
        if target:
            self.marks.append(Markup(start, start, "img", target, described))
        else:  # a picture without an address is its description
            self.text += described

    def _address(self, address: str) -> str:
        """The address as an article may have it; empty for one that it may not, which is dropped by name."""
        uri = encoded(address.strip())
        if uri.startswith("#"):
            self.dropped.append(("pandoc.anchor", uri))
            return ""
        if uri and not (is_uri(uri) and is_followed(uri)):
            self.dropped.append(("pandoc.address", uri[:2_000]))
            return ""
        return uri


def leaves(value: Any) -> Iterable[list[Node]]:
    """Give the inlines of every leaf in blocks, lists of blocks and so on."""
    if isinstance(value, list):
        for part in value:
            yield from leaves(part)
    elif isinstance(value, dict):
        yield from _of_block(value["t"], value.get("c"))


def _of_block(kind: str, contents: Any) -> Iterable[list[Node]]:
    match kind:
        case "Para" | "Plain":
            yield contents
        case "Header":
            yield contents[2]
        case "LineBlock":
            yield from contents
        case "CodeBlock" | "RawBlock":
            yield from ([{"t": "Code", "c": [None, line]}] for line in contents[1].split("\n") if line.strip())
        case "DefinitionList":
            for term, texts in contents:
                yield [{"t": "Strong", "c": term}]
                yield from leaves(texts)
        case "Table":
            _, caption, _, head, bodies, foot = contents
            yield from leaves(caption[1])
            for _, cells in [*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]]:
                for cell in cells:
                    yield from leaves(cell[4])
        case "Figure":
            yield from leaves(contents[2])
            yield from leaves(contents[1][1])
        case "OrderedList" | "Div":
            yield from leaves(contents[1])
        case "BulletList" | "BlockQuote":
            yield from leaves(contents)
