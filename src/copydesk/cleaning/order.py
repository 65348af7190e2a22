"""The order of rules: core's as `PIPELINE` has them, each of the others right before or after the one that it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from copydesk.cleaning.pipeline import PIPELINE, REQUIRED, TEXT_ENDS
from copydesk.cleaning.rule import Rule
from copydesk.errors import PluginError, UsageError, there_is

OwnerT = TypeVar("OwnerT")


def in_order(rules: Sequence[tuple[Rule, OwnerT]]) -> list[tuple[Rule, OwnerT]]:
    """Put rules in the order in which they run.

    Parameters:
        rules: each with its owner, whose text names it in errors. No two have one name; core's are among them, in
            order. Where several stand at one place, they keep the order given here.

    Raises:
        PluginError: a rule gives both places, names a rule that there is not, or stands before or after itself.
    """
    owners = {rule.name: (rule, owner) for rule, owner in rules}
    before, after = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    anchors: dict[str, str] = {}
    core = [rule.name for rule, _ in rules if rule in PIPELINE]
    for rule, owner in rules:
        if rule in PIPELINE:
            continue
        if rule.before is not None and rule.after is not None:
            raise _misplaced(rule, owner, f"says both before={rule.before!r} and after={rule.after!r}", "keep one")
        side, anchor = (after, rule.after) if rule.after is not None else (before, rule.before)
        if anchor is None:
            anchor = TEXT_ENDS
        if anchor not in owners:
            raise _misplaced(rule, owner, f"stands by {anchor!r}, which is no rule", f"there is {', '.join(owners)}")
        side[anchor].append(rule.name)
        anchors[rule.name] = anchor

    def around(name: str) -> Iterator[str]:
        for other in before[name]:
            yield from around(other)
        yield name
        for other in after[name]:
            yield from around(other)

    placed = [name for anchor in core for name in around(anchor)]
    if missing := anchors.keys() - set(placed):  # each names one rule, so what core's do not lead to leads to a circle
        circle = [next(name for name in anchors if name in missing)]
        while anchors[circle[-1]] not in circle:
            circle.append(anchors[circle[-1]])
        del circle[: circle.index(anchors[circle[-1]])]
        rule, owner = owners[circle[0]]
        problem = f"stands before or after itself, by way of {', '.join(circle)}"
        raise _misplaced(rule, owner, problem, f"place one of them by another rule: {', '.join(placed)}")
    return [owners[name] for name in placed]


def without(rules: Sequence[tuple[Rule, OwnerT]], names: Iterable[str]) -> list[tuple[Rule, OwnerT]]:
    """Leave rules out.

    Parameters:
        rules: as `in_order` gives them; the others keep their places.
        names: of the rules to leave out.

    Raises:
        UsageError: there is no rule of that name, or no article could do without it.
    """
    names, known = list(names), [rule.name for rule, _ in rules]
    for name in names:
        if name not in known:
            raise UsageError(f"there is no rule {name!r}", where="--disable", next_step=there_is(name, known))
        if name in REQUIRED:
            raise UsageError(
                f"the rule {name!r} cannot be left out, as {REQUIRED[name]}",
                where="--disable",
                next_step="leave out others only",
            )
    return [(rule, owner) for rule, owner in rules if rule.name not in names]


def _misplaced(rule: Rule, owner: object, problem: str, next_step: str) -> PluginError:
    return PluginError(f"the rule {rule.name!r} {problem}", where=str(owner), next_step=next_step)
