"""Raw fences and HTML blocks that hold several blocks: one child on the Markdown side, several on the other.

Before children are paired, what belongs to one such fence is put together, so that both sides have the same children.
"""

from __future__ import annotations

from collections.abc import Sequence

from confsync.markup.lens.diff.pairing import align
from confsync.markup.tree import Block, Kind


def flat(kids: Sequence[Block]) -> list[Block]:
    """Return the children with the blocks of fences in their place."""
    if not any(k.kind is Kind.FRAGMENT for k in kids):
        return list(kids)
    return [b for k in kids for b in (flat(k.kids) if k.kind is Kind.FRAGMENT else [k])]


def grouped(old: Sequence[Block], new: Sequence[Block]) -> list[Block]:
    """Return the new children, those that were one fence of old put together in one."""
    fresh = flat(new)
    if not any(k.kind is Kind.FRAGMENT for k in old):
        return fresh
    owner = [n for n, k in enumerate(old) for _ in (flat(k.kids) if k.kind is Kind.FRAGMENT else [k])]
    pairs = align(flat(old), fresh)
    out: list[Block] = []
    at = 0
    for n, kid in enumerate(old):
        if kid.kind is not Kind.FRAGMENT:
            continue
        mine = [j for j, p in pairs.items() if owner[p.old] == n]
        if not mine:
            continue
        start, stop = min(mine), max(mine) + 1
        between = {owner[pairs[j].old] for j in range(start, stop) if j in pairs}
        if between == {n} and start >= at and stop - start > 1:
            out += [*fresh[at:start], Block(Kind.FRAGMENT, kids=fresh[start:stop])]
            at = stop
    return out + fresh[at:]
