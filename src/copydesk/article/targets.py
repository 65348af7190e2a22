"""Where text stands in a canonical article, and the ledger targets that name these places.

A target is a path. From the article, each step is a child: `head/keywords[2]/term[3]`, `body/figure[1]/img/@alt`. From
an id, each step is a descendant, counted in document order: `#b0d239f9e/a[1]/@href`. A step without a number names the
only element of its name. The last step may be an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from lxml import etree

from copydesk.article.canonical import CONTAINERS, LEAVES, XML_ID, A, leaf_text

TEXT_ATTRIBUTES = {
    "a": ("href", "title"),
    "img": ("src", "alt"),
    "image": ("src", "alt"),
    "keywords": ("group",),
    "term": ("code",),
    "blockquote": ("cite",),
}
"""Attributes that hold text of the source. All others are judgements of copydesk, or describe the source."""

_STEP = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:\[([1-9][0-9]*)\])?")
_WITH_TEXT_ATTRIBUTES = tuple(A + name for name in TEXT_ATTRIBUTES)
_CONTAINERS = frozenset(A + name for name in CONTAINERS)
_LEAVES = frozenset(A + name for name in LEAVES)
_WITH_ID = etree.XPath("//*[@xml:id]")


class Place(NamedTuple):
    """A place that holds text: an element, or an attribute of it."""

    element: etree._Element
    attribute: str | None = None

    @property
    def text(self) -> str:
        """The printable text, a space for each `br`: a line break takes the place of a space."""
        return leaf_text(self.element, " ") if self.attribute is None else self.element.get(self.attribute, "")

    @property
    def is_code(self) -> bool:
        """Whether the text is verbatim, white space and all."""
        return self.attribute is None and self.element.tag == A + "pre"

    def __str__(self) -> str:
        name = self.element.get(XML_ID)
        path = f"#{name}" if name else self.element.getroottree().getelementpath(self.element).replace(A, "")
        return path if self.attribute is None else f"{path}/@{self.attribute}"


class Targets:
    """The places of one article. The tree must not change while this is in use."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        found = cast(list[etree._Element], _WITH_ID(root))
        self._paths: dict[str, etree._Element | None] = {f"#{element.get(XML_ID)}": element for element in found}
        self._paths[""] = root
        self._named: dict[tuple[etree._Element, str, bool], list[etree._Element]] = {}

    def resolve(self, target: str) -> Place | None:
        """Find the place that a target names, or None if there is none or more than one."""
        path, slash, attribute = target.partition("/@")
        element = self._element(path) if path else None
        if element is None or not slash:
            return None if element is None else Place(element)
        return Place(element, attribute) if attribute.isalpha() and attribute in element.attrib else None

    def _element(self, path: str) -> etree._Element | None:
        if path not in self._paths:
            above, slash, step = path.rpartition("/")
            parent = self._element(above) if above or not slash else None
            self._paths[path] = None if parent is None else self._step(parent, step, below=path.startswith("#"))
        return self._paths[path]

    def _step(self, element: etree._Element, step: str, *, below: bool) -> etree._Element | None:
        found = _STEP.fullmatch(step)
        if found is None:
            return None
        name, number = found.groups()
        key = (element, name, below)
        if key not in self._named:
            named = element.iterdescendants(A + name) if below else element.iterchildren(A + name)
            self._named[key] = list(named)
        candidates = self._named[key]
        if number is None:
            return candidates[0] if len(candidates) == 1 else None
        return candidates[int(number) - 1] if int(number) <= len(candidates) else None

    def places(self) -> Iterator[Place]:
        """Yield every place that holds text of the source, elements first."""
        for child in self._root:
            yield from _elements(child)
        for element in self._root.iter(_WITH_TEXT_ATTRIBUTES):
            for name in TEXT_ATTRIBUTES[element.tag[len(A) :]]:
                if element.get(name):
                    yield Place(element, name)


def _elements(element: etree._Element) -> Iterator[Place]:
    for child in element:
        tag = child.tag
        if tag in _LEAVES:
            yield Place(child)
        elif tag in _CONTAINERS:
            yield from _elements(child)
        elif isinstance(tag, str) and tag.startswith(A) and (child.text or len(child)):
            yield Place(child)  # a head value, an attribution below its quotation, or an element not known yet
