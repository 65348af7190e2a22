"""Base classes of exporters: one article to one output, or many articles to one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from copydesk.article.view import Article


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The options of an exporter that has none."""


OptionsT = TypeVar("OptionsT")


@dataclass(frozen=True, slots=True)
class Output:
    """One file that an exporter gives.

    Parameters:
        suffix: what follows the document's name, with its dot: ".md", ".ledger.jsonl".
        content: the bytes, or an iterable of chunks, which is consumed once and before the next output is asked for.
    """

    suffix: str
    content: bytes | Iterable[bytes]


class _Exporter(ABC, Generic[OptionsT]):
    name: ClassVar[str]
    """What follows `--to`, and the folder below the output folder: lower-case letters, digits and hyphens."""
    suffixes: ClassVar[tuple[str, ...]]
    """Every suffix that `Output`s may have, the main one first."""
    media_type: ClassVar[str]
    """Media type of the main output."""
    default: ClassVar[bool] = False
    """Whether `--to all` includes this format."""
    parallel: ClassVar[bool] = True
    """Whether several processes may export at once, each with an instance of its own. With False, documents of a run
    that writes this format are converted by one process, one after the other."""
    loses: ClassVar[frozenset[str]] = frozenset()
    """Element names of the canonical XML whose text this format has no place for; all other text must survive."""
    Options: ClassVar[type[Any]] = NoOptions
    """Frozen dataclass of options; each field becomes the flag `--NAME-FIELD`, its metadata["help"] the help text."""


class ArticleExporter(_Exporter[OptionsT]):
    """An exporter that turns each article into files of its own.

    Subclasses set the class variables and write `export`. They never touch the file system or the network.
    """

    @abstractmethod
    def export(self, article: Article, options: OptionsT) -> Iterable[Output]:
        """Turn one article into outputs.

        Parameters:
            article: the immutable view of one canonical article.
            options: an instance of `Options`.

        Returns:
            One `Output` a file, at least one; suffixes are among `suffixes`, none twice.

        Raises:
            ExportError: this article cannot be exported; the run goes on with the others.
        """


class CollectionExporter(_Exporter[OptionsT]):
    """An exporter that turns the articles of a whole run into one set of files, streaming."""

    @abstractmethod
    def export(self, articles: Iterator[Article], options: OptionsT) -> Iterable[Output]:
        """Turn a stream of articles into outputs.

        Parameters:
            articles: every article of the run, in order, without ledgers. All are to be taken, once; memory must not
                grow with their number.
            options: an instance of `Options`.

        Returns:
            One `Output` a file; the content of at least the main one is an iterator that draws on `articles`.

        Raises:
            ExportError: the collection cannot be exported.
        """
