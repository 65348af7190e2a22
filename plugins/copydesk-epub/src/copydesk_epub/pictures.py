"""Pictures that an EPUB may carry: the raster formats among the core media types of EPUB 3.3."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture inside the EPUB: its media type, its bytes, and the text that stands for it ("": none is known)."""

    media_type: str
    data: bytes
    alt: str


def media_type(data: bytes) -> str | None:
    """Tell the media type of a picture by its first bytes, whatever its name says.

    SVG is left out: it can hold scripts and fetch what it likes.

    Parameters:
        data: the bytes of the file.

    Returns:
        The media type, or None if an EPUB cannot carry the file: another format, or one that ends within its header.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png" if data[12:16] == b"IHDR" and len(data) > 33 else None
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg" if _has_frame(data) else None
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif" if b"," in data[13:] else None  # a comma opens each image in it
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp" if data[12:15] == b"VP8" and len(data) > 30 else None
    return None


def _has_frame(jpeg: bytes) -> bool:
    """Look for the start of a frame, which tells the size of a JPEG (ITU-T T.81, annex B)."""
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return True
        at += 1 if marker == 0xFF else 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return False
