"""Which block is which: equal runs, moved blocks, and similar blocks at the same place. No text is written here.

The usual case (a few edits in a long page) is linear: equal ends are taken off first, unique equal items anchor long
stretches, and only short stretches are compared pair by pair.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import pairwise

from confsync.markup.tree import Block, Kind, Norm, Raw

_SMALL = 40_000
"""Equal pairs of items up to which the exact comparison is cheap."""
_FEW = 150
"""Edits up to which a long comparison looks for the shortest script."""
_MOST_ALIKE = 2_500
"""Pairs of blocks in one gap up to which likeness is weighed for all of them."""


class How(Enum):
    """How a new block relates to its old one."""

    SAME = "same"
    MOVED = "moved"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Pair:
    """A new block's old one: its index, and how they relate."""

    old: int
    how: How


@dataclass(frozen=True, slots=True)
class Match:
    """`size` equal items, from `old` in the one and from `new` in the other sequence."""

    old: int
    new: int
    size: int


# ---- equal runs -------------------------------------------------------------------------------------------------


def runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Match]:
    """Return maximal equal runs in order, common ends first."""
    out: list[Match] = []
    todo = [(0, len(old), 0, len(new))]
    while todo:
        a, b, c, d = todo.pop()
        lo = a
        while lo < b and c + lo - a < d and old[lo] == new[c + lo - a]:
            lo += 1
        hi = 0
        while b - hi > lo and d - hi > c + lo - a and old[b - 1 - hi] == new[d - 1 - hi]:
            hi += 1
        out += [Match(a, c, lo - a)] if lo > a else []
        out += [Match(b - hi, d - hi, hi)] if hi else []
        a, b, c, d = lo, b - hi, c + lo - a, d - hi
        if a < b and c < d:
            found, rest = _middle(old[a:b], new[c:d])
            out += [Match(m.old + a, m.new + c, m.size) for m in found]
            todo += [(a + i, a + j, c + k, c + m) for i, j, k, m in rest]
    return sorted(out, key=lambda m: m.old)


