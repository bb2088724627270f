"""Where things stand in a Markdown file: lines, the containers around a line, and the characters of inline content.

markdown-it says which lines a block covers, and nothing about the places of inline content. Both are found here, by
what containers eat from the start of a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

NEWLINE = re.compile("\n")
CELL_ESCAPE = re.compile(r"\\\|")


class Container(NamedTuple):
    """A quote or an indenting container (list item, footnote, admonition) around a line."""

    kind: str
    """`q` eats `>`; `i` eats blanks."""
    width: int
    """How many columns of blanks an `i` eats."""
    line: int
    """The container's own first line."""
    start: int
    """Where the content starts on that line."""


Chain = tuple[Container, ...]


def prefix_of(chain: Chain) -> str:
    """Return what a new line inside the containers starts with."""
    return "".join("> " if c.kind == "q" else " " * c.width for c in chain)


class Lines:
    """The line starts of a text, and what containers eat of each line."""

    def __init__(self, src: str) -> None:
        self.src = src
        self.at = [0, *(m.end() for m in NEWLINE.finditer(src))]
        self._cut: dict[int, int] = {}

    def start(self, line: int) -> int:
        """Return where a line starts; the end of the text for lines behind it."""
        return self.at[line] if line < len(self.at) else len(self.src)

    def end(self, line: int) -> int:
        """Return where a line ends, without its newline."""
        if self._cut and line in self._cut:
            return self._cut[line]
        return self.at[line + 1] - 1 if line + 1 < len(self.at) else len(self.src)

    def cut(self, line: int, stop: int) -> None:
        """End a line where the end of something around it stands; what is read from now on is inside of that."""
        if stop > self.start(line):
            self._cut[line] = stop

    def last_text(self, first: int, behind: int) -> int:
        """Return the end of the last line in [first, behind) that has text in it, quote markers aside."""
        while behind > first + 1 and not self.src[self.start(behind - 1) : self.end(behind - 1)].strip(
            " \t>"
        ):
            behind -= 1
        return self.end(max(behind, first + 1) - 1)

    def begin(self, line: int, chain: Chain) -> int:
        """Return where the content of a line starts inside the containers.

        A line that a quote cannot eat from is a lazy continuation.
        """
        at = self.start(line)
        if not chain:
            return at
        stop = self.end(line)
        for c in chain:
            if line == c.line:
                at = max(at, c.start)
            elif c.kind == "q":
                eaten = self._eat_quote(at, stop)
                if eaten < 0:
                    return at
                at = eaten
            else:
                at = self._eat_blanks(at, stop, c.width)
        return at

    def _eat_quote(self, at: int, stop: int) -> int:
        src, q = self.src, at
        while q < stop and src[q] == " " and q - at < 3:
            q += 1
        if q >= stop or src[q] != ">":
            return -1
        return q + 2 if q + 1 < stop and src[q + 1] == " " else q + 1

    def _eat_blanks(self, at: int, stop: int, width: int) -> int:
        column = 0
        while at < stop and column < width and self.src[at] in " \t":
            column += 4 - column % 4 if self.src[at] == "\t" else 1
            at += 1
        return at


class Segment(NamedTuple):
    """A stretch of inline content and its place: equal lengths map one to one, others as a whole."""

    content: int
    length: int
    source: int
    source_length: int


class InlineMap:
    """The places of the characters of one inline token's content."""

    def __init__(self, segments: list[Segment]) -> None:
        self.segments = segments
        self.starts = [g.content for g in segments]

    def start(self, p: int) -> int:
        """Return where the character `p` of the content starts in the source."""
        if not self.segments:
            return 0
        g = self.segments[max(bisect_right(self.starts, p) - 1, 0)]
        if p >= g.content + g.length:
            return g.source + g.source_length
        return g.source + (p - g.content) if g.length == g.source_length else g.source

    def end(self, p: int) -> int:
        """Return where the character before `p` ends in the source."""
        if p <= 0 or not self.segments:
            return self.start(0)
        g = self.segments[max(bisect_right(self.starts, p - 1) - 1, 0)]
        if g.length != g.source_length:
            return g.source + g.source_length
        return g.source + min(p - g.content, g.length)

    def cut(self, a: int, b: int) -> Iterator[Segment]:
        """Cut [a, b) of the content at the borders of the segments."""
        i = max(bisect_right(self.starts, a) - 1, 0)
        while i < len(self.segments) and a < b:
            g = self.segments[i]
            stop = min(b, g.content + g.length)
            if stop > a:
                if g.length == g.source_length:
                    yield Segment(a, stop - a, g.source + a - g.content, stop - a)
                else:
                    yield Segment(a, stop - a, g.source, g.source_length)
                a = stop
            i += 1


