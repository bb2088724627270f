"""A storage body as read, and a body that differs from it in places, of which only those places are read.

A body is well-formed when its parts between top elements are, and a top block element is read by itself alone; what
stands between two of them is read together. So a stretch that begins behind a block element and ends with one is read
alone as it is read in its body. A stretch that is not well-formed, or does not end with a block element, is in doubt:
the whole body is read. Inside of a large container the same is done again (`storage_inside`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from confsync.markup.elements import STORAGE_IN
from confsync.markup.lens.diff.hunks import Hunk, hunks
from confsync.markup.lens.reading import storage_inside
from confsync.markup.storage import xml
from confsync.markup.storage.reader import StorageReader, Unreadable
from confsync.markup.storage.xml import MalformedError
from confsync.markup.storage_in import broken
from confsync.markup.tree import Block, Kind, Notation, Tree

_PIECE = re.compile(r"[^>]*>|[^>]+")


class Border(NamedTuple):
    """Where a top block element ends, and how many blocks there are up to it."""

    at: int
    blocks: int


@dataclass(frozen=True, slots=True)
class StorageReading:
    """A body as read."""

    text: str
    siblings: list[Block]
    """The top blocks, trailing empty paragraphs and all."""
    borders: list[Border]
    """The first is the start of the text, the last its end."""
    alone: bool = True
    """It is well-formed: other bodies may be read by this one."""
    placed: bool = True
    """Its blocks know where they stand; in one that was read by another, they have the places of that one."""

    @property
    def tree(self) -> Tree:
        """The body as a tree, without references."""
        kids = list(self.siblings)
        while kids and kids[-1].kind is Kind.SPACER:
            kids.pop()
        size = len(self.text)
        return Tree(Block(Kind.DOC, kids=kids, s=0, e=size, ins=0, ine=size), self.text, Notation.STORAGE)


def read(text: str) -> StorageReading:
    """Read all of a body."""
    found = _stretch(text)
    if found is not None:
        return StorageReading(text, found.blocks, [Border(0, 0), *found.ends, *_end(text, found)])
    blocks = [broken(text)] if text.strip() else []
    return StorageReading(text, blocks, [], alone=False)


def reread(old: StorageReading, text: str) -> StorageReading:
    """Read a body by what an old one has in common with it: the same blocks as those of `read(text)`."""
    if text == old.text:
        return old
    windows = _windows(old, text) if old.alone else []
    inside = [_inside(old, text, w) if old.placed else None for w in windows]
    wide = sum(w.old_end - w.old_start for w, part in zip(windows, inside, strict=True) if part is None)
    if not windows or wide * 2 > len(old.text):
        return read(text)
    parts: list[_Stretch] = []
    for w, kept in zip(windows, inside, strict=True):
        part = kept or _stretch(text[w.new_start : w.new_end])
        if part is None or (w.new_end < len(text) and not part.closed(w.new_end - w.new_start)):
            return read(text)
        parts.append(part)
    return _assembled(old, text, windows, parts)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch as read, and where its block elements end."""

    blocks: list[Block]
    ends: list[Border]

    def closed(self, size: int) -> bool:
        """Say whether it ends with a block element, so that nothing of it is read with what follows."""
        return not size or (bool(self.ends) and self.ends[-1].at == size)


def _end(text: str, stretch: _Stretch) -> list[Border]:
    return [] if stretch.closed(len(text)) and text else [Border(len(text), len(stretch.blocks))]


def _stretch(text: str) -> _Stretch | None:
    """Read a well-formed stretch; None for any other."""
    ends: list[tuple[int, int]] = []
    try:
        root = xml.parse(text)
        blocks = StorageReader(text, STORAGE_IN).siblings(root.kids, 0, ends)
    except (MalformedError, Unreadable):
        return None
    return _Stretch(blocks, [Border(at, n) for at, n in ends])


