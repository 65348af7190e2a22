"""Peak memory of a streamed run over a growing number of documents, and what `convert --help` imports.

    uv run python benchmarks/memory.py [--documents N]

Copies of the golden documents, each with a line of its own, are converted to xml and csv by the command itself, in a
process of its own. Flat means: the peak of the longest run is hardly above that of one a tenth as long.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
HEAVY = ("pypandoc", "numpy", "py3langid", "lxml", "rich", "copydesk_epub", "copydesk_markdown", "copydesk_csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    args = parser.parse_args()
    code = "import sys; from copydesk.cli import main\ntry: main(['convert', '--help'])\nexcept SystemExit: pass\n"
    code += "print([m for m in sys.argv[1:] if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    print(f"convert --help imports of {', '.join(HEAVY)}: {done.stderr.strip()}")
    for count in (args.documents // 100, args.documents // 10, args.documents):
        seconds, peak = _run(count)
        print(f"{count:>8} documents: peak {peak / 1024:6.1f} MiB, {count / seconds:5.0f} documents/s")


def _run(count: int) -> tuple[float, int]:
    texts = [path.read_text("utf-8") for path in sorted((HERE / "tests" / "golden").glob("*.txt"))]
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder, "sources")
        for number in range(count):
            path = sources / f"{number // 1000:03d}" / f"{number:06d}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            text = texts[number % len(texts)].rstrip()
            path.write_text(f"{text}\n\nThis closing sentence makes document {number} one of its own.\n", "utf-8")
        command = [sys.executable, "-m", "copydesk", "convert", str(sources), "--to", "xml,csv", "-q"]
        start = time.perf_counter()
        child = subprocess.Popen([*command, "-o", str(Path(folder, "out"))])
        _, status, usage = os.wait4(child.pid, 0)
        if status:
            sys.exit(f"convert ended with status {os.waitstatus_to_exitcode(status)}")
        peak = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)  # bytes there, KiB elsewhere
        return time.perf_counter() - start, peak


if __name__ == "__main__":
    main()
