"""One document in both notations, an edit of one side, and how to tell what it did to the other side's bytes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from confsync.markup import Conversion, put_markdown, put_storage
from confsync.markup.tree import Block, Norm, Notation, Tree

WORDS = ("zebra", "quartz", "Lindwurm", "mañana", "walnut", "42nd", "harbour")
ID = re.compile(r"(?:local-id|ac:macro-id|ac:ref|ri:local-id|ac:local-id|ac:task-uuid)=\"[^\"]*\"")
"""What Confluence assigned: never lost outside of an edit."""


@dataclass
class Rates:
    """Counts by law; the failures with where and what."""

    count: Counter[tuple[str, bool]] = field(default_factory=Counter)
    failed: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def law(self, name: str, ok: bool, where: str, what: str = "") -> None:
        self.count[name, ok] += 1
        if not ok:
            self.failed[name].append((where, what))

    def add(self, other: Rates) -> None:
        """Count what the other one counted, too."""
        self.count.update(other.count)
        for name, found in other.failed.items():
            self.failed[name] += found

    def of(self, *beginnings: str) -> str:
        """All laws whose names begin so, without edits that change other blocks by what they mean, as one rate."""
        counted = {
            key: n for key, n in self.count.items() if key[0].startswith(beginnings) and "where" not in key[0]
        }
        yes, all_ = sum(n for (_, ok), n in counted.items() if ok), sum(counted.values())
        return f"{100 * yes / all_:.2f} % of {all_}" if all_ else "-"

    def rate(self, name: str) -> float:
        yes, no = self.count[name, True], self.count[name, False]
        return yes / (yes + no) if yes + no else 1.0

    def lines(self) -> Iterator[str]:
        for name in sorted({k for k, _ in self.count}):
            yes, no = self.count[name, True], self.count[name, False]
            yield f"{name:60} {yes:6} of {yes + no:6}  {100 * self.rate(name):7.2f} %"


def one_stretch(base: str, out: str) -> tuple[int, int]:
    """The lengths of the common head and tail: what is left is one changed stretch on each side."""
    n = min(len(base), len(out))
    i = 0
    while i < n and base[i] == out[i]:
        i += 1
    j = 0
    while j < n - i and base[-1 - j] == out[-1 - j]:
        j += 1
    return i, j


def kept_all(base: str, out: str) -> bool:
    """Nothing of the base is gone: a pure insertion."""
    return sum(one_stretch(base, out)) >= len(base)


def added_none(base: str, out: str) -> bool:
    """Nothing is new: a pure deletion."""
    return sum(one_stretch(base, out)) >= len(out)


def in_order(slices: Sequence[str], out: str) -> bool:
    """All slices stand in a text, one behind the other."""
    at = 0
    for s in slices:
        found = out.find(s, at)
        if found < 0:
            return False
        at = found + len(s)
    return True


@dataclass(frozen=True)
class Edit:
    """A new text of the edited side, and what the other side must then look like."""

    name: str
    text: str
    holds: Callable[[str], bool]
    stays: Sequence[Norm] | None = None
    """The top blocks that the new text should have besides what the edit makes; None: nobody can tell."""
    gone: tuple[int, int] = (0, 0)
    """The stretch of the other side whose ids may go."""
    expect: str = ""
    """The only text that `holds`, where there is one."""
    numbers: bool = False
    """Whether the first item of a numbered list may be another: then its number is nobody's wish."""


@dataclass(frozen=True)
class Twin:
    """One document on both sides: `ed` is edited, `ot` is spliced."""

    ed: Tree
    ot: Tree

    @property
    def to_md(self) -> bool:
        return self.ot.notation is Notation.MARKDOWN

    @property
    def side(self) -> str:
        return "st>md" if self.to_md else "md>st"

    def put(self, text: str) -> Conversion:
        if self.to_md:
            return put_markdown(self.ed.text, self.ot.text, text)
        return put_storage(self.ed.text, self.ot.text, text)

    def pairs(self) -> Pairs:
        """Every block with its container on the edited side, and both on the other; not inside of HTML blocks."""
        out: Pairs = []
        todo = [(self.ed.root, self.ot.root)]
        while todo:
            x, y = todo.pop()
            for k, o in zip(x.kids, y.kids, strict=False):
                if k.fragment is None and o.fragment is None and k.kind is o.kind:
                    out.append((k, x, o, y))
                    todo.append((k, o))
        return out

    def same_tops(self) -> list[tuple[Block, Block]]:
        """Top blocks with their other side, where all of them have one."""
        kids, others = self.ed.root.kids, self.ot.root.kids
        if [k.norm for k in kids] != [o.norm for o in others]:
            return []
        return [
            (k, o) for k, o in zip(kids, others, strict=True) if k.fragment is None and o.fragment is None
        ]


Pairs = list[tuple[Block, Block, Block, Block]]
