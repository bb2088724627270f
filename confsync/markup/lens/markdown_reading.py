"""A Markdown text as read, and a text that differs from it in places, of which only those places are read.

markdown-it reads blocks from the top down. Where a top block begins it knows nothing of what stands above, and to end a
block it looks no further than one line behind the next blank line. So a stretch from one such border to another is read
alone as it is read in its document, provided that

- what the document knows as a whole is the same: link definitions, footnotes, and headings where a link asks for them;
- the text before it is the same up to a blank line and a border more, and so is the text behind it;
- reading it ends with a border just where the rest begins: no fence, list or container reaches over;
- nothing in the document looked for its end further ahead and did not find it (`notations.FAR`).

The stretch is read in its old state, too: what does not give just the blocks that it gave before is not read alone.
Whatever is in doubt is None here, and the caller reads the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from confsync.markup.lens.hunks import Hunk, hunks
from confsync.markup.links import Links
from confsync.markup.markdown_in import DICTIONARY
from confsync.markup.markdown_reader import DEEP, MarkdownReader, holds_storage
from confsync.markup.notations import FAR
from confsync.markup.notes import Note, NoteKind
from confsync.markup.slugs import titles_in
from confsync.markup.source_map import Lines
from confsync.markup.tree import Block, Kind, Norm, Notation, References, Tree, norms_of
from confsync.markup.xml import ILLEGAL, legal

LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Cut:
    """A border in characters; see `markdown_reader.Border`."""

    at: int
    blocks: int
    notes: int
    asked: int


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
    cuts: list[Cut]
    """The borders in order; the last one is the end of the text."""
    notes: list[Note]
    references: References
    """Those of the document: `anchors` only when a link asked for them."""
    alone: bool
    """Nothing from outside of the text was used: other texts may be read by this one."""
    fresh: list[Block] = field(default_factory=list)
    """The blocks that no other reading has."""

    @property
    def asked(self) -> int:
        """How many links lead to headings of this text."""
        return self.cuts[-1].asked

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


def tracked(text: str) -> MarkdownReading:
    """Read all of a text with the place of every block."""
    return read(text, track=True)


def reread(old: MarkdownReading, text: str, *, links: Links | None = None) -> MarkdownReading:
    """Read a text by what an old one, read with the same links, has in common with it; equal to `read(text)`."""
    if text == old.text:
        return old
    windows = _windows(old, text) if old.alone and not ILLEGAL.search(text) else []
    if sum(w.old_end - w.old_start for w in windows) * 2 > len(old.text):
        windows = []
    parts: list[_Part] = []
    for window in windows:
        part = _part(old, text, window, links)
        if part is None:
            return read(text, links=links)
        parts.append(part)
    return _assembled(old, text, parts) if parts else read(text, links=links)


class _Reader(MarkdownReader):
    """Reads a text or a stretch of one."""

    def __init__(
        self, text: str, links: Links | None, references: References | None, *, track: bool = False
    ) -> None:
        clean = legal(text)
        super().__init__(clean, DICTIONARY, references=references, links=links, track=track)
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
            links, tuple(sorted({*self.given.footnotes, *notes})), anchors, self.given.strays
        )
        alone = alone and self.src is self.whole and not self.far
        cuts, siblings = self.cuts(), self.siblings
        # Blocks with places know their reader. It must not hold them, nor what nobody asks for any more.
        self.siblings, self.tokens, self._ends = [], [], {}
        return MarkdownReading(self.whole, siblings, cuts, self.notes, references, alone, siblings)

    @property
    def far(self) -> bool:
        """Whether how some line is read depends on all below it, or on how deep all is nested."""
        return FAR in self.env or self.deepest >= DEEP

    def cuts(self) -> list[Cut]:
        """Return the borders by characters; the first is the start of the text."""
        lines = self.lines if self.track else Lines(self.src)
        out = [Cut(lines.start(b.line), b.blocks, b.notes, b.asked) for b in self.borders]
        if not out or out[0].at:
            out.insert(0, Cut(0, 0, self.src is not self.whole, 0))
        out.append(Cut(len(self.src), len(self.siblings), len(self.notes), self.asked))
        return out

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


@dataclass(frozen=True, slots=True)
class _Window:
    """[old_start, old_end) of the old text is [new_start, new_end) of the new one; both begin and end at borders.

    `tail` characters behind it are read, too, to see that it ends where it should.
    """

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    tail: int
    first: int
    """Index of the cut that it starts with."""
    last: int
    """Index of the cut that it ends with."""


def _windows(old: MarkdownReading, text: str) -> list[_Window]:
    """Return windows around all that differs, far enough from each other; nothing when there are none."""
    found = hunks(old.text, text, LINE)
    at = [c.at for c in old.cuts]
    out: list[_Window] = []
    n = 0
    while n < len(found):
        begin = n
        first = _first(old, at, found, n)
        while out and (first is None or first < out[-1].last):  # too near to the one before
            begin = _hunk_at(found, out.pop().old_start)
            first = _first(old, at, found, begin)
        first = first or 0
        while (ends := _last(old, at, found, n)) is None:
            n += 1
        last, tail = ends
        shift = found[n].new_end - found[n].old_end
        lead = found[begin].new_start - found[begin].old_start
        out.append(
            _Window(at[first], at[last], at[first] + lead, at[last] + shift, at[tail] - at[last], first, last)
        )
        n += 1
    return out


def _hunk_at(found: Sequence[Hunk], start: int) -> int:
    """Return the index of the first hunk that starts at or behind a place."""
    return bisect_left([h.old_start for h in found], start)


def _first(old: MarkdownReading, at: Sequence[int], found: Sequence[Hunk], n: int) -> int | None:
    """Return the cut before a hunk from which on to read; None when the hunk before it is too near."""
    floor = found[n - 1].old_end if n else 0
    blank = old.text.rfind("\n\n", floor, found[n].old_start)
    cut = bisect_right(at, blank) - 2 if blank >= 0 else -1
    # The character before a border is not part of a hunk, either: it ends the line before.
    if cut >= 0 and (at[cut] > floor or not n):
        return cut
    return 0 if n == 0 else None


def _last(old: MarkdownReading, at: Sequence[int], found: Sequence[Hunk], n: int) -> tuple[int, int] | None:
    """Return the cut behind a hunk up to which to read, and that up to which to look; None: the next hunk is too near."""
    end = len(at) - 1
    ceiling = found[n + 1].old_start if n + 1 < len(found) else len(old.text)
    cut = bisect_left(at, found[n].old_end)
    # The line before a border is not part of a hunk that ends there: its end could have been what was changed.
    if cut < end and at[cut] == found[n].old_end:
        cut += 1
    if cut < end and at[cut] <= ceiling:
        blank = old.text.find("\n\n", at[cut], ceiling)
        tail = bisect_right(at, blank) + 1 if blank >= 0 else end + 1
        if tail <= end and at[tail] <= ceiling:
            return cut, tail
    return (end, end) if n + 1 == len(found) else None


@dataclass(frozen=True, slots=True)
class _Part:
    """A window as read in the new text."""

    window: _Window
    cuts: list[Cut]
    """Its borders, counted from the window's start; the last one is its end."""
    blocks: list[Block]
    notes: list[Note]


