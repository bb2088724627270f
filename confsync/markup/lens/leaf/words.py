"""Words into a paragraph's own bytes: what did not change keeps its line wraps, marks, entities, comment anchors.

White space is a token with bytes of its own, so a wrapped line stays wrapped. New words go in as one group at the
spot where the open elements are just the marks they have; a replaced word so stays inside its link or comment.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from confsync.markup.lens.diff.edits import Edit, NoSplice
from confsync.markup.lens.diff.pairing import Match, runs
from confsync.markup.lens.leaf.inside_word import respelt
from confsync.markup.tree import NO_MARKS, Block, Elem, Inline, Mark, Marks, Path, Piece, Tok, make_toks

SEAM: tuple[str, str, Marks] = ("seam", "", NO_MARKS)
"""The token between two paragraphs that are looked at as one."""


class Words(Protocol):
    """What a notation knows of inline content."""

    @property
    def source(self) -> str:
        """The text that the offsets are into."""
        ...

    def written(self, toks: Sequence[Tok], leaf: Block, base: Marks, *, line_start: bool) -> str:
        """Write tokens inside elements that give them the marks of `base`."""
        ...

    def verbatim(self, toks: Sequence[Tok], path: Path) -> str | None:
        """Write tokens inside an element whose text is raw; None when the spot is an ordinary one."""
        ...

    def closed(self, elem: Elem) -> bool:
        """Say whether nothing but plain words can stand inside an element (an automatic link)."""
        ...

    def exchanged(self, old: Tok, new: Sequence[Tok], leaf: Block, base: Marks) -> str:
        """Write one atom in the place of another: what both say keeps its bytes. NoSplice when nothing would."""
        ...

    def reopened(self, elem: Elem) -> str:
        """Return the tag that opens an element once more, behind what it does not hold."""
        ...

    def seam(self, leaf: Block) -> str:
        """Return what ends a paragraph and begins the next; NoSplice where only one can stand."""
        ...

    def relabelled(self, elem: Elem) -> list[Edit]:
        """Return the edits that say where a link leads that was found by its words alone, which change."""
        ...

    def retargeted(self, elem: Elem, mark: Mark) -> list[Edit]:
        """Return the edits that give a link element another address; NoSplice when its form cannot hold it."""
        ...


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place where words can go: the elements open there; `rank` 0 is a deleted word's own place."""

    at: int
    path: Path
    rank: int


