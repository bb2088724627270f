"""Print what is left of a text after a conversion there and back, from scratch, with no base to splice into.

python benchmarks/cold.py [--storage FOLDER] [--markdown FOLDER] [--show N]

- *same normal form*: storage → Markdown → storage means what it meant (ids, hints and spelling apart).
- *canonical*: the same, compared by another parser and other rules (`canon.py`). *by content*: the share of characters and
  elements that stand in top blocks which come back so.
- *fixpoint*: Markdown → storage → Markdown → storage gives the same bytes of storage twice.
- *raw*: bodies of which something stands in the Markdown as raw storage.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.canon import canonical, size
from confsync.markup import normal_storage, to_markdown, to_storage
from confsync.markup.document import Document

CORPUS = Path(os.environ.get("CONFSYNC_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")
WRITTEN = {"page", "template"}
"""Kinds of bodies that people wrote in an editor; the others are test data of tools."""


class Figures:
    """Counts of what held, by name of the measure and group of bodies."""

    def __init__(self) -> None:
        self.held: Counter[tuple[str, str]] = Counter()
        self.of: Counter[tuple[str, str]] = Counter()
        self.failed: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, measure: str, group: str, held: int, of: int, where: str) -> None:
        self.held[measure, group] += held
        self.of[measure, group] += of
        if held < of:
            self.failed[f"{measure} ({group})"].append(where)

    def lines(self) -> Iterator[str]:
        yield "| measure | bodies | held | of | rate |"
        yield "|---|---|---|---|---|"
        for (measure, group), of in sorted(self.of.items()):
            held = self.held[measure, group]
            yield f"| {measure} | {group} | {held} | {of} | {100 * held / of if of else 100:.2f} % |"


def measure_storage(body: str, group: str, where: str, figures: Figures) -> None:
    """Measure one body."""
    markdown = to_markdown(body).text
    back = to_storage(markdown).text
    figures.add("same normal form", group, normal_storage(body) == normal_storage(back), 1, where)
    figures.add("without raw storage", group, "{=confluence" not in markdown, 1, where)
    before, after = canonical(body), canonical(back)
    if before is None or after is None:
        return
    figures.add("canonical", group, before == after, 1, where)
    sizes = [(size(node), node) for node in before]
    left = Counter(after)
    same = 0
    for weight, node in sizes:
        if left[node]:
            left[node] -= 1
            same += weight
    figures.add("canonical, by content", group, same, sum(weight for weight, _ in sizes), where)


def measure_markdown(body: str, where: str, figures: Figures) -> None:
    """Measure one file."""
    once = to_storage(body).text
    figures.add("fixpoint", "Markdown", to_storage(to_markdown(once).text).text == once, 1, where)


def bodies(folder: Path) -> Iterable[tuple[Path, str]]:
    """The bodies of a folder, each with its group; an `index.csv` says which of them people wrote."""
    index = folder / "index.csv"
    kinds: dict[str, str] = {}
    if index.exists():
        with index.open(encoding="utf-8", newline="") as file:
            kinds = {row["file"]: row["kind"] for row in csv.DictReader(file)}
    for path in sorted(folder.rglob("*.xml")):
        kind = kinds.get(path.relative_to(folder).as_posix(), "")
        yield path, "pages that people wrote" if kind in WRITTEN else "test data of tools"


def measured(storage: Path | None, markdown: Path | None) -> Figures:
    """Measure all bodies and files of two folders."""
    figures = Figures()
    for path, group in bodies(storage) if storage else ():
        measure_storage(
            path.read_bytes().decode("utf-8", "replace"), group, "/".join(path.parts[-2:]), figures
        )
    for path in sorted(markdown.rglob("*.md")) if markdown else ():
        text = path.read_bytes().decode("utf-8", "replace")
        measure_markdown(Document.parse(text).body, "/".join(path.parts[-3:]), figures)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--storage", type=Path, default=CORPUS / "storage")
    parser.add_argument("--markdown", type=Path, default=CORPUS / "markdown")
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    figures = measured(args.storage, args.markdown)
    print("\n".join(figures.lines()))
    for name, places in sorted(figures.failed.items()):
        for where in places[: args.show]:
            print(f"  {name} | {where}")


if __name__ == "__main__":
    main()
