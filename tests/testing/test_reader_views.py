"""What `check_reader` finds in readers that make their own view."""

from __future__ import annotations

from itertools import count

import pytest

from copydesk import Reader
from copydesk.reading.characters import Characters
from copydesk.reading.source import Block, Source, View
from copydesk.testing import check_reader

SAMPLE = b"\x01Harbour ferry returns"


class Right(Reader):
    name = "right"
    suffixes = (".right",)
    media_type = "application/octet-stream"

    def claims(self, raw: bytes, name: str) -> float:
        return float(raw.startswith(b"\x01"))

    def view(self, raw: bytes) -> View:
        return View(raw[1:].decode("utf-8", "replace"), "right/1")

    def sniff(self, view: str) -> float:
        return 0.0

    def read(self, source: Source) -> None:
        text = Characters(source.view)
        source.blocks.append(Block("paragraph", text.passage(0, len(source.view)).cut(0)))
        source.syntax.extend(text.dropped())


class Claimless(Right):
    claims = Reader.claims


class Greedy(Right):
    def claims(self, raw: bytes, name: str) -> float:
        return 0.5


class Certain(Right):
    def claims(self, raw: bytes, name: str) -> float:
        return 2.0


class Random(Right):
    numbers = count()

    def view(self, raw: bytes) -> View:
        return View(f"{raw[1:].decode('utf-8', 'replace')} {next(self.numbers)}", "right/1")


class Nameless(Right):
    def view(self, raw: bytes) -> View:
        return View(raw[1:].decode("utf-8", "replace"), "text/1")


class Forgetful(Right):
    def read(self, source: Source) -> None:
        source.blocks.append(Block("paragraph", Characters(source.view).passage(0, 7)))


class Raising(Right):
    def view(self, raw: bytes) -> View:
        return View(raw[1:].decode("ascii"), "right/1")


class Plain(Right):
    view = Reader.view


def test_one_that_is_right() -> None:
    check_reader(Right, SAMPLE)


@pytest.mark.parametrize(
    ("reader", "message"),
    [
        (Claimless, "claims: it does not claim the sample"),
        (Greedy, "claims: it claims a sample of plain text"),
        (Certain, "claims: it gave 2.0, not a number from 0 to 1"),
        (Random, "view: a second run made another of the same bytes"),
        (Nameless, "view: text/1 is the decoded text"),
        (Forgetful, "no entry owns"),
        (Raising, "UnicodeDecodeError"),
    ],
)
def test_what_is_found(reader: type[Reader], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_reader(reader, SAMPLE)


def test_bytes_are_for_views_only() -> None:
    with pytest.raises(TypeError, match=r"writes no view\(\), so the sample is text"):
        check_reader(Plain, SAMPLE)
