"""Lines of the page among those of the article: share bars, advertisements, comment counts, trails, switchers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.lexicon import in_all_languages, lexicon
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.segments import pruned
from copydesk.cleaning.shape import is_prose
from copydesk.reading.source import Block, walk

_LONGEST = 60  # characters of a line of the page; a trail of breadcrumbs may be longer
_LONGEST_TRAIL = 160
_STEP = re.compile(r"\s*[>»›/|]\s*")
_FEWEST_LANGUAGES = 3
_NONE = "no|keine|aucun|sin|nessun|nenhum|geen|brak|нет"  # in front of "comments"
_LIKELY = 0.05  # score of what its place and shape tell


def apply(draft: Draft) -> None:
    """Drop lines that the lexicons know as lines of a page, where a second sign says so too.

    The whole line must be known: a button (`Share on Facebook`), `Advertisement`, `Loading...`, a number of comments,
    the minutes that reading takes, a link past the menu. It must stand above the text or below it, or beside another
    such line, or be repeated. Above the text, a trail of breadcrumbs that begins with the home page, and a row of names
    of languages. A line of the text that happens to be such a word stays, and so does every sentence.
    """
    first, last = text_range(draft.blocks)
    known = [_rule_of(block) for block in draft.blocks]
    times = Counter(" ".join(block.text.casefold().split()) for block in draft.blocks if block.kind == "paragraph")
    gone: list[Block] = []
    for at, block in enumerate(draft.blocks):
        rule, text = known[at], block.text
        if block.kind == "list" and (at < first or at > last) and _is_bar(block):
            for leaf in walk([block]):
                if leaf.passage:
                    draft.drop(leaf.passage, _rule_of(leaf) or "page.action")
            gone.append(block)
        elif rule is not None:
            beside = any(known[near] for near in (at - 1, at + 1) if 0 <= near < len(known))
            if at < first or at > last or beside or times[" ".join(text.casefold().split())] > 1:
                draft.drop(block.passage, rule)
                gone.append(block)
        elif at < first and block.kind == "paragraph" and (_is_trail(draft, text) or _is_switcher(text)):
            draft.drop(block.passage, "page.trail", score=_LIKELY)
            gone.append(block)
    if gone:
        draft.take_out(gone)
        draft.blocks = pruned(draft.blocks)


def text_range(blocks: Sequence[Block]) -> tuple[int, int]:
    """First and last index of a paragraph of the text."""
    texts = [at for at, block in enumerate(blocks) if _is_text(block)]
    return (texts[0], texts[-1]) if texts else (0, len(blocks))


def _is_text(block: Block) -> bool:
    """Whether a block is text, or a quotation or list that holds some."""
    leaves = walk([block]) if block.kind in ("quote", "list") else [block]
    return any(
        not leaf.furniture and (leaf.kind in ("code", "table") or (leaf.kind == "paragraph" and is_prose(leaf.text)))
        for leaf in leaves
    )


def _rule_of(block: Block) -> str | None:
    """The ledger rule of a line that is known as a whole."""
    if block.kind != "paragraph" or len(block.text) > _LONGEST or len(list(block.passage.stretches())) != 1:
        return None
    if any(mark.kind == "img" for mark in block.passage.marks):
        return None
    return next((name for name, pattern in _patterns().items() if pattern.fullmatch(block.text)), None)


def _is_bar(block: Block) -> bool:
    """Whether a list holds nothing but such lines, two or more."""
    texts = [leaf for leaf in walk([block]) if leaf.passage or leaf.passage.marks or leaf.image]
    return len(texts) > 1 and all(_rule_of(leaf) == "page.action" for leaf in texts)


def _is_trail(draft: Draft, text: str) -> bool:
    if len(text) > _LONGEST_TRAIL or text.rstrip().endswith((".", "!")):
        return False
    steps = _STEP.split(text.strip())
    homes = {word for lang in {draft.lexicon.lang, "en"} for word in lexicon(lang).words("page", "home")}
    return len(steps) > 2 and steps[0].casefold() in homes


def _is_switcher(text: str) -> bool:
    names = [name for name in re.split(r"\s*[|/•·,\n]\s*|\s+", text.strip()) if name]
    languages = {word.casefold() for name in lexicon("und").words("page", "languages") for word in name.split()}
    return len(names) >= _FEWEST_LANGUAGES and all(name.casefold() in languages for name in names)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {rule.id: re.compile(rule.match) for rule in RULE.ledger_rules if rule.match}


def _listed(table: str, key: str) -> str:
    return "|".join(map(re.escape, in_all_languages(table, key)))


def _reading() -> str:
    """What minutes of reading are called; not the bare word, which a recipe has, too."""
    words = in_all_languages("times", "reading")
    return "|".join(re.escape(word) for word in words if " " in word or (len(word) > 3 and not word.isascii()))


RULE = Rule(
    "page-lines",
    apply,
    (
        LedgerRule(
            id="page.action",
            d="drop",
            match=rf"(?i)(?:[\d.,]{{1,6}}[km]?\s+)?(?:{_listed('page', 'actions')})[:.…!]{{0,3}}",
            reason="what readers are asked to do with the page: a whole line",
        ),
        LedgerRule(
            id="page.advertisement",
            d="drop",
            match=rf"(?i)[-–—\[(]?\s?(?:{_listed('page', 'advertisement')})\s?[-–—\])]?",
            reason="word in front of an advertisement: a whole line",
        ),
        LedgerRule(
            id="page.loading",
            d="drop",
            match=rf"(?i)(?:{_listed('page', 'loading')})\s?[.…]{{0,3}}",
            reason="what stands where a page has not been loaded: a whole line",
        ),
        LedgerRule(
            id="page.comments",
            d="drop",
            match=rf"(?i)(?:[(\[]?\d[\d.,]{{0,6}}[)\]]?|{_NONE})\s?(?:{_listed('page', 'comments')})",
            reason="number of comments: a whole line",
        ),
        LedgerRule(
            id="page.minutes",
            d="drop",
            match=rf"(?i)~?\d{{1,3}}\s?(?:{_reading()})\.?",
            reason="minutes that reading takes: a whole line",
        ),
        LedgerRule(
            id="page.skip",
            d="drop",
            match=rf"(?i)(?:{_listed('page', 'skip')})",
            reason="link past the menu: a whole line",
        ),
        LedgerRule(
            id="page.trail",
            d="drop",
            judged=True,
            reason="trail of breadcrumbs or row of languages above the text",
        ),
    ),
)
