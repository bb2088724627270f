"""A container of storage as read, and the same with what differs in it read anew: items, rows, blocks in its body.

What differs lies strictly inside of a run of children, from the start of the first to the end of the last. When these
are well-formed alone in their new state, everything around them is the same XML as before, and is read as before.
Whatever is in doubt is None here, and the container is read whole. No Markdown is known here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from confsync.markup.elements import STORAGE_IN, lists, table
from confsync.markup.lens.diff.hunks import Hunk
from confsync.markup.storage import xml
from confsync.markup.storage.reader import StorageReader, Unreadable
from confsync.markup.storage.xml import El, MalformedError
from confsync.markup.tree import Block, Kind

_LARGE = 2_000
"""Characters from which on it is worth to look inside of a block."""
_DEEPEST = 1_000
"""Elements in each other inside of a child; with all that may be around it still less than a body may have."""
_BODIES = frozenset({Kind.QUOTE, Kind.PANEL, Kind.EXPAND, Kind.BOX, Kind.ITEM})
"""Their children are what stands in one element; a paragraph or a table there says nothing of the others."""


def renewed(block: Block, text: str, found: Sequence[Hunk], depth: int = 0) -> Block | None:
    """Return a block of the old body as it reads in the new body `text`, where only the hunks differ.

    All hunks lie strictly inside of it. None when it must be read whole.
    """
    ranges = _ranges(block, found) if _is_open(block) else None
    if not ranges:
        return None
    kids, done = list[Block](), 0
    for stretch in ranges:
        fresh = _read(block, text, stretch, depth)
        if fresh is None:
            return None
        kids += [*block.kids[done : stretch.first], *fresh]
        done = stretch.last + 1
    kids += block.kids[done:]
    while kids and kids[-1].kind is Kind.SPACER:
        kids.pop()
    return replace(block, kids=kids, _norm=None) if kids else None


def _is_open(block: Block) -> bool:
    if not isinstance(block.el, El) or block.e - block.s < _LARGE or not block.kids:
        return False
    return block.kind in _BODIES or block.kind in {Kind.LIST, Kind.TABLE}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Children [first, last] and what differs in them; [start, end) is where they stand in the old body."""

    first: int
    last: int
    start: int
    end: int
    hunks: list[Hunk]

    @property
    def new(self) -> tuple[int, int]:
        """Where it stands in the new body."""
        lead = self.hunks[0].new_start - self.hunks[0].old_start
        return self.start + lead, self.end + self.hunks[-1].new_end - self.hunks[-1].old_end


def _ranges(block: Block, found: Sequence[Hunk]) -> list[_Stretch] | None:
    """Return the fewest children around the hunks; what stands behind the last child is read with it."""
    starts = [k.s for k in block.kids]
    out: list[_Stretch] = []
    for hunk in found:
        first = bisect_left(starts, hunk.old_start) - 1
        last = max(bisect_left(starts, hunk.old_end) - 1, first)
        hunks = [hunk]
        if first < 0:
            return None
        if last < len(starts) - 1 and block.kids[last].e <= hunk.old_end:
            last += 1  # it ends between two children, or with one
        if out and first <= out[-1].last:
            before = out.pop()
            first, last, hunks = before.first, max(last, before.last), [*before.hunks, hunk]
        end = block.kids[last].e if block.kids[last].e > hunk.old_end else _inside_end(block)
        if end < hunk.old_end:
            return None
        out.append(_Stretch(first, last, block.kids[first].s, end, hunks))
    return out


def _inside_end(block: Block) -> int:
    """Return where what a container's children are made of ends; that of a table's last part."""
    if block.kind is not Kind.TABLE:
        return block.ine
    parts = block.el.els()
    return int(parts[-1].cs if parts[-1].tag != "tr" else block.el.cs)


def _read(block: Block, text: str, stretch: _Stretch, depth: int) -> list[Block] | None:
    """Read some children in their new state; None when they reach over what they were."""
    only = block.kids[stretch.first]
    if stretch.first == stretch.last and stretch.hunks[-1].old_end < only.e and block.kind is not Kind.TABLE:
        inner = renewed(only, text, stretch.hunks, depth + 1) if _stands(only) else None
        if inner is not None:
            return [inner]
    start, end = stretch.new
    part = text[start:end]
    try:
        root = xml.parse(part, _DEEPEST)
        return _children(block, stretch, StorageReader(part, STORAGE_IN), root, depth)
    except (MalformedError, Unreadable):
        return None


def _stands(block: Block) -> bool:
    """Say whether a block is one element, so that its inside is its own: not an item with a list behind it."""
    return isinstance(block.el, El) and (block.s, block.e) == (block.el.s, block.el.e) and _is_plain(block)


def _is_plain(block: Block) -> bool:
    return block.kind is not Kind.ITEM or block.el.tag == "li"


def _children(
    block: Block, stretch: _Stretch, reader: StorageReader, root: El, depth: int
) -> list[Block] | None:
    """Read elements as what they are in this container."""
    if block.kind is Kind.TABLE:
        alone = all(el.tag == "tr" for el in root.els())
        return table.read_storage(root, reader, depth).kids if alone else None
    if block.kind is Kind.LIST:
        root.tag = block.el.tag
        read = lists.read_tasks if root.tag == "ac:task-list" else lists.read_storage
        return read(root, reader, depth).kids
    if not stretch.first and block.el.tag == "div":  # its beginning may make it a footnote
        return None
    ends: list[tuple[int, int]] = []
    kids = reader.siblings(root.kids, depth + 1, ends)
    begins = bool(root.kids) and isinstance(root.kids[0], El) and reader.is_block(root.kids[0])
    return kids if begins and (ends[-1][0] == len(reader.src) or stretch.end == block.ine) else None
