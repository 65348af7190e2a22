"""The readers: one class a format, so that other processes find each by its name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import ClassVar
from zipfile import ZipFile

from copydesk.article.ledger import LedgerRule
from copydesk.article.pandoc_nodes import Node
from copydesk.errors import SourceError
from copydesk.exporting.pandoc import version
from copydesk.reading.source import Reader, Source, View
from copydesk_pandoc import archive, assemble, fictionbook, latex, leftout, pandoc, properties, rtf
from copydesk_pandoc.ledger_rules import RULES
from copydesk_pandoc.properties import Value
from copydesk_pandoc.view import KIND, Parsed

_BY_NAME = 0.5  # sure enough to be asked, less than a reader that knows the first bytes
_TITLE_PAGE = re.compile(rb"""\sepub:type=["'][^"']*\btitlepage\b[^"']*["']""")
_FOLDER = re.compile(rb"""(<draw:object\s[^<>]*?xlink:href=)(["'][^"'<>]*)/(?=["'])""")
_AUTHORS = re.compile(rb"(?m)^(?::[Aa]uthor:[ \t]+\S[^\r\n]*\r?\n){2,}")


class PandocReader(Reader):
    """A reader that lets pandoc take a document apart. Subclasses name the format and tell it by its bytes."""

    ledger_rules: ClassVar[tuple[LedgerRule, ...]] = RULES
    format: ClassVar[str]
    """Pandoc's name of it, with extensions."""

    def claims(self, raw: bytes, name: str) -> float:
        """Sure of what the bytes tell, half sure of a suffix."""
        if self.is_sure(raw):
            return 1.0
        return _BY_NAME if name.lower().endswith(self.suffixes) else 0.0

    def is_sure(self, raw: bytes) -> bool:
        """Whether the bytes are surely of this kind."""
        return False

    def sniff(self, view: str) -> float:
        """Text that pandoc is to read is told before it is decoded, if at all."""
        return 0.0

    def view(self, raw: bytes) -> View:
        """Let pandoc read the document, and write down what it found."""
        return _compared(self.made(self.prepared(raw), []), self.texts(raw))

    def texts(self, raw: bytes) -> Iterable[str]:
        """The words of the file, as far as they can be told from markup: a warning names those not in the view."""
        return ()

    def prepared(self, raw: bytes) -> bytes:
        """What pandoc is given."""
        return raw

    def read(self, source: Source) -> None:
        """Take over what `view` found."""
        parsed = source.parsed
        if not isinstance(parsed, Parsed):
            raise TypeError(f"{type(self).__name__} reads views of its own")
        source.blocks, source.declared, source.syntax = parsed

    def made(self, raw: bytes, of_file: list[Value]) -> View:
        """Make the view.

        Parameters:
            raw: what pandoc is given.
            of_file: properties that pandoc does not read.
        """
        document, messages = pandoc.read(raw, self.format)
        try:
            blocks = self.mended(document["blocks"])
            writer = assemble.write(document["meta"], blocks, of_file, trusted=self.name == "epub")
            text, parsed = writer.finish()
        except RecursionError as error:
            raise SourceError("its parts stand too deep in one another", next_step="simplify it") from error
        warnings = self.told(raw, messages)
        if writer.struck:
            warnings.append(f"text is struck out in {writer.struck} places, for which an article has no mark")
        return View(text, KIND, ("pandoc", version()), parsed, tuple(warnings))

    def mended(self, blocks: list[Node]) -> list[Node]:
        """Blocks as an author would have them, where pandoc follows the format too closely."""
        return blocks

    def told(self, raw: bytes, messages: list[tuple[str, str]]) -> list[str]:
        """What a person should know of pandoc's messages."""
        return [f"pandoc says: {message}" for level, message in messages if level == "WARNING"]


