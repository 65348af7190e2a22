"""How near a prediction is to the known article: words, and the three fields title, author and date."""

from __future__ import annotations

import math
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.pages import Page

_WORD = re.compile(r"\w+")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
_SLASHED_DAY = re.compile(r"(\d{4})/(\d\d)/(\d\d)")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a system says about a page; "" is no answer."""

    text: str = ""
    title: str = ""
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """How often a field is right.

    Parameters:
        known: number of pages whose field is known.
        right: number of these that are answered right.
        unknown: number of the other pages.
        spurious: number of these that are answered all the same.
    """

    known: int
    right: int
    unknown: int
    spurious: int

    @property
    def accuracy(self) -> float:
        """Share of right answers; nan if no page has the field."""
        return self.right / self.known if self.known else math.nan


@dataclass(frozen=True, slots=True)
class Score:
    """Means over pages.

    Parameters:
        f1: mean of the pages' F1; precision and recall likewise.
        f1_error: standard error of that mean, nan for a single page.
        empty: number of pages for which there is no word.
        fields: title, author and date.
        of_pages: precision, recall and F1 of each page.
    """

    f1: float
    precision: float
    recall: float
    f1_error: float
    empty: int
    fields: Mapping[str, Field]
    of_pages: Sequence[tuple[float, float, float]]

    @property
    def pages(self) -> int:
        """Number of pages."""
        return len(self.of_pages)

    def above(self, other: Score) -> tuple[float, float]:
        """Mean difference of F1 to another system on the same pages, and its standard error (of the pairs)."""
        pairs = zip(self.of_pages, other.of_pages, strict=True)
        return _mean([mine[2] - theirs[2] for mine, theirs in pairs])


def words(text: str) -> list[str]:
    """Words of a text as WCXB counts them: runs of letters, digits and underscores, in lower case."""
    return _WORD.findall(text.lower())


def word_overlap(predicted: str, known: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the multisets of words."""
    mine, theirs = words(predicted), words(known)
    if not mine or not theirs:
        same = 0.0 if mine or theirs else 1.0
        return same, same, same
    common = (Counter(mine) & Counter(theirs)).total()
    precision, recall = common / len(mine), common / len(theirs)
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def same_words(predicted: str, known: str) -> bool:
    """Tell whether two texts are the same but for case, punctuation, symbols, white space and compatibility forms."""
    return bool(_folded(predicted)) and _folded(predicted) == _folded(known)


def same_day(predicted: str, known: str) -> bool:
    """Tell whether two dates are one day; a known month is met by any of its days."""
    mine, theirs = _day(predicted), _day(known)
    return bool(mine) and (mine[:7] if len(theirs) == len("2026-11") else mine) == theirs


FIELDS: Mapping[str, Callable[[str, str], bool]] = {"title": same_words, "author": same_words, "date": same_day}


def score(predictions: Mapping[str, Prediction], pages: Sequence[Page]) -> Score:
    """Score the predictions for some pages, at least one; a page without prediction counts as an empty answer.

    Parameters:
        predictions: what a system said, by the page's id.
        pages: the pages.
    """
    answers = [predictions.get(page.id, Prediction()) for page in pages]
    rows = [word_overlap(answer.text, page.text) for answer, page in zip(answers, pages, strict=True)]
    precision, recall, f1 = zip(*rows, strict=True)
    fields = {
        name: _field([(getattr(a, name), getattr(p, name)) for a, p in zip(answers, pages, strict=True)], right)
        for name, right in FIELDS.items()
    }
    mean, error = _mean(f1)
    return Score(
        f1=mean,
        precision=statistics.fmean(precision),
        recall=statistics.fmean(recall),
        f1_error=error,
        empty=sum(not words(answer.text) for answer in answers),
        fields=fields,
        of_pages=rows,
    )


def _mean(values: Sequence[float]) -> tuple[float, float]:
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return statistics.fmean(values), error


def _field(pairs: Iterable[tuple[str, str | None]], right: Callable[[str, str], bool]) -> Field:
    pairs = list(pairs)
    known = [(answer, truth) for answer, truth in pairs if truth]
    others = [answer for answer, truth in pairs if not truth]
    return Field(
        known=len(known),
        right=sum(bool(answer.strip()) and right(answer, truth) for answer, truth in known),
        unknown=len(others),
        spurious=sum(bool(answer.strip()) for answer in others),
    )


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    kept = (" " if unicodedata.category(character)[0] in "PSZC" else character for character in text)
    return " ".join("".join(kept).split())


def _day(text: str) -> str:
    text = text.strip()
    found = _ISO_DAY.match(text) or _SLASHED_DAY.match(text)
    if found:
        return "-".join(filter(None, found.groups()))
    from dateutil import parser as dates  # here, as rips are made without it

    try:
        return dates.parse(text).date().isoformat() if text else ""
    except (ValueError, OverflowError):
        return text
