"""The date of an article whose head has none as a line or piece: read from where the page says it, left where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.bylines import is_writer
from copydesk.cleaning.dates import find_dates
from copydesk.cleaning.draft import Draft, HeadValue
from copydesk.cleaning.label.units import KINDS, Unit, units
from copydesk.cleaning.lexicon import Lexicon, lexicon
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.date_line import announces, is_apart, is_modified, label_before, under_pictures
from copydesk.cleaning.shape import ends_sentence, is_prose
from copydesk.cleaning.whole_page import between, comments_line, line_at, start_of, text_lines
from copydesk.reading.passage import Passage

_PUBLISHED, _MODIFIED = "datePublished", "dateModified"
_ABOVE = 6  # lines above the headline, or above the text of a page without one
_WITHIN = 2  # paragraphs of the text above a date that belongs to the head: a standfirst, a note
_BELOW = 5  # lines below the text in which the article's date may stand
_LABELLED = 15  # and one with a label
_LIST = 8  # lines below a date at the foot in which further dates tell of a list of other articles
_LONGEST = 160  # characters of a line that is no sentence, and between a writer's name and a date beside it
_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE = 60  # characters in front of the date of a longer line


@dataclass(slots=True)
class _Sighting:
    """A date of the page: its line, passage, what it says, its label, whether its line is nothing else."""

    line: int
    passage: Passage
    value: str
    label: str | None
    is_alone: bool


def apply(draft: Draft) -> None:
    """Derive head/datePublished, or dateModified, from a date near the headline, near the text's start, or at its foot.

    Only where the head has no date yet, and nothing is taken out: the date may be part of a line that no rule may cut
    (`Posted by Jane Doe on June 5, 2024 from the harbour`), or stand at the foot. Between the headline and the text the
    first date counts, at the foot one that is followed by no others, as lists of articles and comments have them; a
    label (`Published`, `Last updated`) counts in between too. A date inside a sentence is not looked at, nor one among
    other words, such as a deadline's, unless words of a byline open the line, nor one behind any other words and a
    colon, on its line or the one above (`When: June 5, 2031`), nor a comment's: below a label of comments, or at the
    foot below a name.
    """
    if _PUBLISHED in draft.head or _MODIFIED in draft.head:
        return
    if not _YEAR.search(draft.source.view):
        return
    lines = units(draft.source.blocks, split=draft.source.media_type == "text/plain", known=draft.parts)
    found = _choose(draft, lines, list(_sightings(draft, lines)))
    for each in found:
        name = _MODIFIED if each.label is not None and is_modified(each.label) else _PUBLISHED
        if name not in draft.head:
            value = HeadValue(each.passage.unmarked(), "derive.date", derived=True, value=each.value)
            draft.head.setdefault(name, []).append(value)


def _sightings(draft: Draft, lines: Sequence[Unit]) -> Iterator[_Sighting]:
    writers = [agent.name.passage.start for agent in draft.agents if agent.role == "author" and agent.name.passage]
    pictured = under_pictures(draft.source.blocks)
    for number, line in enumerate(lines):
        if not _YEAR.search(line.text) or line.kind == KINDS["code"]:
            continue
        for low, high, value in find_dates(line.text):
            passage = line.block.passage.cut(line.low + low, line.low + high)
            before, rest = line.text[:low], line.text[:low] + line.text[high:]
            is_alone = not rest.strip(" \t_|·•-–—")
            near = any(abs(writer - passage.start) <= _LONGEST for writer in writers)
            is_byline = _names_a_writer(before, draft.lexicon)
            is_signed = near or is_byline
            if len(list(passage.stretches())) != 1 or (is_prose(rest) and ends_sentence(line.text) and not is_signed):
                continue
            if len(line.text) > _LONGEST and low > _BEFORE:
                continue
            label = label_before(line.text, low)
            above = lines[number - 1].text if number and not low else ""
            over = label_before(above, len(above))
            if label is None and line.part:
                label = over
            if label is None and over is None and not is_byline and announces(above or before):
                continue
            if not is_signed and id(line.block) in pictured and before.rstrip().endswith(","):
                continue
            if label or is_alone or is_signed or is_apart(line.text, low, high):
                yield _Sighting(number, passage, value, label, is_alone)


def _names_a_writer(text: str, words: Lexicon) -> bool:
    """Whether words of a byline stand in front of a date, with the name that they open."""
    for lang in {words.lang, "en"}:
        for word in lexicon(lang).words("bylines", "by"):
            at = f" {text}".casefold().rfind(f" {word} ")
            if at >= 0 and (at == 0 or text[at + len(word) + 1 :][:1].isupper()):
                return True
    return False


def _choose(draft: Draft, lines: Sequence[Unit], found: Sequence[_Sighting]) -> Sequence[_Sighting]:
    if not found:
        return ()
    starts = [start_of(line) for line in lines]
    texts = text_lines(draft, starts)
    first, last = (texts[0], texts[-1]) if texts else (0, 0)
    end = comments_line(lines, first)
    found = [each for each in found if each.line < end]
    headline = draft.head.get("headline")
    at = line_at(starts, headline[0].passage.start) if headline and headline[0].passage else None
    start = first if at is None else at
    above = [each for each in found if max(0, min(start, first) - _ABOVE) <= each.line < start]
    head = [
        each
        for each in found
        if each.line >= start and between(texts, start, each.line) <= _WITHIN and each.line <= last
    ]
    labelled = [each for each in found if each.label and min(start, first) - _LABELLED <= each.line <= last + _LABELLED]
    foot = [each for each in found if last < each.line <= last + _BELOW and not _is_under_name(draft, lines, each)]
    if head and head[0].line <= max(first, start) + _LABELLED:
        return head[:1]
    if above and above[-1].is_alone:
        return above[-1:]
    if labelled:
        return labelled[:1]
    has_time = any("T" in each.value for each in foot[:1])
    return foot[:1] if not has_time and not _begins_list(foot, found) else ()


def _is_under_name(draft: Draft, lines: Sequence[Unit], found: _Sighting) -> bool:
    """Whether a date stands right below a name that is not the writer's, above a sentence, as a comment's does."""
    name = lines[found.line - 1].text.strip()
    writers = {agent.name.passage.string for agent in draft.agents if agent.role == "author" and agent.name.passage}
    if not found.is_alone or found.label or found.line + 1 == len(lines) or name in writers:
        return False
    return is_writer(name, draft.lexicon) and ends_sentence(lines[found.line + 1].text)


def _begins_list(foot: Sequence[_Sighting], found: Sequence[_Sighting]) -> bool:
    """Whether further dates follow the first one at the foot, as in lists of other articles."""
    return any(foot[0].line < each.line <= foot[0].line + _LIST for each in found) if foot else False


RULE = Rule(
    "page-date",
    apply,
    (LedgerRule(id="derive.date", d="derive", norm="date", reason="a date of the page that was left where it stands"),),
)
