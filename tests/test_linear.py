"""Time grows with the length of a text, not with its square, whatever the text repeats.

Nothing is measured in seconds: the time for a text is compared with that for one four times as long, in CPU time of
this thread, the best of several tries. Linear work takes 4 times as long, quadratic work 16 times; the limit: 10.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

import copydesk.cleaning
import copydesk.reading
from copydesk.cleaning.lexicon import Lexicon, lexicon
from copydesk.cleaning.pipeline import ledger_rules, normalize
from copydesk.errors import NoArticleError

FACTOR = 4
MOST = 10.0
TRIES = 5
CHARACTERS = (
    " ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "a", "A", "é", "中", "0", ".", ",", ":", "…", "。", "-", "–", "_",
    "/", "\\", "[", "]", "(", ")", "<", ">", "{", "*", "`", "~", "=", "#", "|", "+", "&", "!", "?", "@", "%", "•", "'",
    '"', "‘", "’", "“", "”", "„", "«", "»",
)  # fmt: skip
PAIRS = ("aA", "a ", "A.", "[a", "a_", "1:", "/a", "- ", "\n ")
WORDS = (
    "A ", "a.", "a. ", "A. ", "aA.", "a.A", "a..", "..a", ". ", "1/", "1 / 2\n", "1. ", "a\n", "a\n\n", "A b c.D e f ",
    "Jane Doe ", "said ", "said Jane Doe ", '"a" ', "“a” ", "“a b c d,” ", "“a b c d,” said Jane Doe. ", "‘a ", "»a",
    "«a» ", "](", "[]", "[](", "[a](b)", "[a](b) ", "![a](b)", "[a][b]", "[a]: b\n", "[a](b 'c')", "<a>", "<br>",
    "<http://a>", "&amp;", "&nbsp;", "&#8203;", "\\*", "**a** ", "*a", "_a_", "`a`", "``", "> ", "- a\n", "+ a\n\n",
    "```\na\n```\n\n",
    "  \n", "\\\n", "# a\n", "a\n---\n", "|a", "|a|b|\n|-|-|\n", "---\n\n", "TAGS [a](#) • [b](#)\n", "Tags: a, b\n",
    "• a ", "•\n", "“\n\na\n\n”\n\n", "    A caption of five words\n    1 / 2\n", "News\n", "6 October 2020\n",
    "**Jane Doe**  \nDirector\n\n", "http://a.b/c ",
    "A line that goes on and on and on until it is quite long enough\nand then ends like this.\n",
)  # fmt: skip
# Patterns that search short texts alone.
BOUNDED = {
    "copydesk.cleaning.rules.hard_wraps._HYPHEN": "looked for in the last 40 characters of a line",
    "copydesk.cleaning.rules.page_lines._STEP": "a trail of breadcrumbs has at most 160 characters",
    "copydesk.cleaning.dates._TIME": "a date has at most 64 characters",
    "copydesk.cleaning.rules.lead._DASH": "looked for in the first 73 characters",
}


def spent(work: Callable[[str], object], text: str) -> float:
    start = time.thread_time()
    work(text)
    return max(time.thread_time() - start, 50e-6)  # less than that is the noise of the clock


def grows_too_fast(
    work: Callable[[str], object], unit: str, length: int, measured: Callable[..., float] = spent
) -> str | None:
    """Say how the time grew, if it is more than `MOST` in every try."""
    short = unit * max(1, length // len(unit))
    ratios: list[float] = []
    for _ in range(TRIES):
        first, second = measured(work, short), measured(work, short * FACTOR)
        ratios.append(second / first)
        if ratios[-1] <= MOST:
            return None
    return f"{unit!r} * {len(short) // len(unit)}: " + ", ".join(f"{ratio:.1f}" for ratio in ratios)


# ---------------------------------------------------------------- regular expressions
@dataclass(frozen=True)
class Used:
    """A pattern, and whether it is searched for rather than matched at a place."""

    pattern: re.Pattern[str]
    searched: bool

    def look(self, text: str) -> None:
        if self.searched:
            for _ in self.pattern.finditer(text):
                pass
        else:
            self.pattern.match(text)
            self.pattern.fullmatch(text)


def patterns() -> Iterator[tuple[str, Used]]:
    modules = [
        importlib.import_module(info.name)
        for package in (copydesk.reading, copydesk.cleaning)
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    called = defaultdict[str, set[str]](set)  # what of each name is called, wherever it stands
    for module in modules:
        for name, method in re.findall(r"\b(\w+)\.(\w+)\(", inspect.getsource(module)):
            called[name].add(method)
    for module in modules:
        for name, value in vars(module).items():
            searched = not called[name] or not called[name] <= {"match", "fullmatch"}
            for number, found in enumerate(within(value)):
                yield f"{module.__name__}.{name}{f'[{number}]' if number else ''}", Used(found, searched)
    for language in ("de", "en", "ja", "ru"):
        for name, value in vars(Lexicon).items():
            if "Pattern" in str(getattr(getattr(value, "func", None), "__annotations__", "")):
                yield f"{language}.{name}", Used(getattr(lexicon(language), name), searched=True)


def within(value: object) -> Iterable[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, (tuple, list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from within(item)


PATTERNS = dict(patterns())


def test_the_patterns_have_been_found() -> None:
    assert len(PATTERNS) > 60
    assert set(BOUNDED) <= set(PATTERNS)


@pytest.mark.parametrize("name", sorted(set(PATTERNS) - set(BOUNDED)))
def test_pattern(name: str) -> None:
    problems = [grows_too_fast(PATTERNS[name].look, unit, 1_000) for unit in (*CHARACTERS, *PAIRS)]
    assert not list(filter(None, problems))


@pytest.mark.parametrize("name", sorted(rule.id for rule in ledger_rules().values() if rule.match))
def test_pattern_of_a_drop(name: str) -> None:
    pattern = re.compile(ledger_rules()[name].match or "", re.DOTALL)
    problems = [grows_too_fast(pattern.fullmatch, unit, 1_500) for unit in CHARACTERS]
    assert not list(filter(None, problems))


# ---------------------------------------------------------------- the whole
@pytest.mark.parametrize("reader", ["text", "markdown"])
@pytest.mark.parametrize("unit", [*CHARACTERS, *WORDS], ids=repr)
def test_normalize(unit: str, reader: str) -> None:
    def run(text: str) -> None:
        with suppress(NoArticleError):
            normalize(f"The first words stand alone. {text}".encode(), name="run.txt", reader=reader)

    problem = grows_too_fast(run, unit, 800)
    assert problem is None, problem


def calls(work: Callable[[str], object], text: str) -> float:
    """How many functions are called: unlike time, the same on every machine, busy or not."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work(text)
    finally:
        sys.setprofile(before)
    return count


def test_the_comparison_sees_quadratic_work() -> None:
    def quadratic(text: str) -> int:
        return sum(ord(a) for a in text for _ in text)

    def linear(text: str) -> int:
        return sum(map(ord, text))

    assert grows_too_fast(quadratic, "a", 50, calls)
    assert not grows_too_fast(linear, "a", 50, calls)


def test_the_clock_sees_what_calls_do_not_show() -> None:
    # Cubic, 64 times as long for 4 times the text: a machine so busy that this looks like 10 has not been met.
    assert grows_too_fast(re.compile(r"a*a*b").findall, "a", 150)
