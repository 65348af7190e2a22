"""That no text is lost, in formats that the kit reads back by itself; and that nothing hangs."""

from __future__ import annotations

import csv
import html
import importlib
import io
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import SkipTest
from xml.sax.saxutils import escape

import pytest

from copydesk import Article, ArticleExporter, NoOptions, Output
from copydesk.testing import check_exporter, elsewhere, export, sample_articles
from copydesk.testing.articles import NAMES
from copydesk.testing.limit import limited
from copydesk.testing.lost import Lost

HEAD = frozenset(
    {"headline", "alternativeHeadline", "description", "url", "identifier", "datePublished", "dateModified", "genre"}
    | {"articleSection", "author", "contributor", "publisher", "keywords", "mentions", "copyrightNotice", "license"}
)


def exporter(media_type: str, suffix: str, write: Callable[[list[str]], str], *, loses: frozenset[str] = HEAD) -> Any:
    """An exporter whose `write` gets the title and the text of each block."""

    class Made(ArticleExporter[NoOptions]):
        def export(self, article: Article, options: NoOptions) -> Iterator[Output]:
            texts = [str(article.meta.title), *map(article.text, article.blocks())]
            yield Output(suffix, write([text for text in texts if text]).encode())

    Made.name, Made.suffixes, Made.media_type, Made.loses = "made", (suffix,), media_type, loses
    return Made


def table(delimiter: str) -> Callable[[list[str]], str]:
    def write(texts: list[str]) -> str:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows([number, text] for number, text in enumerate(texts))
        return out.getvalue()

    return write


def markdown(text: str) -> str:
    return re.sub(r"([\\`*_\[\]#|~])", r"\\\1", html.escape(text, quote=False))


