"""`copydesk config`: the settings that a `convert` with the same arguments would have, and where each comes from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from copydesk.commands.arguments import names_in

if TYPE_CHECKING:
    from copydesk.exporting.options import HasOptions

_LISTS_OF_NAMES = ("to", "disable", "require")


def run(arguments: list[str], prog: str) -> int:
    """Run the command."""
    from copydesk.commands.configuration import Configuration, configuration_for, parse
    from copydesk.commands.convert import build_parser, judged, plugins_named
    from copydesk.commands.engines import engine_named, find_engine
    from copydesk.commands.settings import KEYS, check, option_key
    from copydesk.exporting.options import options_of
    from copydesk.plugins import Plugins
    from copydesk.running.printable import write
    from copydesk.running.shards import Shard

    nothing_needed = Configuration(values={"sources": [], "to": []})
    description = (
        "Show the settings that convert would have here with the same arguments, as TOML, and whence each comes."
    )
    if {"-h", "--help", "--version"}.intersection(arguments):
        build_parser(prog, configuration=nothing_needed, description=description).parse_args(arguments)
    configuration = configuration_for(arguments, prog)
    wanted, rule_files = plugins_named(arguments, prog, configuration)
    plugins = Plugins(files=rule_files)
    formats = plugins.select(wanted)[0]
    with configuration.named_in_errors(arguments):
        engine = find_engine(plugins, engine_named(arguments, configuration.values))
        parser = build_parser(prog, formats, engine, configuration=nothing_needed)
        namespace, unknown, origins = parse(parser, arguments, configuration, plugins)
        if unknown:
            parser.error(f"no such option: {unknown[0]}")
        judged(namespace, plugins, formats)
    lines = [f"# from {configuration.where}" if configuration.where else "# no configuration file", ""]
    values = {key.name: getattr(namespace, key.dest) for key in KEYS}
    check({key.name: values[key.name] for key in KEYS if origins[key.dest] == "command line"}, None)
    if namespace.shard is not None:
        Shard.parse(namespace.shard)
    values |= {name: names_in(values[name]) for name in _LISTS_OF_NAMES if values[name]}
    lines += _aligned((key.name, values[key.name], origins[key.dest]) for key in KEYS)
    kinds: list[type[HasOptions]] = [known.exporter for known in formats]
    if engine is not None:
        kinds.append(engine[0])
    for kind in kinds:
        name = kind.name
        options = [
            (
                option_key(option),
                getattr(namespace, f"{name}:{option.field}", option.default),
                origins.get(f"{name}:{option.field}", _given(namespace, f"{name}:{option.field}")),
            )
            for option in options_of(kind)
        ]
        lines += ["", f"[{name}]", *_aligned(options)] if options else []
    encoding = sys.stdout.encoding or "utf-8"
    write("".join(_escaped(f"{line}\n", encoding) for line in lines), sys.stdout)
    return 0


def _given(namespace: object, dest: str) -> str:
    return "command line" if hasattr(namespace, dest) else "default"


def _aligned(settings: Iterable[tuple[str, object, str]]) -> Iterator[str]:
    rows = [(_setting(name, value), origin) for name, value, origin in settings]
    width = min(60, max(len(setting) for setting, _ in rows))
    for setting, origin in rows:
        yield f"{setting:{width}}  # {origin}"


def _setting(name: str, value: object) -> str:
    """A line of TOML; what has no value is commented out, as TOML knows no null."""
    if value is None:
        return f"# {name}"
    items = value if isinstance(value, list) else [value]
    texts = [_toml(item) for item in items]
    return f"{name} = [{', '.join(texts)}]" if isinstance(value, list) else f"{name} = {texts[0]}"


def _toml(value: object) -> str:
    """One value: JSON's booleans are TOML's as well, and its strings, but for surrogates and U+007F."""
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return str(value)
    text = str(value).encode("utf-8", "backslashreplace").decode("utf-8")  # bytes of a name that are no UTF-8
    return json.dumps(text, ensure_ascii=False).replace("\x7f", r"\u007F")


def _escaped(line: str, encoding: str) -> str:
    """A line with what the encoding of standard output does not have as TOML's strings escape it."""
    return "".join(c if c.encode(encoding, "ignore") else f"\\U{ord(c):08X}" for c in line)
