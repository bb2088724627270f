"""Markers of list items: another bullet, a number for a bullet, another depth. What the item holds stays as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from confsync.markup.lens.markdown.prefixes import NUMBERED, renumbered
from confsync.markup.lens.splice.gaps import Part
from confsync.markup.markdown.style import Style
from confsync.markup.tree import Block, ListData

MARKER = re.compile(r"([ \t]*)([-+*]|\d{1,9}[.)])([ \t]*)")


def lead(marker: str) -> int:
    """Return how many blanks stand before a marker."""
    return len(marker) - len(marker.lstrip(" "))


def shifted(text: str, prefix: str, by: int) -> str:
    """Return an item that begins so many columns further right (left when negative), all lines of it."""
    if not by:
        return text
    first, *rest = text.split("\n")
    return "\n".join([_by(first, by), *(prefix + _by(x.removeprefix(prefix), by) if x else x for x in rest)])


def _by(line: str, by: int) -> str:
    if by > 0:
        return " " * by + line if line else line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]


def remarked(text: str, marker: str, prefix: str) -> str:
    """Return an item with another marker; its other lines move right where they would not belong to it any more."""
    m = MARKER.match(text)
    if m is None:
        return text
    head = m[1] + marker + (m[3] or " ")
    first, *rest = text[m.end() :].split("\n")
    inside = [line.removeprefix(prefix) for line in rest]
    least = min((len(x) - len(x.lstrip(" ")) for x in inside if x.strip()), default=len(head))
    by = len(head) - m.end() if m.end() <= least < len(head) else 0
    return "\n".join(
        [head + first, *(prefix + _by(x, by) if x.strip() else y for x, y in zip(inside, rest, strict=True))]
    )


def marker_of(new: ListData, n: int, style: Style) -> str:
    """Return the marker of the n-th item of a list."""
    return f"{int(new.start or 1) + n}{style.delimiter}" if new.style == "ol" else style.bullet


def numbered(box: Block, parts: Sequence[Part]) -> list[Part]:
    """Return the items of an ordered list, the new ones numbered after those before them as its own are."""
    numbers = [int(m[2]) for k in box.kids if (m := NUMBERED.match(k.marker))]
    step = 0 if len(numbers) > 1 and len(set(numbers)) == 1 else 1
    out: list[Part] = []
    for part in parts:
        m = NUMBERED.match(out[-1].text) if out and part.old is None else None
        out.append(part if m is None else replace(part, text=renumbered(part.text, int(m[2]) + step)))
    return out
