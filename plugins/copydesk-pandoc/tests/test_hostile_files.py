"""Files that are not what they should be: a message that says what, which and what next; no text lost in silence."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.article.canonical import parse
from copydesk.cleaning.pipeline import Normalized, normalize
from copydesk.cli import main
from copydesk.errors import NoArticleError, SourceError
from copydesk.exporting import pandoc as limits
from copydesk.exporting import program
from copydesk.reading import detect
from copydesk_pandoc import archive, leftout, pandoc, rtf
from copydesk_pandoc.readers import READERS

ALL = (*detect.READERS, *READERS)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for pandoc is a shell script")


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return made.getvalue()


def word(text: str = "The ferry sails again.", **others: bytes | str) -> bytes:
    """A Word document of one paragraph, as small as can be."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return zipped({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relation}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>'
        "</w:document>",
        **{name.replace("__", "/"): content for name, content in others.items()},
    })  # fmt: skip


def read(raw: bytes, name: str) -> Normalized:
    return normalize(raw, name=name, readers=ALL)


def locked(raw: bytes) -> bytes:
    """Set the flag of encryption in every entry of the archive's directory."""
    made, at = bytearray(raw), raw.find(b"PK\x01\x02")
    while at >= 0:
        made[at + 8] |= 1
        at = raw.find(b"PK\x01\x02", at + 4)
    return bytes(made)


def test_the_smallest_document() -> None:
    made = read(word(), "a.docx")
    assert "The ferry sails again." in made.xml.decode()
    assert made.warnings == ()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BAD = {
    "nothing": ("a.docx", b"", "the file is empty"),
    "HTML": ("a.docx", b"<!DOCTYPE html><html><p>Hi</p></html>", "is not a Word document: it is HTML"),
    "text": ("a.odt", b"Plain text.", "is not an OpenDocument text: it is no zip archive"),
    "PDF": ("a.docx", b"%PDF-1.7", "is not a Word document: it is a PDF"),
    "RTF": ("a.epub.docx", b"x{\\rtf1 x}", "is not a Word document"),
    "old Word": ("a.docx", OLE + b"x" * 600, "it is in the format of Word before 2007; open it in a word processor"),
    "a password": (
        "a.docx",
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "it is protected by a password; open it, save it without",
    ),
    "a zip password": ("a.docx", locked(word()), "is protected by a password"),
    "half a file": ("a.docx", word()[:400], "is damaged: "),
    "no archive behind the first bytes": ("a.epub", b"PK\x03\x04junk", "is damaged: "),
    "another archive": ("a.docx", zipped({"x.txt": "x"}), "is not a Word document: its archive holds something else"),
    "broken XML": ("a.docx", word("<w:x>"), "pandoc cannot read it as docx"),
    "bomb": ("a.docx", word(bomb=b" " * 20_000_000), "no article is so large"),
    "many members": ("a.docx", word(**{f"x{n}": b"" for n in range(5_001)}), "more than the 5,000"),
    "locked text": (
        "a.odt",
        zipped({
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": "<manifest:manifest><manifest:encryption-data/></manifest:manifest>",
        }),
        "is an OpenDocument text that is encrypted",
    ),
    "rights": (
        "a.epub",
        zipped({
            "mimetype": "application/epub+zip",
            "META-INF/encryption.xml": '<e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>',
        }),
        "is an EPUB that is encrypted",
    ),
    "half a notebook": ("a.ipynb", b'{"cells": [', "pandoc cannot read it as ipynb"),
    "no RTF": ("a.rtf", b"x", "is not RTF"),
    "deep": ("a.tex", b"\\begin{document}" + b"{\\em a " * 3000 + b"}" * 3000 + b"\\end{document}", "too deep in one"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(BAD))
def test_bad_files(what: str) -> None:
    name, raw, message = BAD[what]
    with pytest.raises(SourceError) as caught:
        read(raw, name)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{name}: ")
    assert caught.value.next_step


def test_fonts_may_be_scrambled() -> None:
    method = '<e:EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/>'
    raw = zipped({"mimetype": "application/epub+zip", "META-INF/encryption.xml": method})
    with archive.opened(raw, "epub", "an EPUB"):
        pass


def test_the_others_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, raw in {"a.docx": word(), "b.docx": b"PK\x03\x04", "c.odt": b"", "d.txt": b"A text of its own."}.items():
        Path(name).write_bytes(raw)
    assert main(["convert", ".", "--to", "xml,markdown"]) == 1
    assert sorted(path.name for path in Path("exports/xml").glob("*.xml")) == ["a.xml", "d.xml"]
    told = capsys.readouterr().err
    assert "b.docx: is damaged" in told
    assert "c.odt: the file is empty" in told
    assert "Traceback" not in told


def test_entities_are_not_read() -> None:
    text = "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    part = f"{text}<w:document xmlns:w='{W}'><w:body><w:p><w:r><w:t>&x;Ferry</w:t></w:r></w:p></w:body></w:document>"
    with pytest.raises(SourceError, match="pandoc cannot read it as docx"):
        read(zipped({**members(word()), "word/document.xml": part}), "a.docx")


def members(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rst", "Text that is read.\n\n.. include:: {file}\n\n.. raw:: html\n   :file: {file}\n"),
        ("a.tex", "\\documentclass{{article}}\\begin{{document}}\\input{{{file}}} Text that is read.\\end{{document}}"),
    ],
)
def test_no_file_is_read(name: str, text: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Hidden", encoding="utf-8", newline="")
    made = read(text.format(file=secret.as_posix()).encode(), name)
    assert b"Text that is read." in made.xml
    assert b"Hidden" not in made.xml
    assert any("Could not load include file" in warning for warning in made.warnings)


# ---------------------------------------------------------------- what pandoc leaves out
def test_a_page_header_is_missed() -> None:
    header = f'<w:hdr xmlns:w="{W}"><w:p><w:r><w:t>Confi</w:t></w:r><w:r><w:t>dential draft</w:t></w:r></w:p></w:hdr>'
    made = read(zipped({**members(word()), "word/header1.xml": header}), "a.docx")
    assert made.warnings == (
        "words of the file that pandoc does not read: “Confidential”, “draft”; look where they stand",
    )


def test_deleted_words_are_not_missed() -> None:
    text = "Kept</w:t></w:r><w:del><w:r><w:delText>Deleted</w:delText></w:r></w:del><w:r><w:t> text."
    made = read(word(text), "a.docx")
    assert made.warnings == ()
    assert b"Kept text." in made.xml


def test_commands_that_pandoc_skips() -> None:
    text = (
        b"\\documentclass{article}\n\\usepackage{foo}\n\\begin{document}\n"
        b"The ferry \\strange{} sails.\n\\end{document}\n"
    )
    assert read(text, "a.tex").warnings == ("pandoc skips commands that it does not know: \\strange{}",)
    lost = text.replace(b"\\strange{}", b"\\begin{tabbing} Kilometres \\end{tabbing}")
    assert "Kilometres" in "".join(leftout.of_latex(lost))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1\ansi \u8220" rb'"again\u8221" from the pier}', "“again” from the pier"),
        (rb"{\rtf1\ansi\uc1 \u8220?again\u8221? from}", "“again” from"),
        (rb"{\rtf1\ansi\uc1 \u8220\'93again\u8221\'94 from}", "“again” from"),
        (rb"{\rtf1\ansi\uc0 \u8220 again\u8221  from}", "“again” from"),
        (rb"{\rtf1\ansi\uc0\u8220 again {\uc1 x\u233e\u233?y}\u8221  b}", "“again xééy” b"),
        (rb"{\rtf1\ansi C:\\u8220x}", "C:\\u8220x"),
        (rb"{\rtf1\ansi Text{\*\footnote A note.} goes on.}", "A note."),
    ],
)
def test_no_letter_of_rtf_is_lost(source: bytes, text: str) -> None:
    assert text in read(source, "a.rtf").xml.decode()


