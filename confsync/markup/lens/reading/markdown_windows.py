"""Which stretches of a Markdown text to read when it differs from an earlier one in places. Nothing is read here.

A stretch begins and ends at borders, and lies inside of one container: the document, a box, a list, a table or a quote.
markdown-it reads blocks from the top down. Where a block begins it knows nothing of what stands above, and to end a
block it looks no further than one line behind the next blank line. So there is a blank line and a border more between
what differs and both ends of a stretch. An item ends where the next begins, and a row with its line: there is an item
more before what differs, and the row itself. Rows are read below the two lines of their table's head.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice, pairwise
from typing import NamedTuple

from confsync.markup.lens.diff.hunks import Hunk
from confsync.markup.tree import Kind

LARGE = 2_000
"""Characters of a window from which on it is worth to look inside of its blocks."""
_MANY = 20
"""Windows inside of one block; each copies the block's list of children."""
MOST_MISSING = 60_000
"""Cells that all rows of a table may lack together; at some more markdown-it ends it."""
_BLANK = ("\n\n",)
_QUOTED = ("\n>\n", "\n> \n")


class Border(NamedTuple):
    """A border as a `BorderLine` says it, by the character at which that line begins."""

    at: int
    blocks: int
    notes: int
    asked: int
    path: tuple[int, ...] = ()
    kind: Kind = Kind.DOC


@dataclass(frozen=True, slots=True)
class Window:
    """[old_start, old_end) of the old text is [new_start, new_end) of the new one; both begin and end at borders."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    tail: int
    """So many characters behind it are read, too, to see that it ends where it should."""
    first: Border
    """The border that it starts with."""
    last: Border
    """The border that it ends with; behind a container's last child it is one of what is around that."""
    head: tuple[int, int] = (0, 0)
    """What of the old text is read before it: the head of a table."""


@dataclass(frozen=True, slots=True)
class Borders:
    """The borders of a text: those of its top blocks, and those inside of them. The last one is the end of the text."""

    text: str
    top: Sequence[Border]
    inner: Sequence[Border]

    def windows(self, found: Sequence[Hunk]) -> list[Window]:
        """Return windows around all that differs, far enough from each other."""
        places = _Places(self.text, self.top)
        starts = [h.old_start for h in found]
        out: list[Window] = []
        n = 0
        while n < len(found):
            begin = n
            first = places.first(found, n)
            while out and (first is None or first.at < out[-1].old_end):  # too near to the one before
                begin = bisect_left(starts, out.pop().old_start)
                first = places.first(found, begin)
            while (ends := places.last(found, n)) is None and n + 1 < len(found):
                n += 1
            ends = ends or (self.top[-1], self.top[-1])
            out.append(_window(first or self.top[0], *ends, (found[begin], found[n])))
            n += 1
        return out

    def inside(self, window: Window, found: Sequence[Hunk]) -> list[Window]:
        """Return smaller windows that cover all that differs in one, inside of its blocks; nothing when there are none."""
        mine = [h for h in found if window.old_start <= h.old_start and h.old_end <= window.old_end]
        if window.old_end - window.old_start < LARGE or not self.inner or len(mine) > _MANY:
            return []
        whole = Hunk(mine[0].old_start, mine[-1].old_end, mine[0].new_start, mine[-1].new_end)
        for hunks in (mine, [whole]):
            out = [w for n in range(len(hunks)) if (w := self._around(window, hunks, n)) is not None]
            if len(out) == len(hunks) and all(a.old_end <= b.old_start for a, b in pairwise(out)):
                return out
        return []

    def _around(self, window: Window, found: Sequence[Hunk], n: int) -> Window | None:
        """Return the innermost window around one hunk."""
        k = bisect_right(self.inner, found[n].old_start, key=_at) - 1
        if k < 0 or self.inner[k].at < window.old_start:
            return None
        path = self.inner[k].path
        while path:
            mine = [b for b in self.inner if b.path == path]
            kind = mine[0].kind if mine else Kind.DOC
            if kind in {Kind.LIST, Kind.TABLE}:
                inside = self._among(mine, found, n)
            else:
                inside = self._between(mine, found, n) if mine else None
            if inside is not None and inside.old_end <= window.old_end:
                return inside
            path = path[:-1]
        return None

    def _between(self, mine: Sequence[Border], found: Sequence[Hunk], n: int) -> Window | None:
        """Return the window among blocks in a box or a quote."""
        quoted = mine[0].kind is Kind.QUOTE
        behind = [] if quoted else list(islice(self._blocks_behind(mine[-1]), 3))
        places = _Places(self.text, [*mine, *behind], _QUOTED if quoted else _BLANK)
        first, ends = places.first(found, n), places.last(found, n)
        # a quote's first block may be the title of an alert
        if first is None or ends is None or ends[0].path != mine[0].path or (quoted and not first.blocks):
            return None
        return _window(first, *ends, (found[n], found[n]))

    def _among(self, mine: Sequence[Border], found: Sequence[Hunk], n: int) -> Window | None:
        """Return the window among items or rows."""
        hunk, rows = found[n], mine[0].kind is Kind.TABLE
        first = bisect_right(mine, hunk.old_start, key=_at) - (1 if rows else 2)
        last = bisect_right(mine, hunk.old_end, key=_at)
        if first < 0 or mine[first].blocks < 0 or (rows and self._is_ragged(mine, hunk)):
            return None
        if last < len(mine):
            ends = mine[last], mine[last + 1] if last + 1 < len(mine) else self._behind(mine[last])
        else:
            end = self._behind(mine[-1])
            around = [b for b in self.inner if b.path == end.path] if end.path else self.top
            found_ends = _Places(self.text, around).last(found, n)
            if found_ends is None or found_ends[0].at != end.at:
                return None
            ends = found_ends
        if n + 1 < len(found) and ends[1].at > found[n + 1].old_start:
            return None
        window = _window(mine[first], *ends, (hunk, hunk))
        return replace(window, head=(mine[0].at, mine[1].at)) if rows else window

    def _is_ragged(self, rows: Sequence[Border], hunk: Hunk) -> bool:
        """Say whether a table may lack so many cells that it ends before its last row."""
        lines = self.text[rows[0].at : self._behind(rows[-1]).at].split("\n")
        width = _cells(lines[0]) if "\\" not in lines[0] else lines[0].count("|") + 1
        new = (hunk.new_end - hunk.new_start + 1) * width
        if len(lines) * width + new < MOST_MISSING:
            return False
        return new + sum(max(width - (0 if "\\" in x else _cells(x)), 0) for x in lines) >= MOST_MISSING

    def _behind(self, border: Border) -> Border:
        """Return the first border behind a container's children."""
        top = self.top[min(bisect_right(self.top, border.at, key=_at), len(self.top) - 1)]
        size = len(border.path)
        for b in islice(self.inner, bisect_right(self.inner, border.at, key=_at), None):
            if b.at >= top.at or b.path[:size] != border.path:
                return min(top, b, key=_at)
        return top

    def _blocks_behind(self, border: Border) -> Iterator[Border]:
        """Yield the borders between blocks behind one, whichever container they are in."""
        boxes = (b for b in self.inner[bisect_right(self.inner, border.at, key=_at) :] if b.kind is Kind.BOX)
        return merge(boxes, self.top[bisect_right(self.top, border.at, key=_at) :], key=_at)


