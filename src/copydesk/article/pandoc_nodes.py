"""Constructors of the pandoc document model that metadata and body share. Each call gives new lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Protocol, TypeAlias

Node: TypeAlias = dict[str, Any]
"""One constructor: {"t": its name, "c": its contents}."""
Contents: TypeAlias = list[Any]

_SPACES = re.compile("[ \t\r\n]+")


class Common(Protocol):
    """What nearly every part of the typed model has."""

    @property
    def id(self) -> str | None:
        """The xml:id."""

    @property
    def lang(self) -> str | None:
        """The language, if it is stated."""

    @property
    def dir(self) -> str | None:
        """The direction, if it is stated."""


def words(text: str, *, code: bool = False) -> list[Node]:
    """Build the inlines of a text: words and spaces, or one `Code`."""
    if code:
        return [{"t": "Code", "c": [no_attr(), text]}]
    nodes: list[Node] = []
    for at, word in enumerate(_SPACES.split(text)):
        if at:
            nodes.append({"t": "Space"})
        if word:
            nodes.append({"t": "Str", "c": word})
    return nodes


def attr(part: Common, classes: Iterable[str | None] = (), **pairs: str | None) -> Contents:
    """Build identifier, classes and pairs. A class may be a list of tokens."""
    tokens = [token for name in classes if name for token in name.split()]
    named = {"lang": part.lang, "dir": part.dir, **pairs}
    return [part.id or "", tokens, [[key, value] for key, value in named.items() if value]]


def no_attr() -> Contents:
    """Build the attributes of what has none."""
    return ["", [], []]
