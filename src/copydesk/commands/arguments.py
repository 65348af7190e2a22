"""Argument parsing that the commands share. It imports nothing slow, so that help is instant."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from copydesk.errors import UsageError

if TYPE_CHECKING:
    from copydesk.plugins import Format

_NEGATIVE = re.compile(r"-(?!0\Z)\.?[0-9]")
_LONG = re.compile("--[^=]+")


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors read like all others, and that takes no abbreviations."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **settings)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse what there is; `--max-failed -1` is its value, though `-0` makes options of all that looks like it."""
        return super().parse_known_args(_joined(sys.argv[1:] if args is None else args), namespace)

    def error(self, message: str) -> NoReturn:
        """Raise what the command line reports like any other error, with exit code 2."""
        raise UsageError(message, next_step=f"see {self.prog} --help")


def _joined(arguments: Sequence[str]) -> list[str]:
    """Arguments with what looks like a negative number, but for `-0` itself, joined to the long option before it."""
    joined: list[str] = []
    for number, argument in enumerate(arguments):
        if argument == "--":
            return [*joined, *arguments[number:]]
        if _NEGATIVE.match(argument) and joined and _LONG.fullmatch(joined[-1]):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def add_version(parser: argparse.ArgumentParser) -> None:
    """Add `--version`."""
    from importlib.metadata import version

    parser.add_argument("--version", action="version", version=f"copydesk {version('copydesk')}")


def add_rule_options(parser: argparse.ArgumentParser) -> None:
    """Add `--disable` and `--rules`."""
    parser.add_argument(
        "--disable", action="append", default=[], metavar="RULE[,RULE]", help="rules to leave out, of copydesk rules"
    )
    add_rule_files(parser)


def add_rule_files(parser: argparse.ArgumentParser) -> None:
    """Add `--rules`, which has to be known before there are plugins."""
    parser.add_argument(
        "--rules", action="append", default=[], type=Path, metavar="FILE.py", help="rules of your own, in a Python file"
    )


def add_config_options(parser: argparse.ArgumentParser) -> None:
    """Add `--config` and `--no-config`."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--config", metavar="FILE", help="settings (default: the nearest copydesk.toml, or pyproject.toml)"
    )
    group.add_argument("--no-config", action="store_true", help="take settings from no file")


def names_in(lists: Iterable[str]) -> list[str]:
    """The names in lists such as "csv,epub", each once."""
    return list(dict.fromkeys(name.strip() for names in lists for name in names.split(",") if name.strip()))


def add_exporter_options(parser: argparse.ArgumentParser, known: Format) -> None:
    """Add the flags of an exporter, one for each field of its options, under a heading of their own."""
    from copydesk.exporting.options import add_flags, options_of

    if options_of(known.exporter):
        add_flags(parser.add_argument_group(f"options of {known.exporter.name} ({known.provider})"), known.exporter)
