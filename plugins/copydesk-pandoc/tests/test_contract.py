"""What core asks of every exporter, for formats of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest

from copydesk.testing import check_exporter
from copydesk_pandoc import exporter

KINDS = MappingProxyType({kind.name: kind for kind in exporter.EXPORTERS})


@pytest.mark.parametrize("name", ["docx", "html5", "jats", "rst"])
def test_contract(name: str, text_of: Callable[[str, bytes], str]) -> None:
    def read(outputs: Mapping[str, bytes]) -> str:
        (data,) = outputs.values()
        return text_of(name, data)

    check_exporter(KINDS[name], text_of=read, size=1000)  # pandoc takes seconds to read ten times as many back
