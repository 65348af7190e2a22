"""The options of `convert` for several machines: `--shard` and `--merge`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from copydesk.errors import UsageError

if TYPE_CHECKING:
    from copydesk.running.sources import Found
    from copydesk.running.target import Target


def add_shard_options(parser: argparse.ArgumentParser) -> None:
    """Add `--shard` and `--merge`."""
    group = parser.add_argument_group("several machines")
    group.add_argument(
        "--shard", metavar="N/COUNT", help="convert only this share of the documents, and write no collection"
    )
    group.add_argument(
        "--merge",
        action="append",
        default=[],
        metavar="FOLDER",
        help="take articles from the xml that shards wrote below this folder, rather than make them again",
    )


def share(
    namespace: argparse.Namespace, found: Found, names: list[str], targets: list[Target]
) -> tuple[Found, list[str], list[Target]]:
    """What this machine is to do: documents with their names, and formats.

    Raises:
        UsageError: `--shard` is no share, or leaves nothing to make collections of.
    """
    if namespace.shard is None:
        return found, names, targets
    from copydesk.exporting.xml import XmlExporter
    from copydesk.running.shards import Shard

    shard = Shard.parse(namespace.shard)
    alone = [target for target in targets if not target.collects]
    if len(alone) < len(targets) and all(target.format != XmlExporter.name for target in alone):
        collected = ", ".join(target.format for target in targets if target.collects)
        raise UsageError(
            f"{collected} takes the documents of all shards",
            where="--shard",
            next_step="add xml to --to, and make it afterwards with --merge",
        )
    return *shard.of(found, names), alone
