"""What core asks of every exporter, on the articles that all exporters are tested with."""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZipFile

from lxml import etree

from copydesk.testing import check_exporter
from copydesk_epub.exporter import EpubExporter


def text_of(outputs: Mapping[str, bytes]) -> str:
    """Read the page and the metadata, as a reading system does."""
    with ZipFile(io.BytesIO(outputs[".epub"])) as archive:
        members = [archive.read(name) for name in archive.namelist() if name.startswith("EPUB/text/")]
        members.append(archive.read("EPUB/content.opf"))
    return "\n".join("".join(map(str, etree.fromstring(member).itertext())) for member in members)


def test_contract() -> None:
    check_exporter(EpubExporter, text_of=text_of)
