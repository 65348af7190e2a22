"""A leaf block's inlines as a row of parts, texts and other parts in turn: text, part, text, part, ... text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from copydesk.article.model import Annotation, Break, Format, Image, Inline, Link, Text
from copydesk.article.plain import inline_text
from copydesk_markdown.escape import autolink, destination, escape_text, is_image, is_link, link_title

Kind: TypeAlias = Literal["em", "strong"]

SPACES = re.compile("[ \t\r\n\x85]+")
"""What becomes one space: the white space that the canonical article collapses, and NEL, which parsers do not keep."""


@dataclass(slots=True, eq=False)
class Mark:
    """The stars that open or close emphasis. One that is not `live` will not be written."""

    kind: Kind
    opens: bool
    partner: Mark | None = None
    live: bool = True

    def drop(self) -> None:
        """Give the emphasis up; its text stays."""
        self.live = False
        if self.partner:
            self.partner.live = False


@dataclass(slots=True, eq=False)
class Bracket:
    """The source that opens or closes a link."""

    source: str
    opens: bool


@dataclass(slots=True, eq=False)
class Atom:
    """A part whose source is settled. It begins and ends with ASCII punctuation."""

    source: str


@dataclass(slots=True, eq=False)
class CodeSpan:
    """Code, not yet fenced: neighbours must become one span, or their fences would run together."""

    text: str


@dataclass(slots=True, eq=False)
class LineBreak:
    """A hard line break."""


Part: TypeAlias = str | Mark | Bracket | Atom | CodeSpan | LineBreak


@dataclass(slots=True)
class Row:
    """Collects the parts of inlines. Annotations, sub and sup are only their content."""

    parts: list[Part] = field(default_factory=lambda: [""])
    _active: set[str] = field(default_factory=set)

    def add(self, inlines: Iterable[Inline]) -> None:
        """Add inlines at the end of the row."""
        for inline in inlines:
            match inline:
                case Text(text=text) if "code" in self._active:
                    self._add_code(text)
                case Text(text=text):
                    last = self.parts.pop()
                    self.parts.append(f"{last}{text}")
                case Break() if "code" in self._active:
                    self._add_code(" ")
                case Break():
                    self._add_part(LineBreak())
                case Image():
                    self._add_image(inline)
                case Link():
                    self._add_link(inline)
                case Format(kind="em" | "strong" as kind) if not self._active & {kind, "code"}:
                    self._add_emphasis(kind, inline)
                case Format(kind="code") if "code" not in self._active:
                    self._active.add("code")
                    self.add(inline.inlines)
                    self._active.remove("code")
                case Format() | Annotation():
                    self.add(inline.inlines)

    def _add_part(self, part: Part) -> None:
        self.parts += [part, ""]

    def _last_part(self) -> Part | None:
        return self.parts[-2] if len(self.parts) > 1 and self.parts[-1] == "" else None

    def _add_code(self, text: str) -> None:
        if text:
            self._add_part(CodeSpan(SPACES.sub(" ", text)))

    def _add_image(self, image: Image) -> None:
        if is_image(image.src):
            alt = escape_text(SPACES.sub(" ", image.alt or "").strip())
            self._add_part(Atom(f"![{alt}]({destination(image.src)})"))

    def _add_link(self, link: Link) -> None:
        if "link" in self._active or not is_link(link.href) or not _shows(link.inlines):
            self.add(link.inlines)
            return
        if "code" not in self._active and (address := autolink(link.href, inline_text(link.inlines))):
            self._add_part(Atom(address))
            return
        title = link_title(link.title) if link.title and link.title.strip() else ""
        self._active.add("link")
        self._add_part(Bracket("[", opens=True))
        self.add(link.inlines)
        self._add_part(Bracket(f"]({destination(link.href)}{title})", opens=False))
        self._active.remove("link")

    def _add_emphasis(self, kind: Kind, emphasis: Format) -> None:
        if not _shows(emphasis.inlines):
            self.add(emphasis.inlines)
            return
        opener = self._reopen(kind)
        self._active.add(kind)
        self.add(emphasis.inlines)
        self._active.remove(kind)
        opener.partner = Mark(kind, opens=False, partner=opener)
        self._add_part(opener.partner)

    def _reopen(self, kind: Kind) -> Mark:
        last = self._last_part()
        if isinstance(last, Mark) and last.kind == kind and not last.opens and last.partner:
            del self.parts[-2:]  # what was closed right before goes on
            return last.partner
        opener = Mark(kind, opens=True)
        self._add_part(opener)
        return opener


def _shows(inlines: Iterable[Inline]) -> bool:
    """Whether there is anything to see: text that is not white space, or an image."""
    for inline in inlines:
        match inline:
            case Text(text=text):
                seen = not (text == "" or text.isspace())
            case Image(src=src):
                seen = is_image(src)
            case Break():
                seen = False
            case _:
                seen = _shows(inline.inlines)
        if seen:
            return True
    return False
