"""A Word file from pandoc, without the copy of each picture that pandoc leaves in the text part."""

from __future__ import annotations

import io
import re
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_TEXT = "word/document.xml"
# The address of a picture, here its data URI, becomes its description. No text can hold a "<" that is none.
_DESCRIPTION = re.compile(rb'(<pic:cNvPr[^>]*? descr=")data:[^"]*')


def clean(docx: bytes) -> bytes:
    """Empty the descriptions that are data URIs; the text alternative of a picture stands elsewhere.

    Parameters:
        docx: the file as pandoc wrote it.

    Returns:
        The same bytes if there is no such description. Else a file whose parts are stored, not compressed, because two
        builds of zlib compress the same part to different bytes.
    """
    with ZipFile(io.BytesIO(docx)) as source:
        text, found = _DESCRIPTION.subn(rb"\1", source.read(_TEXT))
        if not found:
            return docx
        cleaned = io.BytesIO()
        with ZipFile(cleaned, "w", ZIP_STORED) as target:
            for name in source.namelist():
                member = ZipInfo(name)  # dated 1980, as pandoc does
                member.create_system = 3  # Unix, on any platform
                target.writestr(member, text if name == _TEXT else source.read(name))
    return cleaned.getvalue()
