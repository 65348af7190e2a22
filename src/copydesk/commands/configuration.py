"""Configuration files: where they are found, what may stand in them, and how they join the command line.

The first folder from the current one upwards that has a `copydesk.toml`, or a `pyproject.toml` with `[tool.copydesk]`,
is where configuration comes from, and there is no other. Paths in it start from its folder.
"""

from __future__ import annotations

import argparse
import difflib
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from copydesk.commands.arguments import Parser, add_config_options, names_in
from copydesk.errors import UsageError

if TYPE_CHECKING:
    from copydesk.exporting.options import Option
    from copydesk.plugins import Plugins

FILE, PROJECT, TABLE = "copydesk.toml", "pyproject.toml", "tool.copydesk"
_REPORT_KINDS = ("json", "junit", "markdown", "sarif")
_UNSET = object()


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
    return float(value)


def _text_or_number(value: object) -> object:
    """For options that are parsed from text, such as `--max-failed 5%`."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError('a whole number, or a string such as "5%" or "auto"')
    return str(value)


KEYS = (
    Key("sources", "sources", _text, many=True, is_path=True),
    Key("to", "to", _text, many=True),
    Key("output", "output", _text, is_path=True),
    Key("from", "reader", _text),
    Key("rules", "rules", _text, many=True, is_path=True),
    Key("disable", "disable", _text, many=True),
    Key("strict", "strict", _flag),
    Key("max-failed", "max_failed", _text_or_number),
    Key("require", "require", _text, many=True),
    Key("max-drop", "max_drop", _number),
    Key("report", "report", _text, many=True, is_path=True),
    Key("jobs", "jobs", _text_or_number),
    Key("timeout", "timeout", _number),
    Key("max-memory", "max_memory", _number),
)
"""What may stand in a configuration file, beside a table for each format's options."""
_NAMES = {key.name: key for key in KEYS}


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file says.

    Parameters:
        where: the file, as messages name it; empty if there is none.
        values: settings by name, read.
        tables: options of formats, by format, as they stand.
    """

    where: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def options(self, plugins: Plugins) -> dict[str, dict[str, object]]:
        """The options of formats, by format and field, of every format that there is.

        Raises:
            UsageError: a table of no format, an option that it does not have, or a value of another type.
        """
        from copydesk.exporting.options import options_of

        found: dict[str, dict[str, object]] = {}
        for name, table in self.tables.items():
            known = plugins.formats.get(name)
            if known is None:
                if any(broken.provider.plugin == name for broken in plugins.broken):
                    continue  # which is said elsewhere
                raise _unknown(f"table of no format: [{name}]", name, [*plugins.formats, *_NAMES], self.where)
            options = {_key(option): option for option in options_of(known[0].exporter)}
            for key, value in table.items():
                if key not in options:
                    raise _unknown(f"[{name}] has no option {key!r}", key, options, self.where)
                found.setdefault(name, {})[options[key].field] = _option_value(options[key], value, name, self.where)
        return found


def _key(option: Option) -> str:
    return option.field.replace("_", "-")


def _option_value(option: Option, value: object, name: str, where: str) -> object:
    if option.type is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    wanted = f"a {option.type.__name__}"
    if option.choices:
        wanted = f"one of {', '.join(option.choices)}"
    if type(value) is not option.type or (option.choices and value not in option.choices):
        raise _wrong_type(f"{name}.{_key(option)}", wanted, value, where)
    return value


# ---------------------------------------------------------------- finding and reading
def configuration_for(arguments: Sequence[str], prog: str) -> Configuration:
    """Read the configuration that holds for a command line: `--config FILE`, none with `--no-config`, or what is found.

    Raises:
        UsageError: the file cannot be read, or holds what no configuration does.
    """
    early = Parser(prog=prog, add_help=False)
    add_config_options(early)
    namespace = early.parse_known_args(arguments)[0]
    if namespace.no_config:
        return Configuration()
    if namespace.config is not None:
        return _load(Path(namespace.config), required=True) or Configuration()
    for folder in (Path.cwd(), *Path.cwd().parents):
        for name in (FILE, PROJECT):
            if (folder / name).is_file() and (found := _load(folder / name, required=name == FILE)) is not None:
                return found
    return Configuration()


def _load(path: Path, *, required: bool) -> Configuration | None:
    """Read a file; None if it is one of a project that says nothing about copydesk, and need not."""
    where = _from_here(path.parent, path.name)
    try:
        data: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=where, next_step="name another with --config, or use --no-config"
        ) from error
    except ValueError as error:
        raise UsageError(f"is no TOML: {error}", where=where, next_step="mend it, or use --no-config") from error
    if path.name == PROJECT:
        tool = data.get("tool", {})
        if not isinstance(tool, dict) or "copydesk" not in tool:
            if required:
                raise UsageError(f"has no [{TABLE}]", where=where, next_step="add one, or name another file")
            return None
        data, where = tool["copydesk"], f"{where} [{TABLE}]"
        if not isinstance(data, dict):
            raise UsageError("is no table", where=where, next_step="write settings below it")
    values: dict[str, Any] = {}
    tables: dict[str, Mapping[str, object]] = {}
    for name, value in data.items():
        if name in _NAMES:
            values[name] = _read(_NAMES[name], value, path.parent, where)
        elif isinstance(value, dict):
            tables[name] = value
        else:
            raise _unknown(f"there is no setting {name!r}", name, _NAMES, where)
    _check(values, where)
    return Configuration(where, values, tables)


def _check(values: Mapping[str, Any], where: str) -> None:
    """Judge values as those of the command line are, so that an error names the file and not an option."""
    from copydesk.running.reporting.files import ReportFile
    from copydesk.running.thresholds import MaxFailed, Thresholds

    checks: dict[str, Callable[[Any], object]] = {
        "max-failed": MaxFailed.parse,
        "max-drop": lambda share: Thresholds(max_drop=share),
        "require": lambda names: Thresholds(require=tuple(names_in(names))),
        "report": lambda files: [ReportFile.parse(file) for file in files],
    }
    for name, check in checks.items():
        if name in values:
            try:
                check(values[name])
            except UsageError as error:
                raise UsageError(f"{name}: {error.what}", where=where, next_step=error.next_step) from None


def _read(key: Key, value: object, folder: Path, where: str) -> object:
    items = value if key.many and isinstance(value, list) else [value]
    found = []
    for item in items:
        try:
            found.append(key.read(item))
        except ValueError as error:
            wanted = f"{error}, or a list of such" if key.many else str(error)
            raise _wrong_type(key.name if item is value else f"{key.name}[{len(found)}]", wanted, item, where) from None
    if key.is_path:
        found = [_relocated(str(item), folder) for item in found]
    return found if key.many else found[0]


def _relocated(text: str, folder: Path) -> str:
    """A path of a file in that folder, as seen from here; `-` is standard input, `junit:FILE` a kind of report."""
    kind, colon, rest = text.partition(":")
    if colon and kind in _REPORT_KINDS:
        return f"{kind}:{_from_here(folder, rest)}"
    return text if text in ("", "-") else _from_here(folder, text)


def _from_here(folder: Path, name: str) -> str:
    try:
        start = os.path.relpath(folder)
    except ValueError:  # another drive
        start = str(folder)
    return name if start == os.curdir else str(PurePath(start, name))


def _unknown(what: str, name: str, known: Iterable[str], where: str) -> UsageError:
    names = list(known)
    close = difflib.get_close_matches(name.replace("_", "-"), names, n=1)
    advice = f"did you mean {close[0]}? There is" if close else "there is"
    return UsageError(what, where=where, next_step=f"{advice} {', '.join(names) or 'none'}")


def _wrong_type(name: str, wanted: str, value: object, where: str) -> UsageError:
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "the string", list: "a list", dict: "a table"}
    kind = kinds.get(type(value), "a date")
    shown = f" {value!r}" if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return UsageError(f"{name} is {kind}{shown}", where=where, next_step=f"give {wanted}")


# ---------------------------------------------------------------- joining the command line
def parse(
    parser: argparse.ArgumentParser, arguments: Sequence[str], configuration: Configuration, plugins: Plugins
) -> tuple[argparse.Namespace, list[str], dict[str, str]]:
    """Parse a command line; what it does not say the configuration says, and what that does not, the default.

    Parameters:
        parser: knows every `dest` of `KEYS`, and the flags of the formats that are wanted.
        arguments: the command line.
        configuration: the file's settings.
        plugins: know what options formats have.

    Returns:
        The options; arguments that the parser does not know; and where the value of each `dest` comes from.
    """
    start = argparse.Namespace(**{key.dest: [] if key.many else _UNSET for key in KEYS})
    namespace, unknown = parser.parse_known_args(arguments, start)
    origins: dict[str, str] = {}
    for key in KEYS:
        given = getattr(namespace, key.dest)
        if given not in ([], _UNSET):
            origins[key.dest] = "command line"
        elif key.name in configuration.values:
            origins[key.dest] = configuration.where
            setattr(namespace, key.dest, configuration.values[key.name])
        else:
            origins[key.dest] = "default"
            setattr(namespace, key.dest, parser.get_default(key.dest))
    for name, values in configuration.options(plugins).items():
        for option, value in values.items():
            dest = f"{name}:{option}"
            if dest in namespace:
                origins[dest] = "command line"
            else:
                origins[dest] = configuration.where
                setattr(namespace, dest, value)
    return namespace, unknown, origins
