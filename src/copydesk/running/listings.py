"""What folders of stores hold, listed once for many questions: to ask for each file would take a request each."""

from __future__ import annotations

from collections import OrderedDict

from copydesk.running import stores
from copydesk.running.stores import Stored

_FOLDERS = 16
"""Folders that are kept in mind: most documents come folder by folder, and their outputs lie in one for each format."""


class Listings:
    """Files of stores, as they were when their folder was first asked for."""

    def __init__(self) -> None:
        self._folders: OrderedDict[str, dict[str, Stored]] = OrderedDict()

    def find(self, url: str) -> Stored:
        """What a store has there.

        Raises:
            FileNotFoundError: no such file.
            OSError, UsageError: as `stores.look`.
        """
        folder, _, name = url.rpartition("/")
        files = self._folders.get(folder)
        if files is None:
            files = {each.name: each for each in stores.listed(folder) if not each.is_folder}
            self._folders[folder] = files
            if len(self._folders) > _FOLDERS:
                self._folders.popitem(last=False)
        else:
            self._folders.move_to_end(folder)
        if name not in files:
            raise FileNotFoundError(url)
        return files[name]