def _part(old: MarkdownReading, text: str, window: _Window, links: Links | None) -> _Part | None:
    """Read a window before and after; None when what it says reaches further than the window."""
    w = window
    given = old.references
    was = _Reader(old.text[w.old_start : w.old_end + w.tail], links, given)
    now = _Reader(text[w.new_start : w.new_end + w.tail], links, given)
    there = _upto(was, w.old_end - w.old_start)
    here = _upto(now, w.new_end - w.new_start)
    if there is None or here is None or was.far or now.far:
        return None
    count = old.cuts[w.last].blocks - old.cuts[w.first].blocks
    if there[-1].blocks != count or _norms(was, count) != norms_of(_slice(old, w)):
        return None
    before, after = was.claims(), now.claims()
    if (before.links, before.footnotes) != (after.links, after.footnotes):
        return None
    asked = old.asked
    if (now.asked and not asked) or (asked and before.headings != after.headings):
        return None
    return _Part(w, here, now.siblings[: here[-1].blocks], now.notes[: here[-1].notes])


def _slice(old: MarkdownReading, w: _Window) -> list[Block]:
    return old.siblings[old.cuts[w.first].blocks : old.cuts[w.last].blocks]


def _norms(reader: _Reader, count: int) -> list[Norm]:
    return norms_of(reader.siblings[:count])


def _upto(reader: _Reader, end: int) -> list[Cut] | None:
    """Return the cuts up to the one at `end`; None when there is none."""
    cuts = reader.cuts()
    n = bisect_left([c.at for c in cuts], end)
    return cuts[: n + 1] if n < len(cuts) and cuts[n].at == end else None


def _assembled(old: MarkdownReading, text: str, parts: Sequence[_Part]) -> MarkdownReading:
    """Put what was read anew in the place of what stood there."""
    siblings: list[Block] = []
    notes: list[Note] = []
    cuts: list[Cut] = []
    fresh: list[Block] = []
    done, shift, asked = 0, 0, 0
    for part in [*parts, None]:
        stop = part.window.first if part is not None else len(old.cuts) - 1
        here, there = old.cuts[done], old.cuts[stop]
        cuts += _moved(
            old.cuts[done : stop + (part is None)],
            here,
            Cut(here.at + shift, len(siblings), len(notes), asked),
        )
        siblings += old.siblings[here.blocks : there.blocks]
        notes += old.notes[here.notes : there.notes]
        asked += there.asked - here.asked
        if part is None:
            break
        start = Cut(part.window.new_start, len(siblings), len(notes), asked)
        cuts += _moved(part.cuts[:-1], Cut(0, 0, 0, 0), start)
        siblings += part.blocks
        notes += part.notes
        fresh += part.blocks
        asked += part.cuts[-1].asked
        done, shift = part.window.last, part.window.new_end - part.window.old_end
    return MarkdownReading(text, siblings, cuts, notes, old.references, old.alone, fresh)


def _moved(cuts: Sequence[Cut], origin: Cut, start: Cut) -> list[Cut]:
    """Count cuts from another start."""
    at, blocks = start.at - origin.at, start.blocks - origin.blocks
    notes, asked = start.notes - origin.notes, start.asked - origin.asked
    return [Cut(c.at + at, c.blocks + blocks, c.notes + notes, c.asked + asked) for c in cuts]
