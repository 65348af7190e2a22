"""Reader of Markdown rips: CommonMark with tables, every character of its syntax accounted for."""

from __future__ import annotations

import re
from itertools import islice
from typing import ClassVar

from copydesk.article.ledger import LedgerRule
from copydesk.reading.events import read_blocks
from copydesk.reading.links import LINK_RULES
from copydesk.reading.source import Reader, Source
from copydesk.reading.syntax import SYNTAX_RULES

# Signs of Markdown, one pattern a kind, each with strings of which it holds one: they are looked for first, which is
# quicker. A line feed stands for the start of a line. A heading stands between blank lines; `# this` between lines of
# code is a comment.
_BLANK = r"[ \t]*\r?\n"
_HEADING = ("# ", re.compile(rf"\n{_BLANK} {{0,3}}#{{1,6}} +\S[^\n]*(?=\n{_BLANK}|\n?$(?!\n))"))
_SECTION = ("## ", re.compile(rf"\n{_BLANK} {{0,3}}#{{2,6}} +\S[^\n]*(?=\n{_BLANK}|\n?$(?!\n))"))
_LINK = ("](", re.compile(r"\]\([^()\s]*(?: {1,3}[\"'][^\"'\n]{0,300}[\"'])?\)"))
_BOLD = ("**", re.compile(r"(?<![\w*])\*\*(?=\S)[^*\n]{1,200}(?<=\S)\*\*(?![\w*])"))
_UNDERLINED = ("===", re.compile(rf"\n{_BLANK} {{0,3}}[^\s=][^\n]*\n {{0,3}}={{3,}} *\r?\n{_BLANK}"))
_STRONG = (_HEADING, _UNDERLINED, _LINK, _BOLD)
_OTHERS = (
    ("\n", re.compile(r"\n {0,3}(?:[-*+]|\d{1,3}[.)]) +\S")),
    ("\\", re.compile(r"\\[\\`*_{}\[\]()#+.!|-]")),
    ("```", re.compile(r"\n {0,3}`{3,}")),
    ("~~~", re.compile(r"\n {0,3}~{3,}")),
    ("---", re.compile(r"\n {0,3}\|?(?: *:?-{3,}:? *\|)+(?: *:?-{3,}:? *)?(?=\r?\n|$)")),
    ("---", re.compile(r"\n {0,3}-{3,} *(?=\r?\n|$)")),
    ("***", re.compile(r"\n {0,3}\*{3,} *(?=\r?\n|$)")),
    ("* *", re.compile(r"\n {0,3}(?:\* ){2,}\* *(?=\r?\n|$)")),
    ("<", re.compile(r"<(?:https?://|mailto:)[^<>\s]+>")),
    ("_", re.compile(r"(?<![\w_])_(?=[^\s_])[^_\n]{1,200}(?<=[^\s_])_(?![\w_])")),
    (">", re.compile(r"\n {0,3}> ?\S")),
)
_MANY = 3  # signs of one strong kind, or kinds of signs


class MarkdownReader(Reader):
    """Markdown as html2text, turndown, pandoc and people write it."""

    name: ClassVar[str] = "markdown"
    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown")
    media_type: ClassVar[str] = "text/markdown"
    ledger_rules: ClassVar[tuple[LedgerRule, ...]] = (*SYNTAX_RULES, *LINK_RULES)

    def sniff(self, view: str) -> float:
        """Half sure at signs of two kinds, at three of one strong kind, or at one heading below the first level.

        At one strong sign less sure than the reader of plain text, so that the name of the file decides.

        The strong kinds, of which one must be there, are those that plain text hardly has: headings, links and words
        in bold. Backslashes and numbered lines are none: paths, formulas and lists have them.
        """
        text = f"\n\n{view}"
        strong = [_count(text, *sign) for sign in _STRONG]
        if not any(strong):
            return 0.0
        kinds = sum(map(bool, strong)) + sum(_count(text, needle, sign, 1) for needle, sign in _OTHERS)
        if kinds >= _MANY:
            return 1.0
        return 0.5 if kinds == 2 or max(strong) >= _MANY or _count(text, *_SECTION, 1) else 0.2

    def read(self, source: Source) -> None:
        """One block a CommonMark block, containers nested."""
        read_blocks(source)


def _count(text: str, needle: str, sign: re.Pattern[str], most: int = _MANY) -> int:
    return sum(1 for _ in islice(sign.finditer(text), most)) if needle in text else 0
