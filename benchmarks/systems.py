"""What is measured: nothing done, copydesk, and the peers, each as a function from a document to a prediction.

Peers read HTML only. Of a rip they get one `<p>` for each line that is not blank; of a Markdown rip, in a second row
("rendered"), what CommonMark makes of it; of the page itself, the HTML without its address. Each is asked for the
article's text and, where it knows of such things, title, author and date; comments are off. Nothing is fetched.
"""

from __future__ import annotations

import html
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from typing import TypeAlias

import lxml.html
from lxml import etree

from benchmarks.score import Prediction

Predict: TypeAlias = Callable[[str], Prediction | None]
"""From a rip, or a page's HTML, to a prediction; None if the system says that it found no article."""

_BLOCKS = (
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "td", "th", "tr", "ul",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class System:
    """Something that says what the article is.

    Parameters:
        name: as it stands in the tables.
        load: imports what it needs and gives the function.
        distribution: what is installed of it; None for what is part of the benchmark.
        prepare: what is done to a document before the clock starts.
    """

    name: str
    load: Callable[[], Predict]
    distribution: str | None = None
    prepare: Callable[[str], str] = str

    @property
    def version(self) -> str:
        """Its installed version, or ""."""
        return version(self.distribution) if self.distribution else ""


def as_html(rip: str) -> str:
    """Wrap a rip for who reads HTML only: a paragraph for each line that is not blank."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" for line in rip.splitlines() if line.strip())
    return f"<!DOCTYPE html><html><body>\n{paragraphs}</body></html>"


def rendered(rip: str) -> str:
    """Render a Markdown rip for who reads HTML only."""
    import pyromark

    return f"<!DOCTYPE html><html><body>\n{pyromark.html(rip)}</body></html>"


def _apart(markup: str) -> str:
    """Text of HTML with blocks and line breaks apart."""
    root = lxml.html.document_fromstring(markup)
    for element in root.iter(*_BLOCKS):
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    return "".join(map(str, root.itertext()))


def _nothing() -> Predict:
    return Prediction


def _all_of_it() -> Predict:
    from benchmarks.rips import body_of

    return lambda page: Prediction(_apart(lxml.html.tostring(body_of(page), encoding="unicode")))


def _boilerpy3() -> Predict:
    from boilerpy3.extractors import ArticleExtractor

    extractor = ArticleExtractor()

    def predict(page: str) -> Prediction:
        document = extractor.get_doc(page)
        return Prediction(document.content, document.title or "")

    return predict


def _goose3() -> Predict:
    from goose3 import Goose

    goose = Goose({"enable_image_fetching": False})

    def predict(page: str) -> Prediction:
        article = goose.extract(raw_html=page)
        return Prediction(
            article.cleaned_text or "", article.title or "", ", ".join(article.authors), str(article.publish_date or "")
        )

    return predict


def _justext() -> Predict:
    import justext

    words = justext.get_stoplist("English")

    def predict(page: str) -> Prediction:
        paragraphs = justext.justext(page, words)
        return Prediction("\n\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate))

    return predict


def _newspaper4k() -> Predict:
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


def _readability() -> Predict:
    from readability import Document

    def predict(page: str) -> Prediction:
        document = Document(page)
        fields = (document.short_title(), document.author())
        return Prediction(_apart(document.summary()), *("" if field.startswith("[no-") else field for field in fields))

    return predict


def _resiliparse() -> Predict:
    from resiliparse.extract.html2text import extract_plain_text

    def predict(page: str) -> Prediction:
        return Prediction(extract_plain_text(page, main_content=True, alt_texts=False))

    return predict


def _trafilatura(*, with_metadata: bool) -> Predict:
    from trafilatura import bare_extraction

    def predict(page: str) -> Prediction | None:
        document = bare_extraction(page, include_comments=False, with_metadata=with_metadata)
        if document is None:
            return None
        return Prediction(document.text or "", document.title or "", document.author or "", document.date or "")

    return predict


def _copydesk() -> Predict:
    from copydesk import normalize
    from copydesk.errors import NoArticleError

    def predict(rip: str) -> Prediction | None:
        try:
            return prediction(normalize(rip.encode("utf-8"), name="rip.txt").xml)
        except NoArticleError:
            return None

    return predict


def prediction(xml: bytes) -> Prediction:
    """Read a canonical article as a prediction.

    The text is that of the body in reading order: headings, lists, tables, quotations and code, without figures,
    galleries and asides. A title that was made of the lead or of a file's name is no answer.
    """
    from copydesk.article import canonical
    from copydesk.article.canonical import A

    root = canonical.parse(xml)
    head, body = root.find(f"{A}head"), root.find(f"{A}body")
    assert head is not None
    assert body is not None
    return Prediction(
        text="\n\n".join(_leaves(body)),
        title=head.findtext(f"{A}headline") or "",
        author=", ".join(name for name in (author.findtext(f"{A}name") for author in head.iter(f"{A}author")) if name),
        date=head.findtext(f"{A}datePublished") or "",
    )


_INNER = frozenset({"blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr"})
_OUT = frozenset({"figure", "gallery", "aside", "hr"})


def _leaves(block: etree._Element) -> Iterator[str]:
    for child in block:
        name = etree.QName(child).localname
        if name in _INNER:
            yield from _leaves(child)
        elif name not in _OUT:
            for line_break in child.iter("{*}br"):
                line_break.tail = "\n" + (line_break.tail or "")
            yield "".join(map(str, child.itertext()))


COPYDESK = System("copydesk", _copydesk, "copydesk")
TIMED_AGAINST = "trafilatura"
"""What others are timed against: the text alone, as its dates cost it several times as much."""
PEERS = (
    System(TIMED_AGAINST, partial(_trafilatura, with_metadata=False), "trafilatura"),
    System("trafilatura, metadata", partial(_trafilatura, with_metadata=True), "trafilatura"),
    System("boilerpy3", _boilerpy3, "boilerpy3"),
    System("goose3", _goose3, "goose3"),
    System("jusText", _justext, "justext"),
    System("newspaper4k", _newspaper4k, "newspaper4k"),
    System("readability-lxml", _readability, "readability-lxml"),
    System("resiliparse", _resiliparse, "resiliparse"),
)
ON_RIPS = (System("nothing done", _nothing), COPYDESK, *(replace(peer, prepare=as_html) for peer in PEERS))
ON_MARKDOWN = tuple(replace(peer, name=f"{peer.name}, rendered", prepare=rendered) for peer in PEERS)
ON_HTML = (System("nothing done", _all_of_it), *PEERS)
