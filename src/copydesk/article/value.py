"""Text of the head that knows its language and direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

Dir: TypeAlias = Literal["ltr", "rtl", "auto"]


class Value(str):
    """A head value: the text itself, with the language and direction that the XML states for it (None: inherited).

    Parameters:
        text: the text.
        lang: BCP 47 tag.
        dir: direction of the text.
        id: xml:id of the element.
    """

    __slots__ = ("dir", "id", "lang")
    if TYPE_CHECKING:  # slots can be set as far as type checkers know, properties cannot

        @property
        def lang(self) -> str | None: ...  # noqa: D102 -- the class docstring documents them
        @property
        def dir(self) -> Dir | None: ...  # noqa: D102
        @property
        def id(self) -> str | None: ...  # noqa: D102

    def __new__(  # noqa: D102 -- the class docstring documents it
        cls,
        text: str,
        lang: str | None = None,
        dir: Dir | None = None,  # noqa: A002 -- XML's name
        id: str | None = None,  # noqa: A002 -- XML's name
    ) -> Value:
        value = super().__new__(cls, text)
        for name, content in (("lang", lang), ("dir", dir), ("id", id)):
            object.__setattr__(value, name, content)
        return value

    if not TYPE_CHECKING:  # with it, type checkers would take every attribute for one that can be set

        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(f"a Value is immutable: {name} cannot be set")

    def __reduce__(self) -> tuple[object, ...]:
        return (Value, (str(self), self.lang, self.dir, self.id))
