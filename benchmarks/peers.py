"""The peers that are Python packages: each function imports one and gives a function from HTML to a prediction."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TypeAlias

from benchmarks.markup import apart
from benchmarks.score import Prediction

Predict: TypeAlias = Callable[[str], Prediction | None]
"""From a page's HTML, or a rip, to a prediction; None if the system says that it found no article."""


def boilerpy3() -> Predict:
    from boilerpy3.extractors import ArticleExtractor

    extractor = ArticleExtractor()

    def predict(page: str) -> Prediction:
        document = extractor.get_doc(page)
        return Prediction(document.content, document.title or "")

    return predict


def goose3() -> Predict:
    from goose3 import Goose

    goose = Goose({"enable_image_fetching": False})

    def predict(page: str) -> Prediction:
        article = goose.extract(raw_html=page)
        return Prediction(
            article.cleaned_text or "", article.title or "", ", ".join(article.authors), str(article.publish_date or "")
        )

    return predict


def justext() -> Predict:
    import justext

    words = justext.get_stoplist("English")

    def predict(page: str) -> Prediction:
        paragraphs = justext.justext(page, words)
        return Prediction("\n\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate))

    return predict


def newspaper4k() -> Predict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nltk is for summaries, which are not asked for
        from newspaper import Article

    def predict(page: str) -> Prediction:
        article = Article("https://example.org/", fetch_images=False)
        article.download(input_html=page)
        article.parse()
        date = article.publish_date
        return Prediction(
            article.text or "", article.title or "", ", ".join(article.authors), date.isoformat()[:10] if date else ""
        )

    return predict


def readability() -> Predict:
    from readability import Document

    def predict(page: str) -> Prediction:
        document = Document(page)
        fields = (document.short_title(), document.author())
        return Prediction(apart(document.summary()), *("" if field.startswith("[no-") else field for field in fields))

    return predict


def resiliparse() -> Predict:
    from resiliparse.extract.html2text import extract_plain_text

    def predict(page: str) -> Prediction:
        return Prediction(extract_plain_text(page, main_content=True, alt_texts=False))

    return predict


def trafilatura(*, with_metadata: bool) -> Predict:
    from trafilatura import bare_extraction

    def predict(page: str) -> Prediction | None:
        document = bare_extraction(page, include_comments=False, with_metadata=with_metadata)
        if document is None:
            return None
        return Prediction(document.text or "", document.title or "", document.author or "", document.date or "")

    return predict
