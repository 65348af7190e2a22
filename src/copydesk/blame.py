"""Readers and rules of plugins, guarded: what they raise becomes an error that names their distribution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import new_class
from typing import Any

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.errors import CopydeskError, PluginError
from copydesk.exporting.contract import describe, in_same_folder
from copydesk.provider import Provider
from copydesk.reading.source import Reader

_METHODS = ("claims", "view", "sniff", "read")
_SURENESS = ("claims", "sniff")


def on_rule(rule: Rule, provider: Provider) -> Rule:
    """The rule of a plugin, guarded."""

    def apply(draft: Draft) -> None:
        with _blamed(f"rule {rule.name!r}", provider):
            rule.apply(draft)

    return replace(rule, apply=apply)


def on_reader(reader: type[Reader], provider: Provider) -> type[Reader]:
    """The reader of a plugin as a subclass of it, each of its methods guarded."""

    def guarded(name: str) -> Callable[..., Any]:
        def method(self: Reader, *given: Any, **named: Any) -> Any:
            with _blamed(f"{name}() of reader {reader.name!r}", provider):
                result = getattr(super(made, self), name)(*given, **named)
                if name in _SURENESS and not isinstance(result, int | float):
                    raise TypeError(f"it returned {type(result).__name__}, not a number")
                return result

        return method

    fields = {name: guarded(name) for name in _METHODS} | {"__module__": reader.__module__, "__doc__": reader.__doc__}
    made: type[Reader] = new_class(reader.__name__, (reader,), exec_body=lambda body: body.update(fields))
    return made


@contextmanager
def _blamed(called: str, provider: Provider) -> Iterator[None]:
    try:
        with in_same_folder():
            yield
    except (CopydeskError, KeyboardInterrupt, MemoryError):  # memory is what the document needs, as a rule
        raise
    except BaseException as error:  # SystemExit too: a plugin may not end the run
        raise PluginError(
            f"{called} failed: {describe(error)}", where=str(provider), next_step=provider.remedy
        ) from error
