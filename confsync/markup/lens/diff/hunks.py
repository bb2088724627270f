"""Differences of two texts: a few stretches, with equal text between them. No notation is known here.

The stretches need not be minimal, but the text between them is equal, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from confsync.markup.lens.diff.pairing import Match, runs

_SHORT = 4_000
"""Characters up to which one stretch is not worth cutting into several."""


class Hunk(NamedTuple):
    """[old_start, old_end) of the one text became [new_start, new_end) of the other."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def hunks(old: str, new: str, unit: re.Pattern[str]) -> list[Hunk]:
    """Return the stretches that differ, in order; `unit` finds the pieces, end to end, that are compared whole."""
    if old == new:
        return []
    head = common_head(old, new)
    tail = min(
        common_head(old[: head - 1 if head else None : -1], new[: head - 1 if head else None : -1]),
        len(old) - head,
        len(new) - head,
    )
    whole = Hunk(head, len(old) - tail, head, len(new) - tail)
    if min(whole.old_end - head, whole.new_end - head) < _SHORT:
        return [whole]
    return list(_inside(old, new, whole, unit))


def _inside(old: str, new: str, whole: Hunk, unit: re.Pattern[str]) -> Iterator[Hunk]:
    """Cut a long stretch at the units that both texts have."""
    here = [m[0] for m in unit.finditer(old, whole.old_start, whole.old_end)]
    there = [m[0] for m in unit.finditer(new, whole.new_start, whole.new_end)]
    a, c = _starts(here, whole.old_start), _starts(there, whole.new_start)
    i = j = 0
    for m in [*runs(here, there), Match(len(here), len(there), 0)]:
        if m.old > i or m.new > j:
            yield Hunk(a[i], a[m.old], c[j], c[m.new])
        i, j = m.old + m.size, m.new + m.size


def _starts(units: Sequence[str], at: int) -> list[int]:
    """Return where each unit starts, and where the last one ends."""
    out = [at]
    for unit in units:
        at += len(unit)
        out.append(at)
    return out


def common_head(a: str, b: str) -> int:
    """Return how many characters at the start are equal; halves the question, so that slices are compared, not characters."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
