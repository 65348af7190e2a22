"""What outputs depend on beside their sources: code, versions, settings. As digests, for the state of earlier runs."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from copydesk.plugins import Plugins
from copydesk.provider import CORE
from copydesk.recipe import Recipe
from copydesk.running.contributors import Contributors
from copydesk.running.incremental import Editions

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def editions(recipe: Recipe, plugins: Plugins) -> Editions:
    """Digest what the articles and each format of a run depend on.

    It is the code itself that counts, not only its version, so that a plugin under development is noticed.

    Parameters:
        recipe: how documents are converted.
        plugins: loaded.
    """
    core = _digest("core", sys.version_info[:2], _code("copydesk"), _requirements("copydesk"))
    readers = [
        (reader.name, _code(reader.__module__), _requirements(who.distribution)) for reader, who in plugins.readers
    ]
    rules = [
        (rule.name, _code(rule.apply.__module__), _requirements(who.distribution))
        for rule, who in plugins.rule_order(recipe.disabled)
    ]
    files = [hashlib.sha256(file.read_bytes()).hexdigest() for file in recipe.rule_files]
    formats = {}
    for known in plugins.select(recipe.formats)[0]:
        name, provider = known.exporter.name, known.provider
        options = sorted(recipe.options.get(name, {}).items())
        code = _code(known.exporter.__module__)
        formats[name] = _digest(core, code, str(provider), _requirements(provider.distribution), options)
    return Editions(_digest(core, readers, rules, files, sorted(recipe.settings.items())), formats)


def contributors(plugins: Plugins) -> Contributors:
    """Tell which installed plugins have readers or rules, be these left out of a run, and which did not load."""
    return Contributors(
        frozenset(
            provider.plugin
            for _, provider in (*plugins.readers, *plugins.rules)
            if provider != CORE and provider.version is not None
        ),
        {known.provider.plugin: known.as_error() for known in plugins.broken},
    )


def _code(module: str) -> str:
    """Digest the files of the package that a module is in."""
    return _package(module.partition(".")[0])


@cache
def _package(name: str) -> str:
    top = sys.modules.get(name)
    roots = getattr(top, "__path__", None) or [getattr(top, "__file__", None)]
    return _digest(*(_content(Path(root)) for root in roots if root))


def _content(root: Path) -> list[tuple[str, str]]:
    files: Iterable[Path] = [root]
    if root.is_dir():
        files = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    elif not root.is_file():  # in an archive, say: there is the version
        files = []
    return sorted((path.relative_to(root).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files)


@cache
def _requirements(distribution: str) -> list[tuple[str, str]]:
    """The version of a distribution, and those of what it requires and is installed.

    That holds for what its extras require, such as a typesetter, but for copydesk's own: they are plugins, and stores.
    """
    try:
        wanted = [distribution, *(requires(distribution) or ())]
    except PackageNotFoundError:  # a file of rules
        return []
    found: dict[str, str] = {}
    for requirement in wanted:
        name = _NAME.match(requirement)
        try:
            if name and (distribution != "copydesk" or "extra ==" not in requirement):
                found[name[0]] = version(name[0])
        except PackageNotFoundError:
            continue
    return sorted(found.items())


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
