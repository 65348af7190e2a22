"""Draft to canonical XML and ledger entries."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from copydesk.article.canonical import NS, VERSION, XML_ID, XML_LANG, XML_SPACE, A, Ids
from copydesk.article.ledger import Disposition, Entry, LedgerRule
from copydesk.cleaning.account import Account
from copydesk.cleaning.draft import Agent, Draft, HeadValue
from copydesk.cleaning.settle import SETTLE_RULES, Settled, fill, settle
from copydesk.reading.passage import Mark, Passage
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
    LedgerRule(id="credit", d="keep", reason="credit of a picture kept beside it"),
    LedgerRule(id="cell", d="keep", reason="table cell kept"),
    LedgerRule(id="code", d="keep", reason="preformatted text kept verbatim"),
    LedgerRule(id="code.syntax", d="meta", reason="language of a program listing, moved to @syntax"),
    LedgerRule(id="image.src", d="meta", reason="target of an image, moved to @src"),
    LedgerRule(id="image.alt", d="meta", reason="description of an image, moved to @alt"),
    LedgerRule(id="link.shared", d="derive", reason="target or title that the label or another link owns"),
)
_OWN_RULES = {"heading": "heading", "credit": "credit", "cell": "cell", "code": "code"}


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
        self.account = Account(draft)
        self.paths: dict[etree._Element, str] = {}
        self.counts = Counter[tuple[etree._Element, str]]()

    def write(self) -> tuple[etree._Element, tuple[Entry, ...]]:
        draft = self.draft
        self.root = etree.Element(A + "article", nsmap={None: NS})  # type: ignore[dict-item] # the stubs lack None
        self.root.set("version", VERSION)
        self.root.set(XML_LANG, draft.lang)
        if draft.right_to_left:
            self.root.set("dir", "rtl")
        if draft.is_cut_off:
            self.root.set("complete", "false")
        self.head()
        body = etree.SubElement(self.root, A + "body")
        self.paths[body] = "body"
        for block in draft.blocks:
            self.block(body, block)
        return self.root, self.account.settled()

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
                self.account.own(settled, group.label.rule, f"{to}/@group", "meta")
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
            element = self.value(head, name, value, f"head/{name}[{place}]" if len(found) > 1 else f"head/{name}")
            if name == "identifier":
                element.set("scheme", _scheme(element.text or ""))

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
        for tag, values in (("jobTitle", agent.titles), ("affiliation", agent.affiliations), ("url", agent.urls)):
            for place, value in enumerate(values, 1):
                self.value(element, tag, value, f"{to}{tag}[{place}]" if len(values) > 1 else f"{to}{tag}")

    def value(self, parent: etree._Element, name: str, value: HeadValue, to: str) -> etree._Element:
        element = etree.SubElement(parent, A + name)
        settled = settle(value.passage, self.view)
        d: Disposition = "derive" if value.derived else "meta"
        if value.value is None:
            element.text = settled.text
            self.account.own(settled, value.rule, to, d)
        else:
            element.text = value.value
            at = tuple((run.start, run.end) for run in settled.runs)
            if at:
                self.account.entries.append(Entry(d=d, rule=value.rule, to=to, at=at, is_=(value.value,)))
        return element

    # ------------------------------------------------------------ body
    def block(self, parent: etree._Element, block: Block) -> None:
        kind = block.kind
        if kind == "paragraph":
            self.leaf(parent, "p", block)
        elif kind == "heading":
            self.leaf(parent, f"h{min(max(block.level, 2), 6)}", block)
        elif kind == "code":
            self.code(parent, block)
        elif kind == "rule":
            etree.SubElement(parent, A + "hr")
        elif kind in ("quote", "gallery", "aside"):
            if block.children:
                name = "blockquote" if kind == "quote" else kind
                self.container(parent, name, block)
        elif kind == "list":
            element = self.element(parent, "ol" if block.ordered else "ul")
            if block.ordered and block.first != 1:
                element.set("start", str(block.first))
            for item in block.children:
                self.container(element, "li", item)
        elif kind == "figure":
            self.figure(parent, block)
        elif kind == "table":
            self.table(parent, block)

    def element(self, parent: etree._Element, name: str) -> etree._Element:
        """An element whose path from the article is kept, for targets below it that have no id."""
        element = etree.SubElement(parent, A + name)
        self.counts[parent, name] += 1
        self.paths[element] = f"{self.paths[parent]}/{name}[{self.counts[parent, name]}]"
        return element

    def container(self, parent: etree._Element, name: str, block: Block) -> None:
        element = self.element(parent, name)
        if block.role and name != "li":
            element.set("role", block.role)
        for child in block.children:
            self.block(element, child)

    def leaf(self, parent: etree._Element, name: str, block: Block) -> etree._Element:
        settled = settle(block.passage, self.view)
        if block.kind == "cell":
            element = self.element(parent, name)
            if not settled.text:  # it holds its column's place, and perhaps an image
                self.inlines(element, settled, self.paths[element])
                return element
        else:
            element = etree.SubElement(parent, A + name)
        if block.role and name == "p":
            element.set("role", block.role)
        identifier = self.ids.leaf(settled.text)
        element.set(XML_ID, identifier)
        self.account.own(settled, _OWN_RULES.get(block.kind, block.rule), f"#{identifier}", "keep")
        for rule, passage, why in block.merged:
            self.account.entries.append(Entry(d="merge", rule=rule, to=f"#{identifier}", at=passage.spans(), why=why))
        self.inlines(element, settled, f"#{identifier}")
        return element

    def inlines(self, element: etree._Element, settled: Settled, to: str) -> None:
        if not settled.marks:
            element.text = settled.text
            return
        marks = tuple(mark for mark in settled.marks if mark.kind != "a" or mark.href is not None)
        counts = Counter[str]()
        for child, mark in fill(element, settled.text, marks):
            counts[mark.kind] += 1
            if mark.who is not None:
                child.set("who", self.agent_ids[mark.who])
            if mark.href is not None:
                self.target(child, mark, f"{to}/{mark.kind}[{counts[mark.kind]}]")

    def target(self, element: etree._Element, mark: Mark, to: str) -> None:
        """The attributes of a link or an image."""
        names = ("src", "alt") if mark.kind == "img" else ("href", "title")
        for name, part in zip(names, (mark.href, mark.title), strict=True):
            if part is not None:
                derived = (mark.derived and name != "alt") or part.spans() in self.account.targets
                if not derived:
                    self.account.targets.add(part.spans())
                rule = "link.shared" if derived else f"image.{name}" if mark.kind == "img" else f"link.{name}"
                self.attribute(element, name, part, rule, to, "derive" if derived else "meta")

    def attribute(
        self, element: etree._Element, name: str, passage: Passage, rule: str, to: str, d: Disposition = "meta"
    ) -> None:
        settled = settle(passage, self.view)
        element.set(name, settled.text)
        self.account.own(settled, rule, f"{to}/@{name}", d)

    def code(self, parent: etree._Element, block: Block) -> None:
        element = etree.SubElement(parent, A + "pre")
        element.set(XML_SPACE, "preserve")
        text = re.sub("\r*\n|\r", "\n", block.passage.string.rstrip())
        text = text.lstrip("\n")
        identifier = self.ids.leaf(text)
        element.set(XML_ID, identifier)
        element.text = text
        at = block.passage.spans()
        self.account.entries.append(Entry(d="keep", rule="code", to=f"#{identifier}", at=at))
        if block.syntax is not None:
            self.attribute(element, "syntax", block.syntax, "code.syntax", f"#{identifier}")

    def figure(self, parent: etree._Element, block: Block) -> None:
        figure = self.element(parent, "figure")
        if block.image is not None:
            img = etree.SubElement(figure, A + "img")
            self.target(img, block.image, f"{self.paths[figure]}/img")
        if block.passage:
            self.leaf(figure, "figcaption", block)
        if block.credit:
            self.leaf(figure, "credit", Block("credit", block.credit))

    def table(self, parent: etree._Element, block: Block) -> None:
        table = self.element(parent, "table")
        if block.passage:
            self.leaf(table, "caption", block)
        head: list[Block] = []
        rest: list[Block] = []
        for row in block.children:
            (head if row.children and all(cell.header for cell in row.children) else rest).append(row)
        if rest and head:
            self.rows(self.element(table, "thead"), head)
        self.rows(self.element(table, "tbody"), rest or head)

    def rows(self, parent: etree._Element, rows: list[Block]) -> None:
        for row in rows:
            element = self.element(parent, "tr")
            for cell in row.children:
                made = self.leaf(element, "th" if cell.header else "td", cell)
                for name, span in (("colspan", cell.columns), ("rowspan", cell.rows)):
                    if span > 1:
                        made.set(name, str(span))


def _scheme(identifier: str) -> str:
    """What kind of identifier it is by its own prefix, as in urn:isbn:..., doi:10... or https://...; else "local"."""
    found = re.match(r"(?:urn:)?([A-Za-z][A-Za-z0-9-]{1,30}):(?!$)", identifier)
    return found[1].lower() if found else "local"
