"""Paragraphs that were split or joined: their words keep their places, marks, comments and attributes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from confsync.markup.lens.diff.pairing import Bags, How, Pair, shared
from confsync.markup.lens.leaf.words import SEAM, cut
from confsync.markup.tree import Attrs, Block, Kind, Tok

_MOST = 0.7
"""How many of all the words must be on the other side, and half of those of each part."""


@dataclass(frozen=True, slots=True)
class Seam:
    """The old children [old] are the new children [new]: one paragraph on one side, two on the other."""

    old: range
    new: range


def seams(old: Sequence[Block], new: Sequence[Block], pairs: Mapping[int, Pair]) -> dict[int, Seam]:
    """Find the seams, by the first new child of each."""
    edited = [(p.old, j) for j, p in sorted(pairs.items()) if p.how is How.EDITED]
    edited = [(i, j) for i, j in edited if _is_text(old[i]) and _is_text(new[j])]
    finder = _Finder(old, new, set(pairs), {p.old for p in pairs.values()}, Bags())
    out: dict[int, Seam] = {}
    for i, j in edited:
        found = next(
            (s for step in (1, -1) for s in (finder.cut(i, j, step), finder.joined(i, j, step)) if s), None
        )
        if found is not None:
            finder.paired.update(found.new)
            finder.taken.update(found.old)
            out[found.new[0]] = found
    return out


@dataclass(frozen=True, slots=True)
class _Finder:
    """Siblings of old and new; the places of those that have a partner already."""

    old: Sequence[Block]
    new: Sequence[Block]
    paired: set[int]
    taken: set[int]
    bags: Bags

    def cut(self, i: int, j: int, step: int) -> Seam | None:
        """Return the seam when old child i is new child j and the one beside it."""
        n = j + step
        if not 0 <= n < len(self.new) or n in self.paired or not _is_text(self.new[n]):
            return None
        if not _alike(self.old[i], (self.new[j], self.new[n]), self.bags):
            return None
        return Seam(range(i, i + 1), range(min(j, n), max(j, n) + 1))

    def joined(self, i: int, j: int, step: int) -> Seam | None:
        """Return the seam when new child j is old child i and the one beside it."""
        n = i + step
        if not 0 <= n < len(self.old) or n in self.taken or not _is_text(self.old[n]):
            return None
        alike = self.old[n].bare == self.old[i].bare and _alike(
            self.new[j], (self.old[i], self.old[n]), self.bags
        )
        return Seam(range(min(i, n), max(i, n) + 1), range(j, j + 1)) if alike else None


def _is_text(block: Block) -> bool:
    plain = block.kind is Kind.PARAGRAPH and block.data == Attrs() and block.fragment is None
    return plain and block.inline is not None and not block.inline.blind


def _alike(one: Block, two: tuple[Block, Block], bags: Bags) -> bool:
    """Say whether one paragraph is made of the words of two, and both are in it."""
    whole, (a, b) = bags.of(one), (bags.of(x) for x in two)
    total = whole.total() + a.total() + b.total()
    parts = all(2 * shared(x, whole) >= x.total() > 0 for x in (a, b))
    return parts and 2 * shared(a + b, whole) >= _MOST * total


def one_leaf(blocks: Sequence[Block]) -> tuple[Block, list[Tok]]:
    """Return siblings of one text as one leaf, and its tokens: where they meet is a token, too."""
    first, last = blocks[0], blocks[-1]
    leaf = Block(
        Kind.PARAGRAPH, first.data, inline=first.inline, s=first.s, e=last.e, ins=first.ins, ine=last.ine
    )
    leaf.bare, leaf.prefix, leaf.el, leaf.notation = first.bare, first.prefix, first.el, first.notation
    toks = list(first.toks)
    for before, block in itertools.pairwise(blocks):
        toks += [Tok(*SEAM, [(before.ine, block.ins)]), *block.toks]
    return leaf, toks


def new_tokens(blocks: Sequence[Block]) -> list[Tok]:
    """Return the tokens of new siblings as if they were one leaf."""
    out: list[Tok] = []
    for n, block in enumerate(blocks):
        out += [Tok(*SEAM, [(0, 0)])] if n else []
        out += cut(block.inline) if block.inline is not None else []
    return out
