"""Print how often the lens holds its laws on real documents: seeded random edits, one line per law.

python benchmarks/fidelity.py --storage FOLDER --markdown FOLDER [--seed N] [--most N] [--limit N] [--max-bytes N] [--show N]

Of the edits that a document allows, `--most` are made of each pair of texts in each direction, chosen by the seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "markup"))

from markup_edits import Rates, measure_markdown, measure_storage

from confsync.markup.document import Document

SUMMARY = ("stable", "faithful", "every other block", "local:")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--storage", type=Path)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=26)
    parser.add_argument("--limit", type=int, default=10**9)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--max-bytes", type=int, default=10**9)
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    rates, sources, start = Rates(), defaultdict[str, Rates](Rates), time.perf_counter()
    for path, measure in files(args):
        text = path.read_bytes().decode("utf-8", "replace")
        if len(text) > args.max_bytes:
            continue
        body = Document.parse(text).body if measure is measure_markdown else text
        found = Rates()
        measure(body, random.Random(f"{args.seed}:{path.name}"), found, "/".join(path.parts[-2:]), args.most)
        rates.add(found)
        sources[_source(path, args)].add(found)
    print("\n".join(rates.lines()))
    print("\n| source | stable | faithful | other blocks keep their bytes | local |\n|---|---|---|---|---|")
    for name, found in sorted(sources.items()):
        cells = (found.of(*(f"{way} {law}" for way in ("md>st", "st>md"))) for law in SUMMARY)
        print(f"| {name} | {' | '.join(cells)} |")
    for name, items in sorted(rates.failed.items()):
        for where, what in items[: args.show]:
            print(f"  {name} | {where} | {what[:200]}")
    print(f"{time.perf_counter() - start:.1f} s")


def _source(path: Path, args: argparse.Namespace) -> str:
    """The project that a text is from: the folder below the corpus'."""
    top = next(folder for folder in (args.storage, args.markdown) if folder and path.is_relative_to(folder))
    return path.relative_to(top).parts[0]


def files(args: argparse.Namespace):
    if args.storage:
        for path in sorted(args.storage.rglob("*.xml"))[: args.limit : args.step]:
            yield path, measure_storage
    if args.markdown:
        for path in sorted(args.markdown.rglob("*.md"))[: args.limit : args.step]:
            yield path, measure_markdown


if __name__ == "__main__":
    main()
