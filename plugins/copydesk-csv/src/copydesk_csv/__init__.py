"""copydesk exporter: one row an article in CSV, with CSVW and Frictionless metadata.

`parse_items` reads the cells that hold lists, `unguard` undoes `--csv-excel`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.hookspecs import hookimpl
from copydesk_csv.cells import Item, parse_items, unguard

if TYPE_CHECKING:
    from copydesk_csv.exporter import CsvExporter

__all__ = ["Item", "parse_items", "unguard"]


@hookimpl
def copydesk_register_exporters() -> list[type[CsvExporter]]:
    """Register the format `csv`."""
    # Imported when asked for, so that finding the plugin costs nothing.
    from copydesk_csv.exporter import CsvExporter

    return [CsvExporter]
