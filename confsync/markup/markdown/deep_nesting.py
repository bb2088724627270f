"""Blocks nested deeper than the reader of storage goes: in Markdown they mean what they will mean once they are storage.

Both readers take text as it stands below some depth, and count that differently. So that a page means the same on both
sides, Markdown that comes near that depth is written as storage and read back; where the two differ, storage decides. The
limits themselves are the readers'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from confsync.markup.storage_in import parse_storage
from confsync.markup.storage_out import write_blocks
from confsync.markup.tree import Block, Kind, Notation, norms_of


def as_storage(blocks: list[Block]) -> list[Block]:
    """Return top blocks as they read once they are storage; what reads the same stays, places and all."""
    empty = next((n for n, b in enumerate(reversed(blocks)) if b.kind is not Kind.SPACER), len(blocks))
    solid = blocks[: len(blocks) - empty]
    return _agreed(solid, parse_storage(write_blocks(solid)).root.kids) + blocks[len(solid) :]


def _agreed(ours: Sequence[Block], theirs: Sequence[Block]) -> list[Block]:
    """Return our blocks, and theirs where they say something else."""
    if norms_of(ours) == norms_of(theirs):
        return list(ours)
    if len(ours) != len(theirs):
        return [_without_places(b) for b in theirs]
    return [_one(a, b) for a, b in zip(ours, theirs, strict=True)]


def _one(a: Block, b: Block) -> Block:
    if a.norm == b.norm:
        return a
    if a.kids and b.kids and a.fragment is None and a.norm[:4] == b.norm[:4]:
        return replace(a, kids=_agreed(a.kids, b.kids), _norm=None)
    b = _without_places(b)
    b.s, b.e, b.prefix = a.s, a.e, a.prefix
    return b


def _without_places(block: Block) -> Block:
    """Return a block of storage as one of Markdown, which is written anew when it changes."""
    todo = [block]
    while todo:
        b = todo.pop()
        b.s = b.e = b.ins = b.ine = -1
        b.notation, b.el, b.state_span = Notation.MARKDOWN, None, None
        if b.inline is not None:
            b.inline.blind = True
        todo.extend(b.kids)
    return block
