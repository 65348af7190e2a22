"""What a rule is: a name, what it does to a draft, the ledger rules it may use, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of the pipeline.

    Parameters:
        name: unique, lower case with hyphens; `copydesk rules` prints it.
        apply: changes the draft in place; the first line of its docstring says what the rule does, and is printed by
            `copydesk rules`, the rest what it leaves alone.
        ledger_rules: every ledger rule that its entries name.
        before: name of the rule that this one runs right before.
        after: name of the rule that this one runs right after. A rule of a plugin that gives neither runs when the text
            has been put together, before `lead` says what its parts are; core's own stand in `PIPELINE`.
    """

    name: str
    apply: Callable[[Draft], None]
    ledger_rules: tuple[LedgerRule, ...] = ()
    before: str | None = None
    after: str | None = None


def check_rule(rule: object) -> None:
    """Check that an object is a rule that declares what it must.

    Raises:
        TypeError: it is no `Rule`, or what it declares is of the wrong type.
        ValueError: its name cannot be one.
    """
    if not isinstance(rule, Rule):
        raise TypeError(f"{rule!r} is not a Rule")
    if not (isinstance(rule.name, str) and _NAME.fullmatch(rule.name)):
        raise ValueError(f"the name of a rule is {rule.name!r}; it takes lower-case letters, digits and hyphens")
    if not callable(rule.apply):
        raise TypeError(f"Rule.apply of {rule.name!r} is {rule.apply!r}, which cannot be called")
    if not (isinstance(rule.ledger_rules, tuple) and all(isinstance(each, LedgerRule) for each in rule.ledger_rules)):
        raise TypeError(f"Rule.ledger_rules of {rule.name!r} is not a tuple of LedgerRule")
    for anchor in (rule.before, rule.after):
        if not isinstance(anchor, str | None):
            raise TypeError(f"the rule {rule.name!r} stands by {anchor!r}, which is not the name of a rule")
