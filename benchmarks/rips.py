"""Rips of a page whose article is known: the two forms that the seeds have, cut in three ways.

    uv run --group bench python -m benchmarks.rips --data DIR OUT

writes OUT/KIND/ID.txt. Forms:

    text    the text content of the element's DOM, without scripts, styles, templates and comments. White space is the
            page's own, and nothing stands between elements: a page without white space gives glued sentences.
    md      html2text without line wrap and images; links lose their addresses ("#"), rules are `---`.

Cuts:

    page    the whole body.
    main    the article's region with its widgets, as a crawler cuts it: down from the body as long as one child holds
            nine tenths of the article's words, then one step up. It is found by the known article, so it is a form of
            input and no baseline.
    wide    up from there until the element has 1.2 times as many words as the article.
"""

from __future__ import annotations

import argparse
import copy
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import html2text
import lxml.html
from lxml import etree

from benchmarks.pages import load_pages
from benchmarks.score import words

CUTS = ("page", "wide", "main")
KINDS = tuple(f"{form}-{cut}" for form in ("text", "md") for cut in CUTS)
HELD = 0.9
WIDER = 1.2

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_RULE = re.compile(r"(?m)^\* \* \*$")


def make_rips(html: str, article: str, kinds: Iterable[str] = KINDS) -> dict[str, str]:
    """Rip a page.

    Parameters:
        html: the page.
        article: text of its article, which the cuts "main" and "wide" are found by.
        kinds: kinds of rip to make, of `KINDS`.

    Returns:
        The rips by their kind, in the order of `kinds`.
    """
    kinds = tuple(kinds)
    body = body_of(html)
    regions = {"page": body}
    if {kind.partition("-")[2] for kind in kinds} - {"page"}:
        regions["main"] = _main(body, Counter(words(article)))
        regions["wide"] = _wide(body, regions["main"], WIDER * len(words(article)))
    rips = {}
    for kind in kinds:
        form, _, cut = kind.partition("-")
        rips[kind] = _markdown(regions[cut]) if form == "md" else _text(regions[cut])
    return rips


def body_of(html: str) -> lxml.html.HtmlElement:
    """Parse a page; the body, or all there is without one, less scripts, styles, templates and comments."""
    # lxml takes no declared encoding in text that is decoded already, and libxml2 stops at a NUL.
    html = _XML_DECLARATION.sub("", html).replace("\0", "")
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    document = lxml.html.document_fromstring(html, parser=parser)
    body = document.find(".//body")
    body = document if body is None else body
    for element in list(body.iter("script", "style", "template")):
        if isinstance(element, lxml.html.HtmlElement) and element.getparent() is not None:
            element.drop_tree()
    return body


def _all_words(element: etree._Element) -> list[str]:
    return words(" ".join(map(str, element.itertext())))


def _main(body: lxml.html.HtmlElement, article: Counter[str]) -> lxml.html.HtmlElement:
    def held(element: etree._Element) -> int:
        return (Counter(_all_words(element)) & article).total()

    enough = HELD * held(body)
    element = body
    while enough:
        best = max((child for child in element if isinstance(child.tag, str)), key=held, default=None)
        if best is None or held(best) < enough:
            break
        element = best
    return element if element is body else element.getparent()


def _wide(body: lxml.html.HtmlElement, main: lxml.html.HtmlElement, enough: float) -> lxml.html.HtmlElement:
    element = main
    while element is not body and len(_all_words(element)) < enough:
        element = element.getparent()
    return element


def _text(element: lxml.html.HtmlElement) -> str:
    return str(element.text_content()).replace("\r\n", "\n").replace("\r", "\n").strip()


def _markdown(element: lxml.html.HtmlElement) -> str:
    element = copy.deepcopy(element)
    element.tail = None
    for link in element.iter("a"):
        if link.get("href") is not None:
            link.set("href", "#")
        link.attrib.pop("title", None)
    writer = html2text.HTML2Text(bodywidth=0)
    writer.ignore_images = True
    writer.skip_internal_links = False  # "#" is one
    text = writer.handle(lxml.html.tostring(element, encoding="unicode"))
    return _RULE.sub("---", text).rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder of WCXB pages")
    args = parser.parse_args()
    for page in load_pages(args.data):
        for kind, rip in make_rips(page.html(), page.text).items():
            path = args.out / kind / f"{page.id}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(rip, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
