"""copydesk exporter: each article as an IPTC ninjs 3 news item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk import hookimpl

if TYPE_CHECKING:
    from copydesk_ninjs.exporter import NinjsExporter


@hookimpl
def copydesk_register_exporters() -> list[type[NinjsExporter]]:
    """Register the format `ninjs`."""
    # Imported when asked for, so that finding the plugin costs nothing.
    from copydesk_ninjs.exporter import NinjsExporter

    return [NinjsExporter]
