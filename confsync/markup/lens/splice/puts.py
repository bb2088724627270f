"""The two puts: a change on one side into the other side's own bytes, verified before anybody sees it.

A is the base on the edited side, C the new text there, B the base on the other side. When A and B mean the same, the
new text is C spliced into B. Where they do not (the server changed something, or this version sees more than the one
that made them), what B alone says stays, and what changed from A to C changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from confsync.errors import ConversionError
from confsync.markup.lens.diff.edits import NoSplice
from confsync.markup.lens.diff.pairing import How, Match, Pair, align, runs
from confsync.markup.lens.splice.fragments import flat
from confsync.markup.lens.splice.gaps import Part
from confsync.markup.lens.splice.pool import Pool
from confsync.markup.lens.splice.side import Side
from confsync.markup.lens.splice.splicer import Splicer
from confsync.markup.lens.splice.stretches import Stretches
from confsync.markup.notes import Note, NoteKind
from confsync.markup.tree import Block, Kind, Norm, Tree, norms_of


@dataclass(frozen=True, slots=True)
class Writing:
    """How one notation is written and read: what the attempts of a put need."""

    side: Side
    read: Callable[[str], list[Norm]]
    whole: Callable[[Sequence[Block]], str]
    """Writes a page anew."""
    safest: Callable[[Block], str]
    """Writes one top block in the spelling that cannot be misread."""
    mended: Callable[[str], str]
    """Puts back what a text must have besides its blocks."""
    apart: str
    """What separates two top blocks, whatever they are."""
    blocks: Callable[[str], Sequence[Block]]
    """Reads a page's blocks."""


_Attempt = Callable[[Writing, Block, Block], tuple[str, list[Note]]]


def put(writing: Writing, a: Tree, b: Tree, c: Tree) -> tuple[str, list[Note]]:
    """Return B's text with the change from A to C in it, and what could not be spliced.

    What B's notation cannot tell from something else becomes that, when no word is lost by it. ConversionError when
    nothing that can be written reads as it should: what is not verified is not returned.
    """
    if a.norms == c.norms:
        return b.text, []
    new = flat(c.root.kids) if _agree(a, b) else rebased(a.root.kids, b.root.kids, c.root.kids)
    if not b.text.strip():
        return writing.whole(new), []
    found = _written(writing, b, new)
    if found is None:
        room = flat(writing.blocks(writing.whole(new)))
        found = _written(writing, b, room) if _says(room) == _says(new) else None
        note = "something has no form of its own on the other side, and is what it looks like there"
        found = found and (found[0], [*found[1], Note(NoteKind.COLD, note)])
    if found is not None:
        return found
    raise ConversionError(
        "the converted text does not say the same as what it was made from, however it is written",
        unchanged="Nothing of it was written or sent.",
        hint="Look for deep nesting or unusual markup in what was changed, and write that in a simpler way.",
    )


def _written(writing: Writing, b: Tree, new: list[Block]) -> tuple[str, list[Note]] | None:
    """Return B's text with these blocks in it, spliced as far as that reads as wanted; None when nothing does."""
    page = Block(Kind.DOC, kids=new)
    want = norms_of(new)
    if b.norms == want:
        return b.text, []
    for text, notes in _attempts(writing, b.root, page):
        mended = writing.mended(text)
        if writing.read(mended) == want:
            return mended, notes
    for whole in (writing.whole(new), "\n\n".join(map(writing.safest, new))):
        if writing.read(whole) == want:
            return whole, [Note(NoteKind.COLD, "the whole page was converted anew")]
    return None


def _says(blocks: Sequence[Block]) -> str:
    """Return the words of blocks without the white space, however they are made up."""
    out: list[str] = []
    todo = list(reversed(blocks))
    while todo:
        block = todo.pop()
        out.append(block.inline.plain if block.inline is not None else block.text or block.xml)
        todo.extend(reversed(block.kids))
    return "".join("".join(out).split())


def _agree(a: Tree, b: Tree) -> bool:
    """Say whether two texts mean the same; their blocks share their normal forms then."""
    if a.norms != b.norms:
        return False
    for ours, theirs in zip(flat(a.root.kids), flat(b.root.kids), strict=True):
        theirs.agree(ours)
    return True


def rebased(a: Sequence[Block], b: Sequence[Block], c: Sequence[Block]) -> list[Block]:
    """Return the children that B should have: C's, but B's own where A and C agree, and what B alone has."""
    a, b, c = flat(a), flat(b), flat(c)
    from_b = {p.old: n for n, p in align(a, b).items()}
    from_a = align(a, c)
    own = [n for n in range(len(b)) if n not in from_b.values()]
    out: list[Block] = []
    for j, block in enumerate(c):
        pair = from_a.get(j)
        n = from_b.get(pair.old) if pair is not None else None
        kept = pair is not None and pair.how is not How.EDITED
        while own and n is not None and own[0] < n:
            out.append(b[own.pop(0)])
        out.append(b[n] if kept and n is not None else block)
    return out + [b[n] for n in own]


# ---- attempts, each safer and less local than the one before ----------------------------------------------------


def _attempts(writing: Writing, old: Block, new: Block) -> Iterator[tuple[str, list[Note]]]:
    """Yield texts, and what is to be told of each; the first that reads as it should is the result."""
    stretches = Stretches(writing.side.source, old.kids, new.kids, writing.apart, writing.whole)
    for attempt in (_spliced, _spliced_deep, _misread_cold, _tops_cold):
        yield from _attempt(attempt, writing, old, new)
    anew = [Note(NoteKind.COLD, "converted anew with what stands beside it: in place it reads differently")]
    yield from ((text, anew) for text in stretches.near())
    yield from _attempt(_tops_safest, writing, old, new)
    yield from ((text, anew) for text in stretches.wider())


