"""What each rule does, and what it leaves alone: one file of cases a rule, in `fixtures/`.

A file has two parts, `== acts ==` and `== leaves alone ==`, each with cases of this form:

    What the case shows [markdown]
    .
    the document, as its bytes stand in a file
    .
    the article in outline, then what was dropped and merged
    .

`[markdown]` or `[text]` names the reader; without it the document is judged by its content. In the first part the
outcome differs from that of the pipeline without the rule, in the second it does not. In an outline,
`{said:Jane Doe|...}` is an annotation and whom it names, `⏎` a line break.

`pytest --accept tests/cleaning/rules` rewrites outlines that differ and prints the differences, which are then read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from copydesk.article.canonical import XML_ID, A
from copydesk.article.ledger import Entry
from copydesk.cleaning import pipeline
from copydesk.cleaning.build import build
from copydesk.cleaning.pipeline import PIPELINE, normalize
from copydesk.cleaning.rule import Rule
from copydesk.reading.detect import read

FIXTURES = Path(__file__).parent / "fixtures"
FILES = sorted(FIXTURES.glob("*.txt"))
RULES = {rule.name: rule for rule in PIPELINE}
ACTS, LEAVES = "== acts ==", "== leaves alone =="
NAME = "fixture.txt"
OWN = {rule.id for step in PIPELINE for rule in step.ledger_rules} | {"link.moved", "link.title-moved"}


@dataclass(frozen=True)
class Case:
    part: str
    title: str
    source: str
    expected: str

    @property
    def reader(self) -> str | None:
        named = re.search(r"\[(text|markdown)\]$", self.title)
        return named[1] if named else None


def cases(text: str) -> Iterator[Case]:
    part = ""
    for chunk in re.split(f"^(?={ACTS}$|{LEAVES}$)", text, flags=re.M):
        part = chunk.partition("\n")[0]
        for found in re.finditer(r"^(\S.*)\n\.\n((?:.*\n)*?)\.\n((?:.*\n)*?)\.$", chunk, re.M):
            yield Case(part, *found.groups())


# ---------------------------------------------------------------- outline
def outline(root: etree._Element, entries: tuple[Entry, ...], view: str) -> str:
    agents = {e.get(XML_ID): e.findtext(f"{A}name") for e in root.iter(f"{A}mentions", f"{A}author")}
    complete = [f"complete: {root.get('complete')}"] if root.get("complete") else []
    lines = [*complete, *head_lines(root[0]), *body_lines(root[1], agents, "")]
    for entry in entries:
        if entry.d in ("drop", "merge") and entry.rule in OWN:
            target = f" -> {place(root, entry.to)}" if entry.to else ""
            lines += [f"{entry.d} {entry.rule}{target}: {' '.join(view[s:e].split())}" for s, e in entry.at]
    return "\n".join(lines) + "\n"


def head_lines(head: etree._Element) -> Iterator[str]:
    for element in head:
        name = element.tag.removeprefix(A)
        if name == "keywords":
            label = "".join(f" {element.get(key)}" for key in ("group", "kind") if element.get(key))
            yield f"{name}{label}: {' | '.join(term.text or '' for term in element)}"
        elif name == "author":
            parts = (f"{child.tag.removeprefix(A)} {child.text}" for child in element[1:])
            yield f"author: {'; '.join([element[0].text or '', *parts])}"
        elif name == "mentions":
            parts = (f"{child.tag.removeprefix(A)} {child.text}" for child in element[1:])
            yield f"{name} {element.get('rel')}: {'; '.join([element[0].text or '', *parts])}"
        elif name != "source":
            origin = f" from {element.get('from')}" if element.get("from") else ""
            yield f"{name}{origin}: {element.text}"


def body_lines(parent: etree._Element, agents: dict[str | None, str | None], margin: str) -> Iterator[str]:
    for element in parent:
        name = element.tag.removeprefix(A)
        role = f" {element.get('role')}" if element.get("role") else ""
        if name in ("p", "h2", "h3", "h4", "h5", "h6", "figcaption", "credit", "th", "td", "pre"):
            yield f"{margin}{name}{role}: {inline(element, agents)}"
        elif name == "img":
            yield f"{margin}{inline_of(element, agents)}"
        else:
            yield f"{margin}{name}{role}"
            yield from body_lines(element, agents, margin + "  ")


def inline(element: etree._Element, agents: dict[str | None, str | None]) -> str:
    parts = [element.text or ""]
    for child in element:
        parts += (inline_of(child, agents), child.tail or "")
    return "".join(parts)


def inline_of(element: etree._Element, agents: dict[str | None, str | None]) -> str:
    name, text = element.tag.removeprefix(A), inline(element, agents)
    if name == "br":
        return "⏎"
    if name == "img":
        return f"![{element.get('alt', '')}]({element.get('src')})"
    if name == "a":
        return f"[{text}]({element.get('href')})"
    marks = {"em": "*", "strong": "**", "code": "`"}
    if name in marks:
        return f"{marks[name]}{text}{marks[name]}"
    who = f":{agents[element.get('who')]}" if element.get("who") else ""
    return f"{{{name}{who}|{text}}}"


def place(root: etree._Element, target: str) -> str:
    if not target.startswith("#"):
        return target
    (element,) = root.xpath("//*[@xml:id=$name]", name=target[1:])
    return " ".join(filter(None, (element.tag.removeprefix(A), element.get("role"))))


# ---------------------------------------------------------------- with and without a rule
def normalized(case: Case) -> str:
    made = normalize(case.source.encode("utf-8"), name=NAME, reader=case.reader)
    return outline(etree.fromstring(made.xml), made.ledger.entries, case.source)


def applied(case: Case, rules: tuple[Rule, ...]) -> str:
    source = read(case.source.encode("utf-8"), name=NAME, reader=case.reader)
    draft = pipeline._draft(source)
    for rule in rules:
        rule.apply(draft)
    return outline(*build(draft), case.source)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_outcomes(path: Path, accept: Callable[[Path, bytes], bool]) -> None:
    text = now = path.read_text("utf-8")
    for case in cases(text):
        head = f"\n{case.title}\n.\n{case.source}.\n"
        assert now.count(head) == 1, f"two cases are alike: {case.title}"
        now = now.replace(f"{head}{case.expected}.\n", f"{head}{normalized(case)}.\n")
    if now != text and not accept(path, now.encode("utf-8")):
        assert now == text


def essence(name: str, outlined: str) -> str:
    """An outline less what the rule gives to every article: a title, the role of the first paragraph."""
    if name in ("title", "lead"):
        outlined = re.sub(r"^title .*\n", "", outlined)
    return outlined.replace("p lead: ", "p: ", 1) if name == "lead" else outlined


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_rule_and_no_other_makes_the_difference(path: Path) -> None:
    rule = RULES[path.stem]
    others = tuple(other for other in PIPELINE if other is not rule)
    for case in cases(path.read_text("utf-8")):
        with_it, without_it = applied(case, PIPELINE), applied(case, others)
        if case.part == ACTS:
            assert with_it != without_it, f"{rule.name} does nothing: {case.title}"
        else:
            assert essence(rule.name, with_it) == essence(rule.name, without_it), f"{rule.name} acts: {case.title}"


def test_every_rule_has_cases_of_both_kinds() -> None:
    assert {path.stem for path in FILES} == set(RULES)
    for path in FILES:
        parts = [case.part for case in cases(path.read_text("utf-8"))]
        assert set(parts) == {ACTS, LEAVES}, path.stem
        assert parts.count(LEAVES) >= parts.count(ACTS), path.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_holds_nothing_but_cases(path: Path) -> None:
    text = path.read_text("utf-8")
    for case in cases(text):
        text = text.replace(f"{case.title}\n.\n{case.source}.\n{case.expected}.\n", "")
    assert set(text.split("\n")) <= {"", ACTS, LEAVES}
