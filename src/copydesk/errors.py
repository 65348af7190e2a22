"""The exception tree. Each error knows its exit code and the next step for the person who meets it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar


class CopydeskError(Exception):
    """Something that a user can act on.

    Parameters:
        what: what went wrong, as one clause without a final stop.
        where: the file, folder, plugin or option concerned, as the user named it.
        next_step: what to do now, as one clause.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str | None = None, next_step: str | None = None) -> None:
        super().__init__(what, where, next_step)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}; {self.next_step}" if self.next_step else text

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders by pickle, which would lose the keyword arguments.
        return (_rebuild, (type(self), self.what, self.where, self.next_step))


def _rebuild(kind: type[CopydeskError], what: str, where: str | None, next_step: str | None) -> CopydeskError:
    return kind(what, where=where, next_step=next_step)


class SourceError(CopydeskError):
    """A source cannot be read: missing, unreadable, binary, undecodable, too large."""


class StoreError(CopydeskError):
    """A store of sources does not answer any more, so that the run cannot go on."""


class NoArticleError(SourceError):
    """A source was read, but holds no article."""


class ArticleError(CopydeskError):
    """A canonical article is not valid, or its ledger does not prove it."""


class ExportError(CopydeskError):
    """An exporter failed on one article."""


class UsageError(CopydeskError):
    """The command line asks for something that does not exist."""

    exit_code: ClassVar[int] = 2


class PluginError(CopydeskError):
    """A plugin that this run needs did not load or broke its contract."""

    exit_code: ClassVar[int] = 3


class OutputError(CopydeskError):
    """The output cannot be written: disk full, no permission, read-only."""

    exit_code: ClassVar[int] = 4


def there_is(name: str, known: Iterable[str]) -> str:
    """The next step for who names what there is not: which one may be meant, and which there are.

    Parameters:
        name: as it was given; case and `_` for `-` play no part.
        known: those that there are, in the order in which they are to be shown.
    """
    import difflib  # which takes longer than all of this module, and which few runs need

    names = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower().replace("_", "-"), names, n=1)
    meant = f"did you mean {names[close[0]]}? There is" if close else "there is"
    return f"{meant} {', '.join(names.values()) or 'none'}"
