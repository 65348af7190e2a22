"""Forms for newsletters and dialogs about cookies: their labels, fields and buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.page_lines import text_range
from copydesk.cleaning.segments import pruned
from copydesk.cleaning.shape import ends_sentence
from copydesk.reading.source import Block

_LONGEST = 60  # characters of such a line
_TAIL = ":：…!*>»→"  # behind the words
_FEWEST = 2  # certain lines of a form or dialog among the paragraphs


def apply(draft: Draft) -> None:
    """Drop the lines of forms for newsletters (`Enter your email`) and of dialogs about cookies (`Accept all`).

    The whole line must be in the lexicon of any language. Lines with nothing between them are judged together: above
    the text and below it one of them must be a line that no author writes, among the paragraphs two. `Accept` or
    `Newsletter` alone among the paragraphs stays, and so does every sentence, a heading with text below it, and what
    a line that ends with a colon announces.
    """
    first, last = text_range(draft.blocks)
    known = [_rule_of(block) for block in draft.blocks]
    gone: list[Block] = []
    for is_known, ats in groupby(range(len(known)), key=lambda at: known[at] is not None):
        run = list(ats)
        if not is_known or not _is_notice_here(draft.blocks, run, first, last):
            continue
        for at in run:
            draft.drop(draft.blocks[at].passage, known[at] or "")
            gone.append(draft.blocks[at])
    if gone:
        draft.take_out(gone)
        draft.blocks = pruned(draft.blocks)


def _is_notice_here(blocks: Sequence[Block], run: Sequence[int], first: int, last: int) -> bool:
    """Whether known lines with nothing between them are a form or a dialog, and not the author's."""
    before = blocks[run[0] - 1].text.rstrip() if run[0] else ""
    behind = blocks[run[-1] + 1].text if run[-1] + 1 < len(blocks) else ""
    is_below, is_heading = run[0] > last, blocks[run[-1]].kind == "heading"
    if before.endswith((":", "：")) or (is_heading and not is_below):
        return False
    if is_below and (is_heading or len(run) == 1) and ends_sentence(behind):
        return False
    certain = sum(not is_ambiguous(blocks[at].text) for at in run)
    return certain >= (1 if is_below or run[-1] < first else _FEWEST)


def is_ambiguous(text: str) -> bool:
    """Whether a line that is known as one of the page may be the author's, too: `Accept`, `See also`."""
    return text.strip(f" {_TAIL}").casefold() in _ambiguous()


@cache
def _ambiguous() -> frozenset[str]:
    return frozenset(in_all_languages("page", "ambiguous"))


def _rule_of(block: Block) -> str | None:
    """The ledger rule of a line that is known as a whole."""
    if block.kind not in ("paragraph", "heading") or not 0 < len(block.text) <= _LONGEST:
        return None
    if len(list(block.passage.stretches())) != 1 or any(mark.kind == "img" for mark in block.passage.marks):
        return None
    return next((name for name, pattern in _patterns().items() if pattern.fullmatch(block.text)), None)


def is_notice(text: str) -> bool:
    """Whether a text is a line of a form for newsletters, or of a dialog about cookies."""
    return len(text) <= _LONGEST and any(pattern.fullmatch(text) for pattern in _patterns().values())


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {rule.id: re.compile(rule.match) for rule in RULE.ledger_rules if rule.match}


def _match(key: str) -> str:
    return rf"(?i)(?:{'|'.join(map(re.escape, in_all_languages('page', key)))})\s?[{_TAIL}]{{0,3}}"


RULE = Rule(
    "page-notices",
    apply,
    (
        LedgerRule(id="page.newsletter", d="drop", match=_match("newsletter"), reason="line of a form for newsletters"),
        LedgerRule(id="page.consent", d="drop", match=_match("consent"), reason="line of a dialog about cookies"),
    ),
)
