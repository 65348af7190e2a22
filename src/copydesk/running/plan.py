"""What a run is to do, decided before it begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.running.contributors import Contributors
from copydesk.running.crew import Crew
from copydesk.running.incremental import Editions
from copydesk.running.outputs.folder import OutputFolder
from copydesk.running.preview import Change
from copydesk.running.report import DocumentReport
from copydesk.running.sources import Found
from copydesk.running.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is to do.

    Parameters:
        found: the documents.
        names: for each document, the path of its outputs below a format's folder, without suffix.
        targets: the formats.
        output: the output folder.
        crew: who converts; called with a folder for what lasts as long as the run, once the output folder is locked.
        contributors: plugins that make articles.
        editions: what tells whether what earlier runs made still holds.
        observe: called with the report of each document as soon as it and all before it are done.
        warn: called with what a person should know that is of no single document.
        show: called with each file that would change; if it is given, nothing is written.
        force: make everything again, also in place of what was made of other sources.
        prune: remove outputs whose source is gone, or that were made by options which no longer hold.
        merge: output folders of shards, whose articles need not be made again.
    """

    found: Found
    names: Sequence[str]
    targets: Sequence[Target]
    output: OutputFolder
    crew: Callable[[Path], Crew]
    contributors: Contributors
    editions: Editions
    observe: Callable[[DocumentReport], None]
    warn: Callable[[str], None]
    show: Callable[[Change], None] | None = None
    force: bool = False
    prune: bool = False
    merge: Sequence[OutputFolder] = ()
