"""`--engine`: who converts the documents of a run, of what core and plugins have."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from copydesk.commands.arguments import Parser
from copydesk.errors import UsageError

if TYPE_CHECKING:
    from copydesk.plugins import Plugins
    from copydesk.provider import Provider
    from copydesk.running.engine import Engine

SERIAL, POOL = "serial", "pool"
"""Core's own: this process, and worker processes of this machine."""
OWN = (SERIAL, POOL)


def add_engine_option(group: argparse._ActionsContainer) -> None:
    """Add `--engine`."""
    group.add_argument(
        "--engine",
        metavar="NAME",
        help=f"{SERIAL}: this process; {POOL}: worker processes; or that of a plugin (default: as --jobs says)",
    )


def engine_named(arguments: Sequence[str], configured: Mapping[str, Any]) -> str | None:
    """The name that a command line gives, or the configuration, known before there is a parser of all options."""
    early = Parser(prog="", add_help=False)
    add_engine_option(early)
    given: str | None = early.parse_known_args(list(arguments))[0].engine
    return configured.get("engine") if given is None else given


def find_engine(plugins: Plugins, name: str | None) -> tuple[type[Engine[Any]], Provider] | None:
    """The engine of that name, and who provides it; None if it is core's own.

    Raises:
        UsageError: there is none.
        PluginError: two plugins provide it.
    """
    from copydesk.provider import CORE, refuse_clashes

    if name is None:
        return None
    refuse_clashes("engine", [*((own, CORE) for own in OWN), *((known.name, who) for known, who in plugins.engines)])
    if name in OWN:
        return None
    for known, provider in plugins.engines:
        if known.name == name:
            return known, provider
    for broken in plugins.broken:
        if broken.provider.plugin == name:
            raise broken.as_error()
    there_is = ", ".join((*OWN, *sorted(known.name for known, _ in plugins.engines)))
    raise UsageError(
        f"there is no engine {name!r}",
        where="--engine",
        next_step=f"there is {there_is}; others come with plugins, such as ray: pip install copydesk-ray",
    )


def add_engine_flags(parser: argparse.ArgumentParser, engine: type[Engine[Any]], provider: Provider) -> None:
    """Add the flags of an engine, one for each field of its options, under a heading of their own."""
    from copydesk.exporting.options import add_flags, options_of

    if options_of(engine):
        add_flags(parser.add_argument_group(f"options of {engine.name} ({provider})"), engine)


def make_engine(namespace: argparse.Namespace, plugins: Plugins) -> Engine[Any] | None:
    """Make the engine that parsed options name; None for core's own.

    Raises:
        UsageError: there is none, it lacks something, or an option is refused.
    """
    from copydesk.exporting.options import make_options, values_given

    found = find_engine(plugins, namespace.engine)
    if found is None:
        return None
    return found[0](make_options(found[0], values_given(namespace, found[0])))
