"""The folder `.copydesk` below the output folder: what it holds beside the state."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from copydesk.running.orphans import wait_for_end
from copydesk.running.writer import FORMATS, OWN_FOLDER, reported


@contextmanager
def folder_of_the_run(output: Path, formats: Iterable[str]) -> Iterator[Path]:
    """A folder for what lasts as long as the run; what a killed run left there is removed.

    Parameters:
        output: the output folder, which is locked.
        formats: of the run, which are added to the list of folders that hold outputs.

    Raises:
        OutputError: it cannot be made, or workers of a run that was killed are still at work.
    """
    own = output / OWN_FOLDER
    folder = own / "run"
    with reported(own):
        own.mkdir(exist_ok=True)
        (own / ".gitignore").write_text("*\n", encoding="ascii")
        wait_for_end(folder)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        _list_formats(own / FORMATS, set(formats), folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _list_formats(path: Path, formats: set[str], temporary: Path) -> None:
    try:
        known = set(path.read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError):
        known = set()
    if not formats <= known:
        lines = "".join(f"{name}\n" for name in sorted(known | formats))
        (temporary / FORMATS).write_text(lines, encoding="utf-8", newline="")
        (temporary / FORMATS).replace(path)
