"""Core's own readers, rules and exporter, registered through the hooks that everybody uses."""

from __future__ import annotations

from collections.abc import Iterable

from copydesk.cleaning.pipeline import PIPELINE
from copydesk.cleaning.rule import Rule
from copydesk.exporting.xml import XmlExporter
from copydesk.hookspecs import hookimpl
from copydesk.reading.detect import READERS
from copydesk.reading.source import Reader


@hookimpl
def copydesk_register_readers() -> Iterable[type[Reader]]:
    """Give the readers of text and Markdown rips."""
    return READERS


@hookimpl
def copydesk_register_rules() -> Iterable[Rule]:
    """Give the rules of the pipeline."""
    return PIPELINE


@hookimpl
def copydesk_register_exporters() -> Iterable[type[XmlExporter]]:
    """Give the `xml` exporter."""
    return [XmlExporter]
