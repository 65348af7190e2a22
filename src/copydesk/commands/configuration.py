"""Configuration files: where they are found, and how they join the command line.

The first folder from the current one upwards that has a `copydesk.toml`, or a `pyproject.toml` with `[tool.copydesk]`,
is where configuration comes from, and there is no other. Paths in it start from its folder.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.commands.arguments import Parser, add_config_options
from copydesk.commands.settings import (
    KEYS,
    KEYS_BY_NAME,
    SOURCES,
    check,
    from_here,
    option_key,
    option_value,
    read,
    unknown_name,
)
from copydesk.errors import UsageError

if TYPE_CHECKING:
    from copydesk.exporting.options import HasOptions
    from copydesk.plugins import Plugins

FILE, PROJECT, TABLE = "copydesk.toml", "pyproject.toml", "tool.copydesk"
_UNSET = object()
_SHORT = {"-o": "output", "-0": "null"}
"""Settings whose options errors name by one letter."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file says.

    Parameters:
        where: the file, as messages name it; empty if there is none.
        values: settings by name, read.
        tables: options of formats and engines, by name, as they stand.
    """

    where: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def options(self, plugins: Plugins) -> dict[str, dict[str, object]]:
        """The options of formats and engines, by name and field, of all that there are.

        Raises:
            UsageError: a table of no format, an option that it does not have, or a value of another type.
        """
        from copydesk.exporting.options import options_of

        found: dict[str, dict[str, object]] = {}
        kinds: dict[str, type[HasOptions]] = {engine.name: engine for engine, _ in plugins.engines}
        kinds |= {name: known[0].exporter for name, known in plugins.formats.items()}
        for name, table in self.tables.items():
            if name not in kinds:
                if any(broken.provider.plugin == name for broken in plugins.broken):
                    continue  # which is said elsewhere
                raise unknown_name(f"table of no format: [{name}]", name, [*kinds, *KEYS_BY_NAME], self.where)
            options = {option_key(option): option for option in options_of(kinds[name])}
            for key, value in table.items():
                if key not in options:
                    raise unknown_name(f"[{name}] has no option {key!r}", key, options, self.where)
                found.setdefault(name, {})[options[key].field] = option_value(options[key], value, name, self.where)
        return found

    @contextmanager
    def named_in_errors(self, arguments: Sequence[str]) -> Iterator[None]:
        """Have errors about an option that the command line does not give name this file, if it is what gives it.

        Parameters:
            arguments: the command line.
        """
        try:
            yield
        except UsageError as error:
            option = (error.where or "").partition(" ")[0]
            name = _SHORT.get(option, option.removeprefix("--"))
            flags = (f"--{name}=", *(short for short in _SHORT if _SHORT[short] == name))
            given = any(argument == f"--{name}" or argument.startswith(flags) for argument in arguments)
            if given or not option.startswith("-") or name not in self.values:
                raise
            raise UsageError(f"{name}: {error.what}", where=self.where, next_step=error.next_step) from error


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
    where = from_here(path.parent, path.name)
    try:
        data: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=where, next_step="name another with --config, or use --no-config"
        ) from error
    except (ValueError, RecursionError) as error:
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
    elif isinstance(data.get("tool"), dict) and "copydesk" in data["tool"]:
        raise UsageError(
            f"has a table [{TABLE}]", where=where, next_step=f"write its settings without one, which is for {PROJECT}"
        )
    values: dict[str, Any] = {}
    tables: dict[str, Mapping[str, object]] = {}
    for name, value in data.items():
        if name in KEYS_BY_NAME:
            values[name] = read(KEYS_BY_NAME[name], value, path.parent, where)
        elif isinstance(value, dict):
            tables[name] = value
        else:
            raise unknown_name(f"there is no setting {name!r}", name, KEYS_BY_NAME, where)
    check(values, where)
    return Configuration(where, values, tables)


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
    # Sources are one thing, whichever way they are named: those of the command line take the place of all of the file.
    passed_over = SOURCES if namespace.sources or namespace.files_from else ()
    for key in KEYS:
        given = getattr(namespace, key.dest)
        if given not in ([], _UNSET):
            origins[key.dest] = "command line"
        elif key.name in configuration.values and key.name not in passed_over:
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
