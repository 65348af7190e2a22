"""Whole runs of the command beside a peer: rates by workers, later runs, the state file, memory of all processes.

    uv run --group bench python -m benchmarks.batch [--data DIR] [--pages N] [--rounds N] [--documents N]

The peer is trafilatura's own batch mode (`trafilatura --input-dir --parallel`), on the pages whose rips copydesk gets:
text dumps of the whole page. Without --data they are copies of tests/pages. Each round runs every command once, in
turn; rates are medians, and ratios are taken round by round, so that they hold where the machine's speed drifts. A
first round, on a single page, is not counted: it leaves the compiled modules that any installed program has. A later
one, on the same page, tells what it takes to start and end, which the longer a run is counts the less.

Memory is that of the command and all its descendants together: the proportional set size on Linux, so that pages which
workers share count once. It is sampled while N/100, N/10 and N invented documents of some 200 characters are converted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pages import load_pages
from benchmarks.rips import make_rips
from copydesk.running.outputs.folder import FileRecord
from copydesk.running.records import MadeRecord, Record
from copydesk.running.state import State

HERE = Path(__file__).resolve().parent.parent
INVENTED = HERE / "tests" / "pages"
FORMATS = "xml,markdown"
SAMPLE = 0.1
"""Seconds between two looks at the memory of a run; more where a look takes so long that it would slow the run down."""
SHARE = 0.02
"""Part of the time that looking may take."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=INVENTED, help="folder of pages as WCXB has them")
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--documents", type=int, default=100_000, help="for memory and the second run; 0 for none")
    parser.add_argument("--jobs", type=int, default=2, help="the larger number of workers")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder:
        if args.rounds:
            _rates(Path(folder, "rates"), args)
        _state(Path(folder, "state"))
        for count in (args.documents // 100, args.documents // 10, args.documents):
            if count:
                _long_run(Path(folder, f"long-{count}"), count)


# ---------------------------------------------------------------- rates
def _rates(folder: Path, args: argparse.Namespace) -> None:
    count, size = _write_pages(folder, args.data, args.pages)
    print(f"{count} pages, rips of {size / count / 1000:.1f} kB on average, {args.rounds} rounds, to {FORMATS}")
    one, many = "copydesk --jobs 1", f"copydesk --jobs {args.jobs}"
    peer_one, peer_many = "trafilatura --parallel 1", f"trafilatura --parallel {args.jobs}"
    commands: dict[str, Callable[[], list[str]]] = {
        one: lambda: _ours(folder, "one", "--jobs", "1"),
        many: lambda: _ours(folder, "many", "--jobs", str(args.jobs)),
        f"{many}, again": lambda: _convert(folder / "rips", folder / "many", "--jobs", str(args.jobs)),
        peer_one: lambda: _theirs(folder, 1),
        peer_many: lambda: _theirs(folder, args.jobs),
    }
    small = _one_page(folder)
    starts: dict[str, Callable[[], list[str]]] = {
        one: lambda: _ours(small, "one", "--jobs", "1"),
        many: lambda: _ours(small, "many", "--jobs", str(args.jobs)),
        peer_one: lambda: _theirs(small, 1),
        peer_many: lambda: _theirs(small, args.jobs),
    }
    for command in starts.values():
        _seconds(command())
    taken: dict[str, list[float]] = {name: [] for name in commands}
    start: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(args.rounds):
        for name, command in commands.items():
            taken[name].append(_seconds(command()))
        for name, command in starts.items():
            start[name].append(_seconds(command()))
    articles = {"copydesk": _count(folder / "many" / "markdown"), "trafilatura": _count(folder / "theirs")}
    print(", ".join(f"{name} made articles of {made}" for name, made in articles.items()))
    for name, seconds in taken.items():
        rates = [count / each for each in seconds]
        print(f"{name:<28} {statistics.median(rates):8.1f} documents/s (from {min(rates):.1f} to {max(rates):.1f})")
    for name, seconds in start.items():
        print(f"{name:<28} {statistics.median(seconds):8.2f} s for a single page")
    _ratio(f"{args.jobs} workers, beside one", taken[one], taken[many])
    without = [[long - short for long, short in zip(taken[name], start[name], strict=True)] for name in (one, many)]
    _ratio(f"{args.jobs} workers, beside one, less a single page", *without)
    _ratio("one worker, beside trafilatura with one", taken[peer_one], taken[one])
    _ratio(f"{args.jobs} workers, beside trafilatura with {args.jobs}", taken[peer_many], taken[many])
    _ratio("second run, beside the first", taken[many], taken[f"{many}, again"])


def _ratio(what: str, dividends: Sequence[float], divisors: Sequence[float]) -> None:
    ratios = [dividend / divisor for dividend, divisor in zip(dividends, divisors, strict=True)]
    print(f"{what}: {statistics.median(ratios):.2f} times as fast (from {min(ratios):.2f} to {max(ratios):.2f})")


def _write_pages(folder: Path, data: Path, count: int) -> tuple[int, int]:
    """Write pages and their rips, each page as often as it takes; copies differ by a line."""
    pages = load_pages(data, range(5) if data == INVENTED else range(1, 5))[:count]
    for name in ("html", "rips"):
        (folder / name).mkdir(parents=True)
    size = 0
    copies = -(-count // len(pages)) if data == INVENTED else 1
    for page in pages:
        html = page.html()
        rip = make_rips(html, page.text, ["text-page"])["text-page"]
        for copy in range(copies):
            line = f"This is copy {copy} of the page."
            copied = html.replace("</body>", f"<p>{line}</p></body>")
            (folder / "html" / f"{page.id}-{copy}.html").write_text(copied, encoding="utf-8")
            raw = f"{rip}\n{line}\n".encode("utf-8", "replace")
            (folder / "rips" / f"{page.id}-{copy}.txt").write_bytes(raw)
            size += len(raw)
    return len(pages) * copies, size


def _one_page(folder: Path) -> Path:
    """Make a folder with the first of the pages."""
    for name in ("html", "rips"):
        (folder / "small" / name).mkdir(parents=True)
        first = min((folder / name).iterdir())
        shutil.copyfile(first, folder / "small" / name / first.name)
    return folder / "small"


def _convert(sources: Path, output: Path, *options: str, to: str = FORMATS) -> list[str]:
    command = [sys.executable, "-m", "copydesk", "convert", str(sources), "--to", to, "-o", str(output), "-q"]
    return [*command, "--no-config", "--max-failed", "100%", *options]


def _ours(folder: Path, output: str, *options: str) -> list[str]:
    shutil.rmtree(folder / output, ignore_errors=True)
    return _convert(folder / "rips", folder / output, *options)


def _theirs(folder: Path, jobs: int) -> list[str]:
    shutil.rmtree(folder / "theirs", ignore_errors=True)
    command = [sys.executable, "-m", "trafilatura.cli", "--input-dir", str(folder / "html")]
    return [*command, "--output-dir", str(folder / "theirs"), "--parallel", str(jobs)]


def _count(folder: Path) -> int:
    return sum(path.is_file() and path.stat().st_size > 0 for path in folder.rglob("*"))


def _seconds(command: list[str]) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=environment)
    return time.perf_counter() - start


# ---------------------------------------------------------------- the state file
def _state(folder: Path, count: int = 10_000) -> None:
    """What it costs to look a document up and to remember it, with the commits that belong to it."""
    (folder / ".copydesk").mkdir(parents=True)
    digest = "0" * 64
    files = tuple(FileRecord(f"xml/folder/name{suffix}", digest, (1000, 1, 1)) for suffix in (".xml", ".ledger.jsonl"))
    record = Record(
        source="../rips/folder/name.txt",
        sha256=digest,
        edition=digest,
        article=digest,
        xml_sha256=digest,
        report={
            "warnings": [],
            "sums": {"read": 1000, "matched": {"gallery.counter": 4}},
            "fields": ["title", "headline"],
        },
        made={"xml": MadeRecord(article=digest, edition=digest, files=files)},
    )
    start = time.perf_counter()
    state = State(folder / ".copydesk" / "state.sqlite3", str(folder))
    for number in range(count):
        state.find(f"folder/{number}")
        state.keep(f"folder/{number}", record)
    state.close()
    seconds = time.perf_counter() - start
    size = (folder / ".copydesk" / "state.sqlite3").stat().st_size
    print(f"state file: {seconds / count * 1e6:.0f} µs and {size / count:.0f} bytes a document")


# ---------------------------------------------------------------- long runs
@dataclass(slots=True)
class _Peak:
    command: float = 0.0
    together: float = 0.0


def _long_run(folder: Path, count: int) -> None:
    for number in range(count):
        path = folder / "rips" / f"{number // 1000:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"Ferry {number} returns after the winter\n\nThe harbour ferry number {number} sails again from Monday,"
            " twice an hour, the port authority announced. Passengers had waited five months for this morning.\n",
            encoding="utf-8",
            newline="",
        )
    first, peak = _watched(_convert(folder / "rips", folder / "out", to="xml,csv"))
    again = _seconds(_convert(folder / "rips", folder / "out", to="xml,csv"))
    print(
        f"{count:>8} documents: peak {peak.together:5.0f} MiB together, {peak.command:4.0f} MiB the command alone;"
        f" {count / first:5.0f} documents/s; second run {again:6.1f} s, {again / first:.1%} of the first"
    )
    shutil.rmtree(folder)