def test_rtf_that_is_read_right_stays() -> None:
    source = rb"{\rtf1\ansi\uc1 \u8220\'93again\u8221\'94 {\b from} caf\'e9}"
    assert rtf.rewritten(source) == source


# ---------------------------------------------------------------- limits
@posix
def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "pandoc"
    stand_in.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8", newline="\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PYPANDOC_PANDOC", str(stand_in))
    monkeypatch.setattr(program, "TIMEOUT_SECONDS", 0.5)
    with pytest.raises(SourceError, match=r"a\.docx: pandoc took more than 0\.5 seconds"):
        read(word(), "a.docx")


def test_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HEAP_LIMIT", "32m")
    with pytest.raises(SourceError, match=r"a\.rst: pandoc needed more than 32m of memory"):
        read(b"word *em* " * 200_000, "a.rst")


def test_no_pandoc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYPANDOC_PANDOC", str(tmp_path / "nothing"))
    with pytest.raises(
        SourceError, match=r"pandoc does not start: .*; run `pip install --force-reinstall pypandoc-binary`"
    ):
        read(word(), "a.docx")


# ---------------------------------------------------------------- any document of pandoc's
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8) | st.sampled_from(
    ["\u200b", "a\u00adb", "\x1b", "&amp;", "<b>", "e\u0301", "\u0301", "[1]", "\ufffe", "#", "https://example.org"]
)
STRINGS = st.builds(lambda text: {"t": "Str", "c": text}, WORDS)
SPACES = st.sampled_from([{"t": "Space"}, {"t": "SoftBreak"}, {"t": "LineBreak"}])
NO_ATTR: list[Any] = ["", [], []]
ADDRESSES = st.sampled_from(
    ["", "#a", "https://example.org/a b", "javascript:alert(1)", "a.png", "x\u200by", "http://[", "ü"]
)


