"""`convert`: clean articles and write each in one or more formats."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.commands import pace
from copydesk.commands.arguments import (
    Parser,
    add_config_options,
    add_exporter_options,
    add_rule_files,
    add_rule_options,
    add_version,
    names_in,
)
from copydesk.commands.engines import add_engine_flags, engine_named, find_engine, make_engine
from copydesk.commands.reports import Reporting, add_report_options
from copydesk.commands.shards import add_shard_options, share
from copydesk.commands.signals import ended_at_once, ended_by_signals
from copydesk.commands.sources import add_source_options, check_sources, find_sources
from copydesk.errors import PluginError, UsageError

if TYPE_CHECKING:
    from copydesk.cleaning.label.profile import Profile
    from copydesk.commands.configuration import Configuration
    from copydesk.plugins import Format, Plugins
    from copydesk.provider import Provider
    from copydesk.reading.source import Reader
    from copydesk.recipe import Recipe
    from copydesk.running.engine import Engine
    from copydesk.running.report import DocumentReport
    from copydesk.running.target import Target

# Everything else is imported where it is used: `convert --help` is to be instant, and must not import a plugin.


def run(arguments: list[str], prog: str) -> int:
    """Run the command. Options are parsed twice, as it takes `--to` to know which flags there are."""
    with ended_at_once():
        return _run(arguments, prog)


def _run(arguments: list[str], prog: str) -> int:
    if {"-h", "--help", "--version"}.intersection(arguments):
        _parser_for_help(arguments, prog).parse_args(arguments)

    from copydesk.commands.configuration import configuration_for

    configuration = configuration_for(arguments, prog)
    wanted, rule_files = plugins_named(arguments, prog, configuration)
    if not wanted:
        parser = build_parser(prog, configuration=configuration)
        parser.parse_args(arguments)  # ends with the error that an argument is missing
        parser.error("--to names no format")

    pace.start_early(arguments, configuration.values)
    from copydesk.plugins import Plugins

    plugins = Plugins(files=rule_files)
    formats, missing = plugins.select(wanted)
    with configuration.named_in_errors(arguments):
        engine = find_engine(plugins, engine_named(arguments, configuration.values))
        parser = build_parser(prog, formats, engine, configuration=configuration)
        namespace = _parse(parser, arguments, configuration, plugins, wanted)
        return _convert(namespace, plugins, formats, missing)


def plugins_named(
    arguments: list[str], prog: str, configuration: Configuration | None = None
) -> tuple[list[str], list[Path]]:
    """The formats of `--to` and the files of `--rules`, or what the configuration says of them."""
    values = configuration.values if configuration else {}
    early = Parser(prog=prog, add_help=False)
    early.add_argument("--to", action="append", default=[])
    add_rule_files(early)
    namespace = early.parse_known_args(arguments)[0]
    formats = names_in(namespace.to or values.get("to", ()))
    return formats, namespace.rules or [Path(file) for file in values.get("rules", ())]


def _parser_for_help(arguments: list[str], prog: str) -> argparse.ArgumentParser:
    wanted, rule_files = plugins_named(arguments, prog)
    engine = engine_named(arguments, {})
    if not wanted and engine is None:
        return build_parser(prog)
    from copydesk.plugins import ALL, Plugins

    plugins = Plugins(only=None if ALL in wanted or engine is not None else wanted, files=rule_files)
    return build_parser(prog, plugins.select(wanted)[0], find_engine(plugins, engine))


def build_parser(
    prog: str,
    formats: Sequence[Format] = (),
    engine: tuple[type[Engine[Any]], Provider] | None = None,
    *,
    configuration: Configuration | None = None,
    description: str = "Clean articles and write each in one or more formats.",
) -> argparse.ArgumentParser:
    """Make the parser of the command line.

    Parameters:
        prog: what the command is called.
        formats: those whose options it is to know.
        engine: the same, of a plugin, and who provides it.
        configuration: what it says need not be given.
        description: what the help begins with.
    """
    from importlib.metadata import entry_points

    # Entry points are named for their format, so this list needs no plugin; `copydesk plugins` knows for sure.
    names = ", ".join(sorted({"xml", *(entry.name for entry in entry_points(group="copydesk"))}))
    parser = Parser(
        prog=prog,
        description=description,
        epilog=f"formats: {names}\n"
        f"{prog} --to FORMAT --help shows the options of a format; copydesk plugins, where each comes from.\n"
        "exit codes: 0 all well, 1 some documents failed, 2 usage, 3 a needed plugin is broken,\n"
        "4 the output cannot be written, 130 interrupted, 143 terminated",
    )
    configured = configuration.values if configuration else {}
    add_source_options(parser)
    parser.add_argument(
        "--to", action="append", required="to" not in configured, metavar="FORMAT[,FORMAT]", help="formats, or all"
    )
    parser.add_argument("-o", "--output", default="exports", metavar="DIR", help="output folder (default: exports)")
    parser.add_argument("--from", dest="reader", metavar="READER", help="text or markdown (default: told by content)")
    add_rule_options(parser)
    parser.add_argument(
        "--keep-doubtful",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="keep what may be furniture of the page and may be text",
    )
    parser.add_argument(
        "--profile", metavar="FILE", help="drop the lines of a site too, as copydesk profile wrote them to a file"
    )
    parser.add_argument("--no-profile", dest="profile", action="store_const", const=None, help="drop those of no site")
    pace.add_pace_options(parser)
    add_shard_options(parser)
    add_report_options(parser)
    add_config_options(parser)
    add_version(parser)
    if engine is not None:
        add_engine_flags(parser, *engine)
    for known in formats:
        try:
            add_exporter_options(parser, known)
        except argparse.ArgumentError as error:  # `a-b` has an option `c`, and `a` an option `b-c`
            raise PluginError(
                f"the options of {known.exporter.name} clash with those of another format: {error}",
                where=str(known.provider),
                next_step="convert to one of the two at a time",
            ) from error
    return parser


def _parse(
    parser: argparse.ArgumentParser,
    arguments: list[str],
    configuration: Configuration,
    plugins: Plugins,
    wanted: list[str],
) -> argparse.Namespace:
    from copydesk.commands.configuration import parse

    namespace, unknown, _ = parse(parser, arguments, configuration, plugins)
    if unknown:
        next_step = f"see {parser.prog} --help"
        for name in plugins.formats:
            if name not in wanted and unknown[0].startswith((f"--{name}-", f"--no-{name}-")):
                next_step = f"options of {name} need {name} among the formats of --to"
        raise UsageError("no such option", where=unknown[0], next_step=next_step)
    check_sources(namespace)
    return namespace


def _convert(
    namespace: argparse.Namespace, plugins: Plugins, formats: Sequence[Format], missing: Sequence[PluginError]
) -> int:
    from copydesk.console import progress
    from copydesk.editions import contributors, editions
    from copydesk.running import batch
    from copydesk.running.names import output_names
    from copydesk.running.outputs.opening import output_folder
    from copydesk.running.plan import Plan
    from copydesk.running.report import Failure, RunReport

    reporting = Reporting(namespace)
    unavailable = [Failure.of(error, where=error.where or "--to") for error in missing]
    for failure in unavailable:
        reporting.fail(failure)
    if not formats:
        return reporting.finish(RunReport.of_nothing(namespace.output), before=unavailable)
    recipe, targets, suffixes = judged(namespace, plugins, formats)
    for warning in _left_out(plugins, missing):
        reporting.warn(warning, always=True)

    def observe(report: DocumentReport) -> None:
        reporting.observe(report)
        advance()

    engine, output = make_engine(namespace, plugins), output_folder(recipe.output)
    leave_out = [output.name, *namespace.merge, *map(output.path, plugins.formats)]
    found = reporting.without_reports(find_sources(namespace, suffixes, leave_out))
    names = output_names(
        found.files, source_suffixes=suffixes, output_suffixes=[target.exporter.suffixes for target in targets]
    )
    found, names, targets = share(namespace, found, names, targets)
    recipe = replace(recipe, formats=tuple(target.format for target in targets))
    plan = Plan(
        found=found,
        names=names,
        targets=targets,
        output=output,
        crew=partial(pace.crew, namespace, recipe, plugins, engine, pace.jobs(namespace, plugins, targets, len(names))),
        contributors=contributors(plugins),
        editions=editions(recipe, plugins),
        observe=observe,
        warn=reporting.warn,
        show=pace.shower(namespace),
        force=namespace.force,
        prune=namespace.prune,
        merge=[output_folder(name) for name in namespace.merge],
    )
    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        with progress(len(found.files) + len(found.errors), quiet=namespace.quiet) as advance:
            report = stack.enter_context(batch.run(plan))
        told = [Failure.of(error, where=error.where or "plugin") for error in plugins.run_finished(report)]
        return reporting.finish(report, before=unavailable, after=told)


def judged(
    namespace: argparse.Namespace, plugins: Plugins, formats: Sequence[Format]
) -> tuple[Recipe, list[Target], frozenset[str]]:
    """What documents are converted by, before there is any: the recipe, its formats, and suffixes to look for.

    Raises:
        UsageError: an option has a value that means nothing, such as a rule that there is not.
        PluginError: rules cannot be put into an order.
    """
    if not namespace.output:  # an unset variable in a script; Path would take it for the current folder
        raise UsageError("no folder is named", where="-o", next_step="give one, or leave -o out for exports")
    recipe = _recipe(namespace, formats)
    targets = recipe.targets(plugins)
    plugins.rule_order(recipe.disabled)  # raises now what is wrong with rules, rather than in every worker
    return recipe, targets, _source_suffixes(namespace, plugins.reader_types())


def _recipe(namespace: argparse.Namespace, formats: Sequence[Format]) -> Recipe:
    from copydesk.exporting.options import values_given
    from copydesk.recipe import Recipe

    return Recipe(
        formats=tuple(known.exporter.name for known in formats),
        options={known.exporter.name: values_given(namespace, known.exporter) for known in formats},
        rule_files=tuple(map(Path, namespace.rules)),  # those of a configuration are strings
        disabled=tuple(names_in(namespace.disable)),
        settings={
            "reader": namespace.reader,
            "keep_doubtful": namespace.keep_doubtful,
            "profile": _profile(namespace.profile),
        },
        output=namespace.output,
        preview=namespace.check or namespace.diff,
        lines=None if namespace.diff else pace.LINES,
    )


def _profile(name: str | None) -> Profile | None:
    if name is None:
        return None
    from copydesk.cleaning.profiles import load

    return load(Path(name))


def _source_suffixes(namespace: argparse.Namespace, readers: Sequence[type[Reader]]) -> frozenset[str]:
    names = sorted(reader.name for reader in readers)
    if namespace.reader is not None and namespace.reader not in names:
        raise UsageError(
            f"there is no reader {namespace.reader!r}", where="--from", next_step=f"there is {', '.join(names)}"
        )
    return frozenset(suffix for reader in readers for suffix in reader.suffixes)


def _left_out(plugins: Plugins, missing: Sequence[PluginError]) -> list[str]:
    """What a person should know about broken plugins that this run does not ask for by name."""
    reported = [error.__cause__ for error in missing]
    return [
        f"{broken.as_error()}; its readers and rules take no part in this run"
        for broken in plugins.broken
        if broken.cause not in reported
    ]
