"""Examples to learn from: the units of rips of pages whose article is known, with the share of each that belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from benchmarks.pages import Page
from benchmarks.rips import CUTS, make_rips
from numpy.typing import NDArray

from copydesk.cleaning.label.columns import Matrix
from copydesk.cleaning.label.features import features
from copydesk.cleaning.label.units import units
from copydesk.cleaning.language import language, sample
from copydesk.cleaning.lexicon import lexicon
from copydesk.errors import SourceError
from copydesk.reading.detect import read
from copydesk.reading.source import walk
from training.alignment import shares

FORMS = {"markdown": "md", "text": "text"}
"""The form of a rip, which has a model of its own, and what `benchmarks.rips` calls it."""
_BELONGS = 0.5  # share from which a unit is of the article
_SMOOTHING, _WHOLE = 50, 100  # a unit weighs by its share of the document's words, so that every document counts alike


@dataclass(frozen=True, slots=True)
class Examples:
    """Units of one document.

    Parameters:
        features: one row a unit.
        shares: how much of each belongs to the article, 0 to 1.
        weights: of the units; those of a document come to at most 100.
    """

    features: Matrix
    shares: Matrix
    weights: Matrix


def examples(page: Page, form: str) -> Iterator[Examples]:
    """Make the examples of a page: of its rips in three cuts, and of its article alone, as clean rips exist too.

    Parameters:
        page: the page.
        form: "text" or "markdown".
    """
    rips = make_rips(page.html(), page.text, [f"{FORMS[form]}-{cut}" for cut in CUTS])
    for kind, rip in rips.items():
        yield from _of_rip(rip, page, form)
        if kind.endswith("-main"):
            yield from _of_rip(rip, page, form, clean=True)


def _of_rip(rip: str, page: Page, form: str, *, clean: bool = False) -> Iterator[Examples]:
    try:
        source = read(rip.encode("utf-8"), name=page.id, reader=form)
    except SourceError:  # nothing but white space
        return
    found = units(source.blocks, split=form == "text")
    belongs = shares([unit.text for unit in found], page.text)
    if clean:
        kept = [(unit, share) for unit, share in zip(found, belongs, strict=True) if share >= _BELONGS]
        found, belongs = [unit for unit, _ in kept], [share for _, share in kept]
    if not found:
        return
    lang = language(sample([block.text for block in walk(source.blocks) if block.kind == "paragraph"]))
    matrix, tokens = features(found, lexicon(lang))
    weights = (tokens + 1) / ((tokens + 1).sum() + _SMOOTHING) * _WHOLE
    yield Examples(matrix.astype(np.float32), np.array(belongs), weights)


def together(pages: Iterable[Page], form: str) -> Examples:
    """The examples of all pages."""
    found = [example for page in pages for example in examples(page, form)]
    rows: NDArray[np.float32] = np.vstack([each.features for each in found])
    return Examples(rows, np.concatenate([e.shares for e in found]), np.concatenate([e.weights for e in found]))
