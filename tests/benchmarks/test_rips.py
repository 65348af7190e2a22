"""The rips that benchmarks and training read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from benchmarks.pages import Page, load_pages, parse_folds, sample
from benchmarks.rips import KINDS, make_rips
from benchmarks.score import word_overlap, words

PAGES = {page.id: page for page in load_pages(Path(__file__).parent.parent / "pages")}
ARTICLE = "One two three four five. Six seven eight nine ten."
HTML = (
    '<?xml version="1.0" encoding="iso-8859-1"?><html><head><title>T</title></head><body><!-- no --><nav><a href="/a"'
    ' title="x">Menu</a></nav><div id="w"><div id="m"><h1>Head [1]</h1><div id="t"><p>One two three four five.</p>'
    "<p>Six seven eight nine ten.</p><script>no()</script></div><p>Share</p></div>"
    "<p>More and more of this</p></div><hr><footer>Foot\0er</footer></body></html>"
)


def test_six_rips_of_a_page() -> None:
    text = "Head [1]One two three four five.Six seven eight nine ten.Share"
    markdown = "# Head [1]\n\nOne two three four five.\n\nSix seven eight nine ten.\n\nShare"
    assert make_rips(HTML, ARTICLE) == {
        "text-page": f"Menu{text}More and more of thisFooter",
        "text-wide": text,
        "text-main": text,
        "md-page": f"[Menu](#)\n\n{markdown}\n\nMore and more of this\n\n---\n\nFooter",
        "md-wide": markdown,
        "md-main": markdown,
    }


def test_only_what_is_asked_for() -> None:
    assert list(make_rips(HTML, "", ["md-main", "text-page"])) == ["md-main", "text-page"]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_known_article_stands_in_its_page(page: Page) -> None:
    rips = make_rips(page.html(), page.text)
    assert tuple(rips) == KINDS
    for kind, rip in rips.items():
        recall = word_overlap(rip, page.text)[1]
        assert recall > (0.99 if kind.startswith("md-") else 0.85), kind  # a text rip glues words
    for known in filter(None, (page.title, page.author)):
        assert known in rips["text-page"]
    assert len(words(rips["md-page"])) > 1.05 * len(words(page.text)), "there must be something to remove"


def test_packed_page_without_address_and_what_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "ground-truth").mkdir()
    (tmp_path / "html" / "1.html.gz").write_bytes(gzip.compress("<p>ä</p>\xff".encode("latin-1")))
    known = {"main_content": "ä", "title": "T", "author": None, "publish_date": None}
    (tmp_path / "ground-truth" / "1.json").write_text(json.dumps({"ground_truth": known}), encoding="utf-8")
    forum = {"ground_truth": known, "_internal": {"page_type": {"primary": "forum"}}}
    (tmp_path / "ground-truth" / "2.json").write_text(json.dumps(forum), encoding="utf-8")
    (page,) = load_pages(tmp_path)
    assert page.html() == "<p>\ufffd</p>\ufffd"
    assert (page.url, page.site, page.title, page.author, page.date) == ("", "", "T", None, None)


def test_pages_of_one_site_are_in_one_fold() -> None:
    def fold(url: str) -> tuple[str, int]:
        page = Page(id="1", url=url, text="", title=None, author=None, date=None, path=Path())
        return page.site, page.fold

    assert fold("https://www.news.example.co.uk/a") == fold("http://example.co.uk/b") == ("example.co.uk", 0)
    assert fold("https://en.example.com/a") == ("example.com", 2)
    assert [page.id for fold in range(5) for page in load_pages(_data(), [fold])] != list(PAGES)
    assert sorted(page.id for fold in range(5) for page in load_pages(_data(), [fold])) == list(PAGES)


def test_sample_is_spread_and_the_same_each_time() -> None:
    pages = list(PAGES.values())
    some = sample(pages, 5)
    assert len(some) == 5
    assert some == sample(pages[::-1], 5)
    assert set(some) <= set(sample(pages, 6))
    assert sample(pages, None) == pages


def test_folds_on_the_command_line() -> None:
    assert (parse_folds("all"), parse_folds("0"), parse_folds("1-4")) == ([0, 1, 2, 3, 4], [0], [1, 2, 3, 4])
    for wrong in ("5", "3-2", "-1", "x"):
        with pytest.raises(ValueError, match=r"invalid literal|is not within"):
            parse_folds(wrong)


def test_folder_without_pages(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"needs ground-truth"):
        load_pages(tmp_path)


def _data() -> Path:
    return Path(__file__).parent.parent / "pages"
