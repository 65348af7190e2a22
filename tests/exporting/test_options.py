from __future__ import annotations

from dataclasses import dataclass, field, make_dataclass
from typing import Any, Literal

import pytest

from copydesk.errors import UsageError
from copydesk.exporting.exporter import ArticleExporter
from copydesk.exporting.options import Option, make_options, options_of


@dataclass(frozen=True)
class Options:
    excel: bool = field(default=False, metadata={"help": "for spreadsheets"})
    line_width: int = 80
    scale: float = 1.0
    title: str | None = None
    mode: Literal["strict", "loose"] = "strict"
    made: str = field(default_factory=lambda: "x")
    hidden: str = field(default="", init=False)

    def __post_init__(self) -> None:
        if self.line_width < 1:
            raise ValueError("line_width must be positive")


def exporter(options: type) -> type[ArticleExporter[Any]]:
    return type("Some", (ArticleExporter,), {"name": "some-format", "Options": options})


def test_options_are_derived_from_the_fields() -> None:
    assert options_of(exporter(Options)) == (
        Option("excel", "--some-format-excel", bool, (), False, "for spreadsheets"),
        Option("line_width", "--some-format-line-width", int, (), 80, ""),
        Option("scale", "--some-format-scale", float, (), 1.0, ""),
        Option("title", "--some-format-title", str, (), None, ""),
        Option("mode", "--some-format-mode", str, ("strict", "loose"), "strict", ""),
        Option("made", "--some-format-made", str, (), "x", ""),
    )


@pytest.mark.parametrize(
    ("hint", "default", "complaint"),
    [
        (list, field(default_factory=list), "it may be bool"),
        ("int | str", field(default=1), "it may be bool"),
        (Literal[1, 2], field(default=1), "it may be bool"),
        (int, field(), "has no default"),
    ],
)
def test_fields_of_other_kinds_are_refused(hint: Any, default: Any, complaint: str) -> None:
    options = make_dataclass("Odd", [("odd", hint, default)], frozen=True)
    with pytest.raises(TypeError, match=f"Some.Options.odd.*{complaint}"):
        options_of(exporter(options))


def test_options_are_made_from_values_and_keep_their_defaults() -> None:
    assert make_options(exporter(Options), {}) == Options()
    assert make_options(exporter(Options), {"line_width": 72, "excel": True}) == Options(excel=True, line_width=72)


def test_values_that_the_dataclass_refuses_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="some-format are refused: line_width must be positive"):
        make_options(exporter(Options), {"line_width": 0})
    with pytest.raises(UsageError, match="unheard_of"):
        make_options(exporter(Options), {"unheard_of": 0})
