"""What was read of a changed text, put in the place of what stood there: blocks, notes and borders. Nothing is read here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from confsync.markup.lens.reading.markdown_windows import Border, Window
from confsync.markup.notes import Note
from confsync.markup.tree import Block, Kind

Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A window as read in the new text; places and counts are those from the window's start on."""

    window: Window
    blocks: list[Block]
    instead: int
    """How many blocks stood there."""
    notes: list[Note]
    asked: int
    borders: list[Border]
    """The borders between its blocks, the one that it starts with among them."""
    inner: list[Border]
    """Those inside of its blocks."""


def block_at(siblings: list[Block], path: Path) -> Block | None:
    """Return the container at a path; the document for an empty one. None when there is none that is Markdown."""
    block = Block(Kind.DOC, kids=siblings)
    for n in path:
        if n >= len(block.kids) or block.fragment is not None:
            return None
        block = block.kids[n]
    return block if block.fragment is None else None


def end_of(around: Block, w: Window) -> int:
    """Return how many of a container's blocks there are up to a window's end, which may be behind the container."""
    return w.last.blocks if w.last.path == w.first.path else len(around.kids)


def blocks_with(siblings: list[Block], parts: Sequence[Part]) -> list[Block]:
    """Return the top blocks with what was read anew; what is around it is copied, all else is shared."""
    out = siblings
    for part in reversed(parts):
        w = part.window
        around = block_at(siblings, w.first.path)
        if around is not None:
            out = _with(out, w.first.path, slice(w.first.blocks, end_of(around, w)), part.blocks)
    return out


def _with(kids: list[Block], path: Path, old: slice, new: list[Block]) -> list[Block]:
    out = list(kids)
    if path:
        block = kids[path[0]]
        out[path[0]] = replace(block, kids=_with(block.kids, path[1:], old, new), _norm=None)
    else:
        out[old] = new
    return out


def notes_with(notes: list[Note], parts: Sequence[Part]) -> list[Note]:
    """Return the notes with those of what was read anew."""
    out: list[Note] = []
    done = 0
    for part in parts:
        out += [*notes[done : part.window.first.notes], *part.notes]
        done = part.window.last.notes
    return out + notes[done:]


def borders_with(
    borders: Sequence[Border], inner: Sequence[Border], parts: Sequence[Part]
) -> tuple[list[Border], list[Border]]:
    """Return the borders between top blocks and those inside of them, in the new text."""
    top, rest = list(_moved(borders, parts)), list(_moved(inner, parts))
    shift = _Shift()
    for part in parts:
        for border in _own(part, shift):
            (rest if border.path else top).append(border)
        shift.passed(part)
    return sorted(top, key=_place), sorted(rest, key=_place)


def _place(border: Border) -> tuple[int, int]:
    """What borders are sorted by: a container's own comes before that of its first child."""
    return border.at, len(border.path)


@dataclass(slots=True)
class _Shift:
    """By how much places and counts are others behind some parts."""

    at: int = 0
    notes: int = 0
    asked: int = 0
    blocks: dict[Path, int] = field(default_factory=dict)
    """By container."""

    def passed(self, part: Part) -> None:
        """Go on behind a part."""
        w, path = part.window, part.window.first.path
        self.at = w.new_end - w.old_end
        self.notes += len(part.notes) - (w.last.notes - w.first.notes)
        self.asked += part.asked - (w.last.asked - w.first.asked)
        self.blocks[path] = self.blocks.get(path, 0) + len(part.blocks) - part.instead

    def of(self, border: Border) -> Border:
        """Return where a border that stays is now, and what is before it."""
        blocks = border.blocks + self.blocks.get(border.path, 0)
        return Border(
            border.at + self.at,
            blocks,
            border.notes + self.notes,
            border.asked + self.asked,
            self.path(border.path),
            border.kind,
        )

    def path(self, path: Path) -> Path:
        """Return where a container is now."""
        return tuple(n + self.blocks.get(path[:k], 0) for k, n in enumerate(path)) if path else path


def _moved(borders: Sequence[Border], parts: Sequence[Part]) -> Iterator[Border]:
    """Yield the borders that stay."""
    shift = _Shift()
    k = 0
    for border in borders:
        while k < len(parts) and parts[k].window.old_end <= border.at:
            shift.passed(parts[k])
            k += 1
        w = parts[k].window if k < len(parts) else None
        path = () if w is None else w.first.path
        if w is None or border.at < w.old_start or border.path[: len(path)] != path:
            yield shift.of(border) if k else border


def _own(part: Part, shift: _Shift) -> Iterator[Border]:
    """Yield the borders that are new."""
    w = part.window
    first = shift.of(w.first)
    for border in part.borders:
        yield first._replace(
            at=w.new_start + border.at,
            blocks=first.blocks + border.blocks,
            notes=first.notes + border.notes,
            asked=first.asked + border.asked,
        )
    for border in part.inner:
        path = (*first.path, first.blocks + border.path[0], *border.path[1:])
        notes, asked = first.notes + border.notes, first.asked + border.asked
        yield Border(w.new_start + border.at, border.blocks, notes, asked, path, border.kind)
