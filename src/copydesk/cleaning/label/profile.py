"""Lines that are known to be a site's, on whatever page they stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from copydesk.cleaning.shape import ends_sentence

_LONG = 40  # characters of a line that is the site's within an article too; `Conclusion` may be a heading of many


@dataclass(frozen=True, slots=True)
class Profile:
    """The lines that a site repeats on its pages; `copydesk.cleaning.profiles` learns, reads and writes them.

    Parameters:
        name: what ledgers state: the first 16 digits of the sha256 of its file.
        lines: the lines, folded.
    """

    name: str
    lines: frozenset[str] = field(repr=False)

    def has(self, text: str) -> bool:
        """Whether a line is one of the site's."""
        return folded(text) in self.lines


def folded(text: str) -> str:
    """A line as profiles compare it: without regard to case and to the amount of white space."""
    return " ".join(text.casefold().split())


def is_short(text: str) -> bool:
    """Whether a line of a site may well be one of an article on it, too."""
    return len(text) < _LONG and not ends_sentence(text)
