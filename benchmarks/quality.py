"""How well copydesk and its peers find the article, for each kind of rip and for the pages themselves.

    uv run --group bench python -m benchmarks.quality --data DIR [--fold 1-4] [--limit N] [--kinds KIND,...]
        [--jobs N] [--json FILE]

DIR holds pages whose article is known; benchmarks/README.md says how to get them and what the figures mean. Each
system runs in a process of its own, so that its peak memory is its own. Progress goes to stderr, tables in Markdown to
stdout.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.footprint import peak_memory
from benchmarks.node_peer import FOLDER, NodePeer
from benchmarks.pages import Page, load_pages, parse_folds, sample
from benchmarks.peers import Predict
from benchmarks.rips import KINDS, make_rips
from benchmarks.score import Prediction, Score, score
from benchmarks.systems import COPYDESK, ON_HTML, ON_MARKDOWN, ON_RIPS, PEERS, TIMED_AGAINST, System

HTML = "html"
"""The kind of input that is no rip: the page itself."""

NOTHING = ON_RIPS[0].name

_WARM_UP = 2  # documents that are read before the clock starts: models loaded, patterns compiled


@dataclass(frozen=True, slots=True)
class Run:
    """One system on one kind of input.

    Parameters:
        predictions: by the page's id.
        seconds: CPU time of one process over all documents.
        failed: documents from which there came no article: the system said so, or raised an exception.
        unproven: documents whose ledger does not hold; None for systems that have none.
    """

    predictions: Mapping[str, Prediction]
    seconds: float
    failed: int
    unproven: int | None


def measure(
    system: System, kinds: Sequence[str], folder: Path, pages: Sequence[str]
) -> tuple[dict[str, Run], float | None]:
    """Give all documents of some kinds to a system; in a process of its own.

    Parameters:
        system: the system.
        kinds: kinds of input, the names of their folders.
        folder: where these are.
        pages: ids of the pages, the names of the documents.

    Returns:
        A run for each kind; and peak memory of the process in megabytes, None where it is not known.
    """
    predict = system.load()
    runs = {}
    for kind in kinds:
        rips = {page: (folder / kind / f"{page}.txt").read_bytes().decode("utf-8") for page in pages}
        runs[kind] = _run(predict, {page: system.prepare(rip) for page, rip in rips.items()})
    megabytes = peak_memory()
    if isinstance(predict, NodePeer):
        megabytes = predict.megabytes()
        predict.close()
    if system == COPYDESK:
        from benchmarks.invariant import NO_ARTICLE, PROVEN, outcome  # not above: it would be in each peer's memory

        for kind in kinds:
            files = [(page, (folder / kind / f"{page}.txt").read_bytes()) for page in pages]
            outcomes = [outcome(rip, f"{page}.txt") for page, rip in files]
            runs[kind] = replace(runs[kind], unproven=sum(one not in (PROVEN, NO_ARTICLE) for one in outcomes))
    return runs, megabytes


def _quiet() -> None:
    logging.disable()
    warnings.simplefilter("ignore")


def _run(predict: Predict, documents: Mapping[str, str]) -> Run:
    for document in list(documents.values())[:_WARM_UP]:
        _answer(predict, document)
    predictions = {}
    clock = predict.seconds if isinstance(predict, NodePeer) else time.process_time
    start = clock()
    for page, document in documents.items():
        answer = _answer(predict, document)
        if answer is not None:
            predictions[page] = answer
    seconds = clock() - start
    return Run(predictions, seconds, failed=len(documents) - len(predictions), unproven=None)


def _answer(predict: Predict, document: str) -> Prediction | None:
    try:
        return predict(document)
    except Exception:  # a page that a system cannot read is an empty answer, counted as a failure
        return None


def write_inputs(folder: Path, kinds: Sequence[str], page: Page) -> None:
    """Write the rips of a page, and the page itself as UTF-8, each to KIND/ID.txt."""
    inputs = make_rips(page.html(), page.text, [kind for kind in kinds if kind != HTML])
    if HTML in kinds:
        inputs[HTML] = page.html()
    for kind, text in inputs.items():
        (folder / kind).mkdir(exist_ok=True)
        (folder / kind / f"{page.id}.txt").write_bytes(text.encode("utf-8"))


def table(kind: str, runs: Mapping[str, Run], scores: Mapping[str, Score]) -> str:
    """Write the results of all systems on one kind of input as a Markdown table."""
    first = next(iter(scores.values()))
    known = ", ".join(f"{field} {counts.known}" for field, counts in first.fields.items())
    lines = [
        f"### {kind}: {first.pages} pages (known: {known})",
        "",
        "| system | F1 | ± | P | R | title | author | date | spurious author, date | documents/s | x trafilatura"
        " | failed | unproven |",
        "|---|" + "--:|" * 12,
    ]
    pace = runs[TIMED_AGAINST].seconds
    for name, one in runs.items():
        s = scores[name]
        fields = [f"{s.fields[field].accuracy:.3f}" for field in ("title", "author", "date")]
        spurious = ", ".join(f"{s.fields[field].spurious}/{s.fields[field].unknown}" for field in ("author", "date"))
        timed = name != NOTHING
        cells = [
            name, f"{s.f1:.3f}", f"{s.f1_error:.3f}", f"{s.precision:.3f}", f"{s.recall:.3f}", *fields, spurious,
            f"{s.pages / one.seconds:.0f}" if timed else "",
            f"{pace / one.seconds:.2f}" if timed else "",
            str(one.failed), "" if one.unproven is None else str(one.unproven),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def summary(scores: Mapping[str, Mapping[str, Score]]) -> str:
    """Write F1 of nothing done, the best peer and copydesk for each kind of input."""
    lines = ["| input | nothing done | best peer | copydesk | above that peer |", "|---|--:|--:|--:|--:|"]
    for kind, systems in scores.items():
        best = max(systems.keys() - {NOTHING, COPYDESK.name}, key=lambda name: (systems[name].f1, name))
        cells = [kind, f"{systems[NOTHING].f1:.3f}", f"{systems[best].f1:.3f} {best}", "", ""]
        if COPYDESK.name in systems:
            ours = systems[COPYDESK.name]
            difference, error = ours.above(systems[best])
            cells[3:] = [f"{ours.f1:.3f}", f"{difference:+.3f} ± {error:.3f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    args = _arguments()
    try:
        pages = sample(load_pages(args.data, args.fold), args.limit)
    except FileNotFoundError as error:
        sys.exit(str(error))
    if not pages:
        sys.exit(f"no page of {args.data} is in these folds")
    if missing := [system.name for system in PEERS if not system.is_installed]:
        _progress(f"left out, as `npm install` was not run in benchmarks/{FOLDER.name}: {', '.join(missing)}")
    runs: dict[str, dict[str, Run]] = {kind: {} for kind in args.kinds}
    memory: dict[str, dict[str, float | None]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        spawn = multiprocessing.get_context("spawn")  # a fork would count this process's memory as the system's
        with ProcessPoolExecutor(args.jobs, mp_context=spawn) as pool:
            for number, _ in enumerate(pool.map(partial(write_inputs, folder, args.kinds), pages), 1):
                if number % 100 == 0 or number == len(pages):
                    _progress(f"{number} of {len(pages)} pages ripped")
        rips, pages_only = [kind for kind in args.kinds if kind != HTML], [kind for kind in args.kinds if kind == HTML]
        markdown = [kind for kind in rips if kind.startswith("md-")]
        groups = [(rips, ON_RIPS), (markdown, ON_MARKDOWN), (pages_only, ON_HTML)]
        tasks = [(system, kinds) for kinds, systems in groups if kinds for system in systems if system.is_installed]
        with ProcessPoolExecutor(args.jobs, mp_context=spawn, max_tasks_per_child=1, initializer=_quiet) as pool:
            ids = [page.id for page in pages]
            futures = [pool.submit(measure, system, kinds, folder, ids) for system, kinds in tasks]
            for number, ((system, kinds), future) in enumerate(zip(tasks, futures, strict=True), 1):
                found, megabytes = future.result()
                for kind, one in found.items():
                    runs[kind][system.name] = one
                memory.setdefault(system.name, {})["html" if kinds == pages_only else "rips"] = megabytes
                _progress(f"{number} of {len(tasks)}: {system.name} on {', '.join(kinds)}")
    scores = {
        kind: {name: score(one.predictions, pages) for name, one in systems.items()} for kind, systems in runs.items()
    }
    versions = list(dict.fromkeys(system.version for system in (COPYDESK, *PEERS) if system.is_installed))
    print(f"{len(pages)} pages; {', '.join(versions)}")
    print(f"\n### F1\n\n{summary(scores)}")
    for kind, systems in runs.items():
        print(f"\n{table(kind, systems, scores[kind])}")
    print("\n### Peak memory, MB\n\n| system | on rips | on HTML |\n|---|--:|--:|")
    for name, peaks in memory.items():
        cells = [f"{peak:.0f}" if (peak := peaks.get(group)) is not None else "" for group in ("rips", "html")]
        print(f"| {name} | {' | '.join(cells)} |")
    if args.json:
        results = {"versions": versions, "memory": memory, "kinds": _results(pages, runs, scores)}
        args.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    unproven = sum(one.unproven or 0 for systems in runs.values() for one in systems.values())
    if unproven:
        sys.exit(f"{unproven} ledgers do not hold; python -m benchmarks.invariant says which")


def _results(
    pages: Sequence[Page], runs: Mapping[str, Mapping[str, Run]], scores: Mapping[str, Mapping[str, Score]]
) -> dict[str, dict[str, Any]]:
    results: dict[str, dict[str, Any]] = {}
    for kind, systems in runs.items():
        for name, one in systems.items():
            members = asdict(scores[kind][name])
            members |= {"seconds": one.seconds, "failed": one.failed, "unproven": one.unproven}
            members["of_pages"] = {page.id: row for page, row in zip(pages, scores[kind][name].of_pages, strict=True)}
            results.setdefault(kind, {})[name] = members
    return results


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of WCXB pages")
    parser.add_argument("--fold", type=parse_folds, default="1-4", help="0 (held out), 1-4 (the default) or all")
    parser.add_argument("--limit", type=int, help="number of pages")
    parser.add_argument("--kinds", type=_kinds, default=",".join((*KINDS, HTML)), help="default: all, and html")
    parser.add_argument("--jobs", type=int, default=1, help="systems at once; times are best with 1")
    parser.add_argument("--json", type=Path, help="write all figures, those of each page in them")
    return parser.parse_args()


def _kinds(text: str) -> list[str]:
    kinds = text.split(",")
    for kind in kinds:
        if kind not in (*KINDS, HTML):
            raise argparse.ArgumentTypeError(f"{kind!r} is none of {', '.join((*KINDS, HTML))}")
    return kinds


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
