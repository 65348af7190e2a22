"""`copydesk profile`: learn from many documents of a site what it repeats on its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.commands.arguments import Parser
from copydesk.commands.sources import add_source_options, check_sources, find_sources
from copydesk.errors import OutputError, SourceError, UsageError

if TYPE_CHECKING:
    from copydesk.plugins import Plugins
    from copydesk.running.sources import Found


def run(arguments: list[str], prog: str) -> int:
    """Run the command."""
    parser = Parser(
        prog=prog,
        description="Learn the lines that a site repeats on its pages, from documents of one site, and write them to"
        " a file for convert --profile. The file can be read and edited: what is taken out of its lines stays text.",
    )
    add_source_options(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="file to write")
    parser.add_argument(
        "--share",
        type=float,
        metavar="SHARE",
        help="of the documents that a line must stand in, 0 to 1 (default: 0.1); in three at least",
    )
    parser.add_argument("--from", dest="reader", metavar="READER", help="text or markdown (default: told by content)")
    parser.add_argument("--debug", action="store_true", help="print where errors come from")
    namespace = parser.parse_args(arguments)
    check_sources(namespace)

    from copydesk.cleaning import profiles
    from copydesk.console import say
    from copydesk.plugins import Plugins

    share = profiles.SHARE if namespace.share is None else namespace.share
    if not 0 <= share <= 1:
        raise UsageError("is no share", where="--share", next_step="give a number from 0 to 1")
    plugins = Plugins()
    suffixes = frozenset(suffix for reader in plugins.reader_types() for suffix in reader.suffixes)
    found = find_sources(namespace, suffixes, [])
    output = Path(namespace.output)
    if output.exists() and output.resolve() in {Path(file.path).resolve() for file in found.files}:
        raise UsageError("is one of the documents", where=namespace.output, next_step="name another file to write")
    failures = list(found.errors)
    learnt = profiles.learn(_lines(found, namespace.reader, plugins, failures), share=share)
    for failure in failures:
        say("error", failure)
    if learnt.documents < profiles.FEWEST:
        raise UsageError(
            f"{learnt.documents} documents tell nothing of what a site repeats",
            where=prog,
            next_step=f"give {profiles.FEWEST} at least, better fifty, all of one site",
        )
    _write(output, learnt.file)
    say("profile", f"{learnt.lines} lines that {learnt.documents} documents repeat: {namespace.output}")
    return 1 if failures else 0


def _lines(found: Found, reader: str | None, plugins: Plugins, failures: list[SourceError]) -> Iterator[frozenset[str]]:
    from copydesk.cleaning.profiles import lines_of
    from copydesk.running.intake import Intake

    with closing(Intake()) as intake:
        for file in found.files:
            try:
                raw = intake.read(file)
                yield lines_of(
                    file.read() if raw is None else raw, name=file.path, reader=reader, readers=plugins.reader_types()
                )
            except SourceError as error:
                failures.append(error)


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise OutputError(
            f"cannot be written: {error.strerror}", where=str(path), next_step="look at the folder and its permissions"
        ) from error
