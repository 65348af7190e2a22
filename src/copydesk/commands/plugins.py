"""`copydesk plugins`: formats, readers and engines, where they come from, and what is broken."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

from copydesk.commands.arguments import Parser


def run(arguments: list[str], prog: str) -> int:
    """Run the command."""
    parser = Parser(
        prog=prog, description="List formats, readers and engines, where they come from, and plugins that are broken."
    )
    parser.add_argument("--debug", action="store_true", help="print where errors come from")
    namespace = parser.parse_args(arguments)

    from copydesk.plugins import Plugins
    from copydesk.running.printable import write

    plugins = Plugins()
    formats = [
        (name, " ".join(known.exporter.suffixes), "yes" if known.exporter.default else "no", str(known.provider))
        for name, named in plugins.formats.items()
        for known in named
    ]
    readers = [(reader.name, " ".join(reader.suffixes), str(provider)) for reader, provider in plugins.readers]
    tables = [
        _table(("FORMAT", "WRITES", "IN ALL", "FROM"), formats),
        _table(("READER", "IN FOLDERS", "FROM"), readers),
    ]
    if plugins.engines:
        engines = [(engine.name, str(provider)) for engine, provider in plugins.engines]
        tables.append(_table(("ENGINE", "FROM"), engines))
    if plugins.broken:
        broken = [(str(known.provider), known.provider.plugin, known.error) for known in plugins.broken]
        tables.append(_table(("BROKEN", "ENTRY POINT", "WHY"), broken))
    if plugins.outdated:
        outdated = [(str(known.provider), known.provider.plugin, known.change) for known in plugins.outdated]
        tables.append(_table(("OUTDATED", "ENTRY POINT", "ITS AUTHOR SHOULD"), outdated))
    write("\n\n".join(tables) + "\n", sys.stdout)
    if namespace.debug:
        for known in plugins.broken:
            traceback.print_exception(known.cause)
    return 0


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (header, *rows))
    return "\n".join(line.rstrip() for line in lines)
