"""The options of an exporter, derived from the fields of its frozen `Options` dataclass."""

from __future__ import annotations

import argparse
import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, get_args, get_origin

from copydesk.errors import UsageError

_SCALARS = (bool, int, float, str)


class HasOptions(Protocol):
    """What can have options: an exporter, an engine."""

    name: ClassVar[str]
    Options: ClassVar[type[Any]]


@dataclass(frozen=True, slots=True)
class Option:
    """One option: the field, the flag made of it, and what values it takes.

    Parameters:
        field: name of the dataclass field.
        flag: the command line flag, `--NAME-FIELD` with hyphens.
        type: bool, int, float or str.
        choices: the only values allowed, if the field is a `Literal`.
        default: the field's default.
        help: the field's `metadata["help"]`.
    """

    field: str
    flag: str
    type: type[bool] | type[int] | type[float] | type[str]
    choices: tuple[str, ...]
    default: object
    help: str


def options_of(exporter: type[HasOptions]) -> tuple[Option, ...]:
    """Describe the options of an exporter.

    Parameters:
        exporter: the class; its `Options` is a frozen dataclass whose fields are bool, int, float, str, a `Literal` of
            strings, or one of these or None, each with a default.

    Raises:
        TypeError: `Options` is not such a dataclass.
    """
    kind = exporter.Options
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
        raise TypeError(f"{exporter.__name__}.Options is not a dataclass")
    if not getattr(kind, "__dataclass_params__").frozen:  # noqa: B009 -- the attribute is not in typeshed
        raise TypeError(f"{exporter.__name__}.Options is not frozen")
    hints = typing.get_type_hints(kind)
    return tuple(_option(exporter, field, hints[field.name]) for field in dataclasses.fields(kind) if field.init)


def _option(exporter: type[HasOptions], field: dataclasses.Field[Any], hint: object) -> Option:
    where = f"{exporter.__name__}.Options.{field.name}"
    if field.default is not dataclasses.MISSING:
        default = field.default
    elif field.default_factory is not dataclasses.MISSING:
        default = field.default_factory()
    else:
        raise TypeError(f"{where} has no default")
    if get_origin(hint) in (typing.Union, types.UnionType):
        alternatives = [part for part in get_args(hint) if part is not type(None)]
        hint = alternatives[0] if len(alternatives) == 1 else hint
    choices: tuple[str, ...] = ()
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        hint = str if all(isinstance(choice, str) for choice in choices) else hint
    kind = next((scalar for scalar in _SCALARS if scalar is hint), None)
    if kind is None:
        raise TypeError(f"{where} is a {hint}; it may be bool, int, float, str or a Literal of strings")
    flag = f"--{exporter.name}-{field.name.replace('_', '-')}"
    return Option(field.name, flag, kind, choices, default, str(field.metadata.get("help", "")))


def add_flags(group: argparse._ActionsContainer, exporter: type[HasOptions]) -> None:
    """Add the flags of an exporter to a parser or group; only those given end up in the namespace.

    Raises:
        TypeError: `Options` is not as `options_of` wants it.
    """
    for option in options_of(exporter):
        settings: dict[str, Any] = {"type": option.type, "metavar": option.type.__name__.upper()}
        if option.type is bool:
            settings = {"action": argparse.BooleanOptionalAction}
        elif option.choices:
            settings = {"choices": option.choices}
        text = option.help if option.default in (None, "") else f"{option.help} (default: {option.default})".strip()
        group.add_argument(
            option.flag,
            dest=_destination(exporter, option.field),
            default=argparse.SUPPRESS,  # the dataclass has the defaults
            help=text.replace("%", "%%"),
            **settings,
        )


def values_given(namespace: argparse.Namespace, exporter: type[HasOptions]) -> dict[str, object]:
    """The options given for one exporter by the flags of `add_flags`, by field name."""
    prefix = _destination(exporter, "")
    return {name.removeprefix(prefix): value for name, value in vars(namespace).items() if name.startswith(prefix)}


def _destination(exporter: type[HasOptions], field: str) -> str:
    return f"{exporter.name}:{field}"  # no Python name has a colon, so it clashes with no other


def make_options(exporter: type[HasOptions], values: Mapping[str, object]) -> object:
    """Make the options of an exporter from values by field name; fields that are not given keep their defaults.

    Raises:
        UsageError: the dataclass refuses a value.
    """
    try:
        return exporter.Options(**values)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"the options of {exporter.name} are refused: {error}", next_step=f"see convert --to {exporter.name} --help"
        ) from error
