"""The two metadata documents that stand beside the table: CSVW and a Frictionless data package."""

from __future__ import annotations

import json
from typing import Any

from copydesk_csv.columns import COLUMNS, Column

TABLE = "articles.csv"
"""Name of the file that both documents are about: a collection is always called `articles`."""

_TITLE = "Articles"
_LISTS = (
    "Cells that hold a list join its values by |, the parts of a value by ;, and put a group's label and = before a"
    " value; a backslash before | ; = or a backslash takes it literally."
)
_EXACT = (
    "Every cell is exactly what the article says. It may therefore begin with what a spreadsheet runs as a formula."
)
_GUARDED = (
    "Made for spreadsheets: the file begins with a byte order mark, and an apostrophe stands before every cell that"
    " begins with = + - @ or one of their full-width forms, tab, CR or LF, also where apostrophes already stand before"
    " these. To get the exact value, take one apostrophe from every cell that matches ^'+[=+\\-@\\t\\r\\n＝＋－＠]."
)


def csvw(*, excel: bool) -> bytes:
    """Give the CSVW metadata (W3C, "Metadata Vocabulary for Tabular Data") of the table.

    Parameters:
        excel: whether the table is written with `--csv-excel`.
    """
    return _json(
        {
            "@context": "http://www.w3.org/ns/csvw",
            "url": TABLE,
            "dc:title": _TITLE,
            "dc:description": _description(excel=excel),
            "dialect": {
                "encoding": "utf-8",
                "lineTerminators": ["\r\n"],
                "delimiter": ",",
                "quoteChar": '"',
                "doubleQuote": True,
                "header": True,
                "skipInitialSpace": False,
                "trim": False,
            },
            "tableSchema": {"columns": [_csvw_column(column, excel=excel) for column in COLUMNS]},
        }
    )


def data_package(*, excel: bool) -> bytes:
    """Give the Frictionless data package (Data Package 1.0, profile tabular-data-package) of the table.

    Parameters:
        excel: whether the table is written with `--csv-excel`.
    """
    return _json(
        {
            "profile": "tabular-data-package",
            "name": "articles",
            "title": _TITLE,
            "description": _description(excel=excel),
            "resources": [
                {
                    "profile": "tabular-data-resource",
                    "name": "articles",
                    "path": TABLE,
                    "format": "csv",
                    "mediatype": "text/csv",
                    "encoding": "utf-8",
                    "dialect": {
                        "delimiter": ",",
                        "lineTerminator": "\r\n",
                        "quoteChar": '"',
                        "doubleQuote": True,
                        "header": True,
                        "skipInitialSpace": False,
                    },
                    "schema": {
                        "fields": [_field(column, excel=excel) for column in COLUMNS],
                        "missingValues": [""],
                    },
                }
            ],
        }
    )


def _csvw_column(column: Column, *, excel: bool) -> dict[str, Any]:
    pattern = _pattern(column, excel=excel)
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.description,
        "datatype": {"base": column.kind, "format": pattern} if pattern else column.kind,
        "required": column.required,
    }


def _field(column: Column, *, excel: bool) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": column.required}
    if pattern := _pattern(column, excel=excel):
        constraints["pattern"] = pattern
    if column.kind == "nonNegativeInteger":
        constraints["minimum"] = 0
    return {
        "name": column.name,
        "type": "integer" if column.kind == "nonNegativeInteger" else "string",
        "description": column.description,
        "constraints": constraints,
    }


def _pattern(column: Column, *, excel: bool) -> str | None:
    # The guard goes before a year before Christ.
    return f"'?{column.pattern}" if excel and column.pattern else column.pattern


def _description(*, excel: bool) -> str:
    return f"One row an article. {_LISTS} {_GUARDED if excel else _EXACT}"


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()