def _middle(
    old: Sequence[Hashable], new: Sequence[Hashable]
) -> tuple[list[Match], list[tuple[int, int, int, int]]]:
    """Compare what has no common end: exactly when short or little changed, else between unique anchors.

    The second answer names the stretches between anchors, which are still to be compared.
    """
    here, there = Counter(old), Counter(new)
    if sum(n * there[key] for key, n in here.items()) <= _SMALL:
        blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        return [Match(m.a, m.b, m.size) for m in blocks if m.size], []
    few = _few_edits(old, new)
    if few is not None:
        return few, []
    where = {key: i for i, key in enumerate(old) if here[key] == 1 == there[key]}
    pairs = [(where[key], j) for j, key in enumerate(new) if key in where]
    anchors = [(pairs[n][0], pairs[n][1]) for n in longest_rise([i for i, _ in pairs])]
    if not anchors:
        return [], []
    edges = [(-1, -1), *anchors, (len(old), len(new))]
    rest = [(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(edges)]
    return [Match(i, j, 1) for i, j in anchors], [r for r in rest if r[0] < r[1] and r[2] < r[3]]


def _few_edits(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Match] | None:
    """Find a shortest edit script (Myers' greedy algorithm); None when it takes more than a few edits."""
    n, m = len(old), len(new)
    reach = {1: 0}
    trace: list[dict[int, int]] = []
    for d in range(_FEW + 1):
        trace.append(dict(reach))
        for k in range(-d, d + 1, 2):
            x = reach[k + 1] if k == -d or (k != d and reach[k - 1] < reach[k + 1]) else reach[k - 1] + 1
            y = x - k
            while x < n and y < m and old[x] == new[y]:
                x, y = x + 1, y + 1
            reach[k] = x
            if x >= n and y >= m:
                return _traced(trace, n, m)
    return None


def _traced(trace: Sequence[dict[int, int]], x: int, y: int) -> list[Match]:
    """Walk an edit script back and collect its equal runs."""
    out: list[Match] = []
    for d in range(len(trace) - 1, -1, -1):
        reach, k = trace[d], x - y
        down = k == -d or (k != d and reach[k - 1] < reach[k + 1])
        before = k + 1 if down else k - 1
        px = reach[before] if d else 0
        py = px - before if d else 0
        start = (px if down else px + 1) if d else 0
        if x > start:
            out.append(Match(start, start - k, x - start))
        x, y = px, py
    return out[::-1]


def longest_rise(values: Sequence[int]) -> list[int]:
    """Return the indices of a longest strictly rising subsequence."""
    tails: list[int] = []
    at: list[int] = []
    before = [-1] * len(values)
    for n, value in enumerate(values):
        k = bisect_left(tails, value)
        before[n] = at[k - 1] if k else -1
        if k == len(tails):
            tails.append(value)
            at.append(n)
        else:
            tails[k], at[k] = value, n
    out = []
    n = at[-1] if at else -1
    while n >= 0:
        out.append(n)
        n = before[n]
    return out[::-1]


# ---- blocks -----------------------------------------------------------------------------------------------------


def align(old: Sequence[Block], new: Sequence[Block]) -> dict[int, Pair]:
    """Pair siblings: for each index in `new` that has one, the block of `old` that it was."""
    ids: dict[object, int] = {}
    kx = [ids.setdefault(b.norm, len(ids)) for b in old]
    ky = [ids.setdefault(b.norm, len(ids)) for b in new]
    same = _in_place(kx, ky) or runs(kx, ky)
    out = {m.new + d: Pair(m.old + d, How.SAME) for m in same for d in range(m.size)}
    gaps = list(_gaps(same, len(old), len(new)))
    free = _take_moved(kx, ky, gaps, out)
    bags = Bags()
    for gi, gj in gaps:
        left = [i for i in gi if i in free]
        right = [j for j in gj if j not in out]
        for i, j in alike(old, new, left, right, bags):
            out[j] = Pair(i, How.EDITED)
    return out


def _in_place(kx: Sequence[int], ky: Sequence[int]) -> list[Match]:
    """Return the runs of what is equal in the same place, where nothing came or went and no other pairing finds more."""
    if len(kx) != len(ky) or (len(set(ky)) == len(ky) and len(set(kx)) == len(kx)):
        return []
    here = [n for n, (x, y) in enumerate(zip(kx, ky, strict=True)) if x == y]
    if len(here) < sum(m.size for m in runs(kx, ky)):
        return []
    return [Match(n, n, 1) for n in here]


def _gaps(same: Sequence[Match], old: int, new: int) -> Iterator[tuple[range, range]]:
    i = j = 0
    for m in [*same, Match(old, new, 0)]:
        if m.old > i or m.new > j:
            yield range(i, m.old), range(j, m.new)
        i, j = m.old + m.size, m.new + m.size


def _take_moved(
    kx: Sequence[int], ky: Sequence[int], gaps: Sequence[tuple[range, range]], out: dict[int, Pair]
) -> set[int]:
    """Give new blocks an equal old one from anywhere among the siblings; return the old ones still free."""
    free = {i for gi, _ in gaps for i in gi}
    where: dict[int, list[int]] = {}
    for i in sorted(free, reverse=True):
        where.setdefault(kx[i], []).append(i)
    for _, gj in gaps:
        for j in gj:
            if where.get(ky[j]):
                i = where[ky[j]].pop()
                free.discard(i)
                out[j] = Pair(i, How.MOVED)
    return free


class Bags:
    """The words of blocks, counted once each."""

    def __init__(self) -> None:
        self._of: dict[int, Counter[str]] = {}
        self._inside: dict[int, frozenset[Norm]] = {}

    def unwraps(self, old: Block, new: Block) -> bool:
        """Say whether a new block stood inside of an old one of its kind, which is gone: it is not that one."""
        if old.kind not in _WRAPS or old.kind is not new.kind:
            return False
        if id(old) not in self._inside:
            below = [k for kid in old.kids for k in _with_kids(kid) if k.kind is old.kind]
            self._inside[id(old)] = frozenset(k.norm for k in below)
        return new.norm in self._inside[id(old)]

    def of(self, block: Block) -> Counter[str]:
        """Count a block's words, atoms and nested text."""
        if id(block) not in self._of:
            self._of[id(block)] = _count(block)
        return self._of[id(block)]


def _with_kids(block: Block) -> Iterator[Block]:
    todo = [block]
    while todo:
        b = todo.pop()
        yield b
        todo.extend(b.kids)


def _count(block: Block) -> Counter[str]:
    words: Counter[str] = Counter()
    todo = [block]
    while todo:
        b = todo.pop()
        for run in b.runs:
            words.update(re.findall(r"\w+", run.value) if isinstance(run.value, str) else run.value)
        if b.text:
            words.update(b.text.split())
        if isinstance(b.data, Raw):
            words.update(re.findall(r"\w+", b.data.canonical))
        todo.extend(b.kids)
    return words


_LEAVES = (Kind.PARAGRAPH, Kind.HEADING)
_WRAPS = (Kind.LIST, Kind.QUOTE, Kind.PANEL, Kind.EXPAND, Kind.BOX)
_PLACED = (Kind.ROW, Kind.CELL)
_NAMED = (Kind.ITEM, Kind.ROW)
"""Their first child says what they are: an item that gained a list is the same item."""


def likeness(x: Block, y: Block, bags: Bags) -> float:
    """Say how alike two blocks are, 0 to about 2.1: shared words; a paragraph may have become a heading."""
    if not _can_become(x, y) or bags.unwraps(x, y):
        return 0.0
    p, q = bags.of(x), bags.of(y)
    total, both = p.total() + q.total(), shared(p, q)
    score = 0.05 + (2 * both / total if total else 0.9)
    if x.kind is not y.kind:
        return score - 0.3
    smaller = min(p.total(), q.total())
    least = 0 if both == smaller else 1  # all of the one may be in the other, which gained a lot
    if x.kids and both > least:
        score = max(score, 0.4 * both / smaller)
    named = x.kind in _NAMED and x.kids and y.kids and x.kids[0].norm == y.kids[0].norm
    return score + (0.02 if x.data == y.data else 0) + (1.0 if named else 0)


def shared(p: Counter[str], q: Counter[str]) -> int:
    """Count the words that two bags have in common."""
    if len(p) > len(q):
        p, q = q, p
    return sum(min(n, q[word]) for word, n in p.items())


def alike(
    old: Sequence[Block], new: Sequence[Block], left: Sequence[int], right: Sequence[int], bags: Bags
) -> list[tuple[int, int]]:
    """Pair what is alike in one gap without crossing; a lone pair of one kind needs no likeness."""
    if not left or not right:
        return []
    if len(left) * len(right) > _MOST_ALIKE:
        return _alike_nearby(old, new, left, right, bags)
    if len(left) == len(right) == 1 and old[left[0]].kind is new[right[0]].kind:
        return [] if bags.unwraps(old[left[0]], new[right[0]]) else [(left[0], right[0])]
    least = 0.0 if len(left) == len(right) == 1 else 0.2
    score = [[likeness(old[i], new[j], bags) for j in right] for i in left]
    found = [(left[n], right[m]) for n, m in _best_path(score, least)]
    return sorted([*found, *_between(old, new, left, right, found, bags=bags)])


def _between(
    old: Sequence[Block],
    new: Sequence[Block],
    left: Sequence[int],
    right: Sequence[int],
    found: Sequence[tuple[int, int]],
    *,
    bags: Bags,
) -> Iterator[tuple[int, int]]:
    """Pair as many blocks of the same kinds as stood between pairs, and whatever rows or cells: there the place tells."""
    i = j = 0
    for a, b in [*((left.index(a), right.index(b)) for a, b in found), (len(left), len(right))]:
        here, there = left[i:a], right[j:b]
        pairs = [
            (m, n)
            for m, n in zip(here, there, strict=False)
            if _can_become(old[m], new[n]) and not bags.unwraps(old[m], new[n])
        ]
        if len(here) == len(there) and (len(pairs) == len(here) or old[here[0]].kind in _PLACED):
            yield from pairs
        i, j = a + 1, b + 1


def _can_become(old: Block, new: Block) -> bool:
    return old.kind is new.kind or (old.kind in _LEAVES and new.kind in _LEAVES)


def _best_path(score: Sequence[Sequence[float]], least: float) -> Iterator[tuple[int, int]]:
    """Yield the pairs of the best monotone pairing, each above `least`."""
    n, m = len(score), len(score[0])
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            take = best[i + 1][j + 1] + score[i][j] if score[i][j] > least else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], take)
    i = j = 0
    while i < n and j < m:
        if score[i][j] > least and best[i][j] == best[i + 1][j + 1] + score[i][j]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _alike_nearby(
    old: Sequence[Block], new: Sequence[Block], left: Sequence[int], right: Sequence[int], bags: Bags
) -> list[tuple[int, int]]:
    """Pair a long gap in order: each old block with the first alike of the next few new ones."""
    out, k = [], 0
    for i in left:
        for m in range(k, min(k + 8, len(right))):
            if likeness(old[i], new[right[m]], bags) > 0.4:
                out.append((i, right[m]))
                k = m + 1
                break
    return out