def inlines(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, max_size=4)
    marks = st.sampled_from(["Emph", "Strong", "Strikeout", "Subscript"])
    raw = st.sampled_from(["<b>", "<!-- x -->", "<\u00adb>", "x"])
    kinds = st.sampled_from(["Link", "Image"])
    target = st.tuples(ADDRESSES, WORDS | st.just("")).map(list)
    return st.one_of(
        st.builds(lambda kind, c: {"t": kind, "c": c}, marks, some),
        st.builds(lambda kind, c, to: {"t": kind, "c": [NO_ATTR, c, to]}, kinds, some, target),
        st.builds(lambda c: {"t": "Quoted", "c": [{"t": "DoubleQuote"}, c]}, some),
        st.builds(lambda c: {"t": "Note", "c": [{"t": "Para", "c": c}]}, some),
        st.builds(lambda c: {"t": "Code", "c": [NO_ATTR, c]}, WORDS),
        st.builds(lambda c: {"t": "RawInline", "c": ["html", c]}, raw),
    )  # fmt: skip


INLINES = st.lists(st.recursive(STRINGS | SPACES, inlines, max_leaves=12), max_size=8)
LEAVES = st.one_of(
    st.builds(lambda c: {"t": "Para", "c": c}, INLINES),
    st.builds(lambda level, c: {"t": "Header", "c": [level, NO_ATTR, c]}, st.integers(1, 6), INLINES),
    st.builds(lambda c: {"t": "CodeBlock", "c": [["", ["python"], []], c]}, WORDS),
    st.builds(lambda c: {"t": "RawBlock", "c": ["html", c]}, st.sampled_from(["<p>a</p> b", "<\u200bp>", "x"])),
    st.builds(lambda c: {"t": "LineBlock", "c": c}, st.lists(INLINES, max_size=3)),
    st.just({"t": "HorizontalRule"}),
)


def table(cells: list[Any]) -> Any:
    row = [NO_ATTR, [[NO_ATTR, {"t": "AlignDefault"}, 1, 2, cell] for cell in cells]]
    return {
        "t": "Table",
        "c": [NO_ATTR, [None, cells[0]], [], [NO_ATTR, [row]], [[NO_ATTR, 0, [], [row, row]]], [NO_ATTR, []]],
    }


def blocks(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, max_size=3)
    items = st.lists(some, max_size=3)
    return st.one_of(
        st.builds(lambda c: {"t": "BlockQuote", "c": c}, some),
        st.builds(lambda c: {"t": "BulletList", "c": c}, items),
        st.builds(lambda c: {"t": "OrderedList", "c": [[3, {"t": "Decimal"}, {"t": "Period"}], c]}, items),
        st.builds(lambda term, c: {"t": "DefinitionList", "c": [[term, [c]]]}, INLINES, some),
        st.builds(lambda c: {"t": "Div", "c": [["", ["note"], []], c]}, some),
        st.builds(lambda a, b: {"t": "Figure", "c": [NO_ATTR, [None, a], b]}, some, some),
        st.builds(table, st.lists(some, min_size=1, max_size=3)),
    )  # fmt: skip


BLOCKS = st.lists(st.recursive(LEAVES, blocks, max_leaves=8), min_size=1, max_size=6)
META = st.dictionaries(
    st.sampled_from(["title", "author", "date", "lang", "keywords", "abstract", "rights", "source", "version"]),
    st.builds(lambda c: {"t": "MetaInlines", "c": c}, INLINES),
    max_size=4,
)


def strings(value: Any) -> list[str]:
    match value:
        case {"t": "Str", "c": str(text)}:
            return [text]
        case dict() | list():
            parts = value.values() if isinstance(value, dict) else value
            return [text for part in parts for text in strings(part)]
        case _:
            return []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(META, BLOCKS)
def test_any_document(meta: dict[str, Any], content: list[Any]) -> None:
    """Normalizing proves that each character of the view is accounted for; here, that they are all in the view."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pandoc, "read", lambda raw, reader: ({"meta": meta, "blocks": content}, []))
        patch.setattr(limits, "version", lambda failure: "0")
        view = READERS[4]().view(b"x").text
        for text in strings([*meta.values(), content]):
            assert all(word in view for word in text.split())
        try:
            made = read(b"The source is not looked at.", "a.rst")
        except NoArticleError:
            return
        except SourceError:
            assert not view.strip()
            return
        assert len(parse(made.xml)) == 2
