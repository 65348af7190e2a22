"""The table of formats against pandoc itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import entry_points

import pypandoc

from copydesk.plugins import Plugins
from copydesk_pandoc.exporter import EXPORTERS
from copydesk_pandoc.formats import FORMATS

LEFT_OUT = {
    "other plugins": "commonmark commonmark_x djot epub epub2 epub3 gfm markdown markdown_github markdown_mmd"
    " markdown_phpextra markdown_strict markua",
    "slides": "beamer dzslides pptx revealjs s5 slideous slidy",
    "manuals": "ansi haddock man ms texinfo vimdoc",
    "no article": "biblatex bibtex chunkedhtml csljson ipynb opml opendocument",
    "trees": "json native xml",
    "old": "asciidoc_legacy asciidoctor docbook4 html4",
    "second names": "docbook html jats_archiving jats_articleauthoring jats_publishing",
    "nothing reads it back": "bbcode_fluxbb bbcode_hubzilla bbcode_phpbb bbcode_steam bbcode_xenforo xwiki zimwiki",
    "by another way": "pdf",
}


def test_every_writer_of_pandoc_is_in_the_table_or_left_out() -> None:
    ours = [format_.markup for format_ in FORMATS]
    left_out = " ".join(LEFT_OUT.values()).split()
    assert sorted([*ours, *left_out]) == sorted(pypandoc.get_pandoc_formats()[1])


def test_no_name_of_another_plugin() -> None:
    entries = entry_points(group="copydesk")
    ours = {entry.name for entry in entries if entry.module == "copydesk_pandoc.plugins"}
    others = {entry.name for entry in entries if entry.module != "copydesk_pandoc.plugins"}
    assert ours == {exporter.name for exporter in EXPORTERS}, "convert --help lists formats by their entry points"
    assert {"markdown", "epub", "csv", "jsonld"} <= others
    assert not ours & (others | {"xml"})


def test_each_plugin_registers_its_own_format() -> None:
    formats = Plugins().formats
    for name in (exporter.name for exporter in EXPORTERS):
        (known,) = formats[name]
        assert (known.provider.plugin, known.provider.distribution) == (name, "copydesk-pandoc")


def test_none_is_part_of_all() -> None:
    assert not any(exporter.default for exporter in EXPORTERS)


def test_classes_are_importable_by_name() -> None:
    from copydesk_pandoc import exporter

    assert all(getattr(exporter, kind.__name__) is kind for kind in EXPORTERS)


def test_listing_formats_touches_neither_pandoc_nor_typst() -> None:
    code = (
        "import sys, json; from copydesk_pandoc.plugins import docx; assert docx.copydesk_register_exporters();"
        "print(json.dumps(sorted({'pypandoc', 'typst', 'lxml.html'} & set(sys.modules))))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert json.loads(run.stdout) == []


def test_extensions_that_are_switched_are_known() -> None:
    for format_ in FORMATS:
        for extension in re.findall(r"-(\w+)", format_.writer):
            known = pypandoc.get_pandoc_path()
            listed = subprocess.run(
                [known, f"--list-extensions={format_.markup}"], capture_output=True, check=True, text=True
            ).stdout
            assert f"+{extension}" in listed or f"-{extension}" in listed