# ---- windows ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Window:
    """[old_start, old_end) of the old body is [new_start, new_end) of the new one."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    first: int
    """Index of the border that it starts with."""
    last: int
    hunks: tuple[Hunk, ...]
    """What differs in it."""


def _windows(old: StorageReading, text: str) -> list[_Window]:
    found = [_slid(h, old.text, text) for h in hunks(old.text, text, _PIECE)]
    at = [b.at for b in old.borders]
    out: list[_Window] = []
    for hunk in found:
        first = bisect_right(at, hunk.old_start, hi=len(at) - 1) - 1
        last = max(bisect_left(at, hunk.old_end), first + 1)
        if last < len(at) - 1 and at[last] == hunk.old_end:
            last += 1  # the element before this border may be what was changed
        came = hunk.old_start == hunk.old_end == at[first]  # which the window that ends here would hold, too
        if out and (first < out[-1].last or (came and first == out[-1].last)):
            last = max(last, out[-1].last)
            first = out.pop().first
        out.append(_window(found, at, first, last))
    return out


def _slid(hunk: Hunk, old: str, text: str) -> Hunk:
    """Begin before a tag rather than inside of one: `<li>a</[li><li>b</]li>` is `<li>a</li>[<li>b</li>]`."""
    start, end, new_start, new_end = hunk
    size = 2 if old.endswith("</", 0, start) else 1 if old.endswith("<", 0, start) else 0
    if not size or old[end - size : end] != text[new_end - size : new_end]:
        return hunk
    return Hunk(start - size, end - size, new_start - size, new_end - size)


def _window(found: Sequence[Hunk], at: Sequence[int], first: int, last: int) -> _Window:
    """Return the window between two borders, which stand in equal text."""
    inside = [h for h in found if at[first] <= h.old_start and h.old_end <= at[last]]
    lead = inside[0].new_start - inside[0].old_start
    shift = inside[-1].new_end - inside[-1].old_end
    return _Window(at[first], at[last], at[first] + lead, at[last] + shift, first, last, tuple(inside))


def _inside(old: StorageReading, text: str, w: _Window) -> _Stretch | None:
    """Read a window by what differs inside of its blocks; None when anything differs between them."""
    here, there = old.borders[w.first], old.borders[w.last]
    blocks = old.siblings[here.blocks : there.blocks]
    starts = [b.s for b in blocks]
    touched: dict[int, list[Hunk]] = {}
    for hunk in w.hunks:
        n = bisect_left(starts, hunk.old_start) - 1
        if n < 0 or hunk.old_end >= blocks[n].e:
            return None
        touched.setdefault(n, []).append(hunk)
    for n, found in touched.items():
        block = storage_inside.renewed(blocks[n], text, found)
        if block is None:
            return None
        blocks[n] = block
    ends = [_later(b, w, here) for b in old.borders[w.first + 1 : w.last + 1]]
    return _Stretch(blocks, ends)


def _later(border: Border, w: _Window, start: Border) -> Border:
    """Return where a border of the old body is in the new one, counted from the window's start."""
    shift = next((h.new_end - h.old_end for h in reversed(w.hunks) if h.old_end <= border.at), None)
    lead = w.new_start - w.old_start
    return Border(
        border.at - w.old_start + (0 if shift is None else shift - lead), border.blocks - start.blocks
    )


def _assembled(
    old: StorageReading,
    text: str,
    windows: Sequence[_Window],
    parts: Sequence[_Stretch],
) -> StorageReading:
    """Put what was read anew in the place of what stood there."""
    siblings: list[Block] = []
    borders: list[Border] = []
    done, shift = 0, 0
    for w, part in zip(windows, parts, strict=True):
        borders += _kept(old, done, w.first + 1, shift, len(siblings))
        siblings += old.siblings[old.borders[done].blocks : old.borders[w.first].blocks]
        inner = [b for b in part.ends if w.new_start + b.at < w.new_end]
        borders += [Border(b.at + w.new_start, b.blocks + len(siblings)) for b in inner]
        siblings += part.blocks
        done, shift = w.last, w.new_end - w.old_end
    borders += _kept(old, done, len(old.borders), shift, len(siblings))
    siblings += old.siblings[old.borders[done].blocks :]
    return StorageReading(text, siblings, list(dict.fromkeys(borders)), placed=False)


def _kept(old: StorageReading, first: int, behind: int, shift: int, count: int) -> list[Border]:
    origin = old.borders[first].blocks
    return [Border(b.at + shift, b.blocks - origin + count) for b in old.borders[first:behind]]
