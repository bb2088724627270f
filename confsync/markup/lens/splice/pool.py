"""Blocks that a put drops in one place, to be used again in another: what only moved keeps its bytes and ids.

Never a block that stays: a copy must not repeat ids. So a put that drops something and writes something new runs
twice: the first run finds what is dropped, the second one uses it.
"""

from __future__ import annotations

from collections.abc import Iterator

from confsync.markup.lens.diff.pairing import Bags, likeness
from confsync.markup.tree import Block, Kind, Norm

_WORTH = frozenset(Kind) - {Kind.RULE, Kind.SPACER, Kind.DOC, Kind.FRAGMENT, Kind.ROW, Kind.CELL}


_NEAR = 0.75
"""How like a dropped leaf a new one must be to be made of it."""
_MANY = 50
"""Dropped leaves that are looked at for each new one."""


class Pool:
    """`dropped` is what this run drops, `found` what the run before did."""

    def __init__(self, found: list[Block] | None = None) -> None:
        self.dropped: list[Block] = []
        self._free: dict[Norm, list[Block]] = {}
        self._used: set[int] = set()
        self._leaves: list[Block] = []
        self._bags = Bags()
        for block in found or []:
            for b in _below(block):
                if b.kind in _WORTH and b.s >= 0 and b.fragment is None:
                    self._free.setdefault(b.norm, []).append(b)
                    if b.is_leaf and len(self._leaves) < _MANY:
                        self._leaves.append(b)

    def drop(self, block: Block) -> None:
        """Note that a block's bytes will not stand where they stood."""
        self.dropped.append(block)

    @property
    def honest(self) -> bool:
        """Whether all that was given out is dropped in this run, too."""
        dropped = {id(b) for block in self.dropped for b in _below(block)}
        return self._used <= dropped

    def take(self, new: Block) -> Block | None:
        """Return a dropped block of the same normal form, once; nothing in it is given out again."""
        free = self._free.get(new.norm) if self._free else None
        while free:
            block = free.pop(0)
            below = [id(b) for b in _below(block)]
            if not self._used.intersection(below):
                self._used.update(below)
                return block
        return None

    def near(self, new: Block) -> Block | None:
        """Return a dropped leaf that is much like a new one, once."""
        best = self._nearest(new)
        if best is not None:
            self._used.add(id(best))
        return best

    def _nearest(self, new: Block) -> Block | None:
        found = [
            (likeness(block, new, self._bags), block)
            for block in self._leaves
            if block.kind is new.kind and block.data == new.data and id(block) not in self._used
        ]
        score, best = max(found, key=lambda f: f[0], default=(0.0, None))
        return best if score > _NEAR else None

    def serves(self, new: Block) -> bool:
        """Say whether anything inside a block is here, or something much like it."""
        if not self._free:
            return False
        below = [b for b in _below(new) if b is not new]
        if any(b.norm in self._free for b in below):
            return True
        leaves = [b for b in below if b.is_leaf]
        return len(leaves) < _MANY and any(self._nearest(b) is not None for b in leaves)


def _below(block: Block) -> Iterator[Block]:
    """Yield a block and all blocks in it, outermost first; storage inside Markdown is one block."""
    todo = [block]
    while todo:
        b = todo.pop()
        yield b
        if b.fragment is None:
            todo.extend(reversed(b.kids))
