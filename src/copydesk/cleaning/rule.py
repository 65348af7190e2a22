"""What a rule is: a name, what it does to a draft, and the ledger rules it may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of the pipeline.

    Parameters:
        name: unique, lower case with hyphens; `copydesk rules` prints it.
        apply: changes the draft in place; its docstring says what the rule does and what it leaves alone.
        ledger_rules: every ledger rule that its entries name.
    """

    name: str
    apply: Callable[[Draft], None]
    ledger_rules: tuple[LedgerRule, ...] = ()
