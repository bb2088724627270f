"""The one exception to the law *faithful*: the number of an ordered list whose first item was deleted.

CommonMark takes a list's start from whatever item comes first. Who deletes item 1 of `1. 2. 3.` leaves `2. 3.` and did
not mean a start of 2; so a start that only comes from such a deletion is taken away before anything is compared. A list
that was cut in two goes on counting: what stood before its first item is still there, in another list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from confsync.markup.tree import Block, ListData, Norm

_NEAR = 8
"""Items before the one that is first now of which one is looked for elsewhere."""
_NOWHERE: frozenset[int] = frozenset()


def forgive_starts(base: Sequence[Block], new: Sequence[Block]) -> bool:
    """Take away starts that nobody meant, in the new blocks; say whether there were any.

    The new blocks are changed: none of them may be one of the base, or have a normal form yet.
    """
    suspects = [b for b in _inmost_first(new) if _start(b)]
    if not suspects:
        return False
    lists: dict[tuple[int, Norm], tuple[Block, int]] = {}
    for old in filter(_is_ordered, _inmost_first(base)):
        first = _start(old) or 1
        for n, item in enumerate(old.kids[1:], 1):
            lists.setdefault((first + n, item.norm), (old, n))
    were, are = _homes(base), _homes(new)
    forgiven = False
    for block in suspects:
        found = lists.get((_start(block), block.kids[0].norm))
        if found is None:
            continue
        old, n = found
        before = map(_words, old.kids[max(n - _NEAR, 0) : n])
        if not any(len(are.get(words, _NOWHERE) - {id(block)}) >= len(were[words]) for words in before):
            block.data, forgiven = old.data, True
    return forgiven


def _homes(blocks: Sequence[Block]) -> dict[str, set[int]]:
    """Return in which ordered lists an item with some words is."""
    homes: dict[str, set[int]] = {}
    for block in filter(_is_ordered, _inmost_first(blocks)):
        for item in block.kids:
            homes.setdefault(_words(item), set()).add(id(block))
    return homes


def _words(item: Block) -> str:
    """Return what an item begins with; its normal form may not be asked for yet."""
    first = item.kids[0] if item.kids else item
    return first.text or "" if first.inline is None else first.inline.plain


def _is_ordered(block: Block) -> bool:
    return isinstance(block.data, ListData) and block.data.style == "ol"


def _start(block: Block) -> int:
    data = block.data
    return int(data.start) if isinstance(data, ListData) and data.style == "ol" and data.start else 0


def _inmost_first(blocks: Sequence[Block]) -> Iterator[Block]:
    order = list(blocks)
    for block in order:
        order.extend(block.kids)
    return reversed(order)
