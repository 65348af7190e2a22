"""The command line: which command, and what exit code. What a command does is in `commands`, one module each."""

from __future__ import annotations

import sys

try:
    import os
    from collections.abc import Callable, Sequence
    from functools import partial
    from importlib import import_module
    from itertools import pairwise
    from typing import NoReturn

    from copydesk.commands.arguments import Parser, add_version
    from copydesk.console import say, say_error, use
    from copydesk.errors import CopydeskError
except KeyboardInterrupt:  # before there is anything that could handle it
    sys.exit(130)

_COMMANDS = {
    "convert": "clean articles and write each in one or more formats",
    "config": "show the settings that hold here, and where each comes from",
    "new": "make a plugin to start from: an exporter, a reader or a rule",
    "profile": "learn from many documents of a site what it repeats on its pages",
    "plugins": "list formats, readers and engines, where they come from, and what is broken",
    "rules": "list the cleaning rules in the order in which they run",
}
"""Modules of `copydesk.commands`; none is imported before it is asked for."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `copydesk COMMAND ...`.

    Parameters:
        argv: arguments without the program's name (None: those of the process).

    Returns:
        The exit code: 0 all well, 1 some documents failed, 2 usage, 3 a needed plugin is broken, 4 the output cannot be
        written, 130 interrupted, 143 terminated.

    Raises:
        SystemExit: with the exit code, where argparse ends the process.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments and arguments[0] in _COMMANDS:
        return _guarded(partial(_run, arguments[0], arguments[1:], f"copydesk {arguments[0]}"), arguments)
    return _guarded(partial(_no_command, arguments), arguments)


def convert_main() -> int:
    """Run `convert ...`, which is short for `copydesk convert ...`."""
    arguments = sys.argv[1:]
    return _guarded(partial(_run, "convert", arguments, "convert"), arguments)


def _run(command: str, arguments: list[str], prog: str) -> int:
    code: int = import_module(f"copydesk.commands.{command}").run(arguments, prog)
    return code


def _no_command(arguments: list[str]) -> NoReturn:
    parser = Parser(
        prog="copydesk",
        description="The desk between a pile of saved articles and whatever publishes or analyses them.",
        epilog="commands:\n" + "\n".join(f"  {name:9} {does}" for name, does in _COMMANDS.items()),
    )
    add_version(parser)
    parser.add_argument("command", metavar="COMMAND", choices=_COMMANDS, help="what to do; COMMAND --help tells more")
    parser.parse_args(arguments)  # never comes back, as no command is given
    raise AssertionError("unreachable")


def _guarded(run: Callable[[], int], arguments: list[str]) -> int:
    """Run a command, and turn what it raises into a message and an exit code."""
    debug = "--debug" in arguments
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 -- as long as the process
    use(_log_format(arguments))
    try:
        code = run()
        sys.stdout.flush()  # what cannot be written is to be known here
        return code
    except KeyboardInterrupt:
        say("error", "interrupted")
        return 130
    except CopydeskError as error:
        say_error(error, debug=debug)
        return error.exit_code
    except BrokenPipeError:  # whoever read standard output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left would be flushed at the end
        return 1
    except Exception as error:
        defect = f"a defect in copydesk: {type(error).__name__}: {error}; report it with what --debug prints"
        say_error(error, defect, debug=debug)
        return 1


def _log_format(arguments: list[str]) -> str:
    """The value of `--log-format`, known before options are parsed, as errors in these are logged too."""
    found = "text"
    for option, value in pairwise([*arguments, ""]):
        name, equals, joined = option.partition("=")
        if name == "--log-format":
            found = joined if equals else value
    return found if found == "json" else "text"
