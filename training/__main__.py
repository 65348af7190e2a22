"""Train the models of `copydesk.cleaning.label`.

    uv run --group training python -m training --data DIR [--folds 1-4] [--form FORM] [--trees 120] [--out DIR]

DIR holds WCXB's pages (benchmarks/README.md says how to get them), of which one fold in five, whole sites, is kept
apart: no figure of quality counts on pages that were learnt from. Writes text.json and markdown.json, the same bytes
whenever the pages, this code and LightGBM's version are the same.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from benchmarks.pages import load_pages, parse_folds

from training.boosting import TREES, train
from training.examples import FORMS, together


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--name", default="wcxb-1", help="name and version of the data, which ledgers state")
    parser.add_argument("--attribution", default="Murrough Foley, WCXB, 2026, CC-BY-4.0", help="whose the data is")
    parser.add_argument("--folds", type=parse_folds, default="1-4")
    parser.add_argument("--form", action="append", choices=FORMS, help="default: both")
    parser.add_argument("--trees", type=int, default=TREES)
    parser.add_argument("--out", type=Path, default=Path("src/copydesk/cleaning/label"))
    args = parser.parse_args()
    pages = load_pages(args.data, args.folds)
    digest = hashlib.sha256()
    for page in pages:
        digest.update(f"{page.id}\0{page.text}\0".encode())
        digest.update(page.html().encode("utf-8", "surrogatepass"))
    for form in args.form or FORMS:
        model = train(
            together(pages, form),
            name=f"{args.name}/{form}",
            trees=args.trees,
            data={
                "attribution": args.attribution,
                "pages": len(pages),
                "folds": args.folds,
                "sha256": digest.hexdigest(),
            },
        )
        path = args.out / f"{form}.json"
        path.write_text(model + "\n", encoding="utf-8", newline="\n")
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
