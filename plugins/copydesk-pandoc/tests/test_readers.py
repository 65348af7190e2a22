"""Reading files that pandoc wrote, as a user would have them: structure, metadata, ledger."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pypandoc
import pytest

from copydesk.article.canonical import parse
from copydesk.article.ledger import Ledger, from_jsonl, to_jsonl
from copydesk.article.plain import leaf_texts
from copydesk.article.verify import verify
from copydesk.article.view import Article
from copydesk.cleaning.pipeline import CONVERTERS, Normalized, ledger_rules, normalize
from copydesk.plugins import Plugins
from copydesk.reading import detect
from copydesk.running.finding import find
from copydesk.testing import check_reader, export
from copydesk_pandoc.exporter import EXPORTERS
from copydesk_pandoc.readers import READERS

BY_NAME = {reader.name: reader for reader in READERS}
ALL = (*detect.READERS, *READERS)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6364f8cf500f0003860180"
    "5a34697d0000000049454e44ae426082"
)
MARKDOWN = """\
---
title: Harbour ferry returns
author: [Ana Ruiz, Bo Chen]
date: 2026-11-20
keywords: [ferry, port]
description: A note about a ferry.
lang: en-GB
---

The *harbour* **ferry** sails “again” from [Monday](https://example.org/monday?a=1&b=2), said the port
authority, and will call at every pier of the old town twice an hour, as it did before.[^1]

## Twice an hour

- one
- two
    1. inner
    2. more

> Passengers had waited five months.

| Pier | Time |
|------|------|
| West | 10   |

![A ferry](ferry.png)

```python
def sail(boat):
    return boat
```

The last paragraph stands here, café and all.

[^1]: A note with *emphasis*.
"""
HEAD = {
    "docx": {"authors", "date", "keywords", "description"},
    "odt": {"authors", "date", "keywords", "description"},
    "epub": {"authors", "date", "keywords", "description"},
    "rst": {"authors", "date"},
    "latex": {"authors", "date"},
    "fb2": {"authors", "date"},
    "rtf": {"date"},
    "ipynb": set[str](),
}
BODY = {  # what the formats hold, as pandoc writes and reads them
    "docx": "a aside blockquote em figure h2 ol pre strong sup table ul",
    "odt": "a aside blockquote em figure h2 ol strong sup table ul",
    "epub": "a aside blockquote em figure h2 ol pre strong sup table ul",
    "rst": "a aside blockquote em figure h2 ol pre strong sup table ul",
    "latex": "a aside blockquote em figure h2 ol strong sup table ul",
    "fb2": "a aside blockquote em figure h2 strong sup",
    "rtf": "a aside em figure h2 pre strong sup table",
    "ipynb": "a blockquote em h2 ol pre strong table ul",
}


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The same article in every format, by name."""
    folder = tmp_path_factory.mktemp("written")
    (folder / "ferry.png").write_bytes(PNG)
    for name in BY_NAME:
        subprocess.run(
            [pypandoc.get_pandoc_path(), "--from=markdown", "--standalone", f"--to={name}", f"--output=ferry.{name}"],
            input=MARKDOWN.encode(),
            cwd=folder,
            check=True,
        )
    return {name: (folder / f"ferry.{name}").read_bytes() for name in BY_NAME}


def read(raw: bytes, name: str, reader: str | None = None) -> Normalized:
    return normalize(raw, name=name, reader=reader, readers=ALL)


def tags(made: Normalized) -> set[str]:
    return {str(element.tag).partition("}")[2] for element in parse(made.xml).iter()}


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_structure(files: Mapping[str, bytes], name: str) -> None:
    made = read(files[name], f"ferry.{BY_NAME[name].suffixes[0]}")
    assert set(BODY[name].split()) <= tags(made)
    article = Article.parse(made.xml)
    texts = [" ".join(text.split()) for text in leaf_texts(article.blocks(), figures=True)]
    for text in ("Twice an hour", "one", "two", "inner", "more", "Passengers had waited five months.", "Pier", "West"):
        assert any(text in found for found in texts)
    assert texts.index("Twice an hour") < next(at for at, text in enumerate(texts) if text.startswith("The last"))
    assert 'href="https://example.org/monday?a=1&amp;b=2"' in made.xml.decode()
    assert "“again”" in made.xml.decode()
    assert "café and all." in made.xml.decode()


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_metadata(files: Mapping[str, bytes], name: str) -> None:
    meta = Article.parse(read(files[name], "ferry", name).xml).meta
    if name != "ipynb":  # pandoc writes no title there
        assert meta.title == "Harbour ferry returns"
    found = {
        "authors": [author.name for author in meta.authors] == ["Ana Ruiz", "Bo Chen"],
        "date": meta.date_published == "2026-11-20",
        "keywords": [term.text for group in meta.keywords for term in group.terms] == ["ferry", "port"],
        "description": meta.description == "A note about a ferry.",
    }
    if name == "epub":
        found["keywords"] = not meta.keywords  # pandoc writes none
        assert found["keywords"]
    assert {key for key, right in found.items() if right} >= HEAD[name]


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_view_can_be_made_again(files: Mapping[str, bytes], name: str) -> None:
    raw = files[name]
    made = read(raw, "ferry", name)
    header = made.ledger.header
    assert (header.view, header.encoding, header.converter) == ("pandoc/1", "binary", ("pandoc", "3.9"))
    view = BY_NAME[name]().view(raw).text

    def problems(ledger: Ledger, again: str) -> list[str]:
        views = {"pandoc/1": lambda _: again}
        return verify(view, raw, parse(made.xml), ledger, ledger_rules(ALL), CONVERTERS, views)

    assert problems(made.ledger, view) == []
    assert from_jsonl(to_jsonl(made.ledger)) == made.ledger
    assert problems(made.ledger, view + "x") == ["header: the view is not what pandoc/1 makes of the source"]


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_word_that_pandoc_reads(files: Mapping[str, bytes], name: str) -> None:
    plain = subprocess.run(
        [pypandoc.get_pandoc_path(), f"--from={BY_NAME[name].format}", "--to=plain", "--standalone", "--wrap=none"],
        input=files[name] if name == "fb2" else BY_NAME[name]().prepared(files[name]),
        capture_output=True,
        check=True,
    ).stdout.decode()
    words = set(re.findall(r"[^\W_]+", plain))
    assert len(words) > 40
    assert words <= set(re.findall(r"[^\W_]+", read(files[name], "ferry", name).xml.decode()))


def test_elsewhere(files: Mapping[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {name: read(raw, "ferry", name) for name, raw in files.items()}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable, value in {"LC_ALL": "tr_TR.UTF-8", "LANG": "C", "TZ": "Asia/Kolkata"}.items():
        monkeypatch.setitem(os.environ, variable, value)
    assert {name: read(raw, "ferry", name) for name, raw in files.items()} == before


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_contract(files: Mapping[str, bytes], name: str) -> None:
    check_reader(BY_NAME[name], files[name], title="Harbour ferry returns" if name != "ipynb" else None)


def test_text_goes_to_the_readers_of_text() -> None:
    for name, text in {
        "a.txt": "Plain text.\n",
        "a.md": "# A heading\n\nText, [a link](https://example.org).\n",
    }.items():
        assert not any(reader().claims(text.encode(), name) for reader in READERS)
    assert detect.read(b"# A\n\n[b](c)\n", name="a.md", readers=ALL).kind == "text/1"


def test_bytes_tell_more_than_a_name(files: Mapping[str, bytes]) -> None:
    for name in ("docx", "odt", "epub", "rtf", "latex", "fb2", "ipynb"):
        assert detect.read(files[name], name="a.docx", readers=ALL).media_type == BY_NAME[name].media_type
        assert detect.read(files[name], name="a", readers=ALL).media_type == BY_NAME[name].media_type
    assert detect.read(files["rst"], name="A.RST", readers=ALL).media_type == "text/x-rst"
    assert detect.read(files["rst"], name="a.txt", readers=ALL).media_type != "text/x-rst"


def test_folders_are_searched_for_what_can_be_read(tmp_path: Path) -> None:
    for name in ("a.docx", "b.odt", "c.epub", "d.txt", "e.ipynb"):
        (tmp_path / name).write_bytes(b"x")

    def found(plugins: Plugins) -> list[str]:
        suffixes = {suffix for reader in plugins.reader_types() for suffix in reader.suffixes}
        return [file.name for file in find([str(tmp_path)], suffixes=suffixes).files]

    assert found(Plugins()) == ["a.docx", "b.odt", "c.epub", "d.txt", "e.ipynb"]
    assert found(Plugins(only=[])) == ["d.txt"]


def test_every_plugin_finds_its_reader() -> None:
    assert {reader.name for reader in Plugins().reader_types()} >= set(BY_NAME)
    from copydesk_pandoc import readers

    assert all(getattr(readers, reader.__name__) is reader for reader in READERS), "other processes import them"


def test_a_reader_reads_its_own_view_only() -> None:
    with pytest.raises(TypeError, match="reads views of its own"):
        BY_NAME["rst"]().read(detect.read(b"Some text.", name="a.txt"))


@pytest.mark.parametrize("name", ["docx", "odt", "rtf", "rst", "latex", "fb2"])
@pytest.mark.parametrize("seed", ["000", "002"])
def test_what_was_exported_comes_back(articles: Mapping[str, Article], seed: str, name: str) -> None:
    (exporter,) = (exporter for exporter in EXPORTERS if exporter.name == name)
    (content,) = export(exporter, articles[seed]).values()
    again = Article.parse(read(content, "a", name).xml)

    def words(article: Article) -> list[str]:
        return re.findall(r"\w+", " ".join(leaf_texts(article.blocks(), figures=True)))

    missing = [word for word in words(articles[seed]) if word not in set(words(again))]
    assert missing == []


def test_pictures_of_an_archive(files: Mapping[str, bytes]) -> None:
    for name in ("docx", "odt", "epub"):
        made = read(files[name], "ferry", name)
        (src,) = (str(element.get("src")) for element in parse(made.xml).iter("{*}img"))
        assert made.resource is not None
        assert made.resource(src) == PNG
        assert made.resource("../../etc/passwd") is None
        assert made.resource("nothing.png") is None
    assert read(files["rst"], "ferry.rst").resource is None, "they are files beside it"


def test_formulas_of_an_opendocument_text_are_read(tmp_path: Path) -> None:
    subprocess.run(
        [pypandoc.get_pandoc_path(), "--from=markdown", "--standalone", "--to=odt", "--output=tide.odt"],
        input=b"# Tides\n\nThe tide of the port is $12 + x = 345$ feet and no more.\n",
        cwd=tmp_path,
        check=True,
    )
    assert b"12 + x = 345" in read((tmp_path / "tide.odt").read_bytes(), "tide.odt").xml
