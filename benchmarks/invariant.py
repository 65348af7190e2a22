"""The ledger's promise over many rips: every character that is not white space is accounted for exactly once.

    uv run --group bench python -m benchmarks.invariant --data DIR [--fold all] [--limit N] [--jobs N]

makes the six rips of every page, normalizes each, and proves each ledger again: by `copydesk.article.verify`, and by a
count of its own that shares no code with it. It says nothing about quality. The exit code is 1 if the promise is
broken for any rip.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.pages import Page, load_pages, parse_folds, sample
from benchmarks.rips import KINDS, make_rips
from copydesk import Normalized, normalize
from copydesk.article import canonical
from copydesk.article.verify import verify
from copydesk.cleaning.pipeline import CONVERTERS, ledger_rules
from copydesk.errors import NoArticleError

PROVEN, NO_ARTICLE, VIOLATED = "proven", "no article", "violated"


def violations(raw: bytes, normalized: Normalized) -> list[str]:
    """Prove an article and its ledger against the bytes that they were made of.

    Parameters:
        raw: the bytes.
        normalized: what `copydesk.normalize` made of them with its own readers and rules.

    Returns:
        What is wrong; nothing if the ledger holds.
    """
    view = raw.decode(normalized.ledger.header.encoding)
    root = canonical.parse(normalized.xml)
    return [
        *_miscounted(view, raw, normalized),
        *verify(view, raw, root, normalized.ledger, ledger_rules(), CONVERTERS),
    ]


def _miscounted(view: str, raw: bytes, normalized: Normalized) -> Iterator[str]:
    header = normalized.ledger.header
    if header.source_sha256 != hashlib.sha256(raw).hexdigest() or header.chars != len(view):
        yield "the ledger is about another source"
    owners = [0] * len(view)
    for entry in normalized.ledger.entries:
        if entry.d != "derive":
            for start, end in entry.at:
                owners[start:end] = [count + 1 for count in owners[start:end]]
    for count, number in sorted(
        Counter(
            owned for owned, character in zip(owners, view, strict=True) if not character.isspace() and owned != 1
        ).items()
    ):
        yield f"{number} characters have {count} owners"


def outcome(raw: bytes, name: str) -> str:
    """Normalize a document: "proven", "no article", or what is wrong."""
    try:
        wrong = violations(raw, normalize(raw, name=name))
    except NoArticleError:
        return NO_ARTICLE
    except Exception as error:  # whatever stops a document is what is looked for here
        return f"{type(error).__name__}: {error}"
    return wrong[0] if wrong else PROVEN


def check(page: Page) -> dict[str, str]:
    """Normalize the six rips of a page; the outcome by kind of rip."""
    rips = make_rips(page.html(), page.text)
    return {kind: outcome(rip.encode("utf-8"), f"{page.id}.txt") for kind, rip in rips.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of WCXB pages")
    parser.add_argument("--fold", type=parse_folds, default="all")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    pages = sample(load_pages(args.data, args.fold), args.limit)
    counts = {kind: Counter[str]() for kind in KINDS}
    with ProcessPoolExecutor(args.jobs) as pool:
        for number, (page, results) in enumerate(zip(pages, pool.map(check, pages), strict=True), 1):
            for kind, result in results.items():
                known = result in (PROVEN, NO_ARTICLE)
                counts[kind][result if known else VIOLATED] += 1
                if not known:
                    print(f"{kind} of {page.id}: {result}", file=sys.stderr)
            if number % 50 == 0 or number == len(pages):
                print(f"{number} of {len(pages)} pages", file=sys.stderr)
    print("| rip | rips | proven | no article | violated |\n|---|--:|--:|--:|--:|")
    counts["all"] = sum(counts.values(), Counter[str]())
    for kind, count in counts.items():
        print(f"| {kind} | {count.total()} | {count[PROVEN]} | {count[NO_ARTICLE]} | {count[VIOLATED]} |")
    sys.exit(1 if counts["all"][VIOLATED] else 0)


if __name__ == "__main__":
    main()
