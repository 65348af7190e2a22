"""LaTeX as pandoc reads it right, and which of the commands that it skips a person should know of."""

from __future__ import annotations

import re

_NAMED = 6
"""Commands that a warning names."""
_LAYOUT = re.compile(
    r"\\(?:maketitle|set\w*|noalign|end\w*head|end\w*foot|\w+rule|centering|raggedright|tightlist|tableofcontents|newpage"
    r"|clearpage|[vh]space|noindent|par\w*|bibliography\w*|page\w*|this\w*|frontmatter|mainmatter|backmatter|protect|small"
    r"|large|footnotesize|column\w*|addcontentsline|phantomsection|label|CSLBlock|urlstyle)(?![A-Za-z])"
)


def rewritten(raw: bytes) -> bytes:
    """Leave out what pandoc's own template puts in and its reader trips over: pictures and terms would be lost."""
    return raw.replace(b"\\pandocbounded{", b"{").replace(b"\\tightlist\n", b"\n")


def warnings(raw: bytes, messages: list[tuple[str, str]]) -> list[str]:
    """Pandoc's warnings, and which commands of the text itself it skipped.

    Parameters:
        raw: what it was given.
        messages: what it said, as `copydesk_pandoc.pandoc.read` gives it.
    """
    above = raw[: max(raw.find(b"\\begin{document}"), 0)].count(b"\n")
    told, skipped = [], dict[str, None]()
    for level, message in messages:
        line = re.search(r" line (\d+)", message)
        if line is not None and int(line[1]) <= above:
            continue
        if command := re.match(r"Skipped '(.{1,80}?)'", message):
            if not _LAYOUT.match(command[1]):
                skipped.setdefault(command[1])
        elif level == "WARNING":
            told.append(f"pandoc says: {message}")
    if skipped:
        more = f" and {len(skipped) - _NAMED} more" if len(skipped) > _NAMED else ""
        told.append(f"pandoc skips commands that it does not know: {', '.join(list(skipped)[:_NAMED])}{more}")
    return told