@dataclass(slots=True)
class _Splicer:
    """One leaf at work: its old tokens, the edits so far, the elements that still hold something."""

    words: Words
    leaf: Block
    old: Sequence[Tok]
    new: Sequence[Tok]
    edits: list[Edit] = field(default_factory=list)
    alive: set[int] = field(default_factory=set)

    def run(self) -> None:
        """Collect the edits."""
        matches = _slid(
            runs([t.key for t in self.old], [t.key for t in self.new]), self.old, self.words.source
        )
        dead: set[int] = set()
        i = j = 0
        for m in [*matches, Match(len(self.old), len(self.new), 0)]:
            span = i, m.old, j, m.new
            if not self.retarget(*span) and not self.exchange(*span):
                if not self.respell(*span):
                    self.replace(*span)
                dead.update(range(i, m.old))
            i, j = m.old + m.size, m.new + m.size
        self.sweep(dead)
        self.relabel()

    def replace(self, i: int, k: int, j: int, m: int) -> None:
        """Replace old tokens [i, k) by new ones [j, m)."""
        for tok in self.old[i:k]:
            self.edits += [Edit(s, e, "") for s, e in tok.segs]
        if m > j:
            self.insert(i, k, self._wrapped(self.old[i:k], self.new[j:m]))

    def _wrapped(self, old: Sequence[Tok], new: Sequence[Tok]) -> Sequence[Tok]:
        """Return new tokens with the line ends of the old ones, where only their marks are others."""
        source = self.words.source
        if len(old) < 3 or [(t.kind, t.value) for t in old] != [(t.kind, t.value) for t in new]:
            return new
        return [
            Tok("s", "\n", b.marks, b.segs) if a.kind == "s" and source[a.s : a.e].startswith("\n") else b
            for a, b in zip(old, new, strict=True)
        ]

    def exchange(self, i: int, k: int, j: int, m: int) -> bool:
        """Put one atom in the place of another of its kind, or a link's words in that of a link that shows a title."""
        if k - i != 1 or m == j or len(self.old[i].segs) != 1 or self.old[i].kind in ("w", "s", "br"):
            return False
        old, new = self.old[i], self.new[j:m]
        links = {x for t in new for x in t.marks - old.marks}
        titled = old.kind == "ref" and len(links) == 1 and all(len(t.marks - old.marks) == 1 for t in new)
        if not titled and (m - j > 1 or new[0].kind != old.kind or new[0].marks != old.marks):
            return False
        base = frozenset(e.mark for e in old.path if e.mark)
        try:
            text = self.words.exchanged(old, new, self.leaf, base)
        except NoSplice:
            return False
        self.edits.append(Edit(old.s, old.e, text))
        self.alive.update(id(e) for e in old.path)
        return True

    def respell(self, i: int, k: int, j: int, m: int) -> bool:
        """Change only the letters that differ in a word that a comment's border or an entity cuts."""
        found = respelt(self.words.source, self.old[i], self.new[j]) if k - i == 1 == m - j else None
        if found is None:
            return False
        self.edits += found.edits
        self.alive.update(map(id, found.alive))
        return True

    def retarget(self, i: int, k: int, j: int, m: int) -> bool:
        """Change only the address when these are one link's words and nothing else of them changed."""
        old, new = self.old[i:k], self.new[j:m]
        if not old or len(old) != len(new):
            return False
        elem = next((e for e in old[0].path if e.mark is not None and _is_link(e.mark)), None)
        marks = [x for x in new[0].marks if _is_link(x)]
        if elem is None or elem.mark is None or len(marks) != 1 or not self.spans(elem, i, k):
            return False
        if elem.mark.kind != marks[0].kind:
            return False
        swap = frozenset((elem.mark,))
        for a, b in zip(old, new, strict=True):
            if (a.kind, a.value) != (b.kind, b.value) or (a.marks - swap) | {marks[0]} != b.marks:
                return False
        try:
            self.edits += self.words.retargeted(elem, marks[0])
        except NoSplice:
            return False
        return True

    def spans(self, elem: Elem, i: int, k: int) -> bool:
        """Say whether an element holds exactly these tokens."""
        inside = [n for n, t in enumerate(self.old) if elem in t.path or elem in t.path_end]
        return bool(inside) and inside[0] == i and inside[-1] == k - 1 and len(inside) == k - i

    def insert(self, i: int, k: int, toks: Sequence[Tok]) -> None:
        """Write new tokens at the best spot."""
        marks = Counter(t.marks for t in toks)
        atoms = any(t.kind not in ("w", "s") for t in toks)
        spot = min(self.spots(i, k), key=lambda s: self.cost(s, marks, atoms=atoms))
        cut = next(
            (n for n, e in enumerate(spot.path) if e.mark and any(e.mark not in m for m in marks)),
            len(spot.path),
        )
        cut = 0 if any(t.kind == SEAM[0] for t in toks) else cut
        keep, split = spot.path[:cut], spot.path[cut:]
        self.alive.update(id(e) for e in spot.path)
        text = self.words.verbatim(toks, keep)
        if text is None:
            base = frozenset(e.mark for e in keep if e.mark)
            carried = self.carried(i, k, toks, spot)
            text = self.written(toks, base, carried, at_start=spot.at == self.leaf.ins)
        shut = "".join(self.words.source[e.cs : e.ce] for e in reversed(split))
        self.edits.append(Edit(spot.at, spot.at, shut + text + "".join(map(self.words.reopened, split))))

    def carried(self, i: int, k: int, toks: Sequence[Tok], spot: _Spot) -> list[tuple[int, int, Elem]]:
        """Find comments whose words all go here and come again with other marks: their places among the new words."""
        old = self.old[i:k]
        found: list[tuple[int, int, Elem]] = []
        comments = {id(e): e for t in old for e in t.path if e.keep and e not in spot.path}
        for elem in comments.values():
            held = sum(elem in t.path or elem in t.path_end for t in self.old)
            words = {t.value for t in old if t.kind == "w" and elem in t.path}
            at = [n for n, t in enumerate(toks) if t.kind == "w" and t.value in words]
            whole = at and not any(t.kind == SEAM[0] for t in toks[at[0] : at[-1]])
            apart = whole and (not found or at[0] >= found[-1][1])
            if apart and held == sum(elem in t.path or elem in t.path_end for t in old):
                found.append((at[0], at[-1] + 1, elem))
        return found

    def written(
        self, toks: Sequence[Tok], base: Marks, carried: Sequence[tuple[int, int, Elem]], *, at_start: bool
    ) -> str:
        """Write tokens, the seams between paragraphs, and the comments that go with them."""
        source, out, at = self.words.source, [], 0
        for start, end, elem in carried:
            out.append(self.sewn(toks[at:start], base, at_start=at_start and not at))
            inside = self.sewn(toks[start:end], base, at_start=at_start and not start)
            out += [source[elem.os : elem.oe], inside, source[elem.cs : elem.ce]]
            at = end
        out.append(self.sewn(toks[at:], base, at_start=at_start and not at))
        return "".join(out)

    def sewn(self, toks: Sequence[Tok], base: Marks, *, at_start: bool) -> str:
        """Write tokens, and the seams between paragraphs."""
        seams = [n for n, t in enumerate(toks) if t.kind == SEAM[0]]
        out = []
        for start, end in pairwise([-1, *seams, len(toks)]):
            part = toks[start + 1 : end]
            first = at_start if start < 0 else True
            out.append(self.words.written(part, self.leaf, base, line_start=first) if part else "")
        return self.words.seam(self.leaf).join(out) if seams else out[0]

    def spots(self, i: int, k: int) -> Iterator[_Spot]:
        """Yield the places between the last kept token on the left and the first one on the right."""
        seen: Path | None = None
        for tok in self.old[i:k]:
            if tok.path != seen and (len(tok.segs) == 1 or i + 1 == k):
                seen = tok.path
                yield _Spot(tok.s, tok.path, 0)
        left = self.old[i - 1].path_end if i else ()
        right = self.old[k].path if k < len(self.old) else ()
        if i:
            yield _Spot(self.old[i - 1].e, left, 1)
            for n in range(len(left), 0, -1):
                if left[n - 1] not in right:
                    yield _Spot(left[n - 1].ce, left[: n - 1], 1)
        if k < len(self.old):
            for n, elem in enumerate(right):
                if elem not in left:
                    yield _Spot(elem.os, right[:n], 2)
            yield _Spot(self.old[k].s, right, 2)
        if i < k:
            yield _Spot(self.old[i].s, self.old[i].path, 0)

    def cost(self, spot: _Spot, marks: Counter[Marks], *, atoms: bool) -> tuple[int, int, int]:
        """Weigh a spot: marks too many (to close and open again) count thrice, marks to add once."""
        have = {e.mark for e in spot.path if e.mark}
        bad = sum(n * (3 * len(have - m) + len(m - have)) for m, n in marks.items())
        bad += 50 * any(self.words.closed(e) for e in spot.path)
        bad += 50 * (atoms and any(m.kind == "code" for m in have))
        return bad, spot.rank, sum(e.mark is None for e in spot.path) if spot.rank else 0

    def relabel(self) -> None:
        """Let links that are named by their own words keep their address when these change."""
        elems = {id(e): e for t in self.old for e in (*t.path, *t.path_end) if id(e) in self.alive}
        edits = sorted(self.edits)
        starts = [e.start for e in edits]
        for elem in elems.values():
            first = bisect_left(starts, elem.oe)
            if first < len(edits) and edits[first].end <= elem.cs:
                self.edits += self.words.relabelled(elem)

    def sweep(self, dead: set[int]) -> None:
        """Delete the tags of elements that hold nothing any more."""
        seen: dict[int, Elem] = {}
        for n, tok in enumerate(self.old):
            for elem in (*tok.path, *tok.path_end):
                seen[id(elem)] = elem
                if n not in dead:
                    self.alive.add(id(elem))
        for key, elem in seen.items():
            if key not in self.alive:
                self.edits += [Edit(elem.os, elem.oe, ""), Edit(elem.cs, elem.ce, "")]


