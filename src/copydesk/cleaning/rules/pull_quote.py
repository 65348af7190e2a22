"""Pull quotes: sentences of the text that the page shows once more, set apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block

_WORD = re.compile(r"\w+")
_FEWEST, _MOST = 6, 60  # words; fewer may be repeated by chance, and more are no pull quote
_MORE = 3  # words that the paragraph must have beside them
_OPENING, _CLOSING = '“„«»‘"「『', '”“»«’"」』'
_DUPLICATE = "dup.pull-quote"


def apply(draft: Draft) -> None:
    """Merge a pull quote into the paragraph that has the same words in a row.

    It is a block quotation of one paragraph, or a paragraph that is emphasised or in quote marks as a whole. One that
    stands nowhere else, or has a word of its own, stays, and so does the first paragraph. Pictures in it stay.
    """
    first = next((block for block in draft.blocks if block.kind == "paragraph"), None)
    quotes = defaultdict[tuple[str, ...], list[tuple[Block, Passage]]](list)
    lengths = defaultdict[tuple[str, ...], set[int]](set)  # of the quotes that open with the same words
    plain: list[Block] = []
    for block in draft.blocks:
        passage = _set_apart(block)
        if passage is None:
            plain.append(block)
        elif block is not first and passage.has_whole_words:
            words = tuple(_WORD.findall(passage.string))
            if _FEWEST <= len(words) <= _MOST:
                quotes[words].append((block, passage))
                lengths[words[:_FEWEST]].add(len(words))
    gone: dict[int, list[Block]] = {}
    for block in plain if quotes else ():
        if block.kind == "paragraph":
            for found in _repeated(tuple(_WORD.findall(block.text)), lengths):
                for quote, passage in quotes.pop(found, ()):
                    images = [mark for mark in passage.marks if mark.kind == "img"]
                    draft.release(passage.without_images())
                    block.merged.append((_DUPLICATE, passage.without_images(), "pull quote"))
                    gone[id(quote)] = [Block("figure", image=image) for image in images]
    draft.blocks = [each for block in draft.blocks for each in gone.get(id(block), [block])]


def _repeated(words: tuple[str, ...], lengths: Mapping[tuple[str, ...], set[int]]) -> Iterator[tuple[str, ...]]:
    """Runs of a paragraph's words that may be quotes, by how these open; it must have more words than they."""
    for at in range(len(words) - _FEWEST + 1):
        for length in sorted(lengths.get(words[at : at + _FEWEST], ())):
            if length + _MORE <= len(words):
                yield words[at : at + length]


def _set_apart(block: Block) -> Passage | None:
    """What a block that is set apart says."""
    if block.kind == "quote" and len(block.children) == 1 and block.children[0].kind == "paragraph":
        return block.children[0].passage
    if block.kind != "paragraph" or block.role or not block.text:
        return None
    quoted = block.text[0] in _OPENING and block.text[-1] in _CLOSING
    whole = any(
        mark.kind in ("strong", "em") and mark.start == 0 and mark.end == len(block.text)
        for mark in block.passage.marks
    )
    return block.passage if quoted or whole else None


RULE = Rule(
    "pull-quote",
    apply,
    (LedgerRule(id=_DUPLICATE, d="merge", reason="sentences of the text, shown once more, set apart"),),
)
