"""The table of formats: what pandoc calls each, and what its writer and template do with an article.

Left out of what pandoc 3.9 writes: formats that other plugins own (EPUB, Markdown and its dialects), slides, manual
pages and documentation comments, bibliographies, outlines, notebooks, fragments, pandoc's own trees, and old or second
names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_ALL = frozenset({"title", "subtitle", "author", "date"})
_NO_SUBTITLE = _ALL - {"subtitle"}
_NOTHING: frozenset[str] = frozenset()
_KEYWORDS = {"keywords": "keywords"}
# An office document takes properties of any name.
_PROPERTIES = {
    name: name
    for name in (
        "keywords", "description", "source", "published", "modified", "publisher", "contributor", "genre", "section",
        "identifier", "rights", "license",
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Parameters:
        name: what follows `--to`.
        suffix: of its files, with dot.
        media_type: of its files.
        writer: pandoc's name of it, with extensions; "": the same as `name`.
        title: what pandoc's template prints of title, subtitle, author and date. The rest is put above the text.
        top: level of the highest heading inside the text: 1 where the title stands apart.
        slots: names of metadata (see `copydesk_pandoc.front`), and the template's names of them, with dots for levels.
        embeds: whether pictures are packed into the file.
        refers: whether a picture can be named by its address on the web.
        figures: whether the writer keeps the caption of a picture.
        tables: whether the writer keeps the caption of a table.
        roles: whether classes mean something in the format, as they do to a stylesheet.
        guard: markup that is nothing in itself, and keeps the beginning of a paragraph from being read as markup.
        ascii: whether the writer would spell curly quotes, dashes and ellipses in ASCII, come what may.
    """

    name: str
    suffix: str
    media_type: str
    writer: str = ""
    title: frozenset[str] = _NOTHING
    top: int = 2
    slots: Mapping[str, str] = field(default_factory=dict)
    embeds: bool = False
    refers: bool = False
    figures: bool = False
    tables: bool = True
    roles: bool = False
    guard: str = ""
    ascii: bool = False

    @property
    def markup(self) -> str:
        """The writer's name without extensions, as raw inlines give it."""
        return (self.writer or self.name).partition("-")[0]


# Curly quotes and dashes stay the characters that they are: "-smart" keeps writers from spelling them in ASCII.
FORMATS: tuple[Format, ...] = (
    Format(
        "asciidoc", ".adoc", "text/asciidoc", title=_NO_SUBTITLE, top=1, slots=_KEYWORDS, refers=True, guard="{empty}"
    ),
    Format("bbcode", ".bbcode", "text/x-bbcode", refers=True, ascii=True),
    Format("context", ".tex", "text/x-context", writer="context-smart", title=_ALL, top=1, slots=_KEYWORDS),
    Format(
        "docbook", ".dbk", "application/docbook+xml", writer="docbook5", title=_ALL - {"author"}, top=1, refers=True
    ),
    Format(
        "docx",
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        title=_ALL,
        top=1,
        slots=_PROPERTIES,
        embeds=True,
        figures=True,
    ),
    Format("dokuwiki", ".txt", "text/x-dokuwiki", writer="dokuwiki-smart", refers=True, guard="<nowiki></nowiki>"),
    Format("fb2", ".fb2", "application/x-fictionbook+xml", title=_NO_SUBTITLE, embeds=True),
    Format(
        "html5",
        ".html",
        "text/html",
        title=_ALL,
        slots={"keywords": "keywords", "description": "description"},
        embeds=True,
        refers=True,
        figures=True,
        roles=True,
    ),
    Format("icml", ".icml", "application/x-indesign-icml+xml"),
    Format(
        "jats",
        ".xml",
        "application/xml",
        title=_ALL,
        top=1,
        refers=True,
        slots={"keywords": "tags", "publisher": "journal.publisher-name", "rights": "copyright.statement"},
    ),
    Format("jira", ".jira", "text/x-jira", refers=True, tables=False, guard="\\"),
    Format("latex", ".tex", "application/x-latex", writer="latex-smart", title=_ALL, top=1, slots=_KEYWORDS),
    Format("mediawiki", ".wiki", "text/x-wiki", guard="<nowiki/>"),
    Format("muse", ".muse", "text/x-muse", title=_ALL, top=1),
    Format(
        "odt",
        ".odt",
        "application/vnd.oasis.opendocument.text",
        title=_ALL,
        top=1,
        slots=_PROPERTIES,
        embeds=True,
        figures=True,
    ),
    Format(
        "org",
        ".org",
        "text/org",
        writer="org-smart-special_strings",
        title=_NO_SUBTITLE,
        top=1,
        refers=True,
        guard="\u200b",
    ),
    Format("plain", ".txt", "text/plain", writer="plain-smart", title=_NO_SUBTITLE),
    Format("rst", ".rst", "text/x-rst", title=_ALL, top=1, refers=True, guard="\\ "),
    Format("rtf", ".rtf", "application/rtf", title=_NO_SUBTITLE, top=1, embeds=True),
    Format(
        "tei",
        ".xml",
        "application/tei+xml",
        title=_NO_SUBTITLE,
        top=1,
        tables=False,
        slots={"publisher": "publisher", "license": "license"},
    ),
    Format(
        "textile",
        ".textile",
        "text/x-textile",
        writer="textile-smart",
        refers=True,
        guard="<notextile></notextile>",
        ascii=True,
    ),
    Format("typst", ".typ", "text/vnd.typst", writer="typst-smart", title=_ALL, top=1),
)


def by_name(formats: Iterable[Format] = FORMATS) -> dict[str, Format]:
    """Give the formats by name."""
    return {format_.name: format_ for format_ in formats}
