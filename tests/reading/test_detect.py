"""Which reader a text is for."""

from __future__ import annotations

from typing import ClassVar

import pytest

from copydesk.errors import SourceError, UsageError
from copydesk.reading.detect import READERS, read
from copydesk.reading.source import Block, Reader, Source

PROSE = "The harbour ferry sails again from Monday, twice an hour, as the port authority announced on Friday.\n"


def media_type(text: str) -> str:
    return read(text.encode("utf-8"), name="a.txt").media_type.removeprefix("text/")


@pytest.mark.parametrize(
    "text",
    [
        f"# Ferry returns\n\n{PROSE}\n- one\n- two\n",
        f"{PROSE}\n## Bicycles\n\n{PROSE}",
        f"{PROSE}\r\n## Bicycles\r\n\r\n{PROSE}",
        f"[Ferry](https://a.example/) and [tram](#) and [bus](https://b.example/x)\n\n{PROSE}",
        f"**Ferry**\n\n> {PROSE}",
        f"**Ferry** and **tram** and **bus**\n\n{PROSE}",
        f"{PROSE}\n**Note:** the report \\(in full\\) follows.\n",
        f"{PROSE}\n| a | b |\n|---|---|\n| **1** | 2 |\n",
        f"{PROSE}\n```\nx = 1\n```\n\n**Note**\n",
    ],
)
def test_markdown(text: str) -> None:
    assert media_type(text) == "markdown"


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        f"Ferry returns\n{PROSE}",
        f"{PROSE}- one\n- two\n- three\n1. a\n2. b\n3. c\n",
        f"{PROSE}1986. A year\n* * *\n----\n",
        f"The program:\n# read the table\nopen()\n# write it\nclose()\n# done\n1. {PROSE}",
        f"{PROSE}C:\\_plans\\(old)\\*.txt and \\[ x_1 \\] and \\{{a\\}}\n- a path\n",
        f"#ferry #harbour\n{PROSE}5 * 3 * 2 = 30, and f(x)[1](2 3)\n",
        f"{PROSE}> quoted\n> again\n",
        f"{PROSE}snake_case_name and __init__ and _private names\n",
        f"No. 1 **\n{PROSE}** see below\n",
    ],
)
def test_plain_text(text: str) -> None:
    assert media_type(text) == "plain"


def test_a_reader_may_be_named() -> None:
    assert read(PROSE.encode(), name="a.txt", reader="markdown").media_type == "text/markdown"
    assert read(b"# A\n\n## B\n\n[c](d)\n", name="a.md", reader="text").media_type == "text/plain"


def test_an_unknown_reader_names_the_known() -> None:
    with pytest.raises(UsageError, match="no reader is called 'html'") as caught:
        read(PROSE.encode(), name="a.txt", reader="html")
    assert caught.value.next_step == "choose from: markdown, text"


def test_the_surest_reader_reads() -> None:
    class Shouting(Reader):
        name: ClassVar[str] = "shouting"
        suffixes: ClassVar[tuple[str, ...]] = (".loud",)
        media_type: ClassVar[str] = "text/x-shouting"

        def sniff(self, view: str) -> float:
            return 0.9 if view.isupper() else 0.0

        def read(self, source: Source) -> None:
            source.blocks = [Block("paragraph")]

    readers = (*READERS, Shouting)
    assert read(b"FERRY RETURNS", name="a", readers=readers).media_type == "text/x-shouting"
    assert read(PROSE.encode(), name="a", readers=readers).media_type == "text/plain"


def test_the_source_is_described() -> None:
    source = read(b"\xef\xbb\xbfCaf\xc3\xa9 opens\n", name="café.txt")
    assert (source.name, source.encoding, source.kind, source.view) == (
        "café.txt",
        "utf-8-sig",
        "text/1",
        "Café opens\n",
    )
    assert len(source.sha256) == 64
    assert source.warnings == []


@pytest.mark.parametrize("raw", ["\u00a0\u2003\n".encode(), " \n".encode("utf-16")])
def test_white_space_of_any_kind_is_refused(raw: bytes) -> None:
    with pytest.raises(SourceError, match="nothing but white space"):
        read(raw, name="a.txt")


@pytest.mark.parametrize(
    ("text", "name", "media_type"),
    [
        ("# The bridge\n\nIt opens in May.\n", "bridge.md", "text/markdown"),
        ("# The bridge\n\nIt opens in May.\n", "bridge.txt", "text/plain"),
        ("# The bridge\n\nIt opens in May.\n", "bridge", "text/plain"),
        ("The bridge\n\nIt opens in May.\n", "bridge.MD", "text/plain"),
        ("# The bridge\n\n## The toll\n\nIt opens in May.\n", "bridge.txt", "text/markdown"),
    ],
)
def test_one_sign_of_markdown_counts_where_the_name_says_so(text: str, name: str, media_type: str) -> None:
    assert read(text.encode(), name=name).media_type == media_type
