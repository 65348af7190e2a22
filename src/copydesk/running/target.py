"""One format of a run: its exporter and options, and the files that these make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copydesk.article.view import Article
from copydesk.errors import ExportError
from copydesk.exporting.contract import Exporter, outputs_of
from copydesk.exporting.exporter import CollectionExporter
from copydesk.running.preview import Previewed
from copydesk.running.writer import Staged


@dataclass(frozen=True, slots=True)
class Target:
    """One format of a run: an exporter, its options, and the distribution to name when it fails.

    Parameters:
        exporter: an instance.
        options: of its `Options`.
        provider: distribution and version.
    """

    exporter: Exporter
    options: object
    provider: str

    @property
    def format(self) -> str:
        """The format's name, which is its folder too."""
        return self.exporter.name

    @property
    def collects(self) -> bool:
        """Whether it makes one set of files of all documents."""
        return isinstance(self.exporter, CollectionExporter)

    def export(self, given: Article | Iterator[Article], name: str, staged: Staged | Previewed) -> None:
        """Make the files of an article or, of a collection, those of all.

        Parameters:
            given: the article, or all articles.
            name: path of the files below the format's folder, without suffix.
            staged: takes them.

        Raises:
            ExportError: the exporter failed, or left articles out.
            OutputError, TakenError: the system would not write a file.
        """
        for suffix, chunks in outputs_of(self.exporter, given, self.options):
            staged.add(f"{self.format}/{name}{suffix}", chunks)
        if not isinstance(given, Article) and next(given, None) is not None:
            raise ExportError("export() did not take every article, so text would be missing")
