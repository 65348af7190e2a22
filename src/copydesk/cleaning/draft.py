"""An article in the making: the blocks that are left, and what has been moved to its head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from copydesk.article.ledger import Entry, LedgerRule, Span
from copydesk.cleaning.label.profile import Profile
from copydesk.cleaning.label.units import Parts
from copydesk.cleaning.lexicon import Lexicon, lexicon
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block, Source, walk

_PUNCTUATION = "“”„«»‘’\"'()[],;:!?…*_"  # no full stop in front of a word, as `.Com` has one
MOVED_LINK = LedgerRule(
    id="link.moved",
    d="drop",
    match=r"\S(?:.*\S)?",
    reason="target of a link whose label moved to the head or was dropped",
)
DROPPED_REFERENCE = LedgerRule(
    id="char.reference-dropped", d="drop", match=r"&#?[0-9A-Za-z]+;", reason="character reference among dropped text"
)
DROPPED_CONVERTED = LedgerRule(
    id="text.converted-dropped",
    d="drop",
    judged=True,
    reason="a line that a rule knows by what its characters mean, not by how they are written: references, mojibake",
)
MOVED_TITLE = LedgerRule(
    id="link.title-moved", d="drop", judged=True, reason="title of a link whose label moved to the head or was dropped"
)


@dataclass(slots=True)
class HeadValue:
    """A value of the head.

    Parameters:
        passage: where it comes from.
        rule: id of its ledger rule.
        derived: its text is kept elsewhere too, so the entry consumes nothing.
        value: what a converter made of the passage; None: its text as it is.
    """

    passage: Passage
    rule: str
    derived: bool = False
    value: str | None = None


@dataclass(slots=True)
class Agent:
    """A person or organisation. The order of `Draft.agents` is that of the head; marks refer to it by `key`."""

    key: int
    name: HeadValue
    role: str = "mentions"
    rel: str | None = None
    type: str = "Person"
    titles: list[HeadValue] = field(default_factory=list)
    affiliations: list[HeadValue] = field(default_factory=list)
    urls: list[HeadValue] = field(default_factory=list)


@dataclass(slots=True)
class KeywordGroup:
    """A group of tags: label as printed, kind by the lexicon."""

    terms: list[HeadValue]
    label: HeadValue | None = None
    kind: str | None = None


@dataclass(slots=True)
class Draft:
    """The state that rules read and change.

    Parameters:
        source: what was read; its view is what spans count in.
        lang: language tag found, "und" if none.
        right_to_left: whether its script runs so.
        is_cut_off: whether the page says that its text goes on for those who pay.
        blocks: the body so far, in reading order.
        head: values by element name, in order of appearance.
        keywords, agents: the structured parts of the head.
        title: (where from, value); set by the last rule.
        drops: drop entries.
        keep_doubtful: whether what may be furniture and may be text is to be kept.
        profile: lines that are known to be the site's; None: none are.
        model: name and version of the model that scored the blocks; None: they were not judged.
        parts: the parts of lines that `copydesk.cleaning.label.units` took apart.
        merged_head: (target, rule, passage, reason) of text that repeats a value of the head.
    """

    source: Source
    lang: str = "und"
    right_to_left: bool = False
    is_cut_off: bool = False
    blocks: list[Block] = field(default_factory=list)
    head: dict[str, list[HeadValue]] = field(default_factory=dict)
    keywords: list[KeywordGroup] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    title: tuple[str, HeadValue] | None = None
    drops: list[Entry] = field(default_factory=list)
    keep_doubtful: bool = False
    profile: Profile | None = None
    model: str | None = None
    parts: Parts = field(default_factory=dict)
    merged_head: list[tuple[str, str, Passage, str]] = field(default_factory=list)
    _words: frozenset[str] | None = None

    @property
    def lexicon(self) -> Lexicon:
        """The words of the draft's language."""
        return lexicon(self.lang.partition("-")[0])

    @property
    def words(self) -> frozenset[str]:
        """Every word of the source that stands between white space and punctuation, folded."""
        if self._words is None:
            words = set(self.source.view.casefold().split())
            self._words = frozenset(word.lstrip(_PUNCTUATION).rstrip(f".{_PUNCTUATION}") for word in words)
        return self._words

    def take_out(self, blocks: list[Block]) -> None:
        """Take blocks out of the body; what they hold is for the caller to account for."""
        gone = {id(block) for block in blocks}
        self.blocks = [block for block in self.blocks if id(block) not in gone]

    def move(self, name: str, passage: Passage, rule: str, value: str | None = None) -> HeadValue:
        """Put a passage that leaves the body into the head element `name`."""
        self.release(passage)
        moved = HeadValue(passage.unmarked(), rule, value=value)
        self.head.setdefault(name, []).append(moved)
        return moved

    def drop(self, passage: Passage, rule: str, *, why: str | None = None, score: float | None = None) -> None:
        """Drop a passage under a ledger rule; lines of it that only white space parts are one span.

        Parameters:
            passage: what is dropped; targets of its links go with it.
            rule: id of the ledger rule.
            why: one line for people.
            score: of the draft's model, for a judged drop.
        """
        self.release(passage)
        spans: list[Span] = []
        runs = passage.stretches()
        if score is None and any(run.rule is not None and not run.text.isspace() for run in runs):
            rule, score = DROPPED_CONVERTED.id, 0.0
        for run in runs:
            start = run.start
            if run.rule is not None and rule != DROPPED_CONVERTED.id and run.rule.startswith("md.entity"):
                self.drops.append(Entry(d="drop", rule=DROPPED_REFERENCE.id, at=((start, run.end),)))
                continue
            if spans and self.source.view[spans[-1][1] : start].isspace():
                start = spans.pop()[0]
            spans.append((start, run.end))
        if spans:
            model = None if score is None or rule == DROPPED_CONVERTED.id else self.model
            self.drops.append(Entry(d="drop", rule=rule, at=tuple(spans), why=why, score=score, model=model))

    def release(self, passage: Passage) -> None:
        """Account for the targets of links in a passage whose text goes where no link can be."""
        for mark in passage.marks:
            for target in mark.targets():
                rule, score = (MOVED_LINK, None) if target is mark.href else (MOVED_TITLE, 0.0)
                self.drops.append(Entry(d="drop", rule=rule.id, at=target.spans(), score=score))

    def paragraphs(self) -> Iterator[Block]:
        """Every paragraph of the body, nested ones too, in reading order."""
        return (block for block in walk(self.blocks) if block.kind == "paragraph")
