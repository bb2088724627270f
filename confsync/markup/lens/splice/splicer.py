"""The splice: a changed block into the other side's bytes. One engine for both notations; no notation is known here.

`B` is what stands there (source and tree), `C` is what it is to mean. Children that did not change are slices of the
source, the gaps between them are slices, and only what changed is written. Nothing changed gives the source back by
construction. Each leaf and each top block is read back before it is used.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise

from confsync.markup.lens.diff.edits import Edit, NoSplice, applied
from confsync.markup.lens.diff.pairing import How, Pair, align
from confsync.markup.lens.diff.tables import column_map, row_map
from confsync.markup.lens.leaf.seams import Seam, new_tokens, one_leaf, seams
from confsync.markup.lens.leaf.words import spliced, spliced_tokens
from confsync.markup.lens.splice.fragments import grouped
from confsync.markup.lens.splice.gaps import Part, joined
from confsync.markup.lens.splice.pool import Pool
from confsync.markup.lens.splice.side import Side
from confsync.markup.notes import Note, NoteKind
from confsync.markup.tree import Block, Kind

MAX_DEPTH = 80
"""Levels below which a block is converted cold; bounds the recursion."""

_TEXTS = (Kind.CODE, Kind.MATH, Kind.RAW, Kind.HTML)
_OPAQUE = (Kind.RAW, Kind.HTML)
"""Their data is their text."""
_LEAVES = (Kind.PARAGRAPH, Kind.HEADING)
_NO_TEXT = (Kind.LIST, Kind.TABLE, Kind.ROW)
"""Containers that hold no paragraphs of their own."""
_BOXES = frozenset(
    {
        Kind.LIST,
        Kind.ITEM,
        Kind.QUOTE,
        Kind.TABLE,
        Kind.ROW,
        Kind.CELL,
        Kind.PANEL,
        Kind.EXPAND,
        Kind.BOX,
        Kind.FOOTNOTE,
    }
)
_MARKED = frozenset(
    {Kind.QUOTE, Kind.CODE, Kind.PANEL, Kind.EXPAND, Kind.BOX, Kind.MATH, Kind.RAW, Kind.HTML}
)
"""Blocks that say by how they begin in which notation they are written; in another one they may need another gap."""


class Splicer:
    """One pass over a page. `deep`: read back every container, not only leaves and top blocks."""

    sews = True
    """Whether it looks for paragraphs that were cut in two or joined."""

    def __init__(self, side: Side, pool: Pool, *, deep: bool = False) -> None:
        self.side = side
        self.pool = pool
        self.deep = deep
        self.notes: list[Note] = []

    # ---- one block ----

    def block(self, old: Block, new: Block, box: Block, depth: int) -> str:
        """Return the text that stands where `old` stood and means `new`."""
        if old.norm == new.norm:
            return self.side.source[old.s : old.e]
        side = self.side
        if old.bare and box.kind not in (Kind.ITEM, Kind.CELL) and _shows(old) and not _shows(new):
            self.pool.drop(old)  # text needs a paragraph
            return self.cold(new, box, None, depth)
        for level in range(side.levels if new.is_leaf else 1):
            side.level = level
            mark = len(self.notes)
            try:
                text = self.spliced(old, new, depth)
                if not self.to_check(new) or side.reads_as(text, old, new):
                    return text
                reason = "read back as something else"
            except NoSplice as err:
                reason = str(err)
            finally:
                side.level = 0
            del self.notes[mark:]
            if reason != "read back as something else":
                break
        self.notes.append(Note(NoteKind.COLD, f"{new.kind.name.lower()} {_words(new)}: {reason}"))
        self.pool.drop(old)
        return self.cold(new, box, old, depth)

    def to_check(self, new: Block) -> bool:
        """Say whether to read a spliced block back here, before the whole page is read back.

        Items, rows and cells are read with their list or table.
        """
        if new.kind in (Kind.ITEM, Kind.ROW, Kind.CELL):
            return False
        return self.deep or new.kind not in _BOXES

    def spliced(self, old: Block, new: Block, depth: int) -> str:
        """Splice a block; NoSplice when it must be written anew."""
        if depth > MAX_DEPTH:
            raise NoSplice("too deep")
        if old.fragment is not None:
            return self.fragment(old, new, depth)
        both_leaves = old.kind in _LEAVES and new.kind in _LEAVES
        if old.kind is not new.kind and not both_leaves:
            raise NoSplice("another kind of block")
        changed = old.kind is not new.kind or old.data != new.data
        header = self.side.header(old, new) if changed and new.kind not in _OPAQUE else []
        if new.is_leaf:
            return applied(self.side.source, [*header, *spliced(self.side, old, new)], old.s, old.e)
        if new.kind in _TEXTS:
            return applied(self.side.source, [*header, *self.side.body(old, new)], old.s, old.e)
        if new.kind is Kind.TABLE:
            text = self.table(old, new, header, depth)
        elif new.kind in _BOXES:
            text = self.children(old, new.kids, header, depth)
        else:
            raise NoSplice("nothing to splice into")
        return self.side.finished(old, new, text)

    def fragment(self, old: Block, new: Block, depth: int) -> str:
        """Splice storage that stands inside Markdown: as storage, in place."""
        if old.fragment is None:
            raise NoSplice("no storage here")
        inside = Splicer(self.side.inner(old), self.pool, deep=self.deep)
        span = old.fragment
        block = Block(old.kind, old.data, old.kids, old.inline, old.text, old.xml)
        block.s, block.e, block.ins, block.ine, block.el = span.s, span.e, span.ins, span.ine, old.el
        block.bare, block.state_span = old.bare, old.state_span
        if old.kind is Kind.FRAGMENT:
            block.s, block.e, block.ins, block.ine = 0, len(span.text), 0, len(span.text)
            text = inside.children(block, new.kids, [], depth)
        else:
            text = inside.spliced(block, new, depth)
        self.notes += inside.notes
        return self.side.outer(old, span.text[: block.s] + text + span.text[block.e :])

    # ---- containers ----

    def children(self, old: Block, new: Sequence[Block], header: Sequence[Edit], depth: int) -> str:
        """Rebuild a container, its children paired by what they mean."""
        kids = grouped(old.kids, new)
        return self.container(old, kids, align(old.kids, kids), header, depth)

    def container(
        self,
        old: Block,
        new: Sequence[Block],
        pairs: dict[int, Pair],
        header: Sequence[Edit],
        depth: int,
    ) -> str:
        """Rebuild a container from its own bytes, with these children."""
        if old.ins < 0 or old.ine < old.ins:
            raise NoSplice("no inside")
        kids = old.kids
        cuts = [old.ins, *(x for k in kids for x in (k.s, k.e)), old.ine]
        if any(a > b for a, b in pairwise(cuts)):
            raise NoSplice("children that overlap")
        gaps = [self.gap(cuts[2 * n], cuts[2 * n + 1], header) for n in range(len(kids) + 1)]
        parts, used = self.parts(old, new, pairs, depth)
        sewn = used - {p.old for p in parts}
        gaps = ["" if n in sewn else gap for n, gap in enumerate(gaps)]  # it is inside of a part now
        for n, kid in enumerate(kids):
            if n not in used:
                self.pool.drop(kid)
        gaps, parts = self.side.freed(old, gaps, parts)
        body = joined(gaps, self.side.settled(old, parts), self.side.joints(old, gaps))
        outside = [e for e in header if e.end <= old.ins or e.start >= old.ine]
        source = self.side.source
        head = applied(source, [e for e in outside if e.end <= old.ins], old.s, old.ins)
        return head + body + applied(source, [e for e in outside if e.start >= old.ine], old.ine, old.e)

    def parts(
        self, box: Block, new: Sequence[Block], pairs: dict[int, Pair], depth: int
    ) -> tuple[list[Part], set[int | None]]:
        """Write the children; say which of the old ones are in them."""
        found = seams(box.kids, new, pairs) if self.sews and box.kind not in _NO_TEXT else {}
        parts: list[Part] = []
        used: set[int | None] = set()
        j = 0
        while j < len(new):
            seam = found.get(j)
            part = self.sewn(box, new, seam) if seam is not None else None
            if seam is not None and part is not None:
                used.update(seam.old)
                j = seam.new.stop
            else:
                part = self.part(box, new[j], pairs.get(j), depth)
                used.add(part.old)
                j += 1
            parts.append(part)
        return parts, used

    def sewn(self, box: Block, new: Sequence[Block], seam: Seam) -> Part | None:
        """Splice paragraphs that were cut in two or joined as if they were one; None when they cannot be."""
        kids, wanted = [box.kids[n] for n in seam.old], [new[n] for n in seam.new]
        if self.side.source[kids[0].e : kids[-1].s].strip(" \t\r\n>"):
            return None
        leaf, toks = one_leaf(kids)
        try:
            edits = spliced_tokens(self.side, leaf, toks, new_tokens(wanted))
            text = applied(self.side.source, edits, leaf.s, leaf.e)
        except NoSplice:
            return None
        if leaf.bare:
            text = f"<p>{text}</p>"
        if not self.side.reads_as(text, leaf, Block(Kind.FRAGMENT, kids=wanted)):
            return None
        return Part(text, Kind.PARAGRAPH, seam.old[0])

    def gap(self, start: int, end: int, header: Sequence[Edit]) -> str:
        """Return a gap's bytes, with what a changed header edits in it."""
        inside = [e for e in header if e.start >= start and e.end <= end]
        return applied(self.side.source, inside, start, end)

    def part(self, box: Block, new: Block, pair: Pair | None, depth: int) -> Part:
        """Write one child of a container."""
        if pair is None:
            return Part(self.cold(new, box, None, depth + 1), new.kind)
        kid = box.kids[pair.old]
        if pair.how is How.SAME or (pair.how is How.MOVED and self.side.moved(kid)):
            return Part(self.side.source[kid.s : kid.e], new.kind, pair.old)
        if pair.how is How.MOVED:
            self.pool.drop(kid)
            return Part(self.cold(new, box, kid, depth + 1), new.kind, pair.old)
        other = kid.kind is not new.kind or (new.kind is Kind.LIST and kid.data != new.data)
        text = self.block(kid, new, box, depth + 1)
        other = other or (new.kind in _MARKED and not text.startswith(self.side.source[kid.s : kid.s + 3]))
        return Part(text, new.kind, pair.old, other)

    def table(self, old: Block, new: Block, header: Sequence[Edit], depth: int) -> str:
        """Rebuild a table: columns first, then rows, then cells."""
        columns = column_map(old, new)
        if columns is None:
            return self.children(old, new.kids, header, depth)
        edits = [*header, *self.side.columns(old, new, columns)]
        cells = {n: Pair(c, How.EDITED) for n, c in enumerate(columns) if c is not None}
        rows = _Rows(self, cells, depth)
        pairs = row_map(old, new, columns)
        return rows.container(old, new.kids, pairs, edits, depth)

    # ---- new blocks ----

    def cold(self, new: Block, box: Block, old: Block | None, depth: int) -> str:
        """Write a block anew, out of bytes that this put drops elsewhere where they mean the same."""
        found = self.pool.take(new)
        if found is not None:
            text = self.side.borrowed(found, box, self.side.source[found.s : found.e])
            if text is not None:
                return text
        text = self.adapted(new, box) if new.kind in _LEAVES else None
        if text is not None:
            return text
        if depth <= MAX_DEPTH and self.pool.serves(new):
            try:
                return self.rebuilt(new, box, old, depth)
            except NoSplice:
                pass
        return self.side.cold(new, box, old)

    def adapted(self, new: Block, box: Block) -> str | None:
        """Write a leaf out of a dropped one that is much like it; None when there is none."""
        found = self.pool.near(new)
        if found is None:
            return None
        try:
            text = applied(self.side.source, spliced(self.side, found, new), found.s, found.e)
        except NoSplice:
            return None
        return self.side.borrowed(found, box, text) if self.side.reads_as(text, found, new) else None

    def rebuilt(self, new: Block, box: Block, old: Block | None, depth: int) -> str:
        """Write a container anew around children of which some are at hand as bytes."""
        head, foot, inside = self.side.shell(new, box, old)
        parts = [Part(self.cold(kid, inside, None, depth + 1), kid.kind) for kid in new.kids]
        body = joined([""], self.side.settled(inside, parts), self.side.joints(inside, [""]))
        return head + body + foot


