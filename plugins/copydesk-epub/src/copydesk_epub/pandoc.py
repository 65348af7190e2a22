"""The one place that runs pandoc: a JSON AST in, an EPUB's bytes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from copydesk.exporting import pandoc

_ARGUMENTS = (
    "--from=json",
    "--to=epub3",
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
    done = pandoc.run(_ARGUMENTS, json.dumps(document).encode("ascii"))
    if done.status:
        raise pandoc.failed(done)
    return done.output
