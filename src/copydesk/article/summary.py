"""What an article says of itself in short: its dateline and its description."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from copydesk.article.canonical import A, collapse, leaf_text
from copydesk.article.model import Annotation, Block, Meta, Para
from copydesk.article.plain import inline_text, walk

# What parts a dateline from the text that it opens: "LYON, France – ", "(Berlin): ".
_AFTER_DATELINE = " \t\n\u00a0\u2002\u2003\u2009\u202f-\u2010\u2011\u2012\u2013\u2014\u2015\u2212:|·•,.)]/"


def dateline(root: etree._Element) -> str | None:
    """Give the dateline as printed, on one line, if the article has one."""
    found = next(root.iter(A + "dateline"), None)
    return None if found is None else collapse(leaf_text(found))


def description(meta: Meta, blocks: Iterable[Block]) -> str | None:
    """Give the head's description, else the standfirst, else the lead, less the dateline; on one line."""
    if meta.description is not None:
        return str(meta.description)
    paras = [block for block in walk(blocks) if isinstance(block, Para)]
    for role in ("standfirst", "lead"):
        if found := [para for para in paras if role in (para.role or "").split()]:
            return collapse(" ".join(map(_without_dateline, found)))
    return None


def _without_dateline(para: Para) -> str:
    text = inline_text(para.inlines)
    for at, inline in enumerate(para.inlines):
        if isinstance(inline, Annotation) and inline.kind == "dateline":
            before, after = inline_text(para.inlines[:at]), inline_text(para.inlines[at + 1 :])
            if not re.search(r"\w", before):
                return after.lstrip(_AFTER_DATELINE) or text
    return text
