"""The writers of an article whose head names none in a byline: read from where the page names them, left there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.article.ledger import LedgerRule, Span
from copydesk.cleaning.bylines import Names, is_known, is_other, names_of, opening
from copydesk.cleaning.draft import Agent, Draft, HeadValue
from copydesk.cleaning.label.units import KINDS, Unit, units
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.byline import LIFE
from copydesk.cleaning.shape import has_words
from copydesk.cleaning.whole_page import between, comments_line, line_at, start_of, text_lines

_ABOVE, _BELOW = 8, 12  # lines above and below the headline in which a name may stand alone
_FOOT = 15  # lines below the text in which words of a byline count
_WITHIN = 2  # paragraphs of the text above a byline of the head, or below one at the end
_STANDFIRST, _ABOUT_LAST = 1, 2  # the same of a name that stands alone
_LIST = 6  # lines below a byline at the foot in which other names tell of a list of articles
_LONGEST = 160  # characters of a line that a byline opens
_ABOUT = 8  # words of a paragraph about a writer
_END, _SMALL = re.compile(r"\s[–—|•·/-]\s|\s\s|[|•·\d]"), re.compile(r"\s[^\W\d_]+(?=\s)")  # what may end names
_PIECE = re.compile(r"[^\s_*·•|](?:[^·•|]*[^\s_*·•|])?")  # of a line: what separators and marks part
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST = 2  # people of whom the page has a name and a paragraph, before they are a team


@dataclass(slots=True)
class _Sighting:
    """Names on a line: its number, and their ranges of it."""

    line: int
    names: list[Span]


def apply(draft: Draft) -> None:
    """Derive head/author from a byline anywhere around the text, or from a name that the page has on lines of its own.

    Only where the head has no author yet, and nothing is taken out. A byline is a line that such words open
    (`Written by Jane Doe`), near the start or the end of the text, but not below a heading of a section; at the foot,
    not one of several, as lists of other articles have them. A name alone on a line, which must begin with a given name
    that is known, counts between the headline and the text, and at the foot if a paragraph begins with it, as one about
    the writer does. Left alone are reviewers, the people of a page about a team, those whom a section, a quotation or
    a passage of the text is about, those with years of birth and death below, and comments. Only a page whose blocks
    were judged is looked at.
    """
    if draft.model is None or any(agent.role == "author" for agent in draft.agents):
        return
    every = units(draft.source.blocks, split=draft.source.media_type == "text/plain", known=draft.parts)
    starts = [start_of(line) for line in every]
    texts = text_lines(draft, starts)
    first, last = (texts[0], texts[-1]) if texts else (0, 0)
    texts = text_lines(draft, starts, whole=True)
    headline = draft.head.get("headline")
    top = line_at(starts, headline[0].passage.start) if headline and headline[0].passage else first
    start = max(top, texts[0] if texts else first)
    lines = every[: comments_line(every, start)]
    found = list(_opened(draft, lines, start))
    near = [each for each in found if min(top, first) - _ABOVE <= each.line <= last]
    chosen = next((each for each in near if _is_at_end(each.line, texts, top)), None)
    if chosen is None:
        foot = [each for each in found if last < each.line <= last + _FOOT]
        if foot and not any(foot[0].line < each.line <= foot[0].line + _LIST for each in foot):
            chosen = foot[0]
    if chosen is None:
        chosen = _alone(draft, lines, top, first, texts)
    if chosen is None:
        return
    line = lines[chosen.line]
    for low, high in chosen.names:
        name = line.block.passage.cut(line.low + low, line.low + high).unmarked()
        type_ = "Organization" if draft.lexicon.is_organization(name.string) else "Person"
        draft.agents.append(
            Agent(len(draft.agents), HeadValue(name, "derive.author", derived=True), role="author", type=type_)
        )


def _is_at_end(number: int, texts: Sequence[int], top: int) -> bool:
    """Whether a line of the text stands near its start or end, not deep in it."""
    return between(texts, top, number) <= _WITHIN or _below(texts, number) <= _WITHIN


def _below(texts: Sequence[int], number: int) -> int:
    """How many paragraphs of the text begin below a line."""
    return len(texts) - bisect_right(texts, number)


def _opened(draft: Draft, lines: Sequence[Unit], start: int) -> Iterator[_Sighting]:
    """Lines that words of a byline open, and those below a line that is nothing but such words.

    Not in a quotation, nor right below a heading of a section: that says who wrote a book, say, of which it tells.
    """
    for number, line in enumerate(lines):
        if len(line.text) > _LONGEST or line.kind in (KINDS["code"], KINDS["quote"]):
            continue
        if number - 1 > start and _is_section(lines[number - 1]):
            continue
        length = opening(line.text.replace("\xa0", " "), draft.lexicon)
        if not length:
            continue
        at = number
        if length >= len(line.text.rstrip()):
            at, length = number + 1, 0
            if at == len(lines) or len(lines[at].text) > _LONGEST:
                continue
        names = _names(draft, lines[at].text[length:])
        before = lines[number - 1].text if number and line.part else ""
        if names.names and not is_other(before, draft.lexicon):
            yield _Sighting(at, [(low + length, high + length) for low, high in names.names])


def _names(draft: Draft, text: str) -> Names:
    """The names at the start of a text: of all of it, or up to a separator or number, or up to a function word."""
    small = (found.start() for found in _SMALL.finditer(text) if found[0].strip() in draft.lexicon.function_words)
    end = _END.search(text)
    for high in dict.fromkeys((len(text), end.start() if end else len(text), next(small, len(text)))):
        names = names_of(text[:high], draft.lexicon, sure=False)
        if names.names:
            return names
    return Names()


def _alone(draft: Draft, lines: Sequence[Unit], top: int, first: int, texts: Sequence[int]) -> _Sighting | None:
    """A person's name on a line of its own: near the headline, or one with a paragraph that it begins."""
    cards = {agent.name.passage.string for agent in draft.agents}
    spans = {number: span for number, line in enumerate(lines) if (span := _bare(line.text)) is not None}
    named = {number: lines[number].text[slice(*span)] for number, span in spans.items()}
    end = texts[-1] if texts else 0
    sections = {line.level: number for number, line in enumerate(lines[:end]) if _is_section(line)}
    known = [
        number
        for number, text in named.items()
        if text not in cards and is_known(text, draft.lexicon) and _may_stand(lines, number, texts, sections)
    ]
    if not known:
        return None
    names = {named[number] for number in known}
    openings = sorted(line.text for line in lines if has_words(line.text, _ABOUT))
    about = {
        text for text in names if any(each.startswith(text) for each in openings[bisect_left(openings, text) :][:1])
    }
    low, high = min(top, first) - _ABOVE, max(top, first) + _BELOW
    near = [each for each in known if low <= each <= high and between(texts, top, each) <= _STANDFIRST]
    chosen = [number for number in near if named[number] in about] or near
    if not chosen and 0 < len(about) <= _MOST:
        sure = [number for number in known if named[number] in about]
        chosen = [each for each in sure if each < first or _below(texts, each) <= _ABOUT_LAST]
    if not chosen or (chosen[0] and is_other(lines[chosen[0] - 1].text, draft.lexicon)):
        return None
    return _Sighting(chosen[0], [spans[chosen[0]]])


def _may_stand(lines: Sequence[Unit], number: int, texts: Sequence[int], sections: dict[int, int]) -> bool:
    """Whether a name on a line may be the writer's, not that of whom a section, a quotation, an obituary is about.

    `sections` tells the last line of the text that is a heading of each level.
    """
    line = lines[number]
    if line.kind == KINDS["quote"] or (number + 1 < len(lines) and LIFE.fullmatch(lines[number + 1].text)):
        return False
    if not _is_section(line) or not texts:
        return True
    if texts[0] < number and _below(texts, number) > 1:
        return False
    return sections.get(line.level, 0) <= number


def _is_section(line: Unit) -> bool:
    return line.kind == KINDS["heading"] and line.level > 1


def _bare(text: str) -> Span | None:
    """What a short line says without marks around it, and without a date or minutes beside it."""
    if len(text) > _LONGEST:
        return None
    pieces = [found.span() for found in _PIECE.finditer(text) if not _YEAR.search(found[0])]
    words = [span for span in pieces if not text[slice(*span)][:1].isdigit()]
    return words[0] if len(words) == 1 else None


RULE = Rule(
    "page-author",
    apply,
    (LedgerRule(id="derive.author", d="derive", reason="a writer whom the page names, left where the name stands"),),
)
