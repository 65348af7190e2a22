"""Pages whose article is known: the WCXB development set, or any folder laid out like it.

    DIR/html/ID.html.gz (or ID.html)    the page, UTF-8
    DIR/ground-truth/ID.json            {"url", "ground_truth": {"main_content", "title", "author", "publish_date"}}

WCXB is by Murrough Foley, 2026, CC-BY-4.0; benchmarks/README.md says how to get it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FOLDS = 5
HELD_OUT = 0
"""The fold that nothing is tuned on: what is reported as quality on unseen pages."""

_TWO_LABEL_SUFFIXES = (".co.uk", ".com.au", ".org.uk", ".ac.uk", ".gov.uk")


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what people found its article to be.

    Parameters:
        id: name of its files.
        url: where it was published; "" if that is not known.
        text: the article's text, without its title.
        title: the title, None if the page has none.
        author: names as one string, None if the page names nobody.
        date: ISO day (or month) of publication, None if the page states none.
        path: the file of the page.
    """

    id: str
    url: str
    text: str
    title: str | None
    author: str | None
    date: str | None
    path: Path

    @property
    def site(self) -> str:
        """The registered domain, as pages of one site share their furniture; "" without an address."""
        host = urlsplit(self.url).netloc.lower().removeprefix("www.")
        return ".".join(host.split(".")[-3 if host.endswith(_TWO_LABEL_SUFFIXES) else -2 :])

    @property
    def fold(self) -> int:
        """One of five parts, the same for all pages of a site."""
        return int(hashlib.sha256(f"wcxb-split-1:{self.site}".encode()).hexdigest(), 16) % FOLDS

    def html(self) -> str:
        """Read the page; what is not UTF-8 becomes U+FFFD."""
        data = self.path.read_bytes()
        return (gzip.decompress(data) if self.path.suffix == ".gz" else data).decode("utf-8", "replace")


def load_pages(data: Path, folds: Iterable[int] = range(FOLDS)) -> list[Page]:
    """Read the known articles of a folder, in order of their ids.

    WCXB has other types of page too (forums, products, ...); what is said to be one of these is passed over.

    Parameters:
        data: the folder.
        folds: parts to read.

    Raises:
        FileNotFoundError: there is no ground-truth/*.json in the folder.
    """
    wanted = frozenset(folds)
    paths = sorted((data / "ground-truth").glob("*.json"))
    if not paths:
        raise FileNotFoundError(f"no page in {data}: it needs ground-truth/*.json and html/; see benchmarks/README.md")
    documents = [(path, json.loads(path.read_text("utf-8"))) for path in paths]
    pages = [_page(path, document) for path, document in documents if _is_article(document)]
    return [page for page in pages if page.fold in wanted]


def sample(pages: Sequence[Page], limit: int | None) -> list[Page]:
    """Take some of the pages, spread over them all and always the same; in their order."""
    chosen = sorted(pages, key=lambda page: hashlib.sha256(page.id.encode()).digest())[:limit]
    return sorted(chosen, key=lambda page: page.id)


def parse_folds(text: str) -> list[int]:
    """Read "all", a fold ("0") or a range of folds ("1-4")."""
    if text == "all":
        return list(range(FOLDS))
    first, _, last = text.partition("-")
    folds = list(range(int(first), int(last or first) + 1))
    if not folds or folds[0] < 0 or folds[-1] >= FOLDS:
        raise ValueError(f"{text!r} is not within 0-{FOLDS - 1}")
    return folds


def _is_article(document: Mapping[str, Any]) -> bool:
    page_type = document.get("_internal", {}).get("page_type", {}).get("primary")
    return page_type in (None, "article")


def _page(path: Path, document: Mapping[str, Any]) -> Page:
    known = document["ground_truth"]
    folder = path.parent.parent / "html"
    files = [folder / f"{path.stem}{suffix}" for suffix in (".html.gz", ".html")]
    return Page(
        id=path.stem,
        url=document.get("url") or "",
        text=known.get("main_content") or "",
        title=known.get("title"),
        author=known.get("author"),
        date=known.get("publish_date"),
        path=next((file for file in files if file.exists()), files[0]),
    )
