"""The one exception to the law *faithful*: the number of an ordered list whose first item was deleted.

CommonMark takes a list's start from whatever item comes first. Who deletes item 1 of `1. 2. 3.` leaves `2. 3.` and did
not mean a start of 2; so a start that only comes from such a deletion is taken away before anything is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from confsync.markup.tree import Block, ListData


def forgive_starts(base: Sequence[Block], new: Sequence[Block]) -> None:
    """Take away starts that nobody meant, in the new tree; nothing below a list may have a normal form yet."""
    suspects = [b for b in _inmost_first(new) if _start(b)]
    if not suspects:
        return
    known = [b for b in _inmost_first(base) if isinstance(b.data, ListData) and b.data.style == "ol"]
    for block in suspects:
        for old in known:
            shift = _start(block) - (_start(old) or 1)
            if 0 < shift < len(old.kids) and old.kids[shift].norm == block.kids[0].norm:
                block.data = old.data
                break


def _start(block: Block) -> int:
    data = block.data
    return int(data.start) if isinstance(data, ListData) and data.style == "ol" and data.start else 0


def _inmost_first(blocks: Sequence[Block]) -> Iterator[Block]:
    order = list(blocks)
    for block in order:
        order.extend(block.kids)
    return reversed(order)
