"""Settings of configuration files: which there are, of what type each is, and what is said of those that are wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from copydesk.commands.arguments import names_in
from copydesk.commands.pace import MOST, processes
from copydesk.errors import UsageError, there_is
from copydesk.running.urls import is_url

if TYPE_CHECKING:
    from copydesk.exporting.options import Option


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name in files, where options keep it, and what makes its value of TOML's.

    Parameters:
        name: as in the file.
        dest: the attribute of parsed arguments.
        many: whether it is a list; one string stands for a list of one.
        read: makes the value, or raises ValueError; for a list, of each item.
        is_path: whether it starts from the folder of the file.
    """

    name: str
    dest: str
    read: Callable[[object], object]
    many: bool = False
    is_path: bool = False


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a string")
    return value


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number")
    try:
        return float(value)
    except OverflowError:
        raise ValueError("a number of less digits") from None


def _text_or_number(value: object) -> object:
    """For options that are parsed from text, such as `--max-failed 5%`."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError('a whole number, or a string such as "5%"')
    return str(value)


def _processes(value: object) -> object:
    if isinstance(value, bool) or not (value == "auto" or (isinstance(value, int) and value >= 0)):
        raise ValueError('a whole number from 0, or "auto"')
    return str(value)


def _positive(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST:
        raise ValueError(f"a number above 0, up to {MOST:,}")
    return float(value)


KEYS = (
    Key("sources", "sources", _text, many=True, is_path=True),
    Key("files-from", "files_from", _text, many=True, is_path=True),
    Key("null", "null", _flag),
    Key("to", "to", _text, many=True),
    Key("output", "output", _text, is_path=True),
    Key("from", "reader", _text),
    Key("rules", "rules", _text, many=True, is_path=True),
    Key("disable", "disable", _text, many=True),
    Key("keep-doubtful", "keep_doubtful", _flag),
    Key("profile", "profile", _text, is_path=True),
    Key("strict", "strict", _flag),
    Key("max-failed", "max_failed", _text_or_number),
    Key("require", "require", _text, many=True),
    Key("max-drop", "max_drop", _number),
    Key("report", "report", _text, many=True, is_path=True),
    Key("engine", "engine", _text),
    Key("jobs", "jobs", _processes),
    Key("timeout", "timeout", _positive),
    Key("max-memory", "max_memory", _positive),
)
"""What may stand in a configuration file, beside a table for each format's options."""
SOURCES = ("sources", "files-from", "null")
"""Those that say together what to convert."""
KEYS_BY_NAME = {key.name: key for key in KEYS}


def option_key(option: Option) -> str:
    """What an exporter's option is called in a file."""
    return option.field.replace("_", "-")


def option_value(option: Option, value: object, name: str, where: str) -> object:
    """The value of an exporter's option.

    Raises:
        UsageError: it is of another type.
    """
    if option.type is float:
        with suppress(ValueError):
            value = _number(value)
    wanted = f"a {option.type.__name__}"
    if option.choices:
        wanted = f"one of {', '.join(option.choices)}"
    if type(value) is not option.type or (option.choices and value not in option.choices):
        raise wrong_type(f"{name}.{option_key(option)}", wanted, value, where)
    return value


def check(values: Mapping[str, Any], where: str | None) -> None:
    """Judge values by name as a run does.

    Parameters:
        values: by name of the setting.
        where: the file that errors are to name; None: they name the option.

    Raises:
        UsageError: a value is beyond its bounds.
    """
    from copydesk.running.reporting.files import report_files
    from copydesk.running.thresholds import MaxFailed, Thresholds

    checks: dict[str, Callable[[Any], object]] = {
        "max-failed": MaxFailed.parse,
        "max-drop": lambda share: Thresholds(max_drop=share),
        "require": lambda names: Thresholds(require=tuple(names_in(names))),
        "report": report_files,
        "jobs": processes,
    }
    for name, judge in checks.items():
        if name in values:
            try:
                judge(values[name])
            except UsageError as error:
                if where is None:
                    raise
                raise UsageError(f"{name}: {error.what}", where=where, next_step=error.next_step) from None


def read(key: Key, value: object, folder: Path, where: str) -> object:
    """The value of a setting.

    Raises:
        UsageError: it is of another type.
    """
    items = value if key.many and isinstance(value, list) else [value]
    found = []
    for item in items:
        try:
            found.append(key.read(item))
        except ValueError as error:
            wanted = f"{error}, or a list of such" if key.many else str(error)
            raise wrong_type(key.name if item is value else f"{key.name}[{len(found)}]", wanted, item, where) from None
    if key.is_path:
        found = [_relocated(str(item), folder) for item in found]
    return found if key.many else found[0]


def _relocated(text: str, folder: Path) -> str:
    """A path of a file in that folder, as seen from here; `junit:FILE` is a kind of report."""
    from copydesk.running.reporting.files import KINDS

    kind, colon, rest = text.partition(":")
    if colon and kind in KINDS:
        return f"{kind}:{_relocated(rest, folder)}"
    # `-` is standard input or output; of a kind of report without a file, parsing reports tells
    return text if text in ("", "-") or is_url(text) else from_here(folder, text)


def from_here(folder: Path, name: str) -> str:
    """A path in a folder, as seen from the current one."""
    try:
        start = os.path.relpath(folder)
    except ValueError:  # another drive
        start = str(folder)
    return name if start == os.curdir else str(PurePath(start, name))


def unknown_name(what: str, name: str, known: Iterable[str], where: str) -> UsageError:
    """The error for a name that nothing has, with the one that may be meant."""
    return UsageError(what, where=where, next_step=there_is(name, known))


def wrong_type(name: str, wanted: str, value: object, where: str) -> UsageError:
    """The error for a value of another type."""
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "the string", list: "a list", dict: "a table"}
    kind = kinds.get(type(value), "a date")
    shown = f" {value!r}" if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return UsageError(f"{name} is {kind}{shown}", where=where, next_step=f"give {wanted}")
