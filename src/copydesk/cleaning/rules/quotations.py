"""Quotations in the text: the words said, who said them, and the phrase that tells."""

from __future__ import annotations

import re
from dataclasses import replace

from copydesk.cleaning.draft import Agent, Draft, HeadValue
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.name_cards import RULE as NAME_CARDS
from copydesk.cleaning.speech import Attributions, Run, Speaker, is_speech, quotations
from copydesk.reading.passage import Mark, Passage
from copydesk.reading.source import Block

_QUOTE = re.compile("[“„«»‘\"]")
_LINK = " \u00a0\t\r\n,–—-"  # what may stand between a quotation and the phrase behind it


def apply(draft: Draft) -> None:
    """Mark said words and attributions in paragraphs, and name their speakers in head/mentions.

    A quotation is marked only where its sentence or the words behind it attribute it; a term in quote marks is left
    alone. A speaker is named where the full name and a second sign of a person stand in the text (a job title, a common
    noun before the name, a name card, the surname alone elsewhere); a surname refers to the earlier full name. In a
    quotation of several paragraphs, each of which opens with the mark, the speaker stays the same.
    """
    if not draft.lexicon.words("speech", "verbs"):
        return
    blocks = list(draft.paragraphs())
    speaker: int | None = None
    open_end = False
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if _QUOTE.search(block.text):
            next_text = following.text if following is not None else ""
            speaker, open_end = _mark(draft, block, next_text, speaker if open_end else None, goes_on=open_end)
        else:
            open_end = False


def _mark(draft: Draft, block: Block, following: str, before: int | None, *, goes_on: bool) -> tuple[int | None, bool]:
    """Mark one paragraph.

    Parameters:
        following: the text of the next paragraph.
        before, goes_on: the speaker of the quotation that the paragraph before left open, and whether there is one.

    Returns:
        The speaker of this paragraph's last quotation, and whether it is left open.
    """
    text = block.text
    every = quotations(text, draft.lexicon, following=following)
    open_end = bool(every) and every[-1].end == len(text) == every[-1].outer_end
    attributions = Attributions(text, every, draft.lexicon)
    found: list[tuple[Run, tuple[int, int] | None]] = []
    for run in every:
        phrase = attributions.find(run) if attributions.verbs else None
        adjacent = (
            phrase is not None and phrase[0] >= run.outer_end and not text[run.outer_end : phrase[0]].strip(_LINK)
        )
        if is_speech(text, run) or adjacent:
            found.append((run, phrase))
    phrases = sorted({phrase for _, phrase in found if phrase is not None})
    if not phrases:
        if goes_on and every and every[0].outer_start == 0:
            block.passage = block.passage.marked(Mark(every[0].start, every[0].end, "said", who=before))
            return before, open_end
        return None, False
    who = {phrase: _agent(draft, block.passage, attributions.speaker(*phrase)) for phrase in phrases}
    marks = [Mark(*phrase, "attribution", who=who[phrase]) for phrase in phrases]
    last: int | None = None
    for run, phrase in found:
        spoken = phrase or min(phrases, key=lambda other: abs(other[0] - run.start))
        last = who[spoken]
        marks.append(Mark(run.start, run.end, "said", who=last))
    block.passage = block.passage.marked(*marks)
    return last, open_end


def _agent(draft: Draft, passage: Passage, speaker: Speaker) -> int | None:
    """Key of the agent whom a phrase names, made if need be; None where the text does not tell surely."""
    if speaker.name is None:
        return None
    name = passage.string[slice(*speaker.name)]
    words = name.split()
    for agent in draft.agents:
        known = agent.name.passage.string.split()
        if known == words or (len(words) == 1 and known[-1] == words[0]):
            return agent.key
    if len(words) < 2:
        return None
    if speaker.title is None and not speaker.apposed and not _surname_alone(draft, name, words[-1]):
        return None
    agent = Agent(key=len(draft.agents), name=_derived(passage, speaker.name), rel="quoted")
    if speaker.title is not None:
        agent.titles.append(_derived(passage, speaker.title))
    if speaker.affiliation is not None:
        agent.affiliations.append(_derived(passage, speaker.affiliation))
    draft.agents.append(agent)
    return agent.key


def _surname_alone(draft: Draft, name: str, surname: str) -> bool:
    """Whether the surname stands somewhere without the given name and without an article, as on second mention."""
    articles = "|".join(map(re.escape, draft.lexicon.words("speech", "determiners"))) or r"\0"
    given = re.escape(name[: -len(surname)].split()[-1])
    alone = rf"(?<!\w){re.escape(surname)}(?!\w)"
    view = draft.source.view
    before = re.compile(rf"(?i)(?:\b{given}|\b(?:{articles}))\s+$")
    return any(
        not before.search(view[max(0, found.start() - 40) : found.start()]) for found in re.finditer(alone, view)
    )


def _derived(passage: Passage, at: tuple[int, int]) -> HeadValue:
    return HeadValue(replace(passage.cut(*at), marks=()), "derive.agent", derived=True)


RULE = Rule("quotations", apply, NAME_CARDS.ledger_rules[-1:])
