"""Emphasis that CommonMark can delimit: marks move or go until every parser takes them for what they are."""

from __future__ import annotations

import string
import unicodedata

from copydesk_markdown.row import Bracket, LineBreak, Mark, Part


def settle(parts: list[Part]) -> None:
    """Settle, in place, which marks of a row are written and where.

    Parameters:
        parts: texts and other parts in turn, as `Row` collects them: at most one em and one strong around any text.
    """
    if any(isinstance(part, Mark | Bracket) for part in parts[1::2]):
        _move_out(parts, opens=True)
        _move_out(parts, opens=False)
        _drop_undelimited(parts)


def _move_out(parts: list[Part], *, opens: bool) -> None:
    """Move what must not stand at the inner edge of a mark or link out of it.

    White space always; punctuation where a letter stands on the other side, as "foo*.bar*" does not open and
    "*foo.*bar" does not close: the rule in scripts that set no spaces between sentences. What is inside goes first.
    """
    inward = 1 if opens else -1
    for start in range(len(parts) - 2, 0, -2) if opens else range(1, len(parts), 2):
        edge, at = parts[start], start
        if not isinstance(edge, Mark | Bracket) or edge.opens != opens:
            continue
        while isinstance(edge, Bracket) or edge.live:
            inner = _next_solid(parts, at, inward)
            part = parts[inner]
            if isinstance(part, str):
                char = part[0] if opens else part[-1]
                obstructs = isinstance(edge, Mark) and _obstructs(char, _char_beside(parts, at, -inward))
                if not (obstructs or char.isspace()):
                    break
                parts[inner] = part[1:] if opens else part[:-1]
                outer = parts[at - inward]
                parts[at - inward] = f"{outer}{char}" if opens else f"{char}{outer}"
            elif isinstance(part, LineBreak):
                parts[at], parts[inner] = part, edge
                at = inner
            elif isinstance(edge, Mark) and part is edge.partner:
                edge.drop()
            else:
                break


def _obstructs(inner: str, outer: str) -> bool:
    """Whether a mark between these, if neither is white space, delimits nothing on its inner side."""
    return not _is_word(inner) and _is_word(outer, symbols=True)


def _drop_undelimited(parts: list[Part]) -> None:
    """Drop the marks that a parser would not take for what they are: the text stays, without its emphasis.

    As no star in the text goes unescaped, marks are read as meant if each run of them can open, or close (CommonMark
    0.31, section 6.2: left- and right-flanking), if no run does both, and if none that opens within other emphasis
    could close that instead.
    """
    depth = 0
    for at in range(1, len(parts), 2):
        mark = parts[at]
        if not isinstance(mark, Mark) or not mark.live:
            continue
        before, after = _char_beside(parts, at, -1), _char_beside(parts, at, 1)
        if mark.opens:
            left_flanking = not after.isspace() and not _obstructs(after, before)
            maybe_right = not before.isspace() and (_is_word(before, symbols=True) or not _is_word(after))
            neighbour = _mark_before(parts, at)
            follows_closer = neighbour is not None and not neighbour.opens
            good = left_flanking and not follows_closer and not (depth and neighbour is None and maybe_right)
            depth += good
        else:
            good = not before.isspace() and not _obstructs(before, after)
            depth -= 1
        if not good:
            mark.drop()


def _mark_before(parts: list[Part], at: int) -> Mark | None:
    previous = _next_solid(parts, at, -1)
    part = parts[previous] if previous >= 0 else None
    return part if isinstance(part, Mark) else None


def _next_solid(parts: list[Part], at: int, step: int) -> int:
    """Return the index of the next part that will be seen; -1 or the length at the end of the row."""
    at += step
    while 0 <= at < len(parts):
        part = parts[at]
        if part != "" and not (isinstance(part, Mark) and not part.live):
            break
        at += step
    return at


def _char_beside(parts: list[Part], at: int, step: int) -> str:
    """Return the character that a parser finds beside the run of marks at an index; a space at the end of a line."""
    at += step
    while 0 <= at < len(parts):
        match parts[at]:
            case "" | Mark():
                at += step
            case str() as text:
                return text[0 if step > 0 else -1]
            case LineBreak():
                break
            case _:
                return "`"  # as good as any other ASCII punctuation
    return " "


def _is_word(char: str, *, symbols: bool = False) -> bool:
    """Whether a character is neither white space nor punctuation to a parser.

    Symbols such as "€" are punctuation in CommonMark 0.31 and were not before, so each question is put such that the
    answer serves both.

    Parameters:
        char: one character.
        symbols: the answer for symbols outside ASCII.
    """
    if char.isspace() or char in string.punctuation or char == "\ufeff":  # the last comes out as "&#65279;"
        return False
    category = unicodedata.category(char)[0]
    return symbols if category == "S" else category != "P"
