"""The options of `convert` about how it works through many documents: processes, limits, what is done again."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.commands.arguments import Parser
from copydesk.commands.engines import POOL, SERIAL, add_engine_option
from copydesk.commands.reports import on_standard_output
from copydesk.errors import UsageError
from copydesk.running.urls import is_url

if TYPE_CHECKING:
    from copydesk.plugins import Plugins
    from copydesk.recipe import Recipe
    from copydesk.running.crew import Crew
    from copydesk.running.engine import Engine
    from copydesk.running.preview import Change
    from copydesk.running.target import Target

AUTO = "auto"
TIMEOUT = 120.0
"""Seconds for one document. The largest that is read, 20 MB, takes about a tenth of it to be normalized."""
MAX_MEMORY = 2048
"""MiB of data for one worker process: what a hosted CI machine has for each of its cores, and a little less."""
PRELOAD = "copydesk.preload"
"""Module with all that workers need."""
MOST = 1_000_000
"""Seconds and MiB that limits may be: eleven days, and 1 TiB. Systems count both in integers of their own."""
LINES = 12
"""Lines that `--check` shows of each difference."""
FEW = 24
"""Documents below which workers take longer to start than they save."""

_WOULD = {"new": "write", "changed": "change", "removed": "remove"}

# What workers need is imported where it is used: `convert --help` is to be instant.


def add_pace_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of processes, and those of runs after the first."""
    group = parser.add_argument_group("processes")
    add_engine_option(group)
    group.add_argument(
        "--jobs",
        default=AUTO,
        metavar="N",
        help="worker processes; 0: none, without the limits below; auto: one a core, none for a few documents",
    )
    group.add_argument(
        "--timeout",
        type=positive,
        metavar="SECONDS",
        help=f"for one document, after which it is tried once more (default: {TIMEOUT:g})",
    )
    group.add_argument(
        "--max-memory",
        type=positive,
        metavar="MIB",
        help=f"that a worker's data may take, on Linux (default: {MAX_MEMORY})",
    )
    again = parser.add_argument_group("runs after the first", "What is as the last run left it is not made again.")
    again.add_argument(
        "--force", action="store_true", help="make everything again, also in place of what was made of other sources"
    )
    again.add_argument(
        "--prune", action="store_true", help="remove outputs whose source is gone, or that other options made"
    )
    again.add_argument("--check", action="store_true", help="write nothing, list what would change; exit with 1 if any")
    again.add_argument("--diff", action="store_true", help="the same, with the whole of each difference")


def shower(namespace: argparse.Namespace) -> Callable[[Change], None] | None:
    """What prints changes that a run would make; None if it is to make them."""
    if not (namespace.check or namespace.diff):
        return None
    from copydesk.running.printable import write
    from copydesk.running.reporting import github

    stream = sys.stderr if on_standard_output(namespace) else sys.stdout

    def show(change: Change) -> None:
        text = "\n".join((f"would {_WOULD[change.kind]} {change.path}", *change.diff))
        if github.is_running():
            text = github.verbatim(text)
        write(f"{text}\n", stream)

    return show


def processes(text: str) -> int | None:
    """Read `--jobs`; None is for `auto`.

    Raises:
        UsageError: it is neither a number nor `auto`.
    """
    if text == AUTO:
        return None
    if not text.isdecimal() or len(text) > 4:
        raise UsageError(
            f"{text!r} is no number of processes", where="--jobs", next_step=f"give one such as 4, or {AUTO}"
        )
    return int(text)


