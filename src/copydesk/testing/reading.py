"""The checks behind `copydesk.testing.check_reader`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence

from copydesk.article.ledger import LedgerRule
from copydesk.article.view import Article
from copydesk.cleaning.pipeline import ledger_rules
from copydesk.reading.detect import READERS, TEXT, read
from copydesk.reading.source import Reader, Source
from copydesk.testing.documents import SAMPLES, article_of, check_growth, damaged, long_runs, sample_article, texts_of

_KIND = re.compile(r"[a-z][a-z0-9-]*/[0-9]+")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check(reader: type[Reader], sample: str | bytes, title: str | None, texts: Sequence[str] | None) -> None:
    """Run every check; see `copydesk.testing.check_reader`."""
    _check_declaration(reader)
    readers = (*(known for known in READERS if known.name != reader.name), reader)
    if reader.view is not Reader.view:
        _check_view(reader, sample, readers)
    elif isinstance(sample, str):
        _check_choice(reader, sample, readers)
    else:
        raise TypeError(f"{reader.__name__} writes no view(), so the sample is text")
    _check_sample(reader, sample, readers, title, texts)
    for what, document in _damaged(sample):
        if isinstance(document, str):
            _check_sniff(reader, document, what)
        article_of(reader.__name__, document, what, reader=reader.name, readers=readers)
    if reader.view is Reader.view and isinstance(sample, str):
        for what, make in long_runs(sample):
            check_growth(reader.__name__, what, lambda copies, make=make: _reading(reader, make(copies)))  # type: ignore[misc]


def _check_sample(
    reader: type[Reader],
    sample: str | bytes,
    readers: tuple[type[Reader], ...],
    title: str | None,
    texts: Sequence[str] | None,
) -> None:
    called = reader.__name__
    made = sample_article(called, lambda: article_of(called, sample, "the sample", reader=reader.name, readers=readers))
    found = Article.parse(made.xml).meta.title
    _require(title is None or found == title, reader, "title", f"{title!r} was expected, {str(found)!r} was read")
    if texts is not None and texts_of(made) != list(texts):
        raise AssertionError(f"{called}, texts: {list(texts)!r} was expected, {texts_of(made)!r} was read")


def _damaged(sample: str | bytes) -> Iterator[tuple[str, str | bytes]]:
    """Copies of the sample as careless tools leave them, and documents of other kinds."""
    yield from ((f"sample of {kind}", text) for kind, text in SAMPLES.items())
    if isinstance(sample, str):
        yield from damaged(sample)
        return
    for part in range(1, 6):
        at = len(sample) * part // 6
        yield f"cut off at {part}/6", sample[:at]
        yield f"with another byte at {part}/6", sample[:at] + bytes([sample[at] ^ 0x55]) + sample[at + 1 :]
    yield "with bytes behind its end", sample + b"\0" * 100


def _check_view(reader: type[Reader], sample: str | bytes, readers: tuple[type[Reader], ...]) -> None:
    raw = sample if isinstance(sample, bytes) else sample.encode("utf-8")
    name = f"sample{reader.suffixes[0]}" if reader.suffixes else "sample"
    sure = {kind: _claim(kind, raw, name) for kind in readers}
    surest = max(readers, key=lambda kind: sure[kind])
    _require(surest is reader and sure[reader] > 0, reader, "claims", f"it does not claim the sample, as {name!r}")
    for kind, text in SAMPLES.items():
        claim = _claim(reader, text.encode("utf-8"), "sample.txt")
        _require(claim == 0, reader, "claims", f"it claims a sample of {kind}")
    first, second = reader().view(raw), reader().view(raw)
    if first is not None and second is not None:
        _require(
            (first.text, first.kind, first.converter) == (second.text, second.kind, second.converter),
            reader,
            "view",
            "a second run made another of the same bytes",
        )
        _require(bool(_KIND.fullmatch(first.kind)), reader, "view", f"its kind {first.kind!r} is not like 'name/1'")
        _require(first.kind != TEXT, reader, "view", f"{TEXT} is the decoded text")


def _claim(reader: type[Reader], raw: bytes, name: str) -> float:
    sure = reader().claims(raw, name)
    _require(0 <= sure <= 1, reader, "claims", f"it gave {sure!r}, not a number from 0 to 1")
    return sure


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
