"""Draft to canonical XML and ledger entries."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from copydesk.article.canonical import NS, VERSION, XML_ID, XML_LANG, XML_SPACE, A, Ids
from copydesk.article.ledger import Disposition, Entry, LedgerRule, Span
from copydesk.cleaning.draft import Agent, Draft, HeadValue
from copydesk.cleaning.settle import SETTLE_RULES, Settled, fill, settle
from copydesk.reading.passage import Passage
from copydesk.reading.source import Block

_SIMPLE_HEAD = (
    "headline", "alternativeHeadline", "description", "url", "identifier",
    "datePublished", "dateModified", "genre", "articleSection",
)  # fmt: skip
_AGENT_ROLES = ("author", "contributor", "publisher")
BUILD_RULES = (
    *SETTLE_RULES,
    LedgerRule(id="para", d="keep", reason="block text kept verbatim, in reading order"),
    LedgerRule(id="heading", d="keep", reason="heading kept, its level too"),
    LedgerRule(id="cell", d="keep", reason="table cell kept"),
    LedgerRule(id="code", d="keep", reason="preformatted text kept verbatim"),
    LedgerRule(id="code.syntax", d="meta", reason="language of a program listing, moved to @syntax"),
    LedgerRule(id="image.src", d="meta", reason="target of an image, moved to @src"),
    LedgerRule(id="image.alt", d="meta", reason="description of an image, moved to @alt"),
    LedgerRule(id="link.auto", d="derive", reason="address in the text that is its own link"),
)
_OWN_RULES = {"heading": "heading", "cell": "cell", "code": "code"}


def build(draft: Draft) -> tuple[etree._Element, tuple[Entry, ...]]:
    """Write an article and its ledger entries.

    Parameters:
        draft: the cleaned draft; it is left as it is.

    Returns:
        The article element, and all entries: those that consume by first offset, derive entries last.
    """
    return _Writer(draft).write()


class _Writer:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.view = draft.source.view
        self.ids = Ids()
        self.agent_ids: dict[int, str] = {}
        self.at: dict[tuple[Disposition, str, str | None, str | None, float | None], list[Span]] = {}
        self.is_: dict[tuple[Disposition, str, str | None, str | None, float | None], list[str]] = {}

    def write(self) -> tuple[etree._Element, tuple[Entry, ...]]:
        draft = self.draft
        self.root = etree.Element(A + "article", nsmap={None: NS})  # type: ignore[dict-item] # the stubs lack None
        self.root.set("version", VERSION)
        self.root.set(XML_LANG, draft.lang)
        self.head()
        body = etree.SubElement(self.root, A + "body")
        for block in draft.blocks:
            self.block(body, block)
        for entry in (*draft.source.syntax, *draft.drops):
            key = (entry.d, entry.rule, None, entry.why, entry.score)
            self.at.setdefault(key, []).extend(entry.at)
        for to, rule, passage, why in draft.merged_head:
            for at in passage.spans():
                self.own("merge", rule, to, at, why=why)
        return self.root, self.entries()

    def entries(self) -> tuple[Entry, ...]:
        out = []
        for key, at in self.at.items():
            d, rule, to, why, score = key
            texts = self.is_.get(key)
            order = sorted(range(len(at)), key=at.__getitem__)
            out.append(
                Entry(
                    d=d,
                    rule=rule,
                    to=to,
                    why=why,
                    score=score,
                    at=tuple(at[i] for i in order),
                    is_=tuple(texts[i] for i in order) if texts else None,
                )
            )
        return tuple(sorted(out, key=lambda entry: (entry.d == "derive", entry.at[0])))

    # ------------------------------------------------------------ ownership
    def own(self, d: Disposition, rule: str, to: str, at: Span, is_: str | None = None, why: str | None = None) -> None:
        key = (d, rule, to, why, None)
        self.at.setdefault(key, []).append(at)
        if is_ is not None:
            self.is_.setdefault(key, []).append(is_)

    def keep(self, settled: Settled, rule: str, to: str, d: Disposition = "keep") -> None:
        for run in settled.runs:
            is_ = run.text if run.converted else None
            self.own(d, run.rule if run.rule and d == "keep" else rule, to, (run.start, run.end), is_)

    # ------------------------------------------------------------ head
    def head(self) -> None:
        draft = self.draft
        head = etree.SubElement(self.root, A + "head")
        if draft.title is not None:
            origin, value = draft.title
            self.value(head, "title", value, "head/title").set("from", origin)
        for name in _SIMPLE_HEAD:
            self.values(head, name)
        for role in _AGENT_ROLES:
            self.agents(head, role)
        for number, group in enumerate(draft.keywords, 1):
            element = etree.SubElement(head, A + "keywords")
            to = f"head/keywords[{number}]"
            if group.label is not None:
                settled = settle(group.label.passage, self.view)
                element.set("group", settled.text)
                self.keep(settled, group.label.rule, f"{to}/@group", "meta")
            if group.kind:
                element.set("kind", group.kind)
            for place, value in enumerate(group.terms, 1):
                self.value(element, "term", value, f"{to}/term[{place}]")
        self.agents(head, "mentions")
        for name in ("copyrightNotice", "license"):
            self.values(head, name)
        etree.SubElement(
            head, A + "source", sha256=draft.source.sha256, mediaType=draft.source.media_type, name=draft.source.name
        )

    def values(self, head: etree._Element, name: str) -> None:
        found = self.draft.head.get(name, [])
        for place, value in enumerate(found, 1):
            self.value(head, name, value, f"head/{name}[{place}]" if len(found) > 1 else f"head/{name}")

    def agents(self, head: etree._Element, role: str) -> None:
        agents = [agent for agent in self.draft.agents if agent.role == role]
        for number, agent in enumerate(agents, 1):
            element = etree.SubElement(head, A + role, type=agent.type)
            if agent.rel:
                element.set("rel", agent.rel)
            to = f"head/{role}[{number}]/" if len(agents) > 1 or role != "publisher" else f"head/{role}/"
            self.agent(element, agent, to)

    def agent(self, element: etree._Element, agent: Agent, to: str) -> None:
        name = self.value(element, "name", agent.name, f"{to}name")
        identifier = self.agent_ids[agent.key] = self.ids.agent(name.text or "")
        element.set(XML_ID, identifier)
        for tag, values in (("jobTitle", agent.titles), ("affiliation", agent.affiliations)):
            for place, value in enumerate(values, 1):
                self.value(element, tag, value, f"{to}{tag}[{place}]" if len(values) > 1 else f"{to}{tag}")

    def value(self, parent: etree._Element, name: str, value: HeadValue, to: str) -> etree._Element:
        element = etree.SubElement(parent, A + name)
        settled = settle(value.passage, self.view)
        element.text = settled.text if value.value is None else value.value
        d: Disposition = "derive" if value.derived else "meta"
        if value.value is not None:
            for run in settled.runs:
                self.own(d, value.rule, to, (run.start, run.end), value.value)
        else:
            self.keep(settled, value.rule, to, d)
        return element

    # ------------------------------------------------------------ body
    def block(self, parent: etree._Element, block: Block) -> None:
        kind = block.kind
        if kind in ("paragraph", "heading"):
            name = "p" if kind == "paragraph" else f"h{min(max(block.level, 2), 6)}"
            self.leaf(parent, name, block)
        elif kind == "code":
            self.code(parent, block)
        elif kind == "rule":
            etree.SubElement(parent, A + "hr")
        elif kind in ("quote", "gallery", "aside"):
            if block.children:
                name = "blockquote" if kind == "quote" else kind
                self.container(parent, name, block)
        elif kind == "list":
            element = etree.SubElement(parent, A + ("ol" if block.ordered else "ul"))
            if block.ordered and block.first != 1:
                element.set("start", str(block.first))
            for item in block.children:
                self.container(element, "li", item)
        elif kind == "figure":
            self.figure(parent, block)
        elif kind == "table":
            self.table(parent, block)

    def container(self, parent: etree._Element, name: str, block: Block) -> None:
        element = etree.SubElement(parent, A + name)
        if block.role and name != "li":
            element.set("role", block.role)
        for child in block.children:
            self.block(element, child)

    def leaf(self, parent: etree._Element, name: str, block: Block) -> etree._Element:
        element = etree.SubElement(parent, A + name)
        if block.role and name == "p":
            element.set("role", block.role)
        settled = settle(block.passage, self.view)
        if not settled.text:
            return element
        identifier = self.ids.leaf(settled.text)
        element.set(XML_ID, identifier)
        self.keep(settled, _OWN_RULES.get(block.kind, block.rule), f"#{identifier}")
        for rule, passage, why in block.merged:
            for at in passage.spans():
                self.own("merge", rule, f"#{identifier}", at, why=why)
        self.inlines(element, settled, identifier)
        return element

    def inlines(self, element: etree._Element, settled: Settled, identifier: str) -> None:
        marks = tuple(mark for mark in settled.marks if mark.kind != "a" or mark.href is not None)
        made = fill(element, settled.text, marks)
        counts: dict[str, int] = {}
        for child, mark in made:
            counts[mark.kind] = number = counts.get(mark.kind, 0) + 1
            if mark.who is not None:
                child.set("who", self.agent_ids[mark.who])
            if mark.href is None:
                continue
            to = f"#{identifier}/{mark.kind}[{number}]/"
            target, rule = ("src", "image.src") if mark.kind == "img" else ("href", "link.href")
            self.attribute(child, target, mark.href, "link.auto" if mark.derived else rule, to, derived=mark.derived)
            if mark.title is not None:
                target, rule = ("alt", "image.alt") if mark.kind == "img" else ("title", "link.title")
                self.attribute(child, target, mark.title, rule, to)

    def attribute(
        self, element: etree._Element, name: str, passage: Passage, rule: str, to: str, *, derived: bool = False
    ) -> None:
        settled = settle(passage.unmarked(), self.view)
        element.set(name, settled.text)
        for run in settled.runs:
            is_ = run.text if run.converted else None
            converted = run.rule if run.converted and run.rule else rule
            self.own("derive" if derived else "meta", converted, f"{to}@{name}", (run.start, run.end), is_)

    def code(self, parent: etree._Element, block: Block) -> None:
        element = etree.SubElement(parent, A + "pre")
        element.set(XML_SPACE, "preserve")
        text = block.passage.string.rstrip().replace("\r\n", "\n").replace("\r", "\n")
        text = text.lstrip("\n")
        identifier = self.ids.leaf(text)
        element.set(XML_ID, identifier)
        element.text = text
        self.keep(settle(block.passage, self.view), "code", f"#{identifier}")
        if block.syntax is not None:
            self.attribute(element, "syntax", block.syntax, "code.syntax", f"#{identifier}/")

    def figure(self, parent: etree._Element, block: Block) -> None:
        figure = etree.SubElement(parent, A + "figure")
        if block.image is not None:
            img = etree.SubElement(figure, A + "img")
            to = _path(img) + "/"
            self.attribute(img, "src", block.image[0], "image.src", to)
            if block.image[1] is not None:
                self.attribute(img, "alt", block.image[1], "image.alt", to)
        if block.passage:
            self.leaf(figure, "figcaption", block)

    def table(self, parent: etree._Element, block: Block) -> None:
        table = etree.SubElement(parent, A + "table")
        head = [row for row in block.children if row.children and all(cell.header for cell in row.children)]
        rest = [row for row in block.children if row not in head]
        if rest and head:
            self.rows(etree.SubElement(table, A + "thead"), head)
        self.rows(etree.SubElement(table, A + "tbody"), rest or head)

    def rows(self, parent: etree._Element, rows: list[Block]) -> None:
        for row in rows:
            element = etree.SubElement(parent, A + "tr")
            for cell in row.children:
                self.leaf(element, "th" if cell.header else "td", replace(cell))


def _path(element: etree._Element) -> str:
    """Path from the article to an element, as ledger targets have it."""
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None and (parent := node.getparent()) is not None:
        name = etree.QName(node).localname
        same = parent.findall(node.tag)
        steps.append(f"{name}[{same.index(node) + 1}]" if name not in ("body", "img") else name)
        node = parent
    return "/".join(reversed(steps))