def _watched(command: list[str]) -> tuple[float, _Peak]:
    peak, start = _Peak(), time.perf_counter()
    with subprocess.Popen(command) as child:
        while child.poll() is None:
            begun = time.perf_counter()
            sizes = [_mebibytes(process) for process in _tree(child.pid)]
            peak.command = max(peak.command, sizes[0] if sizes else 0)
            peak.together = max(peak.together, sum(sizes))
            time.sleep(max(SAMPLE, (time.perf_counter() - begun) / SHARE))
    if child.returncode:
        sys.exit(f"convert ended with {child.returncode}")
    return time.perf_counter() - start, peak


def _tree(root: int) -> Iterator[int]:
    """A process and its descendants."""
    yield root
    if sys.platform == "linux":
        try:
            for thread in Path(f"/proc/{root}/task").iterdir():
                for child in (thread / "children").read_text(encoding="ascii").split():
                    yield from _tree(int(child))
        except OSError:  # it has ended
            return
    else:
        listed = subprocess.run(["pgrep", "-P", str(root)], capture_output=True, text=True, check=False).stdout
        for child in listed.split():
            yield from _tree(int(child))


def _mebibytes(process: int) -> float:
    if sys.platform == "linux":
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            return 0.0
        return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=False).stdout
    return int(shown or 0) / 1024


if __name__ == "__main__":
    main()
