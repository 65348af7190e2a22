"""The plugin contract: hooks that a plugin may implement, each marked with `hookimpl`.

A plugin is a module named by an entry point in the group `copydesk`:

    [project.entry-points.copydesk]
    shout = "copydesk_shout"

It implements any of the hooks below. Each plugin is loaded and asked on its own: one that does not import, misspells a
hook or raises is left out and named by `copydesk plugins`; it never takes another one with it.

Versions of the contract are those of copydesk: each hook says since when there is it. A hook that gets another name
stays in `RENAMED` under its old one for at least one more minor version. Until then a plugin that implements the old
name works; a DeprecationWarning and `copydesk plugins` name the plugin and the new name. One that is to work with both
versions implements both names, and only the new one is called. A hook gets further parameters without a new name, as an
implementation takes only those that it wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from copydesk.cleaning.rule import Rule
    from copydesk.exporting.exporter import ArticleExporter, CollectionExporter
    from copydesk.reading.source import Reader
    from copydesk.running.engine import Engine
    from copydesk.running.report import RunReport

PROJECT = "copydesk"
"""Name of the pluggy project and of the entry-point group."""

RENAMED: Mapping[str, str] = MappingProxyType({})
"""New names of hooks by their old ones, which plugins may still implement."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def copydesk_register_readers() -> Iterable[type[Reader]]:
    """Give the readers that this plugin adds: each turns one kind of document into blocks with source spans.

    A document that is no text is told by `Reader.claims`, and made a text with spans by `Reader.view`.

    Called once, before any source is looked for, as readers declare which file suffixes are tried in folders.

    Returns:
        Classes, not instances. A name that another reader has is an error that names both plugins.

    Since:
        0.1
    """
    raise NotImplementedError


@hookspec
def copydesk_register_rules() -> Iterable[Rule]:
    """Give the cleaning rules that this plugin adds.

    Called once, before the first document is cleaned. Rules run on every document, whatever format is asked for. Each
    may say by its `before` or `after` which rule it stands by; where several stand at one place, they run in order of
    the plugins' names. `copydesk rules` prints the order. One that raises costs the document that it raised on; one
    that stands by a rule that there is not ends the run, as does a file of `--rules` that does not load.

    Returns:
        Rules; each declares the ledger rules under which it touches text. A name, or the id of a ledger rule, that
        another plugin has is an error that names both plugins.

    Since:
        0.1
    """
    raise NotImplementedError


@hookspec
def copydesk_register_exporters() -> Iterable[type[ArticleExporter[Any] | CollectionExporter[Any]]]:
    """Give the exporters that this plugin adds: each is one format that `--to` can name.

    Called once, before options are parsed, as the fields of an exporter's `Options` become command line flags.

    Returns:
        Classes, not instances. A format name that another exporter has is an error that names both plugins.

    Since:
        0.1
    """
    raise NotImplementedError


@hookspec
def copydesk_register_engines() -> Iterable[type[Engine[Any]]]:
    """Give the engines that this plugin adds: each runs the conversion of documents in processes of its own kind.

    Called once, before options are parsed, in every run: what an engine needs is to be imported where it is used. It is
    made only if `--engine` names it.

    Returns:
        Classes, not instances. A name that another engine has is an error that names both plugins.

    Since:
        0.1
    """
    raise NotImplementedError


@hookspec
def copydesk_run_finished(report: RunReport) -> None:
    """Take note of a finished run: what was written, what failed, what happened to every character.

    Called once a run, after the last file is in place, also when documents failed or the run was interrupted.

    Parameters:
        report: what the run did; its documents can be iterated over more than once, and are read from disk.

    Since:
        0.1
    """
