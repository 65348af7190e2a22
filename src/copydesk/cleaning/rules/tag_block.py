"""Tag block: labelled groups of tags behind the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft, HeadValue, KeywordGroup
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import ends_sentence, is_capitals, is_prose, word_count
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block

_BULLET = re.compile(r"[•·∙‧|]")
_LONGEST_LABEL = 4  # words
_LONGEST_TERM = 8  # words
_NEAR = 8  # blocks behind the text in which tags may stand among furniture


@dataclass(slots=True)
class _Group:
    label: Passage | None
    terms: list[Passage] = field(default_factory=list)
    separators: list[Passage] = field(default_factory=list)
    linked: bool = False
    kind: str | None = None


def apply(draft: Draft) -> None:
    """Move trailing groups such as `CRIME AREAS [Cybercrime](#) • [Fraud](#)` to head/keywords.

    Two signals: a label in capitals or one that the lexicon knows, and terms that are links or parted by bullets; and
    nothing but such blocks, rules and what was judged furniture may follow. A list or a glossary inside the text stays,
    and so does a row of links that was judged furniture and has no label of the lexicon, or stands far from the text.
    """
    at = len(draft.blocks)
    while at > 0 and (draft.blocks[at - 1].furniture or _read(draft, draft.blocks[at - 1]) is not None):
        at -= 1
    tail = draft.blocks[at:]
    if not any(block.kind == "paragraph" for block in tail):
        return
    keep: list[Block] = []
    for number, block in enumerate(tail):
        groups = _read(draft, block) if block.kind == "paragraph" else None
        if not groups or (block.furniture and not (number < _NEAR and all(group.kind for group in groups))):
            keep.append(block)
            continue
        draft.release(block.passage)
        for group in groups:
            _move(draft, group)
    draft.blocks[at:] = [block for block in keep if block.kind != "rule"]


def _read(draft: Draft, block: Block) -> list[_Group] | None:
    """The groups of a block; empty for a rule, None for anything that is no tag block."""
    if block.kind == "rule":
        return []
    if block.kind != "paragraph":
        return None
    if is_prose(block.text) and not block.passage.marks and "•" not in block.text and "|" not in block.text:
        return None
    groups: list[_Group] = []
    for line in block.passage.lines():
        label, rest = _label(draft, line)
        if label is None and (not groups or not _is_terms(line)):
            return None
        if label is not None:
            groups.append(_Group(line.cut(0, label), kind=_kind(draft, line.cut(0, label))))
        group = groups[-1]
        terms, separators, linked = _terms(line.cut(rest))
        if not terms or any(word_count(term.string) > _LONGEST_TERM or ends_sentence(term.string) for term in terms):
            return None
        group.terms += terms
        group.separators += separators
        group.linked |= linked
    for group in groups:
        known = group.kind is not None
        if not (group.linked or group.separators or (known and len(group.terms) > 1)):
            return None
    return groups


def _label(draft: Draft, line: Passage) -> tuple[int | None, int]:
    """(end of the label, start of the terms), or (None, 0)."""
    links = sorted(mark.start for mark in line.marks if mark.kind == "a")
    text = line.string
    colon = re.match(r"[^:：•|]{2,40}[:：]\s*", text)
    if colon:
        label = colon[0].rstrip(" :：")
        if _kind_of(draft, label) is not None or (is_capitals(label) and word_count(label) <= _LONGEST_LABEL):
            return len(colon[0].rstrip()), colon.end()
    if links and links[0] > 0:
        label = text[: links[0]].strip()
        if is_capitals(label) and word_count(label) <= _LONGEST_LABEL and not _BULLET.search(label):
            return len(label), links[0]
        return None, 0
    capitals = re.match(r"((?:[^\W\d_]{2,}|&)(?:\s+(?:[^\W\d_]{2,}|&))*)\s+(?=[^\W\d_]*[^\W\d_A-ZА-Я])", text)
    if not links and _BULLET.search(text):
        label = ""
        for word in text.split():
            if not is_capitals(word) or _BULLET.search(word):
                break
            label = f"{label} {word}".strip()
        if capitals and label and text.startswith(label) and _kind_of(draft, label) is not None:
            return len(label), len(label)
    return None, 0


def _is_terms(line: Passage) -> bool:
    return any(mark.kind == "a" for mark in line.marks) or bool(_BULLET.search(line.string))


def _terms(line: Passage) -> tuple[list[Passage], list[Passage], bool]:
    """Terms and separators of a line: its links, else what bullets or commas part."""
    text = line.string
    links = sorted((mark.start, mark.end) for mark in line.marks if mark.kind == "a")
    if links:
        between = [(a[1], b[0]) for a, b in zip([(0, 0), *links], [*links, (len(text), 0)], strict=True)]
        rests = [line.cut(low, high) for low, high in between]
        if any(rest and not re.fullmatch(r"[•·∙‧|,;/]+", rest.string) for rest in rests):
            return [], [], False
        return [line.cut(*link) for link in links], [rest for rest in rests if rest], True
    pattern = _BULLET if _BULLET.search(text) else re.compile("[,;、，]")
    terms, separators, at = [], [], 0
    for found in pattern.finditer(text):
        terms.append(line.cut(at, found.start()))
        separators.append(line.cut(found.start(), found.end()))
        at = found.end()
    terms.append(line.cut(at))
    return [term for term in terms if term], separators, False


def _kind(draft: Draft, label: Passage) -> str | None:
    return _kind_of(draft, label.string)


def _kind_of(draft: Draft, label: str) -> str | None:
    """What a label announces: the lexicon's word that the whole label or its last word is."""
    folded = label.rstrip(" :：").casefold()
    known = draft.lexicon.tag_labels
    return known.get(folded) or known.get(folded.rsplit(" ", 1)[-1])


def _move(draft: Draft, group: _Group) -> None:
    label = None
    if group.label is not None:
        bare = group.label.string.rstrip(" :：")
        label = HeadValue(group.label.cut(0, len(bare)).unmarked(), "taxonomy.group")
        colon = group.label.cut(len(bare))
        if colon:
            draft.drop(colon, "taxonomy.separator")
    draft.keywords.append(
        KeywordGroup([HeadValue(term.unmarked(), "taxonomy.term") for term in group.terms], label, group.kind)
    )
    for separator in group.separators:
        draft.drop(separator, "taxonomy.separator")


RULE = Rule(
    "tag-block",
    apply,
    (
        LedgerRule(id="taxonomy.group", d="meta", reason="label before tags"),
        LedgerRule(id="taxonomy.term", d="meta", reason="tag"),
        LedgerRule(id="taxonomy.separator", d="drop", match=r"[•·∙‧|,;/:：、，]+", reason="mark between tags"),
    ),
)
