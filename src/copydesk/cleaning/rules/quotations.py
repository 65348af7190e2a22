"""Quotations in the text: the words said, who said them, and the phrase that tells."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import zip_longest

from copydesk.cleaning.draft import Agent, Draft, HeadValue
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.name_cards import RULE as NAME_CARDS
from copydesk.cleaning.settle import is_derivable, settle
from copydesk.cleaning.speech import Attributions, Run, Speaker, is_speech, quotations
from copydesk.reading.passage import Mark, Passage
from copydesk.reading.source import Block

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
    speakers = _Speakers(draft)
    blocks = list(draft.paragraphs())
    opening = draft.lexicon.opening_marks
    speaker: int | None = None
    open_end = False
    for block, following in zip_longest(blocks, blocks[1:]):
        if opening.search(block.text):
            next_text = following.text if following is not None else ""
            speaker, open_end = _mark(speakers, block, next_text, speaker if open_end else None, goes_on=open_end)
        else:
            open_end = False


def _mark(
    speakers: _Speakers, block: Block, following: str, before: int | None, *, goes_on: bool
) -> tuple[int | None, bool]:
    """Mark one paragraph.

    Parameters:
        following: the text of the next paragraph.
        before, goes_on: the speaker of the quotation that the paragraph before left open, and whether there is one.

    Returns:
        The speaker of this paragraph's last quotation, and whether it is left open.
    """
    text = block.text
    every = quotations(text, speakers.lexicon, following=following)
    if not every:
        return None, False
    open_end = every[-1].end == len(text) == every[-1].outer_end
    attributions = Attributions(text, every, speakers.lexicon)
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
        if goes_on and every[0].outer_start == 0:
            block.passage = block.passage.marked(Mark(every[0].start, every[0].end, "said", who=before))
            return before, open_end
        return None, False
    who = {phrase: speakers.key(block.passage, attributions.speaker(*phrase)) for phrase in phrases}
    marks = [Mark(*phrase, "attribution", who=who[phrase]) for phrase in phrases]
    last: int | None = None
    for run, phrase in found:
        last = who[phrase or _nearest(phrases, run.start)]
        marks.append(Mark(run.start, run.end, "said", who=last))
    block.passage = block.passage.marked(*marks)
    return last, open_end


def _nearest(phrases: list[tuple[int, int]], at: int) -> tuple[int, int]:
    """Of phrases in order, the one that begins nearest to an offset; the first of two."""
    number = bisect_left(phrases, (at, 0))
    return min(phrases[max(number - 1, 0) : number + 1], key=lambda phrase: abs(phrase[0] - at))


class _Speakers:
    """The agents that phrases name, made as they come up."""

    def __init__(self, draft: Draft) -> None:
        self.lexicon = draft.lexicon
        self._draft = draft
        self._known: dict[str, int] = {}
        self._alone: dict[str, bool] = {}
        for agent in draft.agents:
            self._learn(agent)

    def _learn(self, agent: Agent) -> None:
        words = agent.name.passage.string.split()
        for name in (" ".join(words), words[-1]):  # a surname alone means the first of its name
            self._known.setdefault(name, agent.key)

    def key(self, passage: Passage, speaker: Speaker) -> int | None:
        """Key of the agent, made if need be; None where the text does not tell surely."""
        if speaker.name is None:
            return None
        words = passage.string[slice(*speaker.name)].split()
        name = " ".join(words)
        if name in self._known:
            return self._known[name]
        if len(words) < 2:
            return None
        if speaker.title is None and not speaker.apposed and not self._surname_alone(name, words):
            return None
        values = [_derived(passage, at) if at else None for at in (speaker.name, speaker.title, speaker.affiliation)]
        if not all(value is None or is_derivable(settle(value.passage, self._draft.source.view)) for value in values):
            return None
        named, title, affiliation = values
        assert named is not None  # noqa: S101 -- the name was looked at above
        agent = Agent(len(self._draft.agents), named, rel="quoted")
        agent.titles += [title] if title else []
        agent.affiliations += [affiliation] if affiliation else []
        self._draft.agents.append(agent)
        self._learn(agent)
        return agent.key

    def _surname_alone(self, name: str, words: list[str]) -> bool:
        """Whether the surname stands somewhere without the given name and without an article, as on second mention."""
        if name not in self._alone:
            articles = "|".join(map(re.escape, self.lexicon.words("speech", "determiners"))) or r"\0"
            given, view = re.escape(words[-2]), self._draft.source.view
            before = re.compile(rf"(?i)(?:\b{given}|\b(?:{articles}))\s+$")
            self._alone[name] = any(
                not before.search(view[max(0, found.start() - 40) : found.start()])
                for found in re.finditer(rf"(?<!\w){re.escape(words[-1])}(?!\w)", view)
            )
        return self._alone[name]


def _derived(passage: Passage, at: tuple[int, int]) -> HeadValue:
    return HeadValue(passage.cut(*at).unmarked(), "derive.agent", derived=True)


RULE = Rule("quotations", apply, NAME_CARDS.ledger_rules[-1:])
