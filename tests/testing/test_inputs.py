"""The checks of readers and rules pass what is right and bite at what is wrong, one broken example for each check."""

from __future__ import annotations

import re
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from copydesk import Reader, Rule
from copydesk.article.ledger import Entry, LedgerRule
from copydesk.cleaning.draft import Draft
from copydesk.cleaning.pipeline import PIPELINE
from copydesk.reading.characters import Characters
from copydesk.reading.source import Block, Source
from copydesk.reading.text import TextReader
from copydesk.testing import check_reader, check_rule

SAMPLE = """\
%memo
Harbour ferry returns
The harbour ferry sails again from Monday, the port authority announced.
Many passengers came with their bicycles.
"""
SIGN = LedgerRule(id="memo.sign", d="drop", match="%memo", reason="name of the kind of file")


class Memo(Reader):
    """A line a block, less the first word."""

    name = "memo"
    suffixes: Any = (".memo",)
    media_type = "text/x-memo"
    ledger_rules: Any = (SIGN,)

    def sniff(self, view: str) -> float:
        return float(view.startswith("%memo"))

    def read(self, source: Source) -> None:
        text = Characters(source.view)
        for found in re.finditer(r"\S[^\r\n]*", source.view):
            start, end = found.span()
            if found[0].startswith("%memo"):
                source.syntax.append(Entry(d="drop", rule="memo.sign", at=((start, start + 5),)))
                start += 5
            if passage := text.passage(start, end).cut(0):
                source.blocks.append(Block("paragraph", passage))
        source.syntax.extend(text.dropped())


def test_a_good_reader_passes() -> None:
    check_reader(
        Memo,
        SAMPLE,
        title="Harbour ferry returns",
        texts=[
            "The harbour ferry sails again from Monday, the port authority announced.",
            "Many passengers came with their bicycles.",
        ],
    )


class NoSuffixes(Memo):
    suffixes = ".memo"


class Capitals(Memo):
    suffixes = (".MEMO",)


class Nameless(Memo):
    name = "My Memo"


class TakesAnId(Memo):
    ledger_rules = (SIGN, LedgerRule(id="gallery.counter", d="drop", match=".*", reason="anything"))


class DropsAnything(Memo):
    ledger_rules = (LedgerRule(id="memo.sign", d="drop", reason="anything"),)


class NotAbstractEnough(Reader):
    name, suffixes, media_type = "memo", (".memo",), "text/x-memo"

    def sniff(self, view: str) -> float:
        return 1.0


class Shy(Memo):
    def sniff(self, view: str) -> float:
        return 0.0


class Greedy(Memo):
    def sniff(self, view: str) -> float:
        return 1.0


class OverSure(Memo):
    def sniff(self, view: str) -> float:
        return 2.0 * view.startswith("%memo")


class SniffsLast(Memo):
    def sniff(self, view: str) -> float:
        return float(view.startswith("%memo")) if view.rindex("\n") else 0.0


class LosesLines(Memo):
    def read(self, source: Source) -> None:
        super().read(source)
        source.blocks.pop()


class Twice(Memo):
    def read(self, source: Source) -> None:
        super().read(source)
        source.blocks.append(Block("paragraph", source.blocks[-1].passage))


class Undeclared(Memo):
    ledger_rules = ()


class ForgetsControls(Memo):
    def read(self, source: Source) -> None:
        super().read(source)
        source.syntax = [entry for entry in source.syntax if entry.rule.startswith("memo.")]


class ChangesTheView(Memo):
    def read(self, source: Source) -> None:
        source.view = source.view.replace("ferry", "Ferry")
        super().read(source)


class Chokes(Memo):
    def read(self, source: Source) -> None:
        super().read(source)
        source.view.encode("ascii")


_calls = count()


class Moody(Memo):
    def read(self, source: Source) -> None:
        super().read(source)
        if next(_calls) % 2:
            source.blocks[1].kind, source.blocks[1].level = "heading", 2


class Writes(Memo):
    def read(self, source: Source) -> None:
        super().read(source)
        Path("left.txt").write_text("x", encoding="utf-8")


