"""Lines that are known to be a site's, on whatever page they stand."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Profile:
    """The lines that a site repeats on its pages; `copydesk.cleaning.profiles` learns, reads and writes them.

    Parameters:
        name: what ledgers state: the first 16 digits of the sha256 of its file.
        lines: the lines, folded.
        usual: those that half of the site's documents have.
    """

    name: str
    lines: frozenset[str] = field(repr=False)
    usual: frozenset[str] = field(repr=False)

    def has(self, text: str) -> bool:
        """Whether a line is one of the site's."""
        return folded(text) in self.lines

    def has_usually(self, text: str) -> bool:
        """Whether a line is one that half of the site's documents have."""
        return folded(text) in self.usual


def folded(text: str) -> str:
    """A line as profiles compare it: without regard to case and to the amount of white space."""
    return " ".join(text.casefold().split())