class _ArchiveReader(PandocReader):
    called: ClassVar[str]
    properties: ClassVar[Callable[[ZipFile], Iterator[Value]]]

    def is_sure(self, raw: bytes) -> bool:
        return archive.kind(raw) == self.name

    def view(self, raw: bytes) -> View:
        with archive.opened(raw, self.name, self.called) as opened:
            made = self.made(self.prepared(raw), list(type(self).properties(opened)))
            made = replace(made, resource=archive.Pictures(raw, self.folders(opened)))
            return _compared(made, leftout.of_archive(opened, self.name))

    def folders(self, opened: ZipFile) -> tuple[str, ...]:
        """Where addresses of pictures start."""
        return ("",)


class DocxReader(_ArchiveReader):
    """Word since 2007."""

    name: ClassVar[str] = "docx"
    suffixes: ClassVar[tuple[str, ...]] = (".docx", ".docm")
    media_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    format: ClassVar[str] = "docx"
    called: ClassVar[str] = "a Word document"
    properties: ClassVar[Callable[[ZipFile], Iterator[Value]]] = staticmethod(properties.of_docx)

    def folders(self, opened: ZipFile) -> tuple[str, ...]:
        """Beside the text."""
        return ("word", "")


class OdtReader(_ArchiveReader):
    """OpenDocument text, as LibreOffice saves it."""

    name: ClassVar[str] = "odt"
    suffixes: ClassVar[tuple[str, ...]] = (".odt",)
    media_type: ClassVar[str] = "application/vnd.oasis.opendocument.text"
    format: ClassVar[str] = "odt"
    called: ClassVar[str] = "an OpenDocument text"
    properties: ClassVar[Callable[[ZipFile], Iterator[Value]]] = staticmethod(properties.of_odt)

    def prepared(self, raw: bytes) -> bytes:
        """Without the slash after folders of formulas, with which pandoc finds none, though it writes them so."""
        return archive.edited(raw, ("content.xml",), lambda xml: _FOLDER.sub(rb"\1\2", xml))

    def mended(self, blocks: list[Node]) -> list[Node]:
        """Indented paragraphs in a row are one quotation."""
        mended: list[Node] = []
        for block in blocks:
            if block["t"] == "BlockQuote" and mended and mended[-1]["t"] == "BlockQuote":
                mended[-1] = {"t": "BlockQuote", "c": [*mended[-1]["c"], *block["c"]]}
            else:
                mended.append(block)
        return mended


class EpubReader(_ArchiveReader):
    """EPUB 2 and 3, the chapters in order."""

    name: ClassVar[str] = "epub"
    suffixes: ClassVar[tuple[str, ...]] = (".epub",)
    media_type: ClassVar[str] = "application/epub+zip"
    format: ClassVar[str] = "epub"
    called: ClassVar[str] = "an EPUB"
    properties: ClassVar[Callable[[ZipFile], Iterator[Value]]] = staticmethod(properties.of_epub)

    def folders(self, opened: ZipFile) -> tuple[str, ...]:
        """Beside the package, as pandoc gives them, whatever page they are on."""
        return (posixpath.dirname(properties.package(opened)), "")

    def prepared(self, raw: bytes) -> bytes:
        """Show title pages, which pandoc passes over though texts of their own stand there."""
        return archive.edited(raw, (".xhtml", ".html", ".htm"), _without_title_pages)


class RtfReader(PandocReader):
    """Rich Text Format."""

    name: ClassVar[str] = "rtf"
    suffixes: ClassVar[tuple[str, ...]] = (".rtf",)
    media_type: ClassVar[str] = "application/rtf"
    format: ClassVar[str] = "rtf"

    def is_sure(self, raw: bytes) -> bool:
        """RTF begins with its name."""
        return raw.lstrip().startswith(b"{\\rtf")

    def prepared(self, raw: bytes) -> bytes:
        """Spell it so that pandoc loses no text."""
        if not self.is_sure(raw):
            raise SourceError("is not RTF: it does not begin with {\\rtf", next_step="name it after what it is")
        return rtf.rewritten(raw)

    def mended(self, blocks: list[Node]) -> list[Node]:
        """Links are underlined because they are links."""
        mended: list[Node] = rtf.without_underlined_links(blocks)
        return mended