class LeavesTemporary(Memo):
    def read(self, source: Source) -> None:
        super().read(source)
        tempfile.mkdtemp()


class Quadratic(Memo):
    def read(self, source: Source) -> None:
        super().read(source)
        for block in source.blocks:
            assert sum(other is block for other in source.blocks) == 1


class Backtracks(Memo):
    def sniff(self, view: str) -> float:
        return super().sniff(view) if re.search(r" +\n\n%", view) is None else 0.0


@pytest.mark.parametrize(
    ("reader", "complaint"),
    [
        (NoSuffixes, "declaration: suffixes"),
        (Capitals, "declaration: the suffix '.MEMO'"),
        (Nameless, "declaration: 'My Memo'"),
        (TakesAnId, "declaration: .*'gallery.counter'"),
        (DropsAnything, "declaration: .*'memo.sign' drops, but has no match"),
        (NotAbstractEnough, "declaration: it does not define"),
        (Shy, "sniff: the sample would be read by TextReader"),
        (Greedy, "sniff: it claims a sample of plain text"),
        (OverSure, "sniff: the sample: it gave 2.0"),
        (SniffsLast, "sniff: .*ValueError"),
        (LosesLines, "proof: the sample"),
        (Twice, "proof: the sample"),
        (Undeclared, "proof: the sample: .*no such rule"),
        (ForgetsControls, "proof: with "),
        (ChangesTheView, "proof: the sample: .*view"),
        (Chokes, "sample of plain text: UnicodeEncodeError|with a .*: UnicodeEncodeError"),
        (Moody, "determinism"),
        (Writes, "side effects: changed a file"),
        (LeavesTemporary, "side effects: left a file behind"),
        (Quadratic, "long documents: 8 times as many"),
        (Backtracks, "long documents: 8 times as many spaces in a run"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_each_check_of_readers_bites(reader: type[Reader], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_reader(reader, SAMPLE)


def test_what_a_reader_should_read_is_compared() -> None:
    with pytest.raises(AssertionError, match="title: 'Else' was expected, 'Harbour ferry returns' was read"):
        check_reader(Memo, SAMPLE, title="Else")
    with pytest.raises(AssertionError, match="texts: "):
        check_reader(Memo, SAMPLE, texts=["Else"])
    with pytest.raises(AssertionError, match="sample: no article"):
        check_reader(Memo, "%memo\n")


# ---------------------------------------------------------------- rules
STORY = """\
Harbour ferry returns
The harbour ferry sails again from Monday, the port authority announced.
Read on, dear reader
Many passengers came with their bicycles.
"""
LOOK_ALIKE = """\
Harbour ferry returns
The harbour ferry sails again from Monday, the port authority announced.
Read on, dear reader, if you want to know when it sails on Sundays, the port authority said.
"""
READ_ON = LedgerRule(id="memo.read-on", d="drop", match="Read on, dear reader", reason="pointer")


def read_on(draft: Draft, pattern: str = "Read on, dear reader") -> None:
    def printed(block: Block) -> list[str]:
        return [draft.source.view[start:end] for start, end in block.passage.spans()]

    found = [
        block for block in draft.blocks if [bool(re.fullmatch(pattern, text)) for text in printed(block)] == [True]
    ]
    for block in found:
        draft.drop(block.passage, "memo.read-on")
    draft.take_out(found)


def test_a_good_rule_passes_and_so_does_one_of_core() -> None:
    check_rule(
        Rule("read-on", read_on, (READ_ON,)),
        STORY,
        texts=[
            "The harbour ferry sails again from Monday, the port authority announced.",
            "Many passengers came with their bicycles.",
        ],
        leaves_alone=[LOOK_ALIKE],
    )
    (double_stop,) = [rule for rule in PIPELINE if rule.name == "double-stop"]
    check_rule(double_stop, STORY.replace("announced.", "announced.."), leaves_alone=[STORY])


def test_a_rule_runs_where_it_stands() -> None:
    def seen(draft: Draft) -> None:
        roles.append([block.role for block in draft.blocks])
        read_on(draft)

    roles: list[list[str | None]] = []
    check_rule(Rule("read-on", seen, (READ_ON,)), STORY)
    assert roles[0] == [None] * len(roles[0])
    for place in ({"after": "lead"}, {"before": "lead-caption"}):
        roles.clear()
        check_rule(Rule("read-on", seen, (READ_ON,), **place), STORY)
        assert "lead" in roles[0]
    first = Rule("first", nothing)
    check_rule(Rule("read-on", read_on, (READ_ON,), after="first"), STORY, beside=[first])


def nothing(draft: Draft) -> None:
    pass


def loses(draft: Draft) -> None:
    draft.take_out([block for block in draft.blocks if block.text.startswith("Read on")])


def by_text(draft: Draft) -> None:
    """Forgets that the source may hold a soft hyphen or an entity where the text has none."""
    found = [block for block in draft.blocks if block.text == "Read on, dear reader"]
    for block in found:
        draft.drop(block.passage, "memo.read-on")
    draft.take_out(found)


def too_much(draft: Draft) -> None:
    read_on(draft, "Read on.*")


def moody(draft: Draft) -> None:
    if next(_calls) % 2:
        read_on(draft)


def writes(draft: Draft) -> None:
    read_on(draft)
    Path("left.txt").write_text("x", encoding="utf-8")


def chokes(draft: Draft) -> None:
    read_on(draft)
    draft.blocks[1].text.index("h")


def quadratic(draft: Draft) -> None:
    read_on(draft)
    for block in draft.blocks:
        assert sum(other is block for other in draft.blocks) == 1


def backtracks(draft: Draft) -> None:
    read_on(draft)
    for block in draft.blocks:
        re.search(r"a+c", block.text)


@pytest.mark.parametrize(
    ("apply", "complaint"),
    [
        (nothing, "the article is the same without it"),
        (loses, "proof: the sample"),
        (by_text, "proof: with "),
        (too_much, "proof: what it leaves alone"),
        (moody, "determinism"),
        (writes, "side effects: changed a file"),
        (chokes, "(IndexError|ValueError)"),
        (quadratic, "long documents: 8 times as many"),
        (backtracks, "long documents: 8 times as many letters in a run"),
    ],
)
def test_each_check_of_rules_bites(apply: Any, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_rule(Rule("read-on", apply, (READ_ON,)), STORY, leaves_alone=[LOOK_ALIKE])


def test_what_a_rule_declares_and_should_do_is_compared() -> None:
    with pytest.raises(AssertionError, match="declaration: the name of a rule is"):
        check_rule(Rule("Read on", read_on, (READ_ON,)), STORY)
    with pytest.raises(AssertionError, match=r"declaration: .*'gallery\.counter'"):
        check_rule(Rule("read-on", read_on, (READ_ON, TakesAnId.ledger_rules[1])), STORY)
    with pytest.raises(AssertionError, match="drops, but has no match"):
        check_rule(Rule("read-on", read_on, DropsAnything.ledger_rules), STORY)
    with pytest.raises(AssertionError, match=r"declaration: .*stands by 'nobody', which is no rule"):
        check_rule(Rule("read-on", read_on, (READ_ON,), after="nobody"), STORY)
    with pytest.raises(AssertionError, match="declaration: copydesk has a rule 'lead'"):
        check_rule(Rule("lead", read_on, (READ_ON,)), STORY)
    rule = Rule("read-on", read_on, (READ_ON,))
    with pytest.raises(AssertionError, match="texts: "):
        check_rule(rule, STORY, texts=["Else"])
    with pytest.raises(AssertionError, match="leaves alone: it acts on"):
        check_rule(rule, STORY, leaves_alone=[STORY])
    with pytest.raises(AssertionError, match="sample: no article"):
        check_rule(rule, "Read on, dear reader\n")


def test_core_readers_keep_the_contract() -> None:
    """As far as it is for them: text is what remains, so it claims plain text."""
    with pytest.raises(AssertionError, match="sniff: it claims a sample of plain text"):
        check_reader(TextReader, STORY)
