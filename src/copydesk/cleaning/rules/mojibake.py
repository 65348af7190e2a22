"""Mojibake: UTF-8 that was read in a Western single-byte encoding somewhere on the way."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.reading.characters import fixed
from copydesk.reading.passage import Passage, Piece
from copydesk.reading.source import converting, walk

_ID = "char.mojibake"
# What the bytes 80 to BF, which go on with a character in UTF-8, are in Windows-1252 and in ISO 8859-1.
_ON = "[\u0080-\u00bf" + "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)) + "]"
_RUN = re.compile(  # a search is quick for what begins with one class of characters
    rf"[\u00c2-\u00f4](?:(?<=[\u00c2-\u00df]){_ON}|(?<=[\u00e0-\u00ef]){_ON}{{2}}|(?<=[\u00f0-\u00f4]){_ON}{{3}})"
)
_FEWEST = 2  # runs in a document: one alone may be what somebody wrote


def apply(draft: Draft) -> None:
    """Mend characters that were read in the wrong encoding, where two or more in a document have the shape of UTF-8.

    Nothing but such runs is changed, and only if reading them again loses nothing: a letter such as `Ã` or `â` among
    others stays, and so do quote marks of any kind, and code.
    """
    blocks = [block for block in walk(draft.blocks) if block.passage and block.kind != "code"]
    if sum(1 for block in blocks if not block.text.isascii() for _ in _RUN.finditer(block.text)) < _FEWEST:
        return
    for block in blocks:
        if _RUN.search(block.text):
            block.passage = _mended(block.passage)


def _mended(passage: Passage) -> Passage:
    pieces: list[Piece] = []
    ends, shifts = [0], [0]
    at = 0
    for piece in passage.pieces:
        last = 0
        if piece.rule is None:
            for run in _RUN.finditer(piece.text):
                text = fixed(run[0])
                if text == run[0] or not text or run[0] != run[0].strip() or text != text.strip():
                    continue  # a mended space may come to stand at an edge, where no text can hold it
                if run.start() > last:
                    pieces.append(Piece(piece.start + last, piece.start + run.start(), piece.text[last : run.start()]))
                pieces.append(Piece(piece.start + run.start(), piece.start + run.end(), text, _ID))
                last = run.end()
                ends.append(at + last)
                shifts.append(shifts[-1] + len(text) - len(run[0]))
        if last < len(piece.text) or piece.rule is not None:
            pieces.append(piece if not last else Piece(piece.start + last, piece.end, piece.text[last:]))
        at += len(piece.text)

    def moved(offset: int) -> int:
        return offset + shifts[bisect_right(ends, offset) - 1]

    marks = tuple(replace(mark, start=moved(mark.start), end=moved(mark.end)) for mark in passage.marks)
    return Passage(tuple(pieces), marks)


RULE = Rule("mojibake", apply, converting(_ID, "ftfy", "UTF-8 that was read in another encoding, read again"))
