"""What stands before the lines of a piece of Markdown: the prefix of its containers, and a list item's number."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBERED = re.compile(r"([ \t]*)(\d{1,9})([.)])")
"""A numbered item's marker: indentation, number, delimiter."""
_CONTAINERS = re.compile(r"> | +")
_QUOTE_MARK = re.compile(r" {0,3}> ?")


def spaced(marker: str) -> str:
    """Return a marker with blanks behind it."""
    return marker if marker.endswith((" ", "\t")) else marker + " "


def prefixed(text: str, prefix: str) -> str:
    """Put a prefix before each line but the first."""
    if not prefix or "\n" not in text:
        return text
    first, *rest = text.split("\n")
    return "\n".join([first, *((prefix + line) if line else prefix.rstrip() for line in rest)])


def unprefixed(text: str, prefix: str) -> str:
    """Take a prefix off each line but the first, tabs and all; a line without it is a lazy one and stays."""
    if not prefix or "\n" not in text:
        return text
    first, *rest = text.split("\n")
    parts = _CONTAINERS.findall(prefix)
    return "\n".join([first, *(_inside(line, parts) for line in rest)])


def _inside(line: str, parts: Sequence[str]) -> str:
    """Let containers eat their part of a line: a quote `>` and a blank, an item its width in columns."""
    column = 0
    for part in parts:
        if part == "> ":
            m = _QUOTE_MARK.match(line)
            if m is None:
                return line
            column, line = column + m.end(), line[m.end() :]
            continue
        blank = line[: len(line) - len(line.lstrip(" \t"))]
        wide = (" " * column + blank).expandtabs(4)[column:]
        column, line = column + len(part), wide[len(part) :] + line[len(blank) :]
    return line


def renumbered(text: str, number: int, *, first_only: bool = False) -> str:
    """Give the first item another number; its other lines follow when the marker's width changes."""
    m = NUMBERED.match(text)
    if m is None:
        return text
    new = f"{m[1]}{number}{m[3]}"
    delta = len(new) - m.end()
    rest = text[m.end() :]
    if not delta or first_only or "\n" not in rest:
        return new + rest
    first, *lines = rest.split("\n")
    if delta > 0:
        lines = [" " * delta + line if line else line for line in lines]
    else:
        lines = [line[-delta:] if line.startswith(" " * -delta) else line for line in lines]
    return new + "\n".join([first, *lines])
