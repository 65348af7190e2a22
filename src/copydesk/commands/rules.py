"""`copydesk rules`: the cleaning rules in the order in which they run."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from copydesk.commands.arguments import Parser, add_rule_options, names_in

if TYPE_CHECKING:
    from copydesk.cleaning.rule import Rule
    from copydesk.provider import Provider


def run(arguments: list[str], prog: str) -> int:
    """Run the command."""
    parser = Parser(
        prog=prog,
        description="List the cleaning rules in the order in which they run: name and where it comes from, what it"
        " does, and the names under which ledgers say that it did.",
    )
    add_rule_options(parser)
    parser.add_argument("--debug", action="store_true", help="print where errors come from")
    namespace = parser.parse_args(arguments)

    from copydesk.console import say
    from copydesk.plugins import Plugins
    from copydesk.running.printable import write

    plugins = Plugins(files=namespace.rules)
    disabled = names_in(namespace.disable)
    lines = [*_lines(plugins.rule_order(disabled))]
    if disabled:
        lines += ["", f"left out: {', '.join(disabled)}"]
    write("\n".join([*lines, ""]), sys.stdout)  # rules name signs that few encodings have
    for broken in plugins.broken:
        say("warning", broken.as_error())
    return 0


def _lines(rules: Sequence[tuple[Rule, Provider]]) -> Iterator[str]:
    width = max(len(rule.name) for rule, _ in rules)
    for number, (rule, provider) in enumerate(rules, 1):
        yield f"{number:2}  {rule.name:{width}}  {provider}"
        yield f"    {_does(rule)}"
        if rule.ledger_rules:
            yield f"    ledger: {', '.join(sorted({declared.id for declared in rule.ledger_rules}))}"


def _does(rule: Rule) -> str:
    text = inspect.getdoc(rule.apply) if inspect.isroutine(rule.apply) else None
    return text.strip().splitlines()[0] if text and text.strip() else "(says nothing about itself)"
