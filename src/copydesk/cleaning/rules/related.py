"""Lists of links to other articles, and the labels in front of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.notices import is_ambiguous
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
_HOST = re.compile(r"(?:[a-zA-Z][\w+.-]*:)?//(?:www\.)?([^/?#]*)")


def apply(draft: Draft) -> None:
    """Drop lists of links that a label such as `Related`, `Read more` or `Most read` announces, and the label.

    Two links or more, each a line or an item that is nothing but a link, right behind a line that is nothing but such a
    label, which may have been dropped before. A label that announces nothing is dropped above the text and below it.

    What may be the author's own references stays: a single link, links to several sites, an item with words that are no
    link, a list without a label, and one that a line with a colon announces; among the paragraphs a numbered list, and
    one behind a label that authors write too, such as `See also`.
    """
    first, last = text_range(draft.blocks)
    gone: list[Block] = []
    blocks = draft.blocks
    end = 0
    for at, block in enumerate(blocks):
        if at < end:
            continue
        is_label = _is_label(block)
        label = block.text if is_label else _label_before(draft, at)
        if label is None:
            continue
        end = at + is_label
        while end < len(blocks) and _links(blocks[end]):
            end += 1
        items = blocks[at + is_label : end]
        is_outside = at < first or at > last
        if at and blocks[at - 1].text.rstrip().endswith((":", "：")):
            continue
        if is_ambiguous(label) and not (is_outside and items):
            continue
        if sum(map(_links, items)) >= _FEWEST:
            if len(_sites(items)) > 1 or (not is_outside and any(item.ordered for item in items)):
                continue
            for item in items:
                _drop(draft, item)
            gone += items
        elif not (is_label and is_outside) or items or (block.kind == "heading" and end == first):
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


def _label_before(draft: Draft, at: int) -> str | None:
    """The label in front of the first of some links, where it is no block any more."""
    block = draft.blocks[at]
    if not _links(block) or (at and _links(draft.blocks[at - 1])):
        return None
    start = next((leaf.passage.start for leaf in walk([block]) if leaf.passage), 0)
    before = draft.source.view[max(0, start - 2 * _LONGEST) : start].rstrip(_DECORATION + "\r\n0123456789.")
    line = re.split(r"[\r\n]", before)[-1].strip(_DECORATION)
    if not _pattern().fullmatch(line) or any(each.passage.end == start for each in draft.blocks if each.passage):
        return None
    return line


def _sites(blocks: Sequence[Block]) -> set[str]:
    """Hosts that links lead to; the empty string for a relative link."""
    marks = (mark for leaf in walk(blocks) for mark in leaf.passage.marks if mark.kind == "a")
    hosts = (_HOST.match(mark.href.string) if mark.href else None for mark in marks)
    return {host[1].casefold() if host else "" for host in hosts}


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
