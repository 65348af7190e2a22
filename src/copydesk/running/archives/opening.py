"""Which kind of archive a file is."""

from __future__ import annotations

from collections.abc import Collection

from copydesk.running.archives.archive import WARCS, ZIPS, Archive


def open_archive(path: str, suffixes: Collection[str] = ()) -> Archive:
    """Give what reads an archive.

    Parameters:
        path: of its file, whose name `is_archive` takes.
        suffixes: of members that are documents, lower case, with dot.

    Raises:
        SourceError: what reads it is not installed.
    """
    name = path.lower()
    if name.endswith(ZIPS):
        from copydesk.running.archives.zips import ZipArchive

        return ZipArchive(path, suffixes)
    if name.endswith(WARCS):
        from copydesk.running.archives.warcs import WarcArchive

        return WarcArchive(path, suffixes)
    from copydesk.running.archives.tars import TarArchive

    return TarArchive(path, suffixes)
