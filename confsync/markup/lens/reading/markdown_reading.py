"""A Markdown text as read, and a text that differs from it in places, of which only those places are read.

markdown-it reads blocks from the top down. Where a top block begins it knows nothing of what stands above, and to end a
block it looks no further than one line behind the next blank line. So a stretch from one such border to another is read
alone as it is read in its document, provided that

- what the document knows as a whole is the same: link definitions, footnotes, and headings where a link asks for them;
- the text before it is the same up to a blank line and a border more, and so is the text behind it;
- reading it ends with a border just where the rest begins: no fence, list or container reaches over;
- nothing in the document looked for its end further ahead and did not find it (`lookahead.FAR`).

The stretch is read in its old state, too: what does not give just the blocks that it gave before is not read alone.
Whatever is in doubt is None here, and the caller reads the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from confsync.markup.lens.diff.hunks import hunks
from confsync.markup.lens.reading.markdown_assembly import (
    Part,
    block_at,
    blocks_with,
    borders_with,
    end_of,
    notes_with,
)
from confsync.markup.lens.reading.markdown_windows import Border, Borders, Window
from confsync.markup.links import Links
from confsync.markup.markdown.reader import DEEP, MarkdownReader, holds_storage
from confsync.markup.markdown.source_map import Lines
from confsync.markup.markdown_in import DICTIONARY
from confsync.markup.notes import Note, NoteKind
from confsync.markup.slugs import titles_in
from confsync.markup.storage.xml import ILLEGAL, legal
from confsync.markup.syntax.lookahead import FAR
from confsync.markup.tree import Block, Html, Kind, ListData, Notation, References, Tree, norms_of

_PARTED = frozenset({Kind.LIST, Kind.TABLE, Kind.QUOTE})
"""Containers whose marks stand in their children's lines."""
_BOXES = frozenset({Kind.BOX, Kind.EXPAND, Kind.PANEL})
LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a text says that counts for all of its document."""

    links: tuple[Any, ...] = ()
    footnotes: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkdownReading:
    """A text with LF line ends, as read."""

    text: str
    siblings: list[Block]
    """The top blocks, trailing empty paragraphs and all."""
    borders: list[Border]
    """The borders in order; the last one is the end of the text."""
    notes: list[Note]
    references: References
    """Those of the document: `anchors` only when a link asked for them."""
    alone: bool
    """Nothing from outside of the text was used: other texts may be read by this one."""
    fresh: list[Block] = field(default_factory=list)
    """The blocks that no other reading has."""
    inner: list[Border] = field(default_factory=list)
    """The borders inside of other blocks, in order."""

    @property
    def asked(self) -> int:
        """How many links lead to headings of this text."""
        return self.borders[-1].asked

    @property
    def tree(self) -> Tree:
        """The text as a tree; of its references only what `references` says."""
        size = len(self.text)
        kids = list(self.siblings)
        while kids and kids[-1].kind is Kind.SPACER:
            kids.pop()
        root = Block(Kind.DOC, kids=kids, s=0, e=size, ins=0, ine=size, notation=Notation.MARKDOWN)
        return Tree(root, self.text, Notation.MARKDOWN, self.references)


def read(
    text: str, *, links: Links | None = None, references: References | None = None, track: bool = False
) -> MarkdownReading:
    """Read all of a text."""
    return _Reader(text, links, references, track=track).reading(alone=references is None)


def reread(
    old: MarkdownReading, text: str, *, links: Links | None = None, again: bool = True
) -> MarkdownReading:
    """Read a text by what an old one, read with the same links, has in common with it; equal to `read(text)`.

    `again`: other texts will be read by this one.
    """
    if text == old.text:
        return old
    readable = old.alone and old.text and not ILLEGAL.search(text)
    parts = _parts_of(old, text, links) if readable else None
    if not parts:
        return read(text, links=links)
    borders, inner = borders_with(old.borders, old.inner, parts) if again else ([], [])
    siblings, notes = blocks_with(old.siblings, parts), notes_with(old.notes, parts)
    fresh = [b for part in parts for b in part.blocks]
    return MarkdownReading(text, siblings, borders, notes, old.references, again, fresh, inner)


def _parts_of(old: MarkdownReading, text: str, links: Links | None) -> list[Part] | None:
    """Read what differs, and as little around it as is found; None when the whole text is to be read."""
    found = hunks(old.text, text, LINE)
    known = Borders(old.text, old.borders, old.inner)
    parts: list[Part] = []
    left = len(old.text) // 2
    for window in known.windows(found):
        for windows in (known.inside(window, found), [window]):
            left -= sum(w.old_end - w.old_start for w in windows)
            some = [_part(old, text, w, links) for w in windows] if left >= 0 else []
            fine = [part for part in some if part is not None]
            if fine and len(fine) == len(windows):
                break
        else:
            return None
        parts += fine
    return parts


class _Reader(MarkdownReader):
    """Reads a text or a stretch of one."""

    def __init__(
        self,
        text: str,
        links: Links | None,
        references: References | None,
        *,
        track: bool = False,
        depth: int = 0,
        parted: bool = False,
    ) -> None:
        """`parted`: the borders inside of blocks are wanted, however short these are."""
        clean = legal(text)
        super().__init__(clean, DICTIONARY, references=references, links=links, track=track, depth=depth)
        self.long = 0 if parted else self.long
        self.whole = text
        if clean is not text:
            self.note(NoteKind.CHARACTERS, "characters that XML forbids became U+FFFD")
        self.siblings = self.top()

    def reading(self, *, alone: bool) -> MarkdownReading:
        """Return what was read."""
        links = self.env.get("references", {})
        notes = tuple(label[1:] for label in self.env.get("footnotes", {}).get("refs", {}))
        anchors = self.slugs.anchors if self.asked or self.track else ()
        references = References(
            links, tuple(sorted({*self.given.footnotes, *notes})), anchors, self.given.dangling
        )
        alone = alone and self.src is self.whole and not self.far
        (borders, inner), siblings = self.borders(), self.siblings
        # Blocks with places know their reader. It must not hold them, nor what nobody asks for any more.
        self.siblings, self.tokens, self._ends = [], [], {}
        return MarkdownReading(self.whole, siblings, borders, self.notes, references, alone, siblings, inner)

    @property
    def far(self) -> bool:
        """Whether how some line is read depends on all below it, or on how deep all is nested."""
        return FAR in self.env or self.deepest >= DEEP

    def borders(self) -> tuple[list[Border], list[Border]]:
        """Return the borders by characters, the first of which is the start of the text; and those inside of blocks."""
        lines = self.lines if self.track else Lines(self.src)
        out = [Border(lines.start(b.line), *b[1:]) for b in self.border_lines]
        if not out or out[0].at:
            out.insert(0, Border(0, 0, self.src is not self.whole, 0))
        out.append(Border(len(self.src), len(self.siblings), len(self.notes), self.asked))
        return out, [Border(lines.start(b.line), *b[1:]) for b in self.inner_lines]

    def claims(self) -> Claims:
        """Return what the text says for all of its document, given all that the document says."""
        known = self.given.links
        new = [
            (k, v["href"], v["title"]) for k, v in self.env.get("references", {}).items() if k not in known
        ]
        again = [(d["label"], d["href"], d["title"]) for d in self.env.get("duplicate_refs", [])]
        notes = [t.meta["label"] for t in self.tokens if t.type == "footnote_reference_open"]
        heads = [self.tokens[i + 1].content for i, t in enumerate(self.tokens) if t.type == "heading_open"]
        heads += [title for t in self.tokens if holds_storage(t) for title in titles_in(t.content)]
        return Claims((*new, *again), tuple(notes), tuple(heads))


# ---- windows ----------------------------------------------------------------------------------------------------


def _part(old: MarkdownReading, text: str, window: Window, links: Links | None) -> Part | None:
    """Read a window before and after; None when what it says reaches further than the window."""
    w, given = window, old.references
    around = block_at(old.siblings, w.first.path)
    if around is None:
        return None
    parted = w.first.kind in _PARTED
    depth = len(w.first.path) - parted
    head = old.text[slice(*w.head)]
    texts = old.text[w.old_start : w.old_end + w.tail], text[w.new_start : w.new_end + w.tail]
    was, now = (_Reader(head + t, links, given, depth=depth, parted=parted) for t in texts)
    there = _stretch(was, w, len(head), w.old_end - w.old_start, around)
    here = _stretch(now, w, len(head), w.new_end - w.new_start, around)
    if there is None or here is None or was.far or now.far:
        return None
    if norms_of(there.blocks) != norms_of(around.kids[w.first.blocks : end_of(around, w)]):
        return None
    before, after = was.claims(), now.claims()
    if (before.links, before.footnotes) != (after.links, after.footnotes):
        return None
    asked = old.asked
    if (now.asked and not asked) or (asked and before.headings != after.headings):
        return None
    return here if around.kind is Kind.DOC or _may_hold(around, w, here.blocks) else None


def _may_hold(around: Block, w: Window, blocks: Sequence[Block]) -> bool:
    """Say whether a container is the same but for these blocks in the place of others."""
    kids = [*around.kids[: w.first.blocks], *blocks, *around.kids[end_of(around, w) :]]
    if not kids or kids[-1].kind is Kind.SPACER:
        return False
    # a title that stands at the beginning of what can be folded
    return not any(isinstance(b.data, Html) and "<summary" in b.data.text.lower() for b in blocks)


def _stretch(reader: _Reader, w: Window, head: int, size: int, around: Block) -> Part | None:
    """Return what a reader found in a window of this size; None when that is not just the window."""
    if w.first.kind in _PARTED:
        return _children(reader, w, (head, head + size), around)
    borders, inner = reader.borders()
    end = _border_at(borders, size)
    unbound = reader.unbound is not None and reader.unbound < reader.src.count("\n", 0, size)
    if end is None or (w.first.path and (unbound or around.kind not in _BOXES)):
        return None
    mine, deeper = [[b for b in found if b.at < size] for found in (borders, inner)]
    instead = end_of(around, w) - w.first.blocks
    return Part(w, reader.siblings[: end.blocks], instead, reader.notes[: end.notes], end.asked, mine, deeper)


def _children(reader: _Reader, w: Window, span: tuple[int, int], around: Block) -> Part | None:
    """Return what was found among the children of the first block."""
    borders, inner = reader.borders()
    found = [b for b in inner if b.path == (0,)]
    block = reader.siblings[0] if reader.siblings else None
    start, end = _border_at(found, span[0]), _border_at(found, span[1])
    if w.last.path != w.first.path and block is not None:
        behind = borders[1] if borders[1].at == span[1] else None
        end = None if behind is None or behind.blocks != 1 else behind._replace(blocks=len(block.kids))
    if block is None or start is None or end is None or not _is_like(block, around, w):
        return None
    mine = [
        Border(b.at - start.at, b.blocks - start.blocks, b.notes - start.notes, b.asked - start.asked)
        for b in found
        if span[0] <= b.at < span[1]
    ]
    instead, kids = end_of(around, w) - w.first.blocks, block.kids[start.blocks : end.blocks]
    return Part(w, kids, instead, reader.notes[start.notes : end.notes], end.asked - start.asked, mine, [])


def _border_at(borders: Sequence[Border], at: int) -> Border | None:
    n = bisect_left(borders, at, key=_at)
    return borders[n] if n < len(borders) and borders[n].at == at else None


def _at(border: Border) -> int:
    return border.at


def _is_like(block: Block, around: Block, w: Window) -> bool:
    """Say whether a block is of the kind that its children's container is, which may be the panel of a quote."""
    if block.kind is not w.first.kind or block.headless != around.headless:
        return False
    if not isinstance(block.data, ListData) or not isinstance(around.data, ListData):
        return block.kind is not Kind.LIST
    first = w.first.blocks == 0
    return block.data.style == around.data.style and (not first or block.data == around.data)
