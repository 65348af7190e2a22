"""What to tell people of an exception that ended the work on a document or a format."""

from __future__ import annotations

from copydesk.errors import CopydeskError, ExportError
from copydesk.exporting.contract import describe
from copydesk.running.report import Failure


def failure_of(error: Exception, where: str) -> Failure:
    """What became of a document of which there is no article.

    Parameters:
        error: what was raised.
        where: the source.
    """
    if isinstance(error, CopydeskError):
        told = error
    elif isinstance(error, MemoryError):
        told = CopydeskError("needs more memory than it may have", next_step="raise --max-memory, or split it")
    else:
        told = CopydeskError(
            f"a defect in copydesk: {describe(error)}", next_step="report it with what --debug prints; the others go on"
        )
        told.__cause__ = error
    return Failure.of(told, where=where)


def export_failure(error: ExportError, name: str, provider: str, where: str) -> Failure:
    """What became of a format.

    Parameters:
        error: what was raised.
        name: of the format.
        provider: distribution and version that it comes from.
        where: the source, or what stands for all.
    """
    if error.next_step is None:
        error.next_step = f"report it to the makers of {provider}, with --debug"
    else:  # the plugin's own advice
        error.next_step += f" ({provider})"
    return Failure.of(error, where=where, format=name)
