"""A stretch of a page written anew, wider each time, between the bytes of what stands before and behind it.

For pages in which a change reads differently in its place however it is put there: less is written anew than all of it.
No notation is known here but what stands between two blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from confsync.markup.lens.splice.fragments import flat
from confsync.markup.tree import Block, norms_of

NEAR = 2
"""Blocks on each side up to which a stretch is rather written anew than its changed blocks in a safer spelling."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """A page's source and top blocks, and the blocks that it is to have; `apart` is what surely separates two blocks."""

    source: str
    old: Sequence[Block]
    new: Sequence[Block]
    apart: str
    write: Callable[[Sequence[Block]], str]

    def near(self) -> Iterator[str]:
        """Yield texts in which what changed was written anew with at most a few of its neighbours."""
        return self._texts(range(NEAR + 1))

    def wider(self) -> Iterator[str]:
        """Yield texts in which ever more was written anew, but never all."""
        return self._texts(2 * NEAR << n for n in range(len(self.old).bit_length()))

    def _texts(self, margins: Iterator[int] | range) -> Iterator[str]:
        head, tail = self._ends()
        for margin in margins:
            before, behind = max(head - margin, 0), max(tail - margin, 0)
            if not before and not behind:
                return
            yield self._text(before, behind)

    def _ends(self) -> tuple[int, int]:
        """Count the old blocks at both ends that the new text has, too."""
        want = norms_of(self.new)
        own = [norms_of(flat([k])) for k in self.old]
        head = tail = at = end = 0
        while head < len(own) and want[at : at + len(own[head])] == own[head]:
            at, head = at + len(own[head]), head + 1
        rest = want[at:]
        while tail < len(own) - head:
            last = own[-1 - tail]
            if end + len(last) > len(rest) or rest[len(rest) - end - len(last) : len(rest) - end] != last:
                break
            end, tail = end + len(last), tail + 1
        return head, tail

    def _text(self, before: int, behind: int) -> str:
        """Write all but the first and the last old blocks anew."""
        stop = len(self.old) - behind
        first, last = len(flat(self.old[:before])), len(flat(self.old[stop:]))
        middle = self.new[first : len(self.new) - last]
        text = self.write(middle).strip("\n") if middle else ""
        start = self.old[before].s if before < len(self.old) else len(self.source)
        end = self.old[stop - 1].e if stop > before else start
        left, right = self.source[:start], self.source[end:]
        if not text:
            return left + right
        left = left.rstrip(" \t") if left.endswith((" ", "\t")) and self.apart else left
        return left + self._missing(left, before=True) + text + self._missing(right, before=False) + right

    def _missing(self, side: str, *, before: bool) -> str:
        """Return what a text lacks for another to stand beside it."""
        if not side.strip() or not self.apart:
            return ""
        have = (len(side) - len(side.rstrip("\n"))) if before else (len(side) - len(side.lstrip("\n")))
        return self.apart[min(have, len(self.apart)) :]
