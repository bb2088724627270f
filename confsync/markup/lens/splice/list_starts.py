"""The one exception to the law *faithful*: the number of an ordered list whose first item was deleted.

CommonMark takes a list's start from whatever item comes first. Who deletes item 1 of `1. 2. 3.` leaves `2. 3.` and did
not mean a start of 2; so a start that only comes from such a deletion is taken away before anything is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from confsync.markup.tree import Block, Data, ListData, Norm


def forgive_starts(base: Sequence[Block], new: Sequence[Block]) -> bool:
    """Take away starts that nobody meant, in the new blocks; say whether there were any.

    The new blocks are changed: none of them may be one of the base, or have a normal form yet.
    """
    suspects = [b for b in _inmost_first(new) if _start(b)]
    if not suspects:
        return False
    lists: dict[tuple[int, Norm], Data] = {}
    for old in _inmost_first(base):
        if isinstance(old.data, ListData) and old.data.style == "ol":
            first = _start(old) or 1
            for n, item in enumerate(old.kids[1:], first + 1):
                lists.setdefault((n, item.norm), old.data)
    forgiven = False
    for block in suspects:
        data = lists.get((_start(block), block.kids[0].norm))
        if data is not None:
            block.data, forgiven = data, True
    return forgiven


def _start(block: Block) -> int:
    data = block.data
    return int(data.start) if isinstance(data, ListData) and data.style == "ol" and data.start else 0


def _inmost_first(blocks: Sequence[Block]) -> Iterator[Block]:
    order = list(blocks)
    for block in order:
        order.extend(block.kids)
    return reversed(order)
