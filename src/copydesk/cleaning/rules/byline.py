"""Byline: who wrote it, above the text or below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from copydesk.article.ledger import LedgerRule, Span
from copydesk.cleaning.bylines import Names, handle, is_known, is_other, is_role, mailto, names_of, opening
from copydesk.cleaning.draft import Agent, Draft, HeadValue
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.segments import MARKS, Segment, foot_segments, head_segments, is_sentence, take
from copydesk.reading.source import Block

_NEAR = 8  # lines below the headline in which a name may stand without words in front of it
_NEXT = 2  # lines below the first one below the headline in which a name may stand alone
LIFE = re.compile(r"[(\s*†]*\d{4}\s?[-–—]\s?[†\s]*\d{4}[\s).]*")
"""Years of birth and death on a line of their own."""
_MINUTES = re.compile(r"\d+\s*\w+")
_GAP = re.compile(r"\s*(?:[,&]|and|und|et|y|e|i|и|en)?\s*")  # between two names
_MAILBOX = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)


@dataclass(slots=True)
class _Found:
    """What is to be taken out of one block: labels and names with what they are called, as ranges of its string."""

    block: Block
    labels: list[Span] = field(default_factory=list)
    names: list[Span] = field(default_factory=list)
    roles: list[tuple[int, Span]] = field(default_factory=list)
    mailboxes: list[Span] = field(default_factory=list)


def apply(draft: Draft) -> None:
    """Move the names of the writers around the headline, else below the text, to head/author.

    Words that open a byline stand in front of them (`By Jane Doe and John Smith`, `Text: Jane Doe`), on the same line
    or alone on the one above; or they have the shape of names and stand beside a date, the minutes that reading takes,
    or what they are called, and no word of theirs stands in lower case elsewhere. Degrees stay with the name (`Jane
    Doe, MD`), all capitals stay capitals; `Staff Writer` behind a name is its job title. A sentence that begins with
    such words (`By Friday, ...`), reviewers and photographers stay, and so do somebody with years of birth and death
    below, and several bylines below the text, which are those of other articles. A writer's address for mail goes to
    url.
    """
    if any(agent.role == "author" for agent in draft.agents):
        return
    segments = head_segments(draft)
    below = [segment for segment in segments if segment.below]
    above = [segment for segment in segments if not segment.below]
    found = _opened(draft, below) or _alone(draft, below) or _opened(draft, above)
    if not found:
        segments = foot_segments(draft)
        bylines = {each.line for each in segments if not each.low and opening(each.text, draft.lexicon)}
        found = _opened(draft, segments, sure=False) if len(bylines) <= 1 else []
    if found:
        _find_mailboxes(segments, found)
    for each in found:
        _move(draft, each)


def _find_mailboxes(segments: list[Segment], found: list[_Found]) -> None:
    """Addresses for mail on the line of the names, or on a line right below it."""
    line = max(segment.line for segment in segments if segment.block is found[-1].block)
    for segment in segments:
        mailboxes = list(_MAILBOX.finditer(segment.text))
        if not mailboxes or _MAILBOX.sub("", segment.text).strip(" ,;") or not line <= segment.line <= line + _NEXT:
            continue
        of_block = next((each for each in found if each.block is segment.block), None)
        if of_block is None:
            of_block = _Found(segment.block)
            found.append(of_block)
        of_block.mailboxes += [(segment.low + each.start(), segment.low + each.end()) for each in mailboxes]


def _opened(draft: Draft, segments: list[Segment], *, sure: bool = True) -> list[_Found]:
    """A byline that words open, in the first line that has one."""
    for number, segment in enumerate(segments):
        if segment.date is not None or is_sentence(segment.block.text) or not _starts(segments, number):
            continue
        length = opening(segment.text, draft.lexicon)
        if not length and _is_beside_date(segments, number):
            length = handle(segment.text, draft.lexicon)
        if not length:
            continue
        names = names_of(segment.text[length:], draft.lexicon, sure=sure)
        label = (segment.low, segment.low + len(segment.text[:length].rstrip()))
        if names.names:
            found = _Found(segment.block, labels=[label])
            _add(found, names, segment.low + length)
            _go_on(draft, segments, number, found)
            return [found]
        if length < len(segment.text) or number + 1 == len(segments):
            continue
        following = segments[number + 1]
        names = names_of(following.text, draft.lexicon, sure=sure and following.line <= segment.line + 1)
        if following.date is not None or not names.names or following.line > segment.line + 1:
            continue
        found = _Found(following.block)
        _add(found, names, following.low)
        if following.block is segment.block:
            found.labels.append(label)
            _go_on(draft, segments, number + 1, found)
            return [found]
        _go_on(draft, segments, number + 1, found)
        return [_Found(segment.block, labels=[label]), found]
    return []


def _is_beside_date(segments: list[Segment], number: int) -> bool:
    beside = [*segments[max(0, number - 1) : number], *segments[number + 1 : number + 2]]
    return any(each.date is not None for each in beside)


def _starts(segments: list[Segment], number: int) -> bool:
    """Whether a segment begins a line, or a separator, a link or a joint parts it from what stands before."""
    segment = segments[number]
    before = segment.block.text[max(0, segment.low - 3) : segment.low]
    if number and segments[number - 1].block is segment.block and segments[number - 1].date is not None:
        return True
    return not before.strip() or not before[-1:].isspace() or bool(re.search(MARKS.replace(r"\s", ""), before))


def _go_on(draft: Draft, segments: list[Segment], number: int, found: _Found) -> None:
    """Further names and what they are called, in the segments behind."""
    last, joined = segments[number], False
    for segment in segments[number + 1 :]:
        if segment.block is not found.block or segment.date is not None:
            return
        gap = segment.block.text[last.high : segment.low]
        names = names_of(segment.text, draft.lexicon, sure=False)
        if is_role(segment.text, draft.lexicon) and not is_other(segment.text, draft.lexicon):
            found.roles.append((len(found.names) - 1, (segment.low, segment.high)))
        elif names.names and (gap.strip() or names.names[0][0] or joined) and _GAP.fullmatch(gap):
            _add(found, names, segment.low)
        elif not _GAP.fullmatch(segment.text):
            return
        last, joined = segment, _GAP.fullmatch(segment.text) is not None


def _add(found: _Found, names: Names, by: int) -> None:
    first = len(found.names)
    found.names += [(low + by, high + by) for low, high in names.names]
    found.roles += [(first + number, (low + by, high + by)) for number, (low, high) in names.roles]


def _alone(draft: Draft, segments: list[Segment]) -> list[_Found]:
    """Names without words in front of them, beside a date, minutes, or what they are called."""
    small: frozenset[str] | None = None
    first = segments[0].line if segments else 0
    for number, segment in enumerate(segments):
        if segment.date is not None or segment.line - first > _NEAR:
            continue
        names = names_of(segment.text, draft.lexicon, sure=False)
        if not names.names or not _is_whole(draft, segment, names):
            continue
        if number and is_other(segments[number - 1].text, draft.lexicon):
            continue
        if any(LIFE.fullmatch(each.block.text) for each in segments[number + 1 : number + 2]):
            continue
        beside = [*segments[max(0, number - 1) : number], *segments[number + 1 : number + 3]]
        signs = names.roles or any(_is_sign(draft, each, segment) for each in beside)
        if not signs and not _is_known(draft, segment, first):
            continue
        if small is None:
            small = frozenset(filter(str.islower, draft.source.view.split()))
        if any(
            word.casefold().strip(".,") in small for low, high in names.names for word in segment.text[low:high].split()
        ):
            continue
        found = _Found(segment.block)
        _add(found, names, segment.low)
        _go_on(draft, segments, number, found)
        return [found]
    return []


def _is_whole(draft: Draft, segment: Segment, names: Names) -> bool:
    """Whether a piece is nothing but names, or one that is known for sure with words of a section behind it."""
    rest = segment.text[names.end :].strip(" ,.")
    return not rest or (rest[:1].islower() and is_known(segment.text[slice(*names.names[-1])], draft.lexicon))


def _is_known(draft: Draft, segment: Segment, first: int) -> bool:
    """Whether a line right below the headline is a name, as the page says it again elsewhere."""
    alone = segment.block.text.strip() == segment.text
    return alone and segment.line <= first + _NEXT and draft.source.view.count(segment.text) > 1


def _is_sign(draft: Draft, beside: Segment, segment: Segment) -> bool:
    if beside.line > segment.line + 2:
        return False
    if beside.date is not None or (beside.low >= segment.high and is_role(beside.text, draft.lexicon)):
        return True
    minutes = _MINUTES.match(beside.text)
    reading = draft.lexicon.words("times", "reading")
    return minutes is not None and any(beside.text.casefold().endswith(word) for word in reading)


def _move(draft: Draft, found: _Found) -> None:
    ranges = sorted([*found.labels, *found.names, *found.mailboxes, *(at for _, at in found.roles)])
    passages = dict(zip(ranges, take(draft, found.block, ranges, "byline.separator", _joint()), strict=True))
    for label in found.labels:
        draft.drop(passages[label].unmarked(), "byline.label")
        draft.release(passages[label])
    for number, name in enumerate(found.names):
        draft.release(passages[name])
        agent = Agent(len(draft.agents), HeadValue(passages[name].unmarked(), "meta.author"), role="author")
        if draft.lexicon.is_organization(passages[name].string):
            agent.type = "Organization"
        for of, role in found.roles:
            if of == number:
                draft.release(passages[role])
                agent.titles.append(HeadValue(passages[role].unmarked(), "meta.author-title"))
        draft.agents.append(agent)
    authors = [agent for agent in draft.agents if agent.role == "author"]
    for number, mailbox in enumerate(found.mailboxes):
        draft.release(passages[mailbox])
        value = HeadValue(passages[mailbox].unmarked(), "meta.author-mail", value=mailto(passages[mailbox].string))
        authors[min(number, len(authors) - 1)].urls.append(value)


def _labels() -> Iterator[str]:
    for key in ("by", "labels"):
        for word in in_all_languages("bylines", key):
            yield re.escape(word.rstrip(":："))


@cache
def _joint() -> re.Pattern[str]:
    """What stands between two names: separators, and a word such as "and"."""
    words = "|".join(map(re.escape, in_all_languages("bylines", "joints")))
    return re.compile(rf"(?:{MARKS}|[.+、，])*(?:(?i:{words})(?:{MARKS}|[.])*)?")


RULE = Rule(
    "byline",
    apply,
    (
        LedgerRule(id="meta.author", d="meta", reason="name of a writer"),
        LedgerRule(id="meta.author-mail", d="meta", norm="mailto", reason="a writer's address for mail"),
        LedgerRule(id="meta.author-title", d="meta", reason="what a writer is called, beside the name"),
        LedgerRule(
            id="byline.label",
            d="drop",
            match="(?i)(?:" + "|".join(sorted(_labels(), key=lambda word: (-len(word), word))) + r")\s*[:：]?",
            reason="words in front of writers' names",
        ),
        LedgerRule(
            id="byline.separator",
            d="drop",
            match=_joint().pattern,
            reason="what parted names from each other and from the rest of the line",
        ),
    ),
)
