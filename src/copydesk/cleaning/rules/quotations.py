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


def apply(draft: Draft) -> None:
    """Mark said words and attributions in paragraphs, and name their speakers in head/mentions.

    A quotation is marked only where its sentence or the words behind it attribute it; a term in quote marks is left
    alone. A speaker is named where the full name and a second sign of a person stand in the text (a job title, a name
    card, the surname alone elsewhere); a surname refers to the earlier full name.
    """
    if not draft.lexicon.words("speech", "verbs"):
        return
    for block in draft.paragraphs():
        if any(c in block.text for c in '“„«»‘"'):
            _mark(draft, block)


def _mark(draft: Draft, block: Block) -> None:
    text = block.text
    every = quotations(text, draft.lexicon)
    attributions = Attributions(text, every, draft.lexicon)
    if not attributions.verbs:
        return
    found: list[tuple[Run, tuple[int, int] | None]] = []
    for run in every:
        phrase = attributions.find(run)
        adjacent = phrase is not None and phrase[0] >= run.outer_end and not text[run.outer_end : phrase[0]].strip()
        if is_speech(text, run) or adjacent:
            found.append((run, phrase))
    phrases = sorted({phrase for _, phrase in found if phrase is not None})
    if not phrases:
        return
    who = {phrase: _agent(draft, block.passage, attributions.speaker(*phrase)) for phrase in phrases}
    marks = [Mark(*phrase, "attribution", who=who[phrase]) for phrase in phrases]
    for run, phrase in found:
        spoken = phrase or min(phrases, key=lambda other: abs(other[0] - run.start))
        marks.append(Mark(run.start, run.end, "said", who=who[spoken]))
    block.passage = block.passage.marked(*marks)


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
    if len(words) < 2 or (speaker.title is None and not _surname_alone(draft, name, words[-1])):
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
