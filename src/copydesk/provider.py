"""Who provides a plugin, and what is wrong with it, for every message about it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, EntryPoint, requires, version

from copydesk.errors import PluginError


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a plugin comes from: its entry point's name and the distribution that declares it, or a file of rules.

    Parameters:
        plugin: name of the entry point, or of the file.
        distribution: name of the distribution, or path of the file.
        version: of the distribution; None for a file.
    """

    plugin: str
    distribution: str
    version: str | None

    def __str__(self) -> str:
        return self.distribution if self.version is None else f"{self.distribution} {self.version}"

    @property
    def remedy(self) -> str:
        """What to do about a defect in it."""
        if self.version is None:
            return f"correct {self}; --debug shows where"
        return f"report it to the makers of {self}, with --debug"

    @property
    def is_stranger(self) -> bool:
        """Whether it is neither core nor one of the distributions that core's own extras name."""
        return self.version is None or self.distribution not in _first_party()


@cache
def _first_party() -> frozenset[str]:
    names = (re.match(r"[\w.-]+", requirement) for requirement in requires("copydesk") or ())
    return frozenset({"copydesk", *(name[0] for name in names if name and name[0].startswith("copydesk-"))})


CORE = Provider("copydesk", "copydesk", version("copydesk"))
"""Provider of what comes with copydesk itself."""


@dataclass(frozen=True, slots=True)
class BrokenPlugin:
    """A plugin that was left out: what it did wrong in one line, and the exception itself."""

    provider: Provider
    error: str
    cause: BaseException

    def as_error(self) -> PluginError:
        """The error to raise where this plugin is needed."""
        error = PluginError(
            f"plugin {self.provider.plugin!r} did not load: {self.error}",
            where=str(self.provider),
            next_step=f"update or uninstall {self.provider.distribution}",
        )
        error.__cause__ = self.cause
        return error


@dataclass(frozen=True, slots=True)
class OutdatedPlugin:
    """A plugin that works, but was written for an earlier version of the contract, and what to change in it."""

    provider: Provider
    change: str


def provider_of(entry: EntryPoint) -> Provider:
    """The distribution that declares an entry point."""
    if entry.dist is None:  # only entry points made by hand have none
        return Provider(entry.name, entry.value, "?")
    return Provider(entry.name, *_identity(entry.dist))


@cache
def _identity(distribution: Distribution) -> tuple[str, str]:
    """Name and version; each question to a distribution parses its metadata, and several plugins may have one."""
    metadata = distribution.metadata
    return metadata["Name"], metadata["Version"]


def refuse_clashes(kind: str, named: Iterable[tuple[str, Provider]]) -> None:
    """Make sure that no two have one name.

    Parameters:
        kind: what they are, for the message.
        named: names, each with its provider.

    Raises:
        PluginError: two have; it names their providers.
    """
    by_name: defaultdict[str, list[Provider]] = defaultdict(list)
    for name, provider in named:
        by_name[name].append(provider)
    for name, providers in by_name.items():
        if len(providers) > 1:
            raise clash(kind, name, providers)


def clash(kind: str, name: str, providers: Sequence[Provider]) -> PluginError:
    """The error that several provide the same name."""
    return PluginError(
        f"the {kind} {name!r} is provided by {' and by '.join(map(str, providers))}",
        next_step="uninstall all but one of them"
        if all(provider.version is not None for provider in providers)
        else "give the one in your file another name",
    )
