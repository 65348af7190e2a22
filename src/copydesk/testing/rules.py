"""The checks behind `copydesk.testing.check_rule`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.order import in_order
from copydesk.cleaning.pipeline import PIPELINE, Normalized
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.rule import check_rule as check_declaration
from copydesk.errors import PluginError
from copydesk.reading.detect import read
from copydesk.testing.documents import SAMPLES, article_of, check_growth, damaged, long_runs, sample_article, texts_of
from copydesk.testing.reading import check_ledger_rules


def check(
    rule: Rule,
    sample: str,
    texts: Sequence[str] | None,
    leaves_alone: Iterable[str],
    reader: str | None,
    beside: Sequence[Rule],
) -> None:
    """Run every check; see `copydesk.testing.check_rule`."""
    owner = f"rule {getattr(rule, 'name', rule)!r}"
    everything = _in_place(owner, rule, beside)
    others = tuple(other for other in everything if other is not rule)

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


def _in_place(owner: str, rule: Rule, beside: Sequence[Rule]) -> tuple[Rule, ...]:
    """Check what a rule declares; give the rules of a run with it, in order."""
    try:
        check_declaration(rule)
        added = [other for other in (*beside, rule) if other not in PIPELINE]
        if taken := {other.name for other in PIPELINE}.intersection(other.name for other in added):
            raise ValueError(f"copydesk has a rule {taken.pop()!r}")
        ordered = in_order([(other, "the test") for other in (*PIPELINE, *added)])
    except (TypeError, ValueError, PluginError) as error:
        raise AssertionError(f"{owner}, declaration: {error}") from error
    check_ledger_rules(owner, rule.ledger_rules, known=rule not in PIPELINE)
    return tuple(other for other, _ in ordered)


def _applying(rule: Rule, text: str, reader: str | None) -> Callable[[], object]:
    source = read(text.encode("utf-8", "surrogatepass"), name="sample", reader=reader)
    draft = Draft(source, lang="en", blocks=source.blocks)
    return lambda: rule.apply(draft)