def _attempt(attempt: _Attempt, writing: Writing, old: Block, new: Block) -> Iterator[tuple[str, list[Note]]]:
    """Yield what an attempt gives; nothing when it finds nothing to splice into."""
    try:
        yield attempt(writing, old, new)
    except NoSplice:
        return


def _spliced(writing: Writing, old: Block, new: Block) -> tuple[str, list[Note]]:
    return _run(writing.side, old, new, deep=False)


def _spliced_deep(writing: Writing, old: Block, new: Block) -> tuple[str, list[Note]]:
    return _run(writing.side, old, new, deep=True)


def _run(side: Side, old: Block, new: Block, *, deep: bool) -> tuple[str, list[Note]]:
    """Splice; a second time when something that is dropped here may be what is new there."""
    first = Splicer(side, Pool(), deep=deep)
    text = first.children(old, new.kids, [], 0)
    if not first.pool.dropped:
        return text, first.notes
    second = Splicer(side, Pool(first.pool.dropped), deep=deep)
    again = second.children(old, new.kids, [], 0)
    return (again, second.notes) if second.pool.honest else (text, first.notes)


class _Forced(Splicer):
    """Writes some top blocks anew although they did not change: in their new neighbourhood they read differently.

    Those that stand side by side are written as one page: what keeps them apart is known there.
    """

    sews = False

    def __init__(self, writing: Writing, forced: set[int]) -> None:
        super().__init__(writing.side, Pool(), deep=True)
        self.forced, self.write = forced, writing.whole

    def parts(
        self, box: Block, new: Sequence[Block], pairs: dict[int, Pair], depth: int
    ) -> tuple[list[Part], set[int | None]]:
        """Write the children, stretches that are forced each as one."""
        if box.kind is not Kind.DOC:
            return super().parts(box, new, pairs, depth)
        out: list[Part] = []
        for forced, found in groupby(range(len(new)), lambda n: id(new[n]) in self.forced):
            stretch = list(found)
            if forced and len(stretch) > 1:
                text = self.write([new[n] for n in stretch]).strip("\n")
                old = next((pairs[n].old for n in stretch if n in pairs), None)
                out.append(Part(text, new[stretch[0]].kind, old, other=True))
            else:
                out += [self.part(box, new[n], pairs.get(n), depth) for n in stretch]
        return out, {part.old for part in out}

    def part(self, box: Block, new: Block, pair: Pair | None, depth: int) -> Part:
        if id(new) not in self.forced:
            return super().part(box, new, pair, depth)
        old = box.kids[pair.old] if pair is not None else None
        return Part(self.side.cold(new, box, old), new.kind, pair.old if pair is not None else None)


def _misread_cold(writing: Writing, old: Block, new: Block) -> tuple[str, list[Note]]:
    """Find the top blocks that read differently where they stand now, and write just those anew; best those that came."""
    want = norms_of(new.kids)
    here = {id(new.kids[n]) for n, p in align(old.kids, new.kids).items() if p.how is How.SAME}
    forced: set[int] = set()
    text = ""
    for _ in range(5):
        splicer = _Forced(writing, forced)
        text = writing.mended(splicer.children(old, new.kids, [], 0))
        got = writing.read(text)
        if got == want:
            notes = [Note(NoteKind.COLD, "converted anew: in place it reads differently")] * len(forced)
            return text, [*splicer.notes, *notes]
        places = [n for n in _differing(got, want) if n < len(new.kids)]
        wrong = {id(new.kids[n]) for n in places}
        for step in (1, -1):  # what stands behind it, or before, may make it something else
            beside = [n + step for n in places if 0 <= n + step < len(new.kids)]
            wrong |= {id(new.kids[n]) for n in beside} if wrong <= forced else set()
        if wrong <= forced:
            break
        forced |= (wrong - here - forced) or wrong
    return text, []


def _differing(got: Sequence[Norm], want: Sequence[Norm]) -> Iterator[int]:
    """Yield the places of what was not read as wanted; with a neighbour when their number differs."""
    if len(got) == len(want):
        yield from (n for n, (a, b) in enumerate(zip(got, want, strict=True)) if a != b)
        return
    i = j = 0
    for same in [*runs(got, want), Match(len(got), len(want), 0)]:
        if same.old > i or same.new > j:
            yield from range(max(j - 1, 0), same.new)
        i, j = same.old + same.size, same.new + same.size


class _TopsCold(Splicer):
    """Writes every changed top block anew."""

    sews = False

    def block(self, old: Block, new: Block, box: Block, depth: int) -> str:
        del depth
        return self.side.source[old.s : old.e] if old.norm == new.norm else self.side.cold(new, box, old)


def _tops_cold(writing: Writing, old: Block, new: Block) -> tuple[str, list[Note]]:
    text = _TopsCold(writing.side, Pool()).children(old, new.kids, [], 0)
    return text, [Note(NoteKind.COLD, "changed blocks were converted anew: in place they read differently")]


class _TopsSafest(Splicer):
    """Writes every new or changed top block in its safest spelling."""

    sews = False

    def __init__(self, writing: Writing) -> None:
        super().__init__(writing.side, Pool())
        self.safest = writing.safest

    def block(self, old: Block, new: Block, box: Block, depth: int) -> str:
        del box, depth
        return self.side.source[old.s : old.e] if old.norm == new.norm else self.safest(new)

    def cold(self, new: Block, box: Block, old: Block | None, depth: int) -> str:
        del box, old, depth
        return self.safest(new)


def _tops_safest(writing: Writing, old: Block, new: Block) -> tuple[str, list[Note]]:
    text = _TopsSafest(writing).children(old, new.kids, [], 0)
    return text, [
        Note(NoteKind.COLD, "changed blocks were written as raw storage: in place they read differently")
    ]
