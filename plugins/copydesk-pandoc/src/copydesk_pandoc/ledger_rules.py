"""The rules by which ledgers say why something of the view is not in the article."""

from __future__ import annotations

from copydesk.article.ledger import LedgerRule
from copydesk.reading.links import LINK_RULES
from copydesk_pandoc.inlines import TAG

LABEL = "pandoc.label"
FILE_TITLE = "pandoc.file-title"
_ANYTHING = r"\S(?:.*\S)?"
RULES = (
    LedgerRule(id=LABEL, d="drop", match=r"[A-Za-z]+:", reason="label of a field of metadata in the view"),
    LedgerRule(id="pandoc.tag", d="drop", match=TAG.pattern, reason="tag or comment of HTML with no text value"),
    LedgerRule(id="pandoc.anchor", d="drop", match=_ANYTHING, reason="target inside a document that is gone"),
    LedgerRule(
        id="pandoc.address",
        d="drop",
        match=_ANYTHING,
        reason="target that is no address, or has a scheme that no reader may follow; its text is kept",
    ),
    LedgerRule(
        id="pandoc.link-left",
        d="drop",
        match=_ANYTHING,
        reason="target or title of a link that has no text, or stands in another",
    ),
    LedgerRule(
        id=FILE_TITLE,
        d="drop",
        judged=True,
        reason="title in the properties of a file whose text has another: programs leave old ones there",
    ),
    *LINK_RULES,
)
