"""The check that every option of an exporter can be given by its flag."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn

from copydesk.errors import UsageError
from copydesk.exporting.contract import Exporter
from copydesk.exporting.options import Option, add_flags, make_options, options_of, values_given

_TEXTS = ("é x", "-", "x", "en", "1")
_STEPS = (1, -1, 10, -10, 100)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def check(exporter: type[Exporter], options: Any) -> None:
    """Check that flags give the options back, and each field alone when it has another value.

    Parameters:
        exporter: the class.
        options: an instance of its `Options`, whose other fields stay as they are.

    Raises:
        AssertionError: they do not.
    """
    parser = _Parser(allow_abbrev=False)
    add_flags(parser, exporter)
    _check_round_trip(exporter, parser, options)
    for option in options_of(exporter):
        _check_round_trip(exporter, parser, _with_another(exporter, option, options))


def _check_round_trip(exporter: type[Exporter], parser: _Parser, options: object) -> None:
    flags = [_flag(exporter, option, getattr(options, option.field)) for option in options_of(exporter)]
    given = [flag for flag in flags if flag is not None]
    try:
        found = make_options(exporter, values_given(parser.parse_args(given), exporter))
    except UsageError as error:
        raise AssertionError(f"{exporter.__name__}, options: {' '.join(given)}: {error}") from error
    if found != options:
        raise AssertionError(f"{exporter.__name__}, options: {' '.join(given)} gives {found!r}, not {options!r}")


def _flag(exporter: type[Exporter], option: Option, value: object) -> str | None:
    if value is None:
        if option.default is not None:
            raise AssertionError(
                f"{exporter.__name__}, options: no flag makes {option.field} None; let that be the default"
            )
        return None
    if option.type is bool:
        return option.flag if value else option.flag.replace("--", "--no-", 1)
    return f"{option.flag}={value}"


def _with_another(exporter: type[Exporter], option: Option, options: Any) -> object:
    """The options with another value in one field, the first that the dataclass takes."""
    before = getattr(options, option.field)
    refused = []
    for value in _values(option, before):
        if value == before:
            continue
        try:
            made = replace(options, **{option.field: value})
        except (TypeError, ValueError):
            refused.append(value)
            continue
        if getattr(made, option.field) == before:
            raise AssertionError(f"{exporter.__name__}, options: {option.field}={value!r} leaves it {before!r}")
        return made
    if before != option.default:  # the round trip has given it by its flag
        return options
    raise AssertionError(
        f"{exporter.__name__}, options: {option.field} takes none of {refused!r}; give the check options in which it is"
        " not the default"
    )


def _values(option: Option, before: Any) -> Iterator[object]:
    if option.choices:
        yield from option.choices
    elif option.type is bool:
        yield from (True, False)
    elif option.type is str:
        yield from _TEXTS
    else:
        yield from (option.type((before or 0) + step / (2 if option.type is float else 1)) for step in _STEPS)
