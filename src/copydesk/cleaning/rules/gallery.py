"""Gallery: the captions of a carousel whose pictures are gone."""

from __future__ import annotations

import re

from copydesk.article.ledger import LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.rule import Rule
from copydesk.cleaning.shape import word_count
from copydesk.reading.source import Block

# `1 / 5`, `1 | 4`, `Photo 2 of 6`: whole lines only; the words stand in the pictures' languages.
_NOUN = r"(?:photo|image|picture|slide|foto|bild|imagen|immagine|imagem|afbeelding|zdjęcie|фото|写真|图片|صورة)"
_OF = r"(?:/|\||of|von|de|di|sur|van|z|из|من)"
_COUNTER = rf"(?i)(?:{_NOUN}\s*)?(\d{{1,3}})\s*{_OF}\s*(\d{{1,3}})"
_WHOLE = re.compile(_COUNTER)
_MOST = 200  # slides; above that the numbers are a score or a fraction
_FEWEST_WORDS = 3  # of a caption


def apply(draft: Draft) -> None:
    """Turn a run of indented lines that ends with a slide counter into a gallery of captions, and drop the counter.

    Both signals are needed. A counter without captions, as in a score or a fraction, stays, and so does an indented
    poem or program without one.
    """
    at = 0
    while at < len(draft.blocks):
        counter = _counter(draft.blocks, at)
        if counter is None:
            at += 1
            continue
        size, announced = counter
        first = at
        while first > 0 and _is_caption(draft, draft.blocks[first - 1], draft.blocks[at]):
            first -= 1
        captions = draft.blocks[first:at]
        if not captions:
            at += size
            continue
        lines = draft.blocks[at : at + size]
        passage = lines[0].passage if size == 1 else lines[0].passage.join(lines[1].passage)
        why = f"{announced} slides announced, {len(captions)} captions present"
        draft.drop(passage, "gallery.counter", why=why)
        for caption in captions:
            caption.kind, caption.rule = "figure", "gallery.caption"
        draft.blocks[first : at + size] = [Block("gallery", children=captions)]
        at = first + 1


def _counter(blocks: list[Block], at: int) -> tuple[int, int] | None:
    """(number of lines, slides announced) of a counter that begins at a block, on one line or two."""
    block = blocks[at]
    if block.kind != "paragraph" or len(block.text) > 24:
        return None
    texts = [block.text]
    if at + 1 < len(blocks) and blocks[at + 1].kind == "paragraph" and len(blocks[at + 1].text) <= 3:
        texts.append(f"{block.text} {blocks[at + 1].text}")
    for size, text in enumerate(texts, 1):
        found = _WHOLE.fullmatch(text)
        if found and 1 <= int(found[1]) <= int(found[2]) <= _MOST:
            return size, int(found[2])
    return None


def _is_caption(draft: Draft, block: Block, counter: Block) -> bool:
    """Whether a block is indented, deeper than the text around, and long enough to describe a picture."""
    if block.kind != "paragraph" or not block.indent or not counter.indent:
        return False
    return word_count(block.text) >= _FEWEST_WORDS


RULE = Rule(
    "gallery",
    apply,
    (
        LedgerRule(id="gallery.caption", d="keep", reason="slide text kept as caption of an image-less figure"),
        LedgerRule(id="gallery.counter", d="drop", match=_COUNTER, reason="slide counter of a carousel"),
    ),
)
