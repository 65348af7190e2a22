"""Where rules stand, and what goes without each of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.article.canonical import parse, validate
from copydesk.cleaning.order import in_order, without
from copydesk.cleaning.pipeline import PIPELINE, REQUIRED, normalize
from copydesk.cleaning.rule import Rule
from copydesk.errors import PluginError, UsageError

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("tests/golden", "seeds")
    for path in sorted((ROOT / folder).iterdir())
    if path.suffix in {".txt", ".md"} and path.name != "README.md"
]
CORE = [(rule, "core") for rule in PIPELINE]
OPTIONAL = [rule.name for rule in PIPELINE if rule.name not in REQUIRED]


def rule(name: str, **place: str) -> tuple[Rule, str]:
    return Rule(name, lambda draft: None, **place), f"plugin-{name} 1.0"


def names(rules: list[tuple[Rule, str]]) -> list[str]:
    return [rule.name for rule, _ in rules]


def test_core_alone_stands_as_the_pipeline_has_it() -> None:
    assert in_order(CORE) == CORE


def test_rules_stand_right_by_the_rule_that_they_name() -> None:
    strangers = [
        rule("a", after="gallery"),
        rule("b", before="gallery"),
        rule("c", after="gallery"),
        rule("d", before="b"),
        rule("e", after="a"),
        rule("f"),
        rule("g", before="source-footer"),
        rule("h", after="title"),
        rule("i", after="h"),
        rule("j", before="lead"),
    ]
    expected: list[str] = []
    for name in names(CORE):
        before = {"source-footer": "g", "gallery": "db", "lead": "fj"}.get(name, "")
        after = {"gallery": "aec", "title": "hi"}.get(name, "")
        expected += [*before, name, *after]
    assert names(in_order([*CORE, *strangers])) == expected


PLACES = st.lists(
    st.tuples(st.sampled_from(["before", "after"]), st.sampled_from([*OPTIONAL, *(f"r{n}" for n in range(8))])),
    max_size=8,
)


@given(PLACES)
def test_every_rule_stands_where_it_says_or_nothing_is_ordered(places: list[tuple[str, str]]) -> None:
    strangers = [rule(f"r{number}", **{side: anchor}) for number, (side, anchor) in enumerate(places)]
    anchors = {name: name for name in names(CORE)} | {f"r{n}": anchor for n, (_, anchor) in enumerate(places)}
    ends = [*anchors]
    for _ in anchors:  # more steps than there are rules, so all but circles have come to one of core's
        ends = [anchors.get(name, "nowhere") for name in ends]
    if not set(ends) <= set(names(CORE)):
        with pytest.raises(PluginError):
            in_order([*CORE, *strangers])
        return
    ordered = names(in_order([*CORE, *strangers]))
    assert sorted(ordered) == sorted(names([*CORE, *strangers]))
    assert [name for name in ordered if name in names(CORE)] == names(CORE)
    for number, (side, anchor) in enumerate(places):
        between = sorted((ordered.index(f"r{number}"), ordered.index(anchor)))
        assert (ordered[between[0]] == anchor) == (side == "after")
        assert not set(ordered[between[0] + 1 : between[1]]) & set(names(CORE))


def test_a_circle_is_an_error_that_names_who_is_in_it_and_only_those() -> None:
    strangers = [rule("hangs-on", after="a"), rule("a", after="b"), rule("b", before="c"), rule("c", after="a")]
    with pytest.raises(PluginError) as caught:
        in_order([*CORE, *strangers])
    assert str(caught.value).startswith(
        "plugin-a 1.0: the rule 'a' stands before or after itself, by way of a, b, c; place one of them by another rule"
    )


def test_rules_are_left_out_and_the_others_keep_their_places() -> None:
    ordered = in_order([*CORE, rule("by-the-gallery", after="gallery")])
    assert names(without(ordered, ["gallery", "lead"])) == [
        name for name in names(ordered) if name not in ("gallery", "lead")
    ]
    assert without(ordered, []) == ordered


def test_a_rule_that_there_is_not_cannot_be_left_out() -> None:
    with pytest.raises(UsageError, match=r"^--disable: there is no rule 'galery'; did you mean gallery\? There is "):
        without(CORE, ["galery"])
    with pytest.raises(UsageError, match=r"there is no rule 'xyz'; there is .*, page-frame, .*, title$"):
        without(CORE, ["xyz"])


def test_the_title_cannot_be_left_out() -> None:
    with pytest.raises(UsageError, match="'title' cannot be left out, as every article has a title"):
        without(CORE, ["title"])


@cache
def article(source: Path, rules: tuple[Rule, ...] = PIPELINE) -> bytes:
    made = normalize(source.read_bytes(), name=source.name, rules=rules)  # it proves what it makes, or raises
    assert not validate(parse(made.xml))
    return made.xml


@pytest.mark.parametrize("left_out", OPTIONAL)
def test_without_any_one_rule_every_golden_is_a_valid_and_proven_article(left_out: str) -> None:
    """That the rule does something, its fixture shows (`rules/`)."""
    rules = tuple(rule for rule, _ in without(CORE, [left_out]))
    assert len(SOURCES) > 15
    for source in SOURCES:
        article(source, rules)
