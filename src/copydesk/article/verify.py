"""The proof that an article is its source: nothing lost, nothing invented, nothing twice."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from types import MappingProxyType
from urllib.parse import unquote

from lxml import etree

from copydesk.article.canonical import A, content_hash, file_content_hash
from copydesk.article.evidence import Piece, dropped, is_derived, is_verbatim, joined, merged, short
from copydesk.article.ledger import Entry, Ledger, LedgerHeader, LedgerRule
from copydesk.article.targets import Place, Targets
from copydesk.errors import ArticleError, SourceError

_offset = itemgetter(0)


def verify(
    view: str,
    raw: bytes,
    root: etree._Element,
    ledger: Ledger,
    rules: Mapping[str, LedgerRule],
    converters: Mapping[str, Callable[[str], str]],
    views: Mapping[str, Callable[[bytes], str]] = MappingProxyType({}),
    xml: bytes | None = None,
) -> list[str]:
    """Check an article and its ledger against the source.

    No problem means: the hashes are right and the view is the decoded source, or is what `views` makes of it; every
    character of the view that is not white space is owned by exactly one entry; each text and each text attribute of
    the article equals the spans that were kept or moved into it, or is derived from spans; merged text stands in its
    target; dropped text matches its rule or was judged; every conversion gives the same result again. The one text
    without a span is a title made of the file's name.

    Parameters:
        view: the source view that spans count in.
        raw: the bytes of the source.
        root: the `article` element.
        ledger: its ledger.
        rules: the declared rules by id.
        converters: the functions that rules name as `norm`.
        views: functions that make the view of the source again, by kind of view. A view of another kind, which is not
            the decoded source, is pinned by its hash alone.
        xml: the bytes of the article's file, where `root` has been written just now; None to write it.

    Returns:
        Problems, each saying where; none if the article is proven.
    """
    hashes = _hashes(view, raw, root, ledger.header, views, xml)
    return [*hashes, *_Proof(view, root, rules, converters).problems(ledger)]


def _hashes(
    view: str,
    raw: bytes,
    root: etree._Element,
    header: LedgerHeader,
    views: Mapping[str, Callable[[bytes], str]],
    xml: bytes | None,
) -> Iterator[str]:
    if header.source_sha256 != hashlib.sha256(raw).hexdigest():
        yield "header: source_sha256 is not the sha256 of the source"
    if header.view_sha256 != hashlib.sha256(view.encode("utf-8", "surrogatepass")).hexdigest():
        yield "header: view_sha256 is not the sha256 of the view"
    if header.chars != len(view):
        yield f"header: chars is {header.chars}, the view has {len(view)}"
    if header.view == "text/1" and not _decodes(raw, header.encoding, view):
        yield f"header: the view is not the source decoded as {header.encoding}"
    if header.view in views and not _makes(views[header.view], raw, view):
        yield f"header: the view is not what {header.view} makes of the source"
    try:
        if header.article_sha256 != (content_hash(root) if xml is None else file_content_hash(xml)):
            yield "header: article_sha256 is not the hash of the article"
    except ArticleError as error:
        yield f"article: {error.what}"
    source = root.find(f"{A}head/{A}source")
    if source is None or source.get("sha256") != header.source_sha256:
        yield "head/source: sha256 is not that of the ledger"


def _decodes(raw: bytes, encoding: str, view: str) -> bool:
    try:
        return raw.decode(encoding) == view
    except (LookupError, ValueError):
        return False


def _makes(make: Callable[[bytes], str], raw: bytes, view: str) -> bool:
    try:
        return make(raw) == view
    except SourceError:
        return False


class _Proof:
    """One run of the verifier."""

    def __init__(
        self,
        view: str,
        root: etree._Element,
        rules: Mapping[str, LedgerRule],
        converters: Mapping[str, Callable[[str], str]],
    ) -> None:
        self.view = view
        self.root = root
        self.rules = rules
        self.converters = converters
        self.targets = Targets(root)
        self.owned: list[tuple[int, int, int]] = []
        self.kept: defaultdict[Place, list[Piece]] = defaultdict(list)
        self.derived: set[Place] = set()

    def problems(self, ledger: Ledger) -> Iterator[str]:
        last = (False, -1)
        for number, entry in enumerate(ledger.entries, 1):
            problems = [*self.entry(number, entry)]
            order = (entry.d == "derive", -1 if entry.d == "derive" or not entry.at else entry.at[0][0])
            if order < last:
                problems.append("entries stand by their first offset, derive entries last")
            last = order
            if problems:
                target = f" to {entry.to}" if entry.to else ""
                yield from (f"entry {number} ({entry.d} {entry.rule}{target}): {problem}" for problem in problems)
        yield from self.coverage()
        yield from self.texts()

    # ------------------------------------------------------------ one entry
    def entry(self, number: int, entry: Entry) -> Iterator[str]:
        rule = self.rules.get(entry.rule)
        if rule is None:
            yield "no such rule is declared"
            return
        if rule.d != entry.d:
            yield f"the rule is declared to {rule.d}"
            return
        problem = self.spans(entry)
        if problem:
            yield problem
            return
        if entry.d != "derive":
            self.owned += [(start, end, number) for start, end in entry.at]
        texts = [self.view[start:end] for start, end in entry.at]
        if entry.d == "drop":
            yield from dropped(entry, rule, texts)
        else:
            yield from self.targeted(entry, rule, texts)

    def spans(self, entry: Entry) -> str | None:
        view, last = self.view, 0
        for start, end in entry.at:
            if not 0 <= start < end <= len(view):
                return f"span {start},{end} is not in the view"
            if view[start].isspace() or view[end - 1].isspace():
                return f"span {start},{end} has white space at an edge"
            if start < last:
                return f"span {start},{end} begins before the end of the span in front of it"
            last = end
        return None if entry.at else "it has no spans"

    def targeted(self, entry: Entry, rule: LedgerRule, texts: list[str]) -> Iterator[str]:
        place = self.targets.resolve(entry.to) if entry.to else None
        if place is None:
            yield "the target is nowhere in the article"
            return
        results, problem = self.converted(entry, rule, texts)
        if problem:
            yield problem
        if entry.d == "merge":
            yield from merged(place.text, results)
            return
        pieces = [Piece(*at, text, rule.join) for at, text in zip(entry.at, results, strict=True)]
        if entry.d != "derive":
            if rule.join and not rule.join.isspace():
                yield f"the rule joins by {rule.join!r}, which is more than white space"
            self.kept[place] += pieces
            return
        self.derived.add(place)
        if rule.norm is not None:
            if not is_derived(place.text, [joined(self.view, pieces)], whole=True):
                yield f"{place.text!r} is not what the converter gives, {joined(self.view, pieces)!r}"
        elif not is_derived(place.text, results):
            yield f"{place.text!r} is not text of its spans"

    def converted(self, entry: Entry, rule: LedgerRule, texts: list[str]) -> tuple[list[str], str | None]:
        """Replay the converter of a rule on each span."""
        if rule.norm is None:
            return texts, None if entry.is_ is None else "it has converted text, its rule has no converter"
        converter = self.converters.get(rule.norm)
        if converter is None:
            return texts, f"there is no converter {rule.norm!r}"
        try:
            results = [converter(text) for text in texts]
        except Exception as error:  # a converter may come from a plugin; whatever it raises, the text is not proven
            return texts, f"the converter {rule.norm!r} cannot read {texts}: {error!r}"
        stated = texts if entry.is_ is None else list(entry.is_)
        return results, None if stated == results else f"the converter gives {results}, the ledger says {stated}"

    # ------------------------------------------------------------ the whole
    def coverage(self) -> Iterator[str]:
        """Check that each character that is not white space has one owner."""
        view, at, owner = self.view, 0, 0
        for start, end, number in [*sorted(self.owned), (len(view), len(view), 0)]:
            if start < at:
                stop = min(at, end)
                yield f"characters {start} to {stop}: entries {owner} and {number} both own {short(view[start:stop])}"
            elif start > at and not (gap := view[at:start]).isspace():
                first = at + len(gap) - len(gap.lstrip())
                yield f"characters {first} to {at + len(gap.rstrip())}: no entry owns {short(gap.strip())}"
            if end > at:
                at, owner = end, number

    def texts(self) -> Iterator[str]:
        """Check that each place of the article has the text that its spans have, and that no text has no entry."""
        for place in self.targets.places():
            pieces = self.kept.pop(place, None)
            if pieces is not None:
                yield from self.text(place, pieces)
            elif place not in self.derived and (text := place.text).strip() and not self.is_file_name(place, text):
                yield f"{place}: no entry says where its text comes from: {short(text)}"
        for place, pieces in self.kept.items():  # what need not come from the source, but here does: pre/@syntax, say
            yield from self.text(place, pieces)

    def text(self, place: Place, pieces: list[Piece]) -> Iterator[str]:
        pieces.sort(key=_offset)
        shown = place.text
        if place.is_code:
            if not is_verbatim(self.view, shown, pieces):
                yield f"{place}: the code differs from its spans"
            return
        expected = joined(self.view, pieces)
        if shown != expected and not _is_composed_across_inlines(place, shown, expected):
            at = next((i for i, (a, b) in enumerate(zip(shown, expected, strict=False)) if a != b), -1)
            at = min(len(shown), len(expected)) if at < 0 else at
            near = slice(max(at - 20, 0), at + 20)
            yield f"{place}: text differs from its spans at {at}: {shown[near]!r}, in the source {expected[near]!r}"

    def is_file_name(self, place: Place, text: str) -> bool:
        """Tell whether a text is the title of an article whose only name is that of its file."""
        if place.element.tag != A + "title" or place.element.get("from") != "file":
            return False
        source = self.root.find(f"{A}head/{A}source")
        name = source.get("name", "") if source is not None else ""
        letters = _letters(text)
        return text in name or bool(letters and any(letters in _letters(form) for form in (name, unquote(name))))


def _is_composed_across_inlines(place: Place, shown: str, expected: str) -> bool:
    """Allow a letter and its accent on two sides of a tag: each text node is in NFC, their sum is not."""
    return unicodedata.normalize("NFC", shown) == expected and all(
        unicodedata.is_normalized("NFC", str(text)) for text in place.element.itertext()
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text).casefold()))
