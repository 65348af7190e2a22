"""Forms for newsletters and dialogs about cookies: their labels, fields and buttons."""

from __future__ import annotations

import re
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import in_all_languages
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules.page_lines import text_range
from copydesk.cleaning.segments import pruned
from copydesk.reading.source import Block

_LONGEST = 60  # characters of such a line
_NEAR = 2  # blocks between two lines of one form or dialog


def apply(draft: Draft) -> None:
    """Drop the lines of forms for newsletters (`Enter your email`) and of dialogs about cookies (`Accept all`).

    The whole line must be in the lexicon of any language. It must stand above the text or below it, or near another one
    of its kind, as a form has a label, a field and a button. A word such as `Newsletter` or `Accept` alone among the
    paragraphs stays, and so does every sentence, those that ask to subscribe too.
    """
    first, last = text_range(draft.blocks)
    known = {at: rule for at, block in enumerate(draft.blocks) if (rule := _rule_of(block)) is not None}
    gone: list[Block] = []
    for at, rule in known.items():
        near = [known.get(other) for other in range(at - _NEAR - 1, at + _NEAR + 2) if other != at]
        if at < first or at > last or rule in near:
            draft.drop(draft.blocks[at].passage, rule)
            gone.append(draft.blocks[at])
    if gone:
        draft.take_out(gone)
        draft.blocks = pruned(draft.blocks)


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
    return rf"(?i)(?:{'|'.join(map(re.escape, in_all_languages('page', key)))})\s?[:：.…!*>»→]{{0,3}}"


RULE = Rule(
    "page-notices",
    apply,
    (
        LedgerRule(id="page.newsletter", d="drop", match=_match("newsletter"), reason="line of a form for newsletters"),
        LedgerRule(id="page.consent", d="drop", match=_match("consent"), reason="line of a dialog about cookies"),
    ),
)
