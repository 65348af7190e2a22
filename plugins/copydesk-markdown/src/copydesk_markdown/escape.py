"""Text, code and addresses as Markdown source that reads as exactly what they are.

The target is CommonMark 0.31. Beyond it, text is kept from meaning anything in the extensions that readers of Markdown
switch on: GFM (tables, strikethrough, bare links), pandoc's (maths, sub- and superscript, notes, attributes, lists like
"a)"), kramdown's (attributes, definition lists), Obsidian's (highlights, comments, tags), and the templates that run
before Markdown: Liquid in Jekyll, shortcodes and the `<!--more-->` divider in Hugo.
"""

from __future__ import annotations

import re

from copydesk import safe_address

# What a backslash escapes must be punctuation in CommonMark and in kramdown's narrower list alike; where it is not, or
# where a template engine would still see the pair of characters, a character reference is used.
# One character is met first and asked about then: so those of the set are searched for at the speed of a plain search.
_TEXT = re.compile(
    r"""
    [\\`*\[\]{|~$_\#=:.<&^%\u2028\u2029\ufeff]
    (?:
      (?P<slash>
          (?<=[\\`*\[\]{|~$])
        | (?<=_)(?:(?<![^\W_]_)|(?![^\W_]))     # a "_" between letters cannot open or close emphasis
        | (?<=\#)(?<![^\ ]\#)                   # closes a heading; a tag in Obsidian
        | (?<==)(?:(?<===)|(?==))               # Obsidian: ==highlight==
        | (?<=:)(?=//)                          # a bare address is no link in the article
        | (?<=:)(?!\d{1,2}:)(?=[\w+-]{1,60}:)   # an emoji's name, but not 10:30:45
        | (?<=(?<!\w)[Ww][Ww][Ww]\.)            # a bare address again
      )
    | (?<=<)(?!\ )                              # from here on, those that become references
    | (?<=&)(?=\#?[0-9A-Za-z]{1,40};)
    | (?<=\^)
    | (?<=[{%]%)                                # Liquid's and Hugo's {%, Obsidian's %%comment%%
    | (?<=[\u2028\u2029\ufeff])                # line ends to some tools; a byte order mark to others
    )
    """,
    re.VERBOSE,
)
_NAMED = {"<": "&lt;", "&": "&amp;"}
# What would open a block at the start of a line: the mark itself, or the stop after a list's number. Letters and Roman
# numerals are pandoc's fancy lists.
_LINE_START = re.compile(r"(?=[-+=>:])|(?P<number>\(?(?:[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+))(?=[.)](?:\s|$))")
_BACKTICKS = re.compile("`+")

_UNSAFE_IN_ADDRESS = re.compile(r"""[\x00-\x20\x7f-\x9f\s\ufeff<>"\\`{|}^]""")
_ENTITY = re.compile(r"&(?=#?[0-9A-Za-z]{1,40};)")
_UNSAFE_IN_TITLE = re.compile(r"""[][\\`*_<>"{}|$~^&=%\u2028\u2029\ufeff]""")
# An address that reads the same in `<...>`: nothing that a parser decodes, such as "%" or punycode.
_PLAIN_ADDRESS = re.compile(r"https?://(?!.*xn--)[A-Za-z0-9./?=#+~_-]+")


def escape_text(text: str) -> str:
    """Escape text for the middle of a line; for its start, see `escape_line`."""
    return _TEXT.sub(lambda m: "\\" + m[0] if m["slash"] is not None else character_reference(m[0]), text)


def character_reference(char: str) -> str:
    """Write one character as a character reference."""
    return _NAMED.get(char) or f"&#{ord(char)};"


def escape_line(line: str) -> str:
    """Keep a finished line of a paragraph from opening a list, a quotation, a heading or the like."""
    return _LINE_START.sub(lambda m: (m["number"] or "") + "\\", line, count=1) if _LINE_START.match(line) else line


def guard_edges(line: str) -> str:
    """Write white space at the ends of a finished line as references, as parsers in Python strip it (NBSP, U+2003)."""
    if line[:1].isspace():
        line = character_reference(line[0]) + line[1:]
    if line[-1:].isspace():
        line = line[:-1] + character_reference(line[-1])
    return line


def code_span(text: str, *, in_table: bool) -> str:
    r"""Write a code span: its fence is longer than any run of backticks in it.

    Parameters:
        text: not empty, without line ends.
        in_table: whether it stands in a table, where "\|" is the only way to write "|".
    """
    fence = "`" * (longest_backticks(text) + 1)
    padded = text.startswith("`") or text.endswith("`") or (text[0] == text[-1] == " " and text.strip(" ") != "")
    pad = " " if padded else ""
    body = text.replace("|", "\\|") if in_table else text
    return f"{fence}{pad}{body}{pad}{fence}"


def longest_backticks(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max(map(len, _BACKTICKS.findall(text)), default=0)


def is_link(href: str) -> bool:
    """Whether an address may come out as a link: harmless, and not a place within the article.

    The anchors of the canonical XML are not in the Markdown, so a link to one would be dead.
    """
    return safe_address(href) is not None and href.strip()[:1] not in ("", "#")


def is_image(src: str) -> bool:
    """Whether an image may come out: from the web, or a path."""
    return safe_address(src, ("http", "https")) is not None and src.strip() != ""


def destination(address: str) -> str:
    """Write a link destination: percent-encoded where Markdown needs it, in `<>` where its parentheses do not pair."""
    encoded = _UNSAFE_IN_ADDRESS.sub(lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), address.strip())
    encoded = _ENTITY.sub("&amp;", encoded)
    return encoded if _parentheses_pair(encoded) else f"<{encoded}>"


def _parentheses_pair(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if not 0 <= depth <= 3:  # CommonMark 0.31, section 6.3: a parser need not take more than three levels
            return False
    return depth == 0


def link_title(title: str) -> str:
    """Write a link title: a space and the title in double quotes."""
    escaped = _UNSAFE_IN_TITLE.sub(lambda m: character_reference(m[0]), " ".join(title.split()))
    return f' "{escaped}"'


def autolink(href: str, text: str) -> str | None:
    """Write `<href>` if that reads as just this address and text."""
    return f"<{href}>" if href == text and _PLAIN_ADDRESS.fullmatch(href) else None
