"""Name cards: name and role of the people that a page shows above its text."""

from __future__ import annotations

import re

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Agent, Draft, HeadValue
from copydesk.cleaning.lexicon import Lexicon
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.header import header_zone
from copydesk.cleaning.shape import is_name, word_count
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block

_LONGEST_ROLE = 10  # words


def apply(draft: Draft) -> None:
    """Move cards above the text (a bold name, a line break, a role) to head/mentions with rel="card".

    Two cards or more are enough by their shape; one alone needs a job title of the lexicon. Names in bold inside the
    text, which may be speakers, stay.
    """
    cards = [(block, card) for block in header_zone(draft) if (card := _read(draft, block)) is not None]
    if len(cards) < 2:
        cards = [(block, card) for block, card in cards if draft.lexicon.titles.search(card[1].string)]
    draft.take_out([block for block, _ in cards])
    for block, (name, role) in cards:
        draft.release(block.passage)
        agent = Agent(key=len(draft.agents), name=HeadValue(name.unmarked(), "card.name"), rel="card")
        _role(draft, agent, role.unmarked())
        draft.agents.append(agent)


def _read(draft: Draft, block: Block) -> tuple[Passage, Passage] | None:
    lines = block.passage.lines()
    if len(lines) != 2:
        return None
    name, role = lines
    bold = any(mark.kind == "strong" and (mark.start, mark.end) == (0, len(name)) for mark in name.marks)
    if not bold or not is_name(name.string, draft.lexicon):
        return None
    if not role or word_count(role.string) > _LONGEST_ROLE or role.string.endswith((".", "!", "?", ":")):
        return None
    return name, role


def _role(draft: Draft, agent: Agent, role: Passage) -> None:
    """Split `Cybercrime Director, INTERPOL`; find the organisation in `Head of Europol's EC3`."""
    text, lexicon = role.string, draft.lexicon
    comma = text.rfind(",")
    if comma > 0 and lexicon.is_organization(text[comma + 1 :].strip()):
        agent.titles.append(HeadValue(role.cut(0, comma), "card.title"))
        agent.affiliations.append(HeadValue(role.cut(comma + 1), "card.affiliation"))
        draft.drop(role.cut(comma, comma + 1), "card.separator")
        return
    agent.titles.append(HeadValue(role, "card.title"))
    if found := organization_in(text, lexicon):
        agent.affiliations.append(HeadValue(role.cut(*found), "derive.agent", derived=True))


def organization_in(text: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """The span of the first word of a role that surely is an organisation, its possessive ending left off."""
    for found in re.finditer(r"[^\s,;()]+", text):
        word = bare(found[0], lexicon)
        if len(word) >= 2 and found.start() > 0 and lexicon.is_organization(word):
            return found.start(), found.start() + len(word)
    return None


def bare(word: str, lexicon: Lexicon) -> str:
    """A word without a possessive ending."""
    for ending in lexicon.words("organizations", "possessives"):
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)]
    return word


RULE = Rule(
    "name-cards",
    apply,
    (
        LedgerRule(id="card.name", d="meta", reason="name card: the name"),
        LedgerRule(id="card.title", d="meta", reason="name card: the role"),
        LedgerRule(id="card.affiliation", d="meta", reason="name card: organisation after the last comma"),
        LedgerRule(id="card.separator", d="drop", match=",", reason="comma between role and organisation"),
        LedgerRule(id="derive.agent", d="derive", reason="person or organisation named in the text"),
    ),
)
