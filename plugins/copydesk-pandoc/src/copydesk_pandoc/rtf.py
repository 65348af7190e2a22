"""RTF and pandoc: another spelling of the same meaning where its reader would lose text; links as they are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_TOKEN = re.compile(
    rb"(?P<skip>\\uc(?P<count>\d{1,4}) ?)|(?P<code>\\u-?\d{1,6} ?)|(?P<open>\{)|(?P<close>\})"
    rb"|\\(?:[A-Za-z]+-?\d* ?|'[0-9A-Fa-f]{2}|[^A-Za-z])",
    re.DOTALL,
)
_NOTE = re.compile(rb"\{\\\*\\footnote\b")
_PLAIN = re.compile(rb"[\r\n]*[^\\{}\r\n]")


def rewritten(raw: bytes) -> bytes:
    r"""Rewrite an RTF file.

    A Unicode character has a substitute for old readers behind it: `\u8220"again` is a quote mark, a substitute, and a
    word. Pandoc 3.9 takes the whole run of text for the substitute's and loses the first letter of the word; it reads
    `\u8220\'3fagain` right. Notes that are marked as a destination that readers may pass over, as pandoc itself writes
    them, it passes over.

    Parameters:
        raw: the bytes of the file.
    """
    return b"".join(_parts(_NOTE.sub(rb"{\\footnote", raw)))


def _parts(raw: bytes) -> Iterator[bytes]:
    counts = [1]  # characters of a substitute, by group (RTF 1.9.1, "Unicode RTF")
    at = 0
    position = 0
    while (found := _TOKEN.search(raw, position)) is not None:
        position = found.end()
        if found["open"]:
            counts.append(counts[-1])
        elif found["close"]:
            if len(counts) > 1:
                counts.pop()
        elif found["skip"]:
            counts[-1] = int(found["count"])
        elif found["code"] and counts[-1] == 1 and (substitute := _PLAIN.match(raw, position)):
            yield raw[at : found.end()].rstrip(b" ")
            yield rb"\'3f"
            at = position = substitute.end()
    yield raw[at:]


def without_underlined_links(value: Any) -> Any:
    """Blocks, or any part of them, without the underlines of links, which are there because they are links."""
    match value:
        case list():
            return [without_underlined_links(part) for part in value]
        case {"t": "Underline", "c": [{"t": "Link"} as link]}:
            return link
        case dict():
            return {key: without_underlined_links(part) for key, part in value.items()}
        case _:
            return value
