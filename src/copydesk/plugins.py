"""Guarded discovery and loading of plugins.

Every plugin gets a plugin manager of its own, so that a broken one is left out with its reason and touches no other:
in one shared manager, a single raising implementation would discard the results of all.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pluggy

from copydesk import blame, builtin, hookspecs, rule_file
from copydesk.article.ledger import LedgerRule
from copydesk.cleaning import order
from copydesk.cleaning.rule import Rule, check_rule
from copydesk.errors import PluginError, UsageError, there_is
from copydesk.exporting.contract import Exporter, check_declaration, describe
from copydesk.provider import CORE, BrokenPlugin, OutdatedPlugin, Provider, clash, provider_of, refuse_clashes
from copydesk.reading.source import Reader

if TYPE_CHECKING:
    from copydesk.running.engine import Engine
    from copydesk.running.report import RunReport

ALL = "all"
"""What `--to` takes for every format that declares `default = True`."""


@dataclass(frozen=True, slots=True)
class Format:
    """An exporter class and who provides it."""

    exporter: type[Exporter]
    provider: Provider


class _Manager(pluggy.PluginManager):
    """A plugin manager that takes old names of hooks, and remembers which."""

    def __init__(self) -> None:
        super().__init__(hookspecs.PROJECT)
        self.add_hookspecs(hookspecs)
        self.old_names: list[str] = []

    def parse_hookspec_opts(self, module_or_class: Any, name: str) -> pluggy.HookspecOpts | None:
        return super().parse_hookspec_opts(module_or_class, name) if _may_be_hook(module_or_class, name) else None

    def parse_hookimpl_opts(self, plugin: object, name: str) -> pluggy.HookimplOpts | None:
        options = super().parse_hookimpl_opts(plugin, name) if _may_be_hook(plugin, name) else None
        new = hookspecs.RENAMED.get(name)
        if options is None or new is None:
            return options
        if hasattr(plugin, new):  # written for both versions
            return None
        self.old_names.append(name)
        return {**options, "specname": new}


def _may_be_hook(namespace: object, name: str) -> bool:
    """Whether pluggy, which takes long, has to look at a name: not at Python's own; in modules at routines alone."""
    if name.startswith("__"):
        return False
    return not isinstance(namespace, ModuleType) or inspect.isroutine(vars(namespace).get(name))


def installed() -> list[EntryPoint]:
    """The entry points of all installed plugins, from metadata alone, sorted by name, then distribution."""
    return sorted(
        entry_points(group=hookspecs.PROJECT), key=lambda entry: (entry.name, provider_of(entry).distribution)
    )


