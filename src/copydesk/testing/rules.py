"""The checks behind `copydesk.testing.check_rule`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.pipeline import PIPELINE, Normalized
from copydesk.cleaning.rule import Rule
from copydesk.reading.detect import read
from copydesk.testing.documents import SAMPLES, article_of, check_growth, damaged, long_runs, sample_article, texts_of
from copydesk.testing.reading import check_ledger_rules

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check(
    rule: Rule, sample: str, texts: Sequence[str] | None, leaves_alone: Iterable[str], reader: str | None
) -> None:
    """Run every check; see `copydesk.testing.check_rule`."""
    owner = f"rule {rule.name!r}"
    if not _NAME.fullmatch(rule.name):
        raise AssertionError(f"{owner}, declaration: a name takes lower-case letters, digits and hyphens")
    check_ledger_rules(owner, rule.ledger_rules, known=rule not in PIPELINE)
    others = tuple(other for other in PIPELINE if other.name != rule.name)
    everything = PIPELINE if rule in PIPELINE else (*others, rule)

    def with_it(text: str, what: str) -> Normalized | None:
        return article_of(owner, text, what, reader=reader, rules=everything)

    def without_it(text: str) -> Normalized | None:
        return article_of(f"without {owner}", text, "the same document", reader=reader, rules=others)

    made, before = sample_article(owner, lambda: with_it(sample, "the sample")), without_it(sample)
    if before is not None and made.xml == before.xml:
        raise AssertionError(f"{owner}, sample: the article is the same without it")
    if texts is not None and texts_of(made) != list(texts):
        raise AssertionError(f"{owner}, texts: {list(texts)!r} was expected, {texts_of(made)!r} came out")
    for text in leaves_alone:
        if with_it(text, "what it leaves alone") != without_it(text):
            raise AssertionError(f"{owner}, leaves alone: it acts on {text!r}")
    for what, text in [*damaged(sample), *((f"sample of {kind}", text) for kind, text in SAMPLES.items())]:
        with_it(text, what)
    for what, make in long_runs(sample):
        check_growth(owner, what, lambda copies, make=make: _applying(rule, make(copies), reader))  # type: ignore[misc]


def _applying(rule: Rule, text: str, reader: str | None) -> Callable[[], object]:
    source = read(text.encode("utf-8", "surrogatepass"), name="sample", reader=reader)
    draft = Draft(source, lang="en", blocks=source.blocks)
    return lambda: rule.apply(draft)