class RstReader(PandocReader):
    """reStructuredText. Nothing tells it surely from plain text, so it takes the suffix or `--from`."""

    name: ClassVar[str] = "rst"
    suffixes: ClassVar[tuple[str, ...]] = (".rst",)
    media_type: ClassVar[str] = "text/x-rst"
    format: ClassVar[str] = "rst"

    def prepared(self, raw: bytes) -> bytes:
        """Make one field of authors that each have their own, of which pandoc takes the last."""
        return _AUTHORS.sub(_as_list, raw)

    def texts(self, raw: bytes) -> Iterable[str]:
        """All but names of fields and directives."""
        return leftout.of_rst(raw)


class LatexReader(PandocReader):
    """LaTeX, its commands as far as pandoc knows them."""

    name: ClassVar[str] = "latex"
    suffixes: ClassVar[tuple[str, ...]] = (".tex", ".latex")
    media_type: ClassVar[str] = "application/x-latex"
    format: ClassVar[str] = "latex"

    def is_sure(self, raw: bytes) -> bool:
        """A document class, at the start of a line near the top."""
        return re.search(rb"(?m)^[ \t]*\\documentclass\b", raw[:20_000]) is not None

    def prepared(self, raw: bytes) -> bytes:
        """Spell it so that pandoc loses no text."""
        return latex.rewritten(raw)

    def texts(self, raw: bytes) -> Iterable[str]:
        """All but commands."""
        return leftout.of_latex(raw)

    def told(self, raw: bytes, messages: list[tuple[str, str]]) -> list[str]:
        """Warnings, and which commands of the text itself pandoc skipped."""
        return latex.warnings(raw, messages)


class Fb2Reader(PandocReader):
    """FictionBook 2."""

    name: ClassVar[str] = "fb2"
    suffixes: ClassVar[tuple[str, ...]] = (".fb2",)
    media_type: ClassVar[str] = "application/x-fictionbook+xml"
    format: ClassVar[str] = "fb2"

    def is_sure(self, raw: bytes) -> bool:
        """The root element is near the top."""
        return b"<FictionBook" in raw[:2_000]

    def prepared(self, raw: bytes) -> bytes:
        """Take tables out, which pandoc would pass over."""
        prepared, self._tables = fictionbook.without_tables(raw)
        return prepared

    def mended(self, blocks: list[Node]) -> list[Node]:
        """Put tables back."""
        return fictionbook.with_tables(blocks, self._tables)

    def texts(self, raw: bytes) -> Iterable[str]:
        """All text."""
        return leftout.of_xml(raw)


class IpynbReader(PandocReader):
    """Jupyter notebooks: text, programs, and what these put out."""

    name: ClassVar[str] = "ipynb"
    suffixes: ClassVar[tuple[str, ...]] = (".ipynb",)
    media_type: ClassVar[str] = "application/x-ipynb+json"
    format: ClassVar[str] = "ipynb"

    def is_sure(self, raw: bytes) -> bool:
        """JSON with cells and a version of the notebook's format."""
        return raw.lstrip().startswith(b"{") and b'"nbformat"' in raw and b'"cells"' in raw


READERS: tuple[type[PandocReader], ...] = (
    DocxReader, OdtReader, RtfReader, EpubReader, RstReader, LatexReader, Fb2Reader, IpynbReader,
)  # fmt: skip


def _as_list(fields: re.Match[bytes]) -> bytes:
    names = re.findall(rb":[Aa]uthor:[ \t]*([^\r\n]*)", fields[0])
    return b":Authors:\n" + b"".join(b"  - " + name + b"\n" for name in names)


def _without_title_pages(page: bytes) -> bytes:
    return _TITLE_PAGE.sub(b"", page)


def _compared(made: View, texts: Iterable[str]) -> View:
    """The view, with a warning if the file has words that it has not."""
    missing = leftout.words(texts, made.text)
    return replace(made, warnings=(*made.warnings, leftout.warning(missing))) if missing else made
