"""The checks behind `copydesk.testing.check_reader`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence

from copydesk.article.ledger import LedgerRule
from copydesk.article.view import Article
from copydesk.cleaning.pipeline import ledger_rules
from copydesk.reading.detect import READERS, read
from copydesk.reading.source import Reader, Source
from copydesk.testing.documents import SAMPLES, article_of, check_growth, damaged, long_runs, sample_article, texts_of

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check(reader: type[Reader], sample: str, title: str | None, texts: Sequence[str] | None) -> None:
    """Run every check; see `copydesk.testing.check_reader`."""
    called = reader.__name__
    _check_declaration(reader)
    readers = (*(known for known in READERS if known.name != reader.name), reader)
    _check_choice(reader, sample, readers)
    made = sample_article(called, lambda: article_of(called, sample, "the sample", reader=reader.name, readers=readers))
    found = Article.parse(made.xml).meta.title
    _require(title is None or found == title, reader, "title", f"{title!r} was expected, {str(found)!r} was read")
    if texts is not None and texts_of(made) != list(texts):
        raise AssertionError(f"{called}, texts: {list(texts)!r} was expected, {texts_of(made)!r} was read")
    documents = [*damaged(sample), *((f"sample of {kind}", text) for kind, text in SAMPLES.items())]
    for what, text in documents:
        _check_sniff(reader, text, what)
        article_of(called, text, what, reader=reader.name, readers=readers)
    for what, make in long_runs(sample):
        check_growth(called, what, lambda copies, make=make: _reading(reader, make(copies)))  # type: ignore[misc]


def _check_declaration(reader: type[Reader]) -> None:
    declared = {"name": str, "suffixes": tuple, "media_type": str, "ledger_rules": tuple}
    _require(not inspect.isabstract(reader), reader, "declaration", "it does not define sniff() and read()")
    for attribute, kind in declared.items():
        _require(
            isinstance(getattr(reader, attribute, None), kind),
            reader,
            "declaration",
            f"{attribute} is not set, or no {kind.__name__}",
        )
    _require(bool(_NAME.fullmatch(reader.name)), reader, "declaration", f"{reader.name!r} is no name for --from")
    for suffix in reader.suffixes:
        right = isinstance(suffix, str) and suffix.startswith(".") and suffix == suffix.lower()
        _require(right, reader, "declaration", f"the suffix {suffix!r} is not like '.txt'")
    check_ledger_rules(reader.__name__, reader.ledger_rules, known=reader not in READERS)


def check_ledger_rules(owner: str, declared: Sequence[LedgerRule], *, known: bool) -> None:
    """Check that ledger rules are apart from core's, and that each drop says what it may drop.

    Parameters:
        owner: whose they are, for the message.
        declared: the rules.
        known: whether ids that core has are refused.
    """
    core = ledger_rules()
    for rule in declared:
        if known and rule.id in core and core[rule.id] != rule:
            raise AssertionError(f"{owner}, declaration: copydesk has a ledger rule {rule.id!r}; put a name before it")
        if rule.d == "drop" and rule.match is None and not rule.judged:
            raise AssertionError(f"{owner}, declaration: the ledger rule {rule.id!r} drops, but has no match")


def _check_choice(reader: type[Reader], sample: str, readers: tuple[type[Reader], ...]) -> None:
    _check_sniff(reader, sample, "the sample")
    chosen = _chosen(sample, readers)
    _require(chosen is reader, reader, "sniff", f"the sample would be read by {chosen.__name__}, which is surer")
    for kind, text in SAMPLES.items():
        _require(_chosen(text, readers) is not reader, reader, "sniff", f"it claims a sample of {kind}")


def _chosen(text: str, readers: tuple[type[Reader], ...]) -> type[Reader]:
    return max(readers, key=lambda kind: kind().sniff(text))


def _check_sniff(reader: type[Reader], text: str, what: str) -> None:
    try:
        sure: object = reader().sniff(text)
    except Exception as error:
        raise AssertionError(f"{reader.__name__}, sniff: {what}: {type(error).__name__}: {error}") from error
    right = isinstance(sure, int | float) and 0 <= sure <= 1
    _require(right, reader, "sniff", f"{what}: it gave {sure!r}, not a number from 0 to 1")


def _reading(reader: type[Reader], text: str) -> Callable[[], object]:
    made = reader()
    source = read(text.encode("utf-8", "surrogatepass"), name="sample")
    fresh = Source(source.name, source.sha256, reader.media_type, source.encoding, source.kind, source.view)
    return lambda: (made.sniff(fresh.view), made.read(fresh))


def _require(holds: bool, reader: type[Reader], what: str, problem: str) -> None:
    if not holds:
        raise AssertionError(f"{reader.__name__}, {what}: {problem}")
