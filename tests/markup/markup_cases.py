"""The case files: each construct in both notations. Tests read them, and `make docs` makes docs/formats.md of them.

A file is a group: `# Title`, then words on it if need be. A case is `## Title`, words on it if need be, `(to storage)` or
`(to Markdown)` when only that way is meant, a block of Markdown, a block of storage.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "cases"
TO_STORAGE, TO_MARKDOWN, BOTH = "to storage", "to Markdown", "both"
CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n\n(?:(?P<words>(?!`{5}|\(to )[^\n]+(?:\n[^\n]+)*)\n\n)?"
    r"(?:\((?P<way>to storage|to Markdown)\)\n\n)?"
    r"`````markdown\n(?P<markdown>.*?)`````\n\n`````xml\n(?P<storage>.*?)\n`````\n",
    re.MULTILINE | re.DOTALL,
)
HEAD = re.compile(r"# (?P<title>[^\n]+)\n\n(?:(?P<words>(?!## )[^\n].*?)\n\n)?(?=## )", re.DOTALL)


class Case(NamedTuple):
    """One construct; `way` says which conversions are meant."""

    title: str
    words: str
    way: str
    markdown: str
    storage: str


class Group(NamedTuple):
    """The constructs of one file."""

    name: str
    title: str
    words: str
    cases: tuple[Case, ...]


def groups() -> list[Group]:
    """Read all case files, in order of their names."""
    return [_group(path) for path in sorted(FOLDER.glob("*.md"))]


def _group(path: Path) -> Group:
    text = path.read_text(encoding="utf-8")
    head = HEAD.match(text)
    assert head, f"{path.name} does not begin with a title"
    found = [
        Case(m["title"], m["words"] or "", m["way"] or BOTH, m["markdown"], m["storage"])
        for m in CASE.finditer(text)
    ]
    assert len(found) == text.count("`````markdown\n"), f"{path.name} holds a case that cannot be read"
    return Group(path.stem, head["title"], head["words"] or "", tuple(found))
