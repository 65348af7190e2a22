"""What the package says of its accessibility: only what is true of this one article.

The terms are those of EPUB Accessibility 1.1 and of the Schema.org Accessibility Properties for Discoverability
Vocabulary. No conformance to WCAG is claimed, since nobody has assessed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from copydesk_epub.pictures import Picture

_MAY_MOVE = frozenset({"image/gif", "image/webp"})


def statements(pictures: Sequence[Picture], heading_levels: Sequence[int]) -> list[tuple[str, str]]:
    """Describe how the article can be read.

    Parameters:
        pictures: the pictures that the EPUB carries.
        heading_levels: of all headings in reading order, the title (1) first.

    Returns:
        Pairs of a schema.org property and its value, one property several times where it has several values.
    """
    undescribed = sum(not picture.alt for picture in pictures)
    modes = ["textual", "visual"] if pictures else ["textual"]
    features = ["displayTransformability", "readingOrder", "tableOfContents"]
    if pictures and not undescribed:
        features.append("alternativeText")
    # A heading may be one level below the one before it, no more, or the hierarchy has gaps.
    if all(level <= before + 1 for before, level in pairwise(heading_levels)):
        features.append("structuralNavigation")
    moving = any(picture.media_type in _MAY_MOVE for picture in pictures)
    return [
        *(("accessMode", mode) for mode in modes),
        ("accessModeSufficient", "textual,visual" if undescribed else "textual"),
        *(("accessibilityFeature", feature) for feature in sorted(features)),
        ("accessibilityHazard", "unknown" if moving else "none"),
        ("accessibilitySummary", _summary(len(pictures), undescribed)),
    ]


def _summary(pictures: int, undescribed: int) -> str:
    if not pictures:
        images = "It has no images."
    elif not undescribed:
        images = "All its images have a text alternative from the source."
    elif undescribed == pictures:
        images = "Its images have no text alternative."
    else:
        images = f"Of its {pictures} images, {undescribed} have no text alternative."
    return f"One article as reflowable text with headings, converted automatically, not checked by a person. {images}"