def of_lines(content: str, first: int, lines: Lines, chain: Chain, *, heading: bool) -> InlineMap | None:
    """Map the content of a paragraph or heading: each line of it is the tail of its source line.

    None when a line is not found, which makes the leaf blind.
    """
    whole = -1 if heading else _verbatim(content, first, lines, chain)
    if whole >= 0:
        return InlineMap([Segment(0, len(content), whole, len(content))])
    segments: list[Segment] = []
    at = 0
    parts = content.split("\n")
    for n, part in enumerate(parts):
        place = _tail(part, first + n, lines, chain, heading=heading)
        if place is None:
            return None
        if segments:  # the newline reaches over what the containers eat of the next line
            newline = segments[-1].source + segments[-1].source_length
            segments.append(Segment(at - 1, 1, newline, place - newline))
        segments.append(Segment(at, len(part), place, len(part)))
        at += len(part) + 1
    return InlineMap(segments)


def _verbatim(content: str, first: int, lines: Lines, chain: Chain) -> int:
    """Return where content stands that is its source from its first character on, as most is; -1 for any other."""
    more = content.count("\n")
    if chain and more:
        return -1
    src, at = lines.src, lines.begin(first, chain)
    while src.startswith(" ", at):
        at += 1
    there = src.startswith(content, at) and not src[at + len(content) : lines.end(first + more)].strip()
    return at if there else -1


def _tail(part: str, line: int, lines: Lines, chain: Chain, *, heading: bool) -> int | None:
    begin, stop = lines.begin(line, chain), lines.end(line)
    if heading:
        at = lines.src.find(part, begin, stop)
        return at if at >= 0 else None
    trimmed = lines.src[begin:stop].rstrip()
    solid = part.rstrip()
    if not trimmed.endswith(solid):
        return None
    return begin + len(trimmed) - len(solid)


def of_cell(start: int, end: int, src: str) -> InlineMap:
    r"""Map the content of a table cell, where `\|` is one character of two."""
    segments: list[Segment] = []
    content, at = 0, start
    for m in CELL_ESCAPE.finditer(src, start, end):
        if m.start() > at:
            segments.append(Segment(content, m.start() - at, at, m.start() - at))
            content += m.start() - at
        segments.append(Segment(content, 1, m.start(), 2))
        content, at = content + 1, m.end()
    if end > at:
        segments.append(Segment(content, end - at, at, end - at))
    return InlineMap(segments)


def cells_of_row(src: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the places of a table row's cells, without the blanks around their content."""
    spans: list[tuple[int, int]] = []
    at = start
    for p in (*_bars(src, start, end), end):
        spans.append((at, p))
        at = p + 1
    if spans and not src[spans[0][0] : spans[0][1]].strip():
        spans.pop(0)
    if spans and not src[spans[-1][0] : spans[-1][1]].strip():
        spans.pop()
    return [_stripped(src, a, z) for a, z in spans]


def _bars(src: str, start: int, end: int) -> Iterator[int]:
    p = src.find("|", start, end)
    while p >= 0:
        if p == start or src[p - 1] != "\\":
            yield p
        p = src.find("|", p + 1, end)


def _stripped(src: str, a: int, z: int) -> tuple[int, int]:
    while a < z and src[a].isspace():
        a += 1
    while z > a and src[z - 1].isspace():
        z -= 1
    return a, z