def spliced(words: Words, leaf: Block, new: Block) -> list[Edit]:
    """Return the edits that turn a leaf's words into the new leaf's.

    NoSplice when there is nothing to splice into, or nothing left.
    """
    if leaf.inline is None or new.inline is None:
        raise NoSplice("no words")
    if leaf.runs == new.runs:
        return []
    old, fresh = leaf.toks, cut(new.inline)
    if leaf.inline.blind:
        raise NoSplice("offsets unknown")
    return spliced_tokens(words, leaf, old, fresh)


def spliced_tokens(words: Words, leaf: Block, old: Sequence[Tok], new: Sequence[Tok]) -> list[Edit]:
    """Return the edits that turn a leaf's tokens into others; NoSplice when there are none on one side."""
    if not old or not new:
        raise NoSplice("empty")
    splicer = _Splicer(words, leaf, old, new)
    splicer.run()
    return splicer.edits


def cut(inline: Inline) -> list[Tok]:
    """Cut inline content into tokens without places: all that is asked of the new side."""
    return make_toks([Piece(r.kind, r.value, 0, 0, r.marks, (), r.xml) for r in inline.runs])


def _is_link(mark: Mark) -> bool:
    """Say whether a mark is a link, or an `<a>` with more to say than an address."""
    return mark.kind == "link" or (mark.kind == "tag" and mark.value == "a")


def _slid(matches: list[Match], old: Sequence[Tok], source: str) -> list[Match]:
    """Where one of two equal blanks is to go, keep the one that is worth more."""
    out: list[Match] = []
    for m in matches:
        before = out[-1] if out else None
        if before is not None and before.new + before.size == m.new and before.size:
            first, last = before.old + before.size - 1, m.old - 1
            if old[first].key == old[last].key and _worth(old[last], source) > _worth(old[first], source):
                out[-1] = Match(before.old, before.new, before.size - 1)
                out.append(Match(m.old - 1, m.new - 1, m.size + 1))
                continue
        out.append(m)
    return out


def _worth(tok: Tok, source: str) -> tuple[int, int]:
    """Say which blank to keep: one that ends a line, then one that no element ends or begins with."""
    return sum("\n" in source[s:e] for s, e in tok.segs), -len(tok.path)
