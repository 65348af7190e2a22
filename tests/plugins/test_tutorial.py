"""What docs/plugins.md shows, taken from its text: code that works, commands that exist, names that are right."""

from __future__ import annotations

import gzip
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import copydesk as public
from copydesk import Article, normalize
from copydesk.testing import check_exporter, check_reader, export

TEXT = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text(encoding="utf-8")
GEMTEXT = """\
# Harbour ferry returns

It sails again, said the port.

## Twice an hour

> At last!

* with bicycles
* with dogs
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], ModuleType]]:
    """Import a block of code as a module that another process can import too."""
    monkeypatch.syspath_prepend(str(tmp_path))
    names = []

    def load(name: str, defines: str) -> ModuleType:
        (code,) = [block for block in blocks("python") if f"class {defines}" in block and "\n    def " in block]
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
        names.append(name)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield load
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def article() -> Article:
    """The article that the tutorial prints into a file."""
    (printed,) = re.findall(r"^printf '(.*)' > ferry\.md$", TEXT, re.MULTILINE)
    source = printed.replace("\\n", "\n")
    return Article.parse(normalize(source.encode(), name="ferry.md").xml)


def test_the_exporter(module: Callable[[str, str], Any], article: Article) -> None:
    plugin = module("tutorial_gemtext", "GemtextExporter")
    assert export(plugin.GemtextExporter, article) == {".gmi": GEMTEXT.encode()}
    assert plugin.copydesk_register_exporters() == [plugin.GemtextExporter]
    check_exporter(plugin.GemtextExporter)


def test_options_and_the_collection(module: Callable[[str, str], Any], article: Article) -> None:
    titles = module("tutorial_title", "TitleExporter").TitleExporter
    assert export(titles, article, level=2) == {".gmi": b"## Harbour ferry returns\n"}
    with pytest.raises(ValueError, match="level is 4, not 1 to 3"):
        titles.Options(level=4)
    index = module("tutorial_index", "IndexExporter").IndexExporter
    check_exporter(index)
    assert export(index, article, article) == {".txt": b"Harbour ferry returns\n" * 2}


def test_the_reader_of_a_binary_format(module: Callable[[str, str], Any]) -> None:
    reader = module("tutorial_packed", "PackedReader").PackedReader
    sample = gzip.compress(b"Harbour ferry returns\n\nIt sails again from Monday, said the port authority.\n", mtime=0)
    check_reader(reader, sample, title="Harbour ferry returns")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(copydesk(?:[./][a-z_]+)+(?:\.[A-Z]\w+)?)", TEXT))))
def test_names_are_right(name: str) -> None:
    if "/" in name:
        assert (Path(public.__file__).parent / name.removeprefix("copydesk/")).with_suffix(".py").is_file()
        return
    parent, _, attribute = name.rpartition(".")
    found = importlib.import_module(parent)
    assert hasattr(found, attribute) or importlib.import_module(name)


def test_commands_are_those_that_there_are(copydesk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = re.findall(r"^uv run --project CHECKOUT copydesk (new \w+ \w+)$", "".join(blocks("sh")), re.MULTILINE)
    assert [command.split()[1] for command in made] == ["exporter", "reader", "rule"]
    for command in made:
        assert copydesk(*command.split()).code == 0
    folders = {f"copydesk-{command.split()[2]}" for command in made}
    assert folders == {path.name for path in tmp_path.iterdir()} == set(re.findall(r"^cd (copydesk-\w+)$", TEXT, re.M))
