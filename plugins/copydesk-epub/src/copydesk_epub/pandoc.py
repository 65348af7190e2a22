"""The one place that runs pandoc: a JSON AST in, an EPUB's bytes out, under limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from copydesk.errors import ExportError

TIMEOUT_SECONDS = 60.0
"""An article of 5 MB takes 4 s; what takes a minute is not an article."""

HEAP_LIMIT = "1g"
"""GHC's `-M`. 5 MB of text take 0.7 GB; an ordinary article stays below 50 MB."""

CHECK_VERSION = "check that pandoc is the one that pypandoc-binary brings; if it is, report this with the article"
"""The next step where pandoc does what it should not."""

_INSTALL = "run `pip install --force-reinstall pypandoc-binary`, or set PYPANDOC_PANDOC to the path of a pandoc 3"

_ARGUMENTS = (
    "--from=json",
    "--to=epub3",
    "--output=-",
    "--sandbox",  # no file is read, nothing is fetched, and the clock stands at 1970
    # Templates and translations in the user's own pandoc folder would change the output: look in one that has none.
    f"--data-dir={Path(__file__).parent}",
    "--epub-title-page=false",
    "--toc-depth=6",
    "--wrap=none",
    "--syntax-highlighting=none",
    "--fail-if-warnings",  # an image or element that pandoc leaves out is a warning, and text must not vanish
)


def write_epub(document: Mapping[str, Any]) -> bytes:
    """Let pandoc write an EPUB 3.

    The result depends on the document alone: not on locale, time zone, clock, working folder or the user's pandoc data.

    Parameters:
        document: a pandoc JSON AST whose images, if any, are data URIs, and whose meta has a lang and an identifier.

    Returns:
        The EPUB as pandoc packs it.

    Raises:
        ExportError: pandoc is missing, fails, warns, or exceeds the limits of time or memory.
    """
    command = [_pandoc_path(), "+RTS", f"-M{HEAP_LIMIT}", "-RTS", *_ARGUMENTS]
    try:
        process = subprocess.Popen(  # noqa: S603 -- a fixed argument list, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # its own process group, so that a limit ends all of it (POSIX)
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows
        )
    except OSError as error:
        raise ExportError(f"pandoc does not start: {error}", next_step=_INSTALL) from error
    with process:
        try:
            output, complaint = process.communicate(json.dumps(document).encode("ascii"), timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired as error:
            _kill(process)
            raise ExportError(
                f"pandoc took more than {TIMEOUT_SECONDS:g} seconds",
                next_step="leave this article out, or split its source",
            ) from error
        except BaseException:  # Ctrl-C reaches this process group only
            _kill(process)
            raise
    if process.returncode:
        raise _failure(process.returncode, complaint.decode("utf-8", "replace"))
    return output


def _pandoc_path() -> str:
    """Find pandoc: the one that the user names, else the one in pypandoc-binary, else what pypandoc finds."""
    if named := os.environ.get("PYPANDOC_PANDOC"):
        return named
    import pypandoc  # type: ignore[import-untyped, unused-ignore]  # here, as it is needed for this format alone

    # pypandoc prefers a newer pandoc on the PATH, which would make the output depend on the machine.
    bundled = Path(pypandoc.__file__).parent / "files" / ("pandoc.exe" if sys.platform == "win32" else "pandoc")
    if bundled.is_file():
        return str(bundled)
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise ExportError("there is no pandoc, which EPUB needs", next_step=_INSTALL) from error


def _environment() -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"GHCRTS", "LANGUAGE"}}
    return environment | {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):  # it may have ended by itself meanwhile
        os.killpg(process.pid, signal.SIGKILL)


def _failure(status: int, complaint: str) -> ExportError:
    if "Heap exhausted" in complaint:
        return ExportError(
            f"pandoc needed more than {HEAP_LIMIT} of memory", next_step="leave this article out, or split its source"
        )
    said = "; ".join(line.strip() for line in complaint.splitlines() if line.strip()) or "it says nothing"
    return ExportError(
        f"pandoc failed with status {status}: {said[:500]}",
        next_step=CHECK_VERSION,
    )