class Plugins:
    """The plugins of one run, loaded and asked for what they register.

    Parameters:
        only: names of the entry points to load (None: all). Core's own readers, rules and exporter are always there.
        files: plugins in files of their own, loaded last. As they are named by the user, none is left out.

    Raises:
        UsageError: a file cannot be read.
        PluginError: a file raises, or does not keep the contract of plugins.
    """

    def __init__(self, only: Collection[str] | None = None, files: Iterable[Path] = ()) -> None:
        self._managers: list[tuple[Provider, pluggy.PluginManager]] = []
        self._formats: defaultdict[str, list[Format]] = defaultdict(list)
        self.readers: list[tuple[type[Reader], Provider]] = []
        self.rules: list[tuple[Rule, Provider]] = []
        self.engines: list[tuple[type[Engine[Any]], Provider]] = []
        self.broken: list[BrokenPlugin] = []
        self.outdated: list[OutdatedPlugin] = []
        self._register(CORE, lambda: builtin)
        for entry in installed():
            if only is None or entry.name in only:
                self._add(provider_of(entry), entry.load)
        for file in files:
            self._add_file(file)
        for known in self.outdated:  # not while one loads: a filter that makes errors of warnings would leave it out
            warnings.warn(f"plugin {known.provider.plugin!r} ({known.provider}): {known.change}", DeprecationWarning, 2)

    def _add(self, provider: Provider, load: Callable[[], object]) -> None:
        try:
            self._register(provider, load)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: importing a plugin may not end the run
            self.broken.append(BrokenPlugin(provider, describe(error), error))

    def _add_file(self, file: Path) -> None:
        provider = Provider(file.name, str(file), None)
        try:
            self._register(provider, partial(rule_file.load, file))
        except (UsageError, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise PluginError(
                f"these rules did not load: {describe(error)}", where=str(file), next_step=provider.remedy
            ) from error

    def _register(self, provider: Provider, load: Callable[[], object]) -> None:
        """Load a plugin and take what it registers: everything, or nothing if it raises."""
        manager = _Manager()
        manager.register(load(), provider.plugin)
        manager.check_pending()  # a misspelt hook is silent otherwise
        if not any(manager.get_hookcallers(plugin) for plugin in manager.get_plugins()):
            raise PluginError("it implements no hook", next_step="its author should mark them with @hookimpl")
        exporters = list(_flat(manager.hook.copydesk_register_exporters()))
        readers = list(_flat(manager.hook.copydesk_register_readers()))
        rules = list(_flat(manager.hook.copydesk_register_rules()))
        engines = list(_flat(manager.hook.copydesk_register_engines()))
        for exporter in exporters:
            check_declaration(exporter)
        for reader in readers:
            _check_reader(reader)
        for rule in rules:
            check_rule(rule)
        for engine in engines:
            _check_engine(engine)
        self._managers.append((provider, manager))
        self.outdated.extend(
            OutdatedPlugin(provider, f"rename {name} to {hookspecs.RENAMED[name]}") for name in manager.old_names
        )
        known_rules = [rule for rule, _ in self.rules]
        self.rules.extend((rule, provider) for rule in rules if rule not in known_rules)
        for exporter in exporters:
            formats = self._formats[exporter.name]
            if all(known.exporter is not exporter for known in formats):  # two entry points may name one module
                formats.append(Format(exporter, provider))
        known_readers = [reader for reader, _ in self.readers]
        self.readers.extend((reader, provider) for reader in readers if reader not in known_readers)
        known_engines = [engine for engine, _ in self.engines]
        self.engines.extend((engine, provider) for engine in engines if engine not in known_engines)

    @property
    def formats(self) -> Mapping[str, Sequence[Format]]:
        """Formats by name, in order of name; more than one under a name is a clash."""
        return dict(sorted(self._formats.items()))

    def reader_types(self) -> tuple[type[Reader], ...]:
        """The readers, core's first; what one of a plugin raises becomes an error that names the plugin.

        Raises:
            PluginError: two plugins provide a reader of one name.
        """
        refuse_clashes("reader", ((reader.name, provider) for reader, provider in self.readers))
        return tuple(
            reader if provider == CORE else blame.on_reader(reader, provider) for reader, provider in self.readers
        )

    def rule_order(self, disabled: Iterable[str] = ()) -> list[tuple[Rule, Provider]]:
        """The rules in the order in which they run, and where each comes from.

        Parameters:
            disabled: names of rules to leave out.

        Raises:
            PluginError: two plugins provide a rule, or a ledger rule, of one name; or a rule stands nowhere.
            UsageError: a rule to leave out does not exist, or is needed.
        """
        refuse_clashes("rule", ((rule.name, provider) for rule, provider in self.rules))
        # One could loosen what the other declares. What is declared alike, as by a subclass, is no clash.
        declared: dict[LedgerRule, Provider] = {}
        for reader, provider in self.readers:
            declared.update((rule, provider) for rule in reader.ledger_rules if rule not in declared)
        for step, provider in self.rules:
            declared.update((rule, provider) for rule in step.ledger_rules if rule not in declared)
        refuse_clashes("ledger rule", ((rule.id, provider) for rule, provider in declared.items()))
        return order.without(order.in_order(self.rules), disabled)

    def rule_sequence(self, disabled: Iterable[str] = ()) -> tuple[Rule, ...]:
        """The rules of `rule_order`, ready to run: what one of a plugin raises becomes an error that names the plugin.

        Raises:
            PluginError, UsageError: as `rule_order`.
        """
        ordered = self.rule_order(disabled)
        return tuple(rule if provider == CORE else blame.on_rule(rule, provider) for rule, provider in ordered)

    def select(self, names: Iterable[str]) -> tuple[list[Format], list[PluginError]]:
        """Find the formats that `--to` names.

        Parameters:
            names: format names; `all` stands for every format that declares itself a default.

        Returns:
            The formats that can be had, in the order asked for, and why others that were asked for cannot.

        Raises:
            UsageError: a format that no plugin provides.
        """
        found: dict[str, Format] = {}
        missing: dict[str, PluginError] = {}
        for name in names:
            for wanted in self._defaults() if name == ALL else [name]:
                formats = self._formats.get(wanted, [])
                if len(formats) == 1:
                    found[wanted] = formats[0]
                elif formats:
                    missing[wanted] = clash("format", wanted, [known.provider for known in formats])
                else:
                    missing.update(
                        (wanted, broken.as_error()) for broken in self.broken if broken.provider.plugin == wanted
                    )
                    if wanted not in missing:
                        raise self._unknown(wanted)
            if name == ALL:  # any of these may have had a default format
                missing.update((broken.provider.plugin, broken.as_error()) for broken in self.broken)
        return list(found.values()), list(missing.values())

    def _defaults(self) -> list[str]:
        return [name for name, formats in self.formats.items() if any(known.exporter.default for known in formats)]

    def _unknown(self, name: str) -> UsageError:
        advice = f"{there_is(name, self.formats)}, and {ALL}"
        if self.broken:
            reasons = "; ".join(f"{broken.provider}: {broken.error}" for broken in self.broken)
            advice = f"{advice}; it may be in a plugin that did not load ({reasons})"
        return UsageError(f"no plugin provides the format {name!r}", where="--to", next_step=advice)

    def strangers(self, formats: Iterable[str]) -> list[Provider]:
        """Who takes part in a run that writes these formats, and is neither core nor first-party."""
        taking_part = [known.provider for name in formats for known in self._formats.get(name, ())]
        taking_part += [provider for _, provider in (*self.readers, *self.rules)]
        return [provider for provider in dict.fromkeys(taking_part) if provider.is_stranger]

    def run_finished(self, report: RunReport) -> list[PluginError]:
        """Tell every plugin that a run is over.

        Returns:
            One error for each plugin that raised; the others have been told nonetheless.
        """
        errors = []
        for provider, manager in self._managers:
            try:
                manager.hook.copydesk_run_finished(report=report)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                failure = PluginError(
                    f"plugin {provider.plugin!r} failed in copydesk_run_finished: {describe(error)}",
                    where=str(provider),
                )
                failure.__cause__ = error
                errors.append(failure)
        return errors


def _flat(results: Iterable[Iterable[Any]]) -> Iterable[Any]:
    for result in results:
        yield from result


def _check_reader(reader: object) -> None:
    if not (isinstance(reader, type) and issubclass(reader, Reader)):
        raise TypeError(f"{reader!r} is not a subclass of Reader")
    reader()
    if not (isinstance(reader.name, str) and isinstance(reader.suffixes, tuple)):
        raise TypeError(f"{reader.__name__} does not declare its name and suffixes")


def _check_engine(engine: object) -> None:
    from copydesk.exporting.options import options_of
    from copydesk.running.engine import Engine  # most runs have none to check

    if not (isinstance(engine, type) and issubclass(engine, Engine)):
        raise TypeError(f"{engine!r} is not a subclass of Engine")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", getattr(engine, "name", "")):
        raise TypeError(f"{engine.__name__} does not declare a name of lower-case letters, digits and hyphens")
    options_of(engine)
