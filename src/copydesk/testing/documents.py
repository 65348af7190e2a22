"""The documents that readers and rules are checked on, and how one grows."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterator

from copydesk.article.model import Block
from copydesk.article.plain import leaf_texts
from copydesk.article.view import Article
from copydesk.cleaning.pipeline import PIPELINE, Normalized, normalize
from copydesk.cleaning.rule import Rule
from copydesk.errors import CopydeskError, NoArticleError, SourceError
from copydesk.reading.detect import READERS
from copydesk.reading.source import Reader
from copydesk.testing.watch import watched

PLAIN = """\
Harbour ferry returns after the winter

PORT TOWN, Spain – The harbour ferry sails again from Monday, twice an hour, the port authority announced.

“We waited five months for this,” said Ana Ruiz. = 50% of the seats <are> taken & [sold] {twice}; see @port #ferry.
"""
MARKDOWN = """\
# Harbour ferry returns after the winter

The **harbour ferry** sails again from [Monday](https://example.org/monday "when"), the port authority announced.

- twice an hour
- with `bicycles`

> Passengers had waited five months for this.
"""
SAMPLES = {"plain text": PLAIN, "Markdown": MARKDOWN}
"""Documents that core's own readers read."""

_LINE = re.compile(r"\S[^\n]*")
_SHORT, _LONG = 100, 800
"""Copies in the documents whose costs are compared."""
_RUN = 25
"""Characters of a run for each copy: 20,000 in the longest."""
_HARMLESS = 0.1  # seconds of the process: what the longest document may cost, however it grows
_STEEPER = 4  # times as much as in proportion: what is quadratic costs eight times as much


def damaged(text: str) -> Iterator[tuple[str, str]]:
    """Copies of a document as they come from careless tools, each with what was done to it."""
    yield "with CRLF line ends", text.replace("\n", "\r\n")
    yield "with CR line ends", text.replace("\n", "\r")
    yield "with a byte order mark", f"\ufeff{text}"
    yield "without white space at the end", text.rstrip()
    yield "with blank lines around it", f"\n\n \t\n{text}\n\n"
    yield "with a soft hyphen in each word", "".join(_with(char, "\u00ad") for char in text)
    yield "with control characters", "".join(_with(char, "\x00\x1b") for char in text)
    yield "with form feeds", text.replace(" ", "\x0c")
    yield "with no-break spaces", text.replace(" ", "\u00a0")
    yield "with character references", text.replace(" ", "&nbsp;").replace("e", "&eacute;")
    yield "in capitals", text.upper()
    yield "with its lines in reverse", "\n".join(reversed(text.split("\n")))
    yield "with each line twice", "".join(f"{line}\n{line}\n" for line in text.splitlines())
    yield "with each line a link", _LINE.sub(r"[\g<0>](https://example.org/a)", text)
    yield "with each line in bold", _LINE.sub(r"**\g<0>**", text)
    yield "with each line a picture", _LINE.sub(r"![\g<0>](a.png)", text)
    yield "with each line an item", _LINE.sub(r"- \g<0>", text)
    for part in range(1, 6):
        yield f"cut off at {part}/6", text[: len(text) * part // 6]


def _with(char: str, inside: str) -> str:
    return f"{char}{inside}" if char in "aeiou" else char


def long_runs(text: str) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Documents that are as long as asked, each with what there is much of."""
    line = " ".join(text.split())
    yield "copies of the sample", lambda copies: "".join(f"{text}\n\nParagraph {n}.\n\n" for n in range(copies))
    yield "lines of the sample", lambda copies: "".join(f"{text}\n" for _ in range(copies))
    yield "text in one paragraph", lambda copies: f"{text}\n\n{line * copies}"
    for name, char in (("letters", "a"), ("digits", "7"), ("spaces", " "), ("full stops", "."), ("line feeds", "\n")):
        yield f"{name} in a run", lambda copies, char=char: f"{text}\n\na{char * copies * _RUN}b"  # type: ignore[misc]
    sign = next((char for char in text if not char.isspace()), "-")
    yield f"first characters {sign!r} in a run", lambda copies: f"{text}\n\n{sign * copies * _RUN}"


def check_growth(owner: str, what: str, prepare: Callable[[int], Callable[[], object]]) -> None:
    """Check that a step costs about as many times more as its document is longer.

    It is judged by the processor time of this process, which other processes hardly change, and only if the longest
    document costs a tenth of a second or more.

    Parameters:
        owner: whose step it is, for the message.
        what: what there is much of.
        prepare: makes the step for a document of so many copies; that is not measured.
    """
    long = _cost(prepare, _LONG, 1)
    if long < _HARMLESS:
        return
    short = _cost(prepare, _SHORT, 3)
    if long > short * _STEEPER * _LONG / _SHORT:
        long = min(long, _cost(prepare, _LONG, 2))  # the first run may have done what is done once
    if long > short * _STEEPER * _LONG / _SHORT:
        raise AssertionError(
            f"{owner}, long documents: {_LONG // _SHORT} times as many {what} cost {long / short:.0f} times as much"
            f" ({long:.1f} s for {_LONG} copies)"
        )


def _cost(prepare: Callable[[int], Callable[[], object]], copies: int, times: int) -> float:
    """The least processor time, in seconds, of some runs."""
    costs = []
    for _ in range(times):
        step = prepare(copies)
        gc.collect()
        start = time.process_time()
        step()
        costs.append(time.process_time() - start)
    return min(costs)


def article_of(
    owner: str,
    document: str | bytes,
    what: str,
    *,
    reader: str | None = None,
    readers: tuple[type[Reader], ...] = READERS,
    rules: tuple[Rule, ...] = PIPELINE,
) -> Normalized | None:
    """Normalize a document, watched; None if it holds no article or cannot be read.

    Raises:
        AssertionError: it raises anything else, its ledger is not proven, or something was done to the file system or
            the network.
    """
    raw = document if isinstance(document, bytes) else document.encode("utf-8", "surrogatepass")
    found: Normalized | None = None
    with watched(owner):
        try:
            found = normalize(raw, name="sample", reader=reader, readers=readers, rules=rules)
        except (NoArticleError, SourceError):
            pass
        except CopydeskError as error:
            raise AssertionError(f"{owner}, proof: {what}: {error.what}") from error
        except Exception as error:
            raise AssertionError(f"{owner}, {what}: {type(error).__name__}: {error}") from error
    return found


def sample_article(owner: str, make: Callable[[], Normalized | None]) -> Normalized:
    """Make the article of the sample, twice.

    Raises:
        AssertionError: there is none, or the second run gave another.
    """
    made = make()
    if made is None:
        raise AssertionError(f"{owner}, sample: no article was found in it")
    if make() != made:
        raise AssertionError(f"{owner}, determinism: a second run gave another article or ledger")
    return made


def texts_of(made: Normalized) -> list[str]:
    """The texts of an article's body, one for each paragraph, heading, item, cell or caption."""
    blocks: tuple[Block, ...] = Article.parse(made.xml).blocks()
    return [text for text in leaf_texts(blocks, figures=True) if text.strip()]
