"""Which kind of output folder a name stands for."""

from __future__ import annotations

from copydesk.running.outputs.folder import OutputFolder
from copydesk.running.urls import is_url


def output_folder(name: str) -> OutputFolder:
    """Give the output folder of a name.

    Parameters:
        name: a path, or the URL of a store.

    Raises:
        UsageError: there is no such kind of store, or what speaks to it is not installed.
    """
    if is_url(name):
        from copydesk.running.outputs.store import StoreFolder

        return StoreFolder(name)
    from copydesk.running.outputs.local import LocalFolder

    return LocalFolder(name)
