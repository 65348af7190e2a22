"""Outputs back to text, by their media types, for formats that a parser or a plain look can read."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import cast

from lxml import etree

from copydesk.exporting.contract import Exporter

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LONGEST_CELL = 2**31 - 1  # a C long on every platform; Python's reader takes 131,072 characters unless told


def read_back(exporter: type[Exporter], outputs: Mapping[str, bytes]) -> list[str] | None:
    """Read what an exporter gave as text.

    JSON gives its strings, XML and HTML their text and the values of attributes, CSV its cells, Markdown itself with
    character references resolved, other text itself. Markup that stands between words stays where nothing parses it.

    Parameters:
        exporter: the class; its media type says how to read the main output. Suffixes tell how to read the others.
        outputs: bytes by suffix.

    Returns:
        The text; and a second time as it may be meant, if that is another: a string of JSON may hold HTML, and markup
        that is not known here, such as that of a wiki, may have character references. None if the main output is of a
        kind that is not known here.

    Raises:
        AssertionError: an output is not of the kind that its suffix says.
    """
    main = _by_media_type(exporter.media_type)
    if main is None:
        return None
    read: list[str] = []
    meant: list[str] = []
    for suffix, content in outputs.items():
        kind = main if suffix == exporter.suffixes[0] else _BY_SUFFIX.get(suffix.rpartition(".")[2].casefold())
        if kind is not None:
            try:
                parts = list(kind.parts(content.decode("utf-8-sig")))
            except (ValueError, etree.XMLSyntaxError, csv.Error) as error:
                raise AssertionError(f"{exporter.__name__}, text: {suffix} cannot be read back: {error}") from error
            read += parts
            meant += map(kind.meaning, parts)
    return ["\n".join(parts) for parts in ([read] if meant == read else [read, meant])]


def _json(text: str) -> Iterator[str]:
    yield from _strings(json.loads(text))


def _json_lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if line.strip():
            yield from _json(line)


def _strings(value: object) -> Iterator[str]:
    match value:
        case dict():
            for name, inner in value.items():
                yield name
                yield from _strings(inner)
        case list():
            for inner in value:
                yield from _strings(inner)
        case _:
            yield str(value)


def _maybe_html(text: str) -> str:
    return "\n".join(_html(text)) if _TAG.search(text) else text


def _xml(text: str) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8"), parser)
    for values in (root.xpath("//text()"), root.xpath("//@*")):
        yield from map(str, cast(list[str], values))


class _HtmlText(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.values: list[str] = []
        self._data = False

    def handle_data(self, data: str) -> None:
        self.texts.extend(_json(data) if self._data else [data])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.values.extend(value for _, value in attrs if value)
        self._data = tag == "script" and "json" in (dict(attrs).get("type") or "")

    def handle_endtag(self, tag: str) -> None:
        self._data = False


def _html(text: str) -> list[str]:
    parser = _HtmlText()
    parser.feed(text)
    parser.close()
    return [*parser.texts, *parser.values]


def _cells(text: str, delimiter: str = ",") -> Iterator[str]:
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield from row
    finally:
        csv.field_size_limit(before)


def _tabbed_cells(text: str) -> Iterator[str]:
    return _cells(text, "\t")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of output is read: what parts it has, and what each may mean."""

    parts: Callable[[str], Iterator[str] | list[str]] = lambda text: [text]
    meaning: Callable[[str], str] = str


_PLAIN, _MARKUP = _Kind(), _Kind(meaning=html.unescape)
_MARKDOWN = _Kind(lambda text: [html.unescape(text)])
_JSON, _JSON_LINES = _Kind(_json, _maybe_html), _Kind(_json_lines, _maybe_html)
_XML, _HTML, _CSV, _TSV = _Kind(_xml), _Kind(_html), _Kind(_cells), _Kind(_tabbed_cells)

_BY_MEDIA_TYPE = {
    "application/json": _JSON,
    **dict.fromkeys(("application/jsonl", "application/x-jsonlines", "application/x-ndjson"), _JSON_LINES),
    **dict.fromkeys(("application/xml", "text/xml"), _XML),
    "text/html": _HTML,
    **dict.fromkeys(("text/csv", "application/csv"), _CSV),
    "text/tab-separated-values": _TSV,
    "text/markdown": _MARKDOWN,
    **dict.fromkeys(("text/plain", "application/yaml", "application/x-yaml", "application/toml"), _PLAIN),
}
_BY_ENDING = {"+json": _JSON, "+xml": _XML, "+yaml": _PLAIN}  # structured syntax suffixes, RFC 6839 and RFC 9512
_BY_SUFFIX = {
    **dict.fromkeys(("json", "jsonld"), _JSON),
    **dict.fromkeys(("jsonl", "ndjson"), _JSON_LINES),
    **dict.fromkeys(("xml", "xhtml", "svg"), _XML),
    **dict.fromkeys(("html", "htm"), _HTML),
    "csv": _CSV,
    "tsv": _TSV,
    "md": _MARKDOWN,
    **dict.fromkeys(("txt", "yaml", "yml", "toml"), _PLAIN),
}


def _by_media_type(media_type: str) -> _Kind | None:
    kind = media_type.partition(";")[0].strip().casefold()
    endings = (known for ending, known in _BY_ENDING.items() if kind.endswith(ending))
    return _BY_MEDIA_TYPE.get(kind) or next(endings, _MARKUP if kind.startswith("text/") else None)