def _cells(row: str) -> int:
    """Count the cells of a row without escapes."""
    row = row.strip(" \t")
    return row.count("|") + 1 - row.startswith("|") - row.endswith("|")


def _at(border: Border) -> int:
    return border.at


def _window(first: Border, last: Border, tail: Border, ends: tuple[Hunk, Hunk]) -> Window:
    """Return the window between two borders, which stand in equal text around the first and the last hunk of it."""
    lead, shift = ends[0].new_start - ends[0].old_start, ends[1].new_end - ends[1].old_end
    return Window(first.at, last.at, first.at + lead, last.at + shift, tail.at - last.at, first, last)


@dataclass(frozen=True, slots=True)
class _Places:
    """Borders between blocks, with blank lines between these."""

    text: str
    borders: Sequence[Border]
    blanks: tuple[str, ...] = _BLANK

    def first(self, found: Sequence[Hunk], n: int) -> Border | None:
        """Return the border before a hunk from which on to read; None when the hunk before it, or the start, is too near."""
        floor = found[n - 1].old_end if n else 0
        blank = max(self.text.rfind(b, floor, found[n].old_start) for b in self.blanks)
        k = bisect_right(self.borders, blank, key=_at) - 2 if blank >= 0 else -1
        # The character before a border is not part of a hunk, either: it ends the line before.
        return self.borders[k] if k >= 0 and (self.borders[k].at > floor or not n) else None

    def last(self, found: Sequence[Hunk], n: int) -> tuple[Border, Border] | None:
        """Return the border behind a hunk up to which to read, and that up to which to look; None: something is too near."""
        end = len(self.borders) - 1
        ceiling = found[n + 1].old_start if n + 1 < len(found) else len(self.text)
        # The line before a border is not part of a hunk that ends there: its end could have been what was changed.
        k = bisect_right(self.borders, found[n].old_end, key=_at)
        if k >= end or self.borders[k].at > ceiling:
            return None
        blanks = [at for b in self.blanks if (at := self.text.find(b, self.borders[k].at, ceiling)) >= 0]
        tail = bisect_right(self.borders, min(blanks), key=_at) + 1 if blanks else end + 1
        return (
            (self.borders[k], self.borders[tail])
            if tail <= end and self.borders[tail].at <= ceiling
            else None
        )
