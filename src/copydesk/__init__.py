"""copydesk: saved articles in, canonical XML with a ledger, and any format that a plugin writes, out.

What is listed here is the public interface, with `copydesk.article.model` (the typed article), `copydesk.hookspecs`
(the plugin contract) and `copydesk.testing` (checks for plugin authors). Names are imported when they are first used,
so that the command line and a plugin's tests pay only for what they need.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copydesk.article.addresses import safe_address
    from copydesk.article.canonical import NS
    from copydesk.article.ledger import Ledger
    from copydesk.article.view import Article
    from copydesk.cleaning.pipeline import Normalized, normalize
    from copydesk.cleaning.rule import Rule
    from copydesk.errors import (
        ArticleError,
        CopydeskError,
        ExportError,
        NoArticleError,
        OutputError,
        PluginError,
        SourceError,
        UsageError,
    )
    from copydesk.exporting.exporter import ArticleExporter, CollectionExporter, NoOptions, Output
    from copydesk.hookspecs import hookimpl
    from copydesk.reading.source import Reader
    from copydesk.running.report import DocumentReport, RunReport

    __version__: str

__all__ = [
    "NS",
    "Article",
    "ArticleError",
    "ArticleExporter",
    "CollectionExporter",
    "CopydeskError",
    "DocumentReport",
    "ExportError",
    "Ledger",
    "NoArticleError",
    "NoOptions",
    "Normalized",
    "Output",
    "OutputError",
    "PluginError",
    "Reader",
    "Rule",
    "RunReport",
    "SourceError",
    "UsageError",
    "__version__",
    "hookimpl",
    "normalize",
    "safe_address",
]

_HOMES = {
    "copydesk.article.addresses": ("safe_address",),
    "copydesk.article.canonical": ("NS",),
    "copydesk.article.ledger": ("Ledger",),
    "copydesk.article.view": ("Article",),
    "copydesk.cleaning.pipeline": ("Normalized", "normalize"),
    "copydesk.cleaning.rule": ("Rule",),
    "copydesk.errors": tuple(name for name in __all__ if name.endswith("Error")),
    "copydesk.exporting.exporter": ("ArticleExporter", "CollectionExporter", "NoOptions", "Output"),
    "copydesk.hookspecs": ("hookimpl",),
    "copydesk.reading.source": ("Reader",),
    "copydesk.running.report": ("DocumentReport", "RunReport"),
}


def __getattr__(name: str) -> Any:
    """Import a public name (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        return version("copydesk")
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
