"""Lists of links to other articles, and the labels in front of them."""

from __future__ import annotations

import re
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.page_lines import text_range
from copydesk.cleaning.segments import pruned
from copydesk.cleaning.shape import has_words
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block, walk

_LABEL, _ITEM = "related.label", "related.item"
_LONGEST = 60  # characters of a label
_FEWEST = 2  # links of a list
_LIKELY = 0.05  # score of what a label and the shape tell
_LINKED = 0.9  # share of a line's characters that are links' labels
_DECORATION = " \t#*_:：>»→…-–—|[]"  # around a label in the source


def apply(draft: Draft) -> None:
    """Drop lists of links that a label such as `Related`, `Read more` or `Most read` announces, and the label.

    Two links or more, each a line or an item that is nothing but a link, right behind a line that is nothing but such a
    label, which may have been dropped before. A label that announces nothing is dropped above the text and below it. A
    single link behind a label stays, as it may be the author's own reference, and so does an item with words that
    are no link, and a list of links without a label.
    """
    first, last = text_range(draft.blocks)
    gone: list[Block] = []
    blocks = draft.blocks
    end = 0
    for at, block in enumerate(blocks):
        if at < end:
            continue
        is_label = _is_label(block)
        if not is_label and not (
            _links(block) and (at == 0 or not _links(blocks[at - 1])) and _has_label(draft, block)
        ):
            continue
        end = at + is_label
        while end < len(blocks) and _links(blocks[end]):
            end += 1
        items = blocks[at + is_label : end]
        if sum(map(_links, items)) >= _FEWEST:
            for item in items:
                _drop(draft, item)
            gone += items
        elif not (is_label and (at < first or at > last)) or items:
            continue
        if is_label:
            draft.drop(block.passage, _LABEL)
            gone.append(block)
    if gone:
        draft.take_out(gone)
        draft.blocks = pruned(draft.blocks)


def _is_label(block: Block) -> bool:
    if block.kind not in ("paragraph", "heading") or not 0 < len(block.text) <= _LONGEST:
        return False
    plain = len(list(block.passage.stretches())) == 1 and all(mark.kind != "img" for mark in block.passage.marks)
    return plain and _pattern().fullmatch(block.text) is not None


def _has_label(draft: Draft, block: Block) -> bool:
    """Whether the line in front of a block, which is no block any more, is a label."""
    start = next((leaf.passage.start for leaf in walk([block]) if leaf.passage), 0)
    before = draft.source.view[max(0, start - 2 * _LONGEST) : start].rstrip(_DECORATION + "\r\n0123456789.")
    line = re.split(r"[\r\n]", before)[-1].strip(_DECORATION)
    kept = any(each.passage.end == start for each in draft.blocks if each.passage)
    return not kept and _pattern().fullmatch(line) is not None


def _links(block: Block) -> int:
    """Number of the links of a block that is nothing but links to read, else 0."""
    if block.kind not in ("paragraph", "heading", "list"):
        return 0
    leaves = [leaf for leaf in walk([block]) if leaf.passage]
    if any(leaf.kind not in ("paragraph", "heading") or leaf.image for leaf in leaves):
        return 0
    return len(leaves) if leaves and all(_is_link(leaf.passage) for leaf in leaves) else 0


def _is_link(passage: Passage) -> bool:
    links = [mark for mark in passage.marks if mark.kind == "a"]
    text = passage.string.strip()
    if len(links) != 1 or any(mark.kind == "img" for mark in passage.marks) or not has_words(text, 3):
        return False
    if text.endswith((".", "。")):  # a sentence
        return False
    return links[0].end - links[0].start >= _LINKED * len(text)


def _drop(draft: Draft, block: Block) -> None:
    for leaf in walk([block]):
        if leaf.passage:
            draft.drop(leaf.passage, _ITEM, score=_LIKELY)
        if leaf.syntax is not None:
            draft.drop(leaf.syntax, _ITEM, score=_LIKELY)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_match())


def _match() -> str:
    return rf"(?i)(?:{'|'.join(map(re.escape, in_all_languages('page', 'more')))})\s?[:：…>»→]{{0,3}}"


RULE = Rule(
    "related-lists",
    apply,
    (
        LedgerRule(
            id=_LABEL, d="drop", match=_match(), reason="label in front of links to other articles: a whole line"
        ),
        LedgerRule(id=_ITEM, d="drop", judged=True, reason="link to another article, in a list that a label announces"),
    ),
)
