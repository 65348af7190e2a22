"""What of a line may be the headline: the whole of it, or what is left without a byline, a date, a site's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from copydesk.cleaning.bylines import names_of
from copydesk.cleaning.dates import find_dates
from copydesk.cleaning.label.units import Unit
from copydesk.cleaning.lexicon import Lexicon, lexicon

_JOINED = 200  # characters of a line that is looked at whole, though it seems to be glued
_FEW = 3  # parts of a line that is looked at whole
_SHORTEST = 15  # characters of a headline in front of a byline or a date
_LAST, _FIRST = re.compile(r"[^\W_]*\W*$"), re.compile(r"\W*[^\W_]*")
_TOKEN = 24  # characters in front of a joint that are looked at
_SEPARATORS = (" | ", " › ", " > ", " » ", " / ")
_YEAR = re.compile(r"(?:19|20)\d\d")


def whole_lines(found: Sequence[Unit]) -> tuple[list[Unit], dict[int, list[Unit]]]:
    """Put the parts of short lines together again, and the parts of words: `U.S.`, `n8n` and `iPhone` look glued.

    Parameters:
        found: the units of a document.

    Returns:
        The lines, a short one that was taken apart with a negative number of parts; and the parts of each of these,
        by its number in the list.
    """
    lines: list[Unit] = []
    parts_of: dict[int, list[Unit]] = {}
    at = 0
    while at < len(found):
        end = at + 1
        while end < len(found) and found[end].block is found[at].block and found[end].part == found[end - 1].part + 1:
            end += 1
        parts = found[at:end]
        short = len(parts) > 1 and parts[-1].high - parts[0].low <= _JOINED
        if short and (len(parts) <= _FEW or all(part.spaced for part in parts[1:])):
            parts_of[len(lines)] = [replace(part, parts=1) for part in _mended(parts)]
            lines.append(_joined(parts, -len(parts)))
        else:
            lines.extend(_mended(parts) if len(parts) > 1 else parts)
        at = end
    return lines, parts_of


def pieces(line: Unit, words: Lexicon) -> Iterator[Unit]:
    """What is left of a line without a writer's name or a date at its end, and what stands around its separators."""
    text, folded = line.text, line.text.casefold()
    for lang in dict.fromkeys((words.lang, "en")):
        for word in lexicon(lang).words("bylines", "by"):
            at = folded.rfind(f"{word} ")
            if at <= _SHORTEST or text[at - 1] in "-’'":
                continue
            name = re.split(r"[\d|·•]", text[at + len(word) + 1 :], maxsplit=1)[0]
            if name[:1].isupper() and names_of(name, words, sure=False).names:
                yield _cut(line, 0, at)
    if _YEAR.search(text):
        for low, high, _ in find_dates(text):
            if low > _SHORTEST:
                yield _cut(line, 0, low)
            elif not low and high < len(text) - _SHORTEST:
                yield _cut(line, high, len(text))
            break
    for separator in _SEPARATORS:
        if separator in text:
            yield _cut(line, text.rindex(separator) + len(separator), len(text))
            yield _cut(line, 0, text.index(separator))
            break


def _cut(line: Unit, low: int, high: int) -> Unit:
    """A piece of a line, less white space at its ends."""
    text = line.text[low:high]
    low += len(text) - len(text.lstrip())
    text = text.strip()
    return replace(line, low=line.low + low, high=line.low + low + len(text), text=text)


def _mended(parts: Sequence[Unit]) -> list[Unit]:
    """Parts put together where the joint is inside a word or an abbreviation."""
    groups: list[list[Unit]] = []
    for part in parts:
        before = groups[-1][-1] if groups else None
        if before is not None and before.high == part.low and _is_inside(before.text, part.text):
            groups[-1].append(part)
        else:
            groups.append([part])
    return [group[0] if len(group) == 1 else _joined(group, group[0].parts) for group in groups]


def _joined(parts: Sequence[Unit], number: int) -> Unit:
    low, high = parts[0].low, parts[-1].high
    linked = sum(part.linked for part in parts)
    return replace(parts[0], high=high, text=parts[0].block.text[low:high], linked=linked, parts=number)


def _is_inside(left: str, right: str) -> bool:
    """Whether a joint seems to stand inside a word: a letter or a digit alone on one side, two capitals' sequel."""
    last, first = _LAST.search(left, max(0, len(left) - _TOKEN)), _FIRST.match(right)
    before = last[0].strip(" .’'(") if last else ""
    behind = first[0].strip(" .,:;)’'?!") if first else ""
    if len(before) <= 1 or (len(behind) <= 1 and behind not in ("A", "I")):
        return True
    return len(before) == 2 and ((before[0].isupper() and behind.isupper()) or left.endswith("."))