def tags(texts: list[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


FORMATS: dict[str, tuple[str, str, Callable[[list[str]], str]]] = {
    "text": ("text/plain; charset=utf-8", ".txt", "\n\n".join),
    "JSON": ("application/vnd.made+json", ".json", lambda texts: json.dumps({"title": texts[0], "parts": texts[1:]})),
    "JSON with HTML": ("application/json", ".json", lambda texts: json.dumps([{"content": tags(texts)}])),
    "JSON lines": ("application/x-ndjson", ".jsonl", lambda texts: "\n".join(map(json.dumps, texts))),
    "XML": ("application/made+xml", ".xml", lambda texts: f'<a t="{html.escape(texts[0])}">{tags(texts[1:])}</a>'),
    "HTML": ("text/html", ".html", lambda texts: f"<!doctype html><title>A page</title>{tags(texts)}"),
    "data in HTML": (
        "text/html",
        ".html",
        lambda texts: '<script type="application/ld+json">{}</script>'.format(
            json.dumps(texts).replace("<", "\\u003c")
        ),
    ),
    "CSV": ("text/csv", ".csv", table(",")),
    "TSV": ("text/tab-separated-values", ".tsv", table("\t")),
    "Markdown": ("text/markdown", ".md", lambda texts: "\n\n".join(map(markdown, texts))),
    "some markup": ("text/x-made", ".made", lambda texts: "\n\n".join(f"{{{escape(text)}}}" for text in texts)),
}


def look(made: Any, articles: list[Article]) -> None:
    for article in articles:
        Lost(made, None).check([article], export(made, article))


def without_last_word(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].rpartition(" ")[0]]


def without_a_word(texts: list[str]) -> list[str]:
    return [text.replace(" waited ", " ") for text in texts]


def without_a_block(texts: list[str]) -> list[str]:
    return [text for text in texts if text != "The quay"]


def without_a_sign(texts: list[str]) -> list[str]:
    return [text.replace("three dots ...", "three dots ..") for text in texts]


def without_what_stands_twice(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(texts))


@pytest.mark.parametrize(("media_type", "suffix", "write"), FORMATS.values(), ids=FORMATS)
def test_text_is_found_and_missed_in_each_format(media_type: str, suffix: str, write: Any) -> None:
    look(exporter(media_type, suffix, write), sample_articles())
    again = sample_articles("bare")[0].xml.replace(b"</body>", b"<p>Once.</p><h2>Twice.</h2><p>Twice.</p></body>")
    articles = [*sample_articles("everything", "hostile"), Article.parse(again)]
    look(exporter(media_type, suffix, write), articles)
    for lose, complaint in [
        (without_last_word, "'Correction:anearlierversion.*' stands 1 times in the article, 0 in the output"),
        (without_a_word, "'Passengershavewaitedfive.*' stands 1 times"),
        (without_a_block, "'Thequay' stands 1 times"),
        (without_a_sign, r"threedots\.\.\..* stands 1 times"),
        (without_what_stands_twice, r"'Twice\.' stands 2 times in the article, 1 in the output"),
    ]:
        lossy = exporter(media_type, suffix, lambda texts, lose=lose: write(lose(texts)))  # type: ignore[misc]
        with pytest.raises(AssertionError, match=f"Made, text: .*{complaint}"):
            look(lossy, articles)


@pytest.mark.parametrize(
    ("media_type", "suffix", "write"),
    [
        ("text/html", ".html", lambda texts: "".join(f"<p>{text}</p>" for text in texts)),
        ("text/markdown", ".md", "\n\n".join),
        ("text/plain", ".txt", tags),
        ("application/json", ".json", lambda texts: json.dumps([html.escape(text) for text in texts])),
    ],
)
def test_text_that_is_not_escaped_or_is_and_should_not_be_is_lost(media_type: str, suffix: str, write: Any) -> None:
    with pytest.raises(AssertionError, match=r"text: .*(canary|<long>)"):
        look(exporter(media_type, suffix, write), sample_articles())


def test_addresses_and_commands_may_stand_where_an_element_begins_or_ends() -> None:
    class Made(ArticleExporter[NoOptions]):
        name, suffixes, media_type, loses = "made", (".txt",), "text/plain", HEAD

        def export(self, article: Article, options: NoOptions) -> Iterator[Output]:
            tree = article.tree
            for link in tree.iter("{*}a"):
                link.tail = f" (see {link.get('href')}){link.tail or ''}"
            for inner in tree.iter("{*}em", "{*}strong"):
                inner.text, inner.tail = f"\\emph{{{inner.text or ''}", f"}}{inner.tail or ''}"
            leaves = Article(tree)
            yield Output(".txt", "\n\n".join([article.meta.title, *map(leaves.text, leaves.blocks())]).encode())

    check_exporter(Made)


def test_what_cannot_be_read_back_is_said_and_reported_as_a_skip(tmp_path: Path) -> None:
    binary = exporter("application/octet-stream", ".bin", "\n\n".join)
    with pytest.raises(
        SkipTest, match=r"not checked: application/octet-stream cannot be read back here; give .*text_of"
    ):
        check_exporter(binary)
    check_exporter(binary, text_of=lambda outputs: outputs[".bin"].decode())
    check_exporter(exporter("application/octet-stream", ".bin", "\n\n".join, loses=frozenset({"head", "body"})))
    (tmp_path / "test_it.py").write_text(
        "from copydesk import ArticleExporter, Output\n"
        "from copydesk.testing import check_exporter\n"
        "class Made(ArticleExporter):\n"
        "    name, suffixes, media_type = 'made', ('.bin',), 'application/octet-stream'\n"
        "    def export(self, article, options):\n"
        "        yield Output('.bin', article.xml)\n"
        "def test_it():\n"
        "    check_exporter(Made)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", cwd=tmp_path)
    assert "1 skipped" in done.stdout
    assert "whether it loses text was not checked" in done.stdout


def test_an_output_that_cannot_be_read_back_is_named() -> None:
    class Made(ArticleExporter[NoOptions]):
        name, suffixes, media_type = "made", (".txt", ".json"), "text/plain"

        def export(self, article: Article, options: NoOptions) -> Iterator[Output]:
            yield Output(".txt", b"")
            yield Output(".json", b"{")

    with pytest.raises(AssertionError, match=r"Made, text: \.json cannot be read back: "):
        check_exporter(Made)


# ---------------------------------------------------------------- the samples
def test_samples_go_by_name_and_cover_languages() -> None:
    assert sample_articles()[3].xml == sample_articles("bare")[0].xml
    assert [article.meta.lang for article in sample_articles("wadi", "toshokan")] == ["ar", "ja"]
    with pytest.raises(ValueError, match="there is no sample 'bear'; there is everything, hostile"):
        sample_articles("bear")
    languages = {str(tag) for article in sample_articles() for tag in article.xpath("//@xml:lang")}
    assert languages >= {"ar", "de", "el", "en", "es", "fa", "fr", "he", "hi", "ja", "ko", "pl", "ru", "th", "zh-Hans"}
    assert len(NAMES) == len(sample_articles())


# ---------------------------------------------------------------- hanging
HANGS: dict[str, Callable[[], object]] = {
    "runs in circles": lambda: [None for _ in iter(int, 1)],
    "sleeps": lambda: time.sleep(600),
    "waits for what never comes": lambda: threading.Event().wait(),
}


def hanging(hang: Callable[[], object]) -> Any:
    def write(texts: list[str]) -> str:
        hang()
        return ""

    return exporter("text/plain", ".txt", write)


@pytest.mark.parametrize("hang", HANGS.values(), ids=HANGS)
def test_an_exporter_that_hangs_fails(hang: Callable[[], object]) -> None:
    with pytest.raises(
        AssertionError, match=r"Made, time: the run on 'Harbour ferry .* took more than 0\.2 s; does it"
    ):
        check_exporter(hanging(hang), time_limit=0.2)


def test_one_that_catches_what_interrupts_it_is_interrupted_again() -> None:
    def hang() -> None:
        try:
            time.sleep(600)
        except BaseException:
            time.sleep(600)

    with pytest.raises(AssertionError, match=r"took more than 0\.2 s"):
        check_exporter(hanging(hang), time_limit=0.2)


def test_one_that_hangs_fails_in_a_thread_too() -> None:
    failures = []

    def check() -> None:
        try:
            check_exporter(hanging(HANGS["runs in circles"]), time_limit=0.2)
        except AssertionError as error:
            failures.append(str(error))

    thread = threading.Thread(target=check)
    thread.start()
    thread.join()
    assert len(failures) == 1
    assert "took more than 0.2 s" in failures[0]


def test_one_that_hangs_only_elsewhere_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hangs_elsewhere.py").write_text(
        "import os\n"
        "from copydesk import ArticleExporter, Output\n"
        "class Made(ArticleExporter):\n"
        "    name, suffixes, media_type = 'made', ('.txt',), 'text/plain'\n"
        "    def export(self, article, options):\n"
        "        while os.environ.get('PYTHONHASHSEED') == '4711':\n"
        "            pass\n"
        "        yield Output('.txt', b'')\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(elsewhere, "_START_SECONDS", 0)
    made = importlib.import_module("hangs_elsewhere").Made
    with pytest.raises(AssertionError, match="time: elsewhere, all runs took more than 3 s"):
        check_exporter(made, articles=sample_articles("bare"), time_limit=3)


def test_the_alarm_of_somebody_else_still_rings() -> None:
    if not hasattr(signal, "setitimer"):
        pytest.skip("there are no such signals here")
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with limited("Me", "a block", 60):
            time.sleep(0.1)
        assert rung == []
        deadline = time.monotonic() + 30
        while not rung and time.monotonic() < deadline:
            time.sleep(0.01)
        assert rung == [signal.SIGALRM]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
