"""Documents a second: `copydesk.normalize` beside `trafilatura.bare_extraction`, in one process and in turn.

    uv run --group bench python benchmarks/normalize.py [--data DIR] [--rounds N]

Both get the same text: copydesk the rip itself, trafilatura the same lines as `<html><body>` with one `<p>` for each
line that is not blank, as it takes HTML only. CPU seconds of one thread; the ratio is taken round by round, so that it
holds where the machine's speed drifts. Without --data the rips are the seeds and the golden documents.
"""

from __future__ import annotations

import argparse
import html
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from copydesk import normalize
from copydesk.errors import CopydeskError

HERE = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of .txt rips (default: seeds/ and tests/golden/)")
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    folders = [args.data] if args.data else [HERE / "seeds", HERE / "tests" / "golden"]
    rips = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.txt"))]
    pages = [_page(rip) for rip in rips]

    def ours() -> int:
        return sum(_normalize(rip) for rip in rips)

    def theirs() -> int:
        return sum(bool(trafilatura.bare_extraction(page)) for page in pages)

    repeat = max(1, 200 // len(rips))
    found = {"copydesk": ours(), "trafilatura": theirs()}  # and a warm-up: models loaded, patterns compiled
    rows = []
    for _ in range(args.rounds):
        rows.append((_seconds(ours, repeat), _seconds(theirs, repeat)))
    count = len(rips) * repeat
    kilobytes = sum(map(len, rips)) / len(rips) / 1000
    print(f"{len(rips)} rips, {kilobytes:.1f} kB on average, {args.rounds} rounds of {count} documents")
    for name, column in (("copydesk", 0), ("trafilatura", 1)):
        rates = [count / row[column] for row in rows]
        print(
            f"{name:<12} {statistics.median(rates):8.0f} documents/s (from {min(rates):.0f} to {max(rates):.0f}),"
            f" {found[name]} of {len(rips)} gave an article"
        )
    ratios = [row[1] / row[0] for row in rows]
    print(f"copydesk is {statistics.median(ratios):.2f} times as fast (from {min(ratios):.2f} to {max(ratios):.2f})")


def _page(rip: bytes) -> str:
    lines = rip.decode("utf-8").splitlines()
    return "<html><body>" + "".join(f"<p>{html.escape(line)}</p>" for line in lines if line.strip()) + "</body></html>"


def _normalize(rip: bytes) -> bool:
    try:
        normalize(rip, name="rip.txt")
    except CopydeskError:
        return False
    return True


def _seconds(work: Callable[[], object], repeat: int) -> float:
    start = time.process_time()
    for _ in range(repeat):
        work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
