"""Images on lines of their own above a paragraph's text, as Markdown rips have them without a blank line between."""

from __future__ import annotations

import pytest

from copydesk import Article, normalize
from copydesk.article.model import Block, Figure, Para

LEAD = "The mill by the river was opened to visitors again on Sunday.\n\n"


def blocks(markdown: str) -> tuple[Article, tuple[Block, ...]]:
    article = Article.parse(normalize((LEAD + markdown).encode(), name="x.md", reader="markdown").xml)
    return article, article.blocks()[1:]


def test_emphasised_text_below_an_image_is_its_caption() -> None:
    article, (figure,) = blocks("![](https://x.example/a.jpg)\n*The wheel of the mill*\n")
    assert isinstance(figure, Figure)
    assert figure.image is not None
    assert figure.image.src == "https://x.example/a.jpg"
    assert article.text(figure) == "The wheel of the mill"


def test_the_last_of_several_images_has_the_caption() -> None:
    _, found = blocks("![](a.jpg)\n![b](c.jpg)\n_The wheel_\n")
    assert [isinstance(block, Figure) and block.caption is not None for block in found] == [False, True]


def test_plain_text_below_an_image_stays_a_paragraph() -> None:
    article, (figure, paragraph) = blocks("![a](a.jpg)  \nThe wheel turns *again* for the first time.\n")
    assert isinstance(figure, Figure)
    assert figure.caption is None
    assert isinstance(paragraph, Para)
    assert article.text(paragraph) == "The wheel turns again for the first time."


@pytest.mark.parametrize(
    "markdown", ["The wheel ![a](a.jpg) turns *again*.", "![a](a.jpg) The wheel *turns*.", "*x* ![a](a.jpg)"]
)
def test_an_image_within_a_line_stays_there(markdown: str) -> None:
    _, (paragraph,) = blocks(markdown)
    assert isinstance(paragraph, Para)
