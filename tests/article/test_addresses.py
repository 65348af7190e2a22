"""Which addresses may stand live in an output."""

from __future__ import annotations

import pytest

from copydesk import safe_address


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/b",
        "HTTP://a.example",
        "mailto:a@b.example",
        "ftp://a.example",
        "//a.example",
        "a/b?c:d",
        "#e",
    ],
)
def test_harmless_addresses_come_back_as_they_are(address: str) -> None:
    assert safe_address(address) == address


@pytest.mark.parametrize(
    "address",
    ["javascript:x", " JavaScript:x", "java\tscript:x", "\x7f\x01vbscript:x", "data:text/html,x", "file:///x", "x-y:z"],
)
def test_others_do_not(address: str) -> None:
    assert safe_address(address) is None


def test_schemes_may_be_chosen_and_there_may_be_no_address() -> None:
    assert safe_address("tel:1", ("http", "https", "tel")) == "tel:1"
    assert safe_address("mailto:a@b.example", {"https"}) is None
    assert safe_address(None) is None
    assert safe_address("") == ""
