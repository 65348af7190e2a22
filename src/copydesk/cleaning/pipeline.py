"""From bytes to a canonical article: the order of the rules, and the proof that nothing was lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version

from copydesk.article.canonical import file_content_hash, serialize, validate
from copydesk.article.ledger import Ledger, LedgerHeader, LedgerRule
from copydesk.article.verify import verify
from copydesk.cleaning import declared
from copydesk.cleaning import draft as drafts
from copydesk.cleaning.build import BUILD_RULES, build
from copydesk.cleaning.bylines import mailto
from copydesk.cleaning.dates import iso_date
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.label.profile import Profile
from copydesk.cleaning.language import is_right_to_left, language, sample
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rules import (
    broken_paragraph,
    byline,
    copyright_notice,
    date_line,
    double_stop,
    furniture,
    gallery,
    glued_sentences,
    hard_wraps,
    header,
    headline,
    lead,
    lead_caption,
    mojibake,
    name_cards,
    notes,
    notices,
    page_author,
    page_date,
    page_lines,
    paywall,
    picture_credits,
    pull_quote,
    quotations,
    quote_marks,
    related,
    relative_times,
    source_footer,
    speakers,
    tag_block,
    title,
)
from copydesk.cleaning.rules.title import slug_words
from copydesk.cleaning.sentences import NO_SENTENCES, Sentences, measure
from copydesk.errors import ArticleError, NoArticleError
from copydesk.reading.characters import RULES as CHARACTER_RULES
from copydesk.reading.characters import fixed
from copydesk.reading.detect import READERS, read
from copydesk.reading.links import to_uri, unescape
from copydesk.reading.source import Block, Reader, Source

PIPELINE: tuple[Rule, ...] = (
    # the frame: what stands below and above the text
    mojibake.RULE,
    furniture.FRAME,
    source_footer.RULE,
    tag_block.RULE,
    headline.RULE,
    name_cards.RULE,
    byline.RULE,
    page_author.RULE,
    date_line.RULE,
    page_date.RULE,
    header.KIND,
    copyright_notice.RULE,
    notes.RULE,
    paywall.RULE,
    # the text: blocks put together and taken apart
    gallery.RULE,
    quote_marks.RULE,
    furniture.RULE,
    page_lines.RULE,
    relative_times.RULE,
    notices.RULE,
    related.RULE,
    picture_credits.RULE,
    hard_wraps.RULE,
    broken_paragraph.RULE,
    glued_sentences.RULE,
    double_stop.RULE,
    pull_quote.RULE,
    # what the parts are
    lead.RULE,
    lead_caption.RULE,
    quotations.RULE,
    speakers.RULE,
    title.RULE,
)
"""Every rule of core, in the order in which it runs; `copydesk.cleaning.order` puts those of plugins among them."""

TEXT_ENDS = lead.RULE.name
"""The rule before which a rule runs that does not say where it stands: blocks are whole, and have no roles yet."""

REQUIRED: Mapping[str, str] = {title.RULE.name: "every article has a title"}
"""Rules without which there is no valid article, and why."""

CONVERTERS: Mapping[str, Callable[[str], str]] = {
    "date": iso_date,
    "entity": unescape,
    "ftfy": fixed,
    "mailto": mailto,
    "uri": to_uri,
    "slug": slug_words,
}
"""Converters that ledger rules name as `norm`; the verifier replays them."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """A canonical article as the bytes of its file, its ledger, what a person should know, and sentences dropped."""

    xml: bytes
    ledger: Ledger
    warnings: tuple[str, ...] = ()
    sentences: Sentences = NO_SENTENCES
    resource: Callable[[str], bytes | None] | None = field(default=None, compare=False)
    """Gives the pictures that the document itself holds (`copydesk.reading.source.View`)."""


def normalize(
    raw: bytes,
    *,
    name: str,
    reader: str | None = None,
    readers: tuple[type[Reader], ...] = READERS,
    rules: tuple[Rule, ...] = PIPELINE,
    keep_doubtful: bool = False,
    profile: Profile | None = None,
) -> Normalized:
    """Turn one document into a canonical article.

    Parameters:
        raw: the bytes of the document.
        name: its file name, which the article and its ledger state.
        reader: "text" or "markdown"; None to judge by the content.
        readers: the readers to choose from.
        rules: the rules to run, in order (`copydesk.cleaning.order`).
        keep_doubtful: keep what may be furniture and may be text; only what is surely furniture is dropped.
        profile: lines that are known to be the site's (`copydesk.cleaning.profiles`).

    Returns:
        The article and its ledger, validated against the schema and verified against the source. They depend on the
        arguments alone.

    Raises:
        SourceError: the document cannot be read as text.
        NoArticleError: it holds no article.
        ArticleError: the result is not valid or not proven, which is an error of copydesk's.
    """
    source = read(raw, name=name, reader=reader, readers=readers)
    draft = _draft(source)
    draft.keep_doubtful, draft.profile = keep_doubtful, profile
    for rule in rules:
        rule.apply(draft)
    if not _has_text(draft.blocks):
        raise NoArticleError(
            "no article was found in it", where=name, next_step="look at the file; --from text reads it line by line"
        )
    root, entries = build(draft)
    xml = serialize(root)
    header = LedgerHeader(
        name=name,
        source_sha256=source.sha256,
        view=source.kind,
        encoding=source.encoding,
        view_sha256=hashlib.sha256(source.view.encode("utf-8", "surrogatepass")).hexdigest(),
        chars=len(source.view),
        article_sha256=file_content_hash(xml),
        generator=("copydesk", _version()),
        converter=source.converter,
    )
    ledger = Ledger(header=header, entries=entries)
    known = ledger_rules(readers, rules)
    problems = validate(root) or verify(source.view, raw, root, ledger, known, CONVERTERS, xml=xml)
    if problems:
        raise ArticleError(
            f"the article made from it is not proven: {problems[0]}",
            where=name,
            next_step="report this with the file; no output was written for it",
        )
    return Normalized(xml, ledger, tuple(source.warnings), measure(source.view, ledger), source.resource)


def _draft(source: Source) -> Draft:
    draft = Draft(source, blocks=source.blocks)
    text = sample([block.text for block in draft.paragraphs()])
    draft.lang, draft.right_to_left = language(text), is_right_to_left(text)
    declared.apply(draft)
    return draft


def _has_text(blocks: list[Block]) -> bool:
    return any(block.passage or block.image or _has_text(block.children) for block in blocks)


@cache
def ledger_rules(
    readers: tuple[type[Reader], ...] = READERS, rules: tuple[Rule, ...] = PIPELINE
) -> Mapping[str, LedgerRule]:
    """Every ledger rule of readers, rules and the builder, by id."""
    known = [*CHARACTER_RULES, *BUILD_RULES, *declared.LEDGER_RULES]
    known += [drafts.MOVED_LINK, drafts.MOVED_TITLE, drafts.DROPPED_REFERENCE, drafts.DROPPED_CONVERTED]
    for reader in readers:
        known += reader.ledger_rules
    for rule in rules:
        known += rule.ledger_rules
    return {rule.id: rule for rule in known}


@cache
def _version() -> str:
    return version("copydesk")