def _shows(block: Block) -> bool:
    """Say whether a leaf holds images and their like, and no words."""
    return bool(block.runs) and all(run.kind != "t" for run in block.runs)


def _words(block: Block) -> str:
    """Return the first words of a block, to name it in a note."""
    todo = [block]
    while todo:
        b = todo.pop()
        text = b.inline.plain if b.inline is not None else b.text or b.xml
        if text.strip():
            short = textwrap.shorten(text, 40, placeholder="…")
            return f"“{short or text.strip()[:40]}”"
        todo.extend(reversed(b.kids))
    return "without words"


class _Rows(Splicer):
    """The rows of one table: each is spliced cell by cell along the table's columns."""

    def __init__(self, outer: Splicer, cells: dict[int, Pair], depth: int) -> None:
        super().__init__(outer.side, outer.pool, deep=outer.deep)
        self.notes = outer.notes
        self.cells, self.level = cells, depth + 1

    def spliced(self, old: Block, new: Block, depth: int) -> str:
        """Splice a row along the columns; anything below as ever."""
        if depth != self.level or new.kind is not Kind.ROW:
            return super().spliced(old, new, depth)
        return self.container(old, new.kids, self.cells, [], depth)

    def part(self, box: Block, new: Block, pair: Pair | None, depth: int) -> Part:
        """A row that is the same in the columns that stay may still have lost or gained one."""
        if pair is not None and new.kind is Kind.ROW and pair.how is How.SAME:
            pair = Pair(pair.old, How.EDITED)
        return super().part(box, new, pair, depth)
