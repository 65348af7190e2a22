"""What pandoc does not read: words of a document that are nowhere in the view.

Pandoc says little of what it leaves out: page headers, text boxes, a second author. So its result is compared with the
words of the file, told apart from markup as well as can be without pandoc's own knowledge; a person gets a warning.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator

from lxml import etree

from copydesk_pandoc.archive import parse, parsed

_WORD = re.compile(r"[^\W_]{2,}")  # single letters are signs and units, which markup may part from others
_SHOWN = 6
# Elements that part words, of all kinds of documents; the text of any other runs on.
_PARTING = frozenset({
    "p", "h", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "tr", "tab", "br", "cr", "div", "title", "dt", "dd",
    "line-break", "s", "v", "subtitle", "section", "note", "pre", "figcaption", "caption", "option", "ptab",
    "first-name", "middle-name", "last-name", "nickname", "email", "book-title", "date", "keywords",
    "annotation", "text-author", "stanza", "book-name", "publisher", "city", "year", "isbn",
})  # fmt: skip
# Not read aloud: styles, scripts, codes of fields, deleted text, what stands for a drawing in an older program.
_SILENT = frozenset({
    "style", "script", "instrText", "delText", "delInstrText", "Fallback", "tracked-changes", "binary", "head", "svg",
    "scripts", "forms", "sequence-decls", "font-face-decls", "automatic-styles", "math", "oMath",
    "object", "nav", "document-info", "genre", "lang", "src-lang",
})  # fmt: skip
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_RST = re.compile(
    r"^[ \t]*\.\. (?:container|class|raw|role|highlight|default-role|contents)::.*"
    r"|^[ \t]+:[\w-]+:.*|^:[\w -]+:|:[\w-]+:(?=`)"
    r"|^[ \t]*\.\. (?:_[^:\n]*:.*|(?:\|[^|\n]*\| )?[\w-]+::(?: \S+$)?)"
    r"|<[^<>\n]*>`|\|[^|\n]*\|",
    re.MULTILINE,
)
_LATEX = re.compile(
    r"(?<!\\)%.*"
    r"|\\(?:begin|end|label|ref|pageref|eqref|cite\w*|href|url|includegraphics|input|include|bibliography\w*|hypertarget"
    r"|[vh]space\*?|set\w+|addcontentsline|usepackage|textcolor|color|hyperref|def\\\w+|arabic|roman|alph)(?![A-Za-z])\s*(?:\[[^\]]*\])?(?:\{[^{}]*\})?"
    r"|\$[^$]*\$|\[[^\]\n]*=[^\]\n]*\]|\[[htbpH!]+\]|\\[A-Za-z@]+\*?|\\.|[{}]",
    re.MULTILINE,
)
_WORD_PARTS = re.compile(r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml")


def words(texts: Iterable[str], view: str) -> list[str]:
    """Give words that are nowhere in a text, each once, in order.

    Parameters:
        texts: where they are looked for.
        view: the text.
    """
    known = set(_WORD.findall(view.casefold()))
    missing: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(text):
            if word.casefold() not in known:
                missing.setdefault(word)
    return list(missing)


def _texts(element: etree._Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    name = etree.QName(element).localname
    if name in _SILENT or "noteref" in element.get(_EPUB_TYPE, ""):
        return
    parting = name in _PARTING
    if parting:
        yield " "
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
    if parting:
        yield " "


def of_archive(archive: zipfile.ZipFile, kind: str) -> Iterator[str]:
    """Give the texts of the parts of an archive that hold any."""
    for name in archive.namelist():
        if (
            (kind == "docx" and _WORD_PARTS.fullmatch(name))
            or (kind == "odt" and name.endswith("content.xml"))
            or (kind == "epub" and name.endswith((".xhtml", ".html", ".htm")))
        ) and (root := parse(archive, name)) is not None:
            yield "".join(_texts(root))


def of_xml(raw: bytes) -> Iterator[str]:
    """Give the text of an XML file; nothing if it is not well-formed."""
    if (root := parsed(raw)) is not None:
        yield "".join(_texts(root))


def of_rst(raw: bytes) -> Iterator[str]:
    """Give the words of reStructuredText, less names of fields, roles and directives, and targets."""
    yield _RST.sub(" ", raw.decode("utf-8", "replace"))


def of_latex(raw: bytes) -> Iterator[str]:
    """Give the words of a LaTeX document's text, less commands, and arguments that are no text."""
    text = raw.decode("utf-8", "replace")
    yield _LATEX.sub(" ", text[max(text.find("\\begin{document}"), 0) :])


def warning(missing: list[str]) -> str:
    """Say what is missing."""
    shown = ", ".join(f"“{word}”" for word in missing[:_SHOWN])
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    return f"words of the file that pandoc does not read: {shown}{more}; look where they stand"