def jobs(namespace: argparse.Namespace, plugins: Plugins, targets: Sequence[Target], documents: int) -> int | None:
    """How many workers a run is to have; 0 to do without; None if that is left to the engine of a plugin.

    A few documents are converted in this process if all that takes part is copydesk's own: it does not hang, and would
    be done before a worker has started. A plugin of somebody else's always runs in a worker.

    Raises:
        UsageError: `--jobs` is neither a number nor `auto`, or not one for the engine.
    """
    wanted, engine = processes(namespace.jobs), namespace.engine
    if wanted is None and engine == SERIAL:
        return 0
    if wanted is None and engine in (None, POOL):
        limited = namespace.timeout is not None or namespace.max_memory is not None
        if (
            engine is None
            and documents < FEW
            and not limited
            and not plugins.strangers(target.format for target in targets)
        ):
            return 0
        wanted = min(_cores(), documents)
    if wanted != 0 if engine == SERIAL else engine and wanted == 0:
        raise UsageError(
            f"the engine {engine} has {'no' if engine == SERIAL else 'at least one'} process of its own",
            where="--jobs",
            next_step=f"leave it out, or leave out --engine {engine}",
        )
    if wanted != 0 and any(not target.exporter.parallel for target in targets):
        return 1
    return wanted


def start_early(arguments: Sequence[str], configured: Mapping[str, Any]) -> None:
    """Begin to load what workers need while this process loads its own part, if there will be workers.

    That is taken for granted of a first run, or one with `--force`, that asks for workers or has a large folder. If it
    turns out otherwise, nothing is lost but the time of another core.

    Parameters:
        arguments: of the command line, not parsed yet.
        configured: settings of the configuration.
    """
    parser = Parser(prog="", add_help=False)
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--jobs")
    parser.add_argument("--engine")
    parser.add_argument("-o", "--output")
    parser.add_argument("--force", action="store_true")
    parser.set_defaults(**{"jobs": AUTO, "output": "exports", "force": False, **configured})
    try:
        given = parser.parse_known_args(list(arguments))[0]
    except UsageError:  # which parsing all of them will tell of
        return
    if given.engine not in (None, POOL):
        return
    # A store is not asked: it may take as long as starting what would not be needed.
    if not given.force and not is_url(given.output) and Path(given.output, ".copydesk", "state.sqlite3").exists():
        return
    if given.jobs == AUTO and _cores() > 1:
        likely = any(_is_large(source) for source in (*given.sources, *configured.get("sources", ())))
    else:
        likely = str(given.jobs).isdecimal() and int(given.jobs) > 0
    if likely:
        from copydesk.running.launching import launching_context

        launching_context(PRELOAD)


def _is_large(source: str) -> bool:
    try:
        with os.scandir(source) as entries:
            return len(list(islice(entries, FEW))) == FEW
    except (OSError, ValueError):
        return False


def crew(
    namespace: argparse.Namespace,
    recipe: Recipe,
    plugins: Plugins,
    engine: Engine[Any] | None,
    count: int | None,
    folder: Path,
) -> Crew:
    """Who converts: this process, or so many workers, of this machine or of an engine.

    Parameters:
        namespace: the options of `add_pace_options`.
        recipe: how.
        plugins: loaded in this process.
        engine: of a plugin.
        count: as `jobs` gives it.
        folder: for what lasts as long as the run.
    """
    if count == 0:
        from copydesk.running.crew import InProcess

        return InProcess(recipe.bench(plugins, folder))

    from copydesk.running.worker import Start

    start = Start(
        bench=recipe,
        folder=folder,
        seconds=namespace.timeout or TIMEOUT,
        memory=int((namespace.max_memory or MAX_MEMORY) * 2**20),
        preload=PRELOAD,
    )
    providers = {target.format: target.provider for target in recipe.targets(plugins)}
    if engine is not None:
        return engine.crew(start, count, providers)

    from copydesk.running.pool import Workers

    assert count is not None, "it is left to engines only"  # noqa: S101 -- tells mypy
    return Workers(start, count, providers)


def _cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def positive(text: str) -> float:
    """Read a number of seconds or MiB.

    Raises:
        ArgumentTypeError: it is none, or beyond what systems take.
    """
    with suppress(ValueError):
        value = float(text)
        if 0 < value <= MOST:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is no number above 0, up to {MOST:,}")
