"""The recipe of the models, run on the pages that the tests have, and what it promises of the models that ship."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from benchmarks.pages import load_pages
from training.boosting import TREES, train
from training.examples import FORMS, Examples, together

from copydesk.cleaning.label.features import COLUMNS
from copydesk.cleaning.label.scorer import Model, load, parse

PAGES = Path(__file__).parent.parent / "pages"
FEW = 12  # trees, so that the test is quick and the file small
FORM = "markdown"


@pytest.fixture(scope="module")
def sample() -> Examples:
    return together(load_pages(PAGES), FORM)


@pytest.fixture(scope="module")
def trained(sample: Examples) -> str:
    return train(sample, name=f"sample/{FORM}", trees=FEW, data={})


def test_the_same_pages_give_the_same_bytes(sample: Examples, trained: str) -> None:
    assert train(sample, name=f"sample/{FORM}", trees=FEW, data={}) == trained


def test_the_recipe_gives_the_model_that_it_gave(
    sample: Examples, trained: str, accept: Callable[[Path, bytes], bool]
) -> None:
    """By the scores, as another processor may add up in another order."""
    path = Path(__file__).parent / "sample.json"
    if not _alike(trained, path.read_text("utf-8"), sample) and not accept(path, (trained + "\n").encode("utf-8")):
        pytest.fail(f"{path.name} is another model; pytest --accept writes this one")


def _alike(one: str, other: str, sample: Examples) -> bool:
    if json.loads(one)["columns"] != json.loads(other)["columns"]:
        return False
    return bool(np.abs(parse(one).scores(sample.features) - parse(other).scores(sample.features)).mean() < 0.005)


def test_another_model_is_noticed(sample: Examples, trained: str) -> None:
    fewer = train(sample, name="fewer", trees=FEW - 2, data={})
    assert _alike(trained, trained, sample)
    assert not _alike(trained, fewer, sample)


def test_what_is_learnt_tells_the_article_from_furniture(sample: Examples, trained: str) -> None:
    scores = parse(trained).scores(sample.features)
    right = (scores >= 0.5) == (sample.shares >= 0.5)
    assert np.average(right, weights=sample.weights) > 0.9


@pytest.mark.parametrize("form", FORMS)
def test_the_models_that_ship_fit_the_features_and_say_what_they_were_made_of(form: str) -> None:
    model = load(form)
    assert model.columns == COLUMNS
    assert int(model.feature.max()) < COLUMNS
    assert len(model.roots) == TREES
    assert model.name == f"wcxb-1/{form}"
    assert model.data["folds"] == [1, 2, 3, 4]  # the other fold is what quality is told from
    assert model.data["attribution"] == "Murrough Foley, WCXB, 2026, CC-BY-4.0"


def _walk(model: Model, row: np.ndarray, root: int) -> float:
    node = root
    while model.children[2 * node] != node:
        high = row[model.feature[node]] > model.threshold[node]
        node = int(model.children[2 * node + int(high)])
    return float(model.value[node])


def test_all_rows_at_once_score_as_one_row_and_one_tree_at_a_time(sample: Examples) -> None:
    model = load(FORM)
    rows = sample.features[:50].astype(float)
    odds = np.array([sum(_walk(model, row, root) for root in model.roots) for row in rows])
    assert np.allclose(model.scores(rows), 1 / (1 + np.exp(-odds)))


def test_a_model_whose_columns_are_not_the_features_is_refused(trained: str) -> None:
    document = json.loads(trained)
    document["columns"] += 1
    with pytest.raises(ValueError, match=rf"has {COLUMNS + 1} features.*{COLUMNS}"):
        parse(json.dumps(document))
