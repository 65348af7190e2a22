"""A few lines of CI settings, taken from the documentation."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture
def example() -> Callable[[str], Any]:
    """The YAML block of a section of docs/ci.md."""

    def block(heading: str) -> Any:
        text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
        section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        return yaml.safe_load(re.findall(r"^```yaml\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)[0])

    return block
