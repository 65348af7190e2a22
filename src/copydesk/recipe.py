"""What a worker process needs to know to work as its parent does: names and values, of which it makes the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from copydesk.cleaning import pipeline
from copydesk.exporting.options import make_options
from copydesk.plugins import Plugins
from copydesk.running.job import Bench
from copydesk.running.outputs.opening import output_folder
from copydesk.running.preview import Preview
from copydesk.running.spool import Shelf
from copydesk.running.target import Target
from copydesk.running.writer import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How documents are converted, in a form that crosses process borders.

    Parameters:
        formats: names of the formats.
        options: values given for the options of formats, by format and field.
        rule_files: files of `--rules`.
        disabled: rules to leave out.
        settings: further settings of `copydesk.cleaning.pipeline.normalize`.
        output: the output folder: its path, or its URL in a store.
        preview: in place of writing, find out what would change.
        lines: how many lines of each difference a preview tells; None for all.
    """

    formats: tuple[str, ...]
    options: Mapping[str, Mapping[str, object]]
    rule_files: tuple[Path, ...] = ()
    disabled: tuple[str, ...] = ()
    settings: Mapping[str, Any]
    output: str
    preview: bool = False
    lines: int | None = None

    def __call__(self, folder: Path) -> Bench:
        """Load the plugins and make the bench, in a worker.

        Parameters:
            folder: where what lasts as long as the run lies.

        Raises:
            CopydeskError: a plugin that the parent could load does not load here.
        """
        return self.bench(Plugins(files=self.rule_files), folder)

    def bench(self, plugins: Plugins, folder: Path) -> Bench:
        """Make the bench with plugins that are loaded.

        Raises:
            CopydeskError: a format, rule or option is not as it should be.
        """
        targets, output = self.targets(plugins), output_folder(self.output)
        return Bench(
            targets=targets,
            normalize=partial(
                pipeline.normalize,
                readers=plugins.reader_types(),
                rules=plugins.rule_sequence(self.disabled),
                **self.settings,
            ),
            writer=Preview(output, self.lines) if self.preview else Writer(output, folder),
            shelf=Shelf(folder) if any(target.collects for target in targets) else None,
        )

    def targets(self, plugins: Plugins) -> list[Target]:
        """The formats with their exporters and options.

        Raises:
            UsageError: an option is refused.
            PluginError: a format cannot be had; leaving it out would be a loss that nobody hears of.
        """
        found, missing = plugins.select(self.formats)
        if missing:
            raise missing[0]
        return [
            Target(
                known.exporter(),
                make_options(known.exporter, self.options.get(known.exporter.name, {})),
                str(known.provider),
            )
            for known in found
        ]
