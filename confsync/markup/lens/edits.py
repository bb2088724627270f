"""Edits of a text by offsets. Nothing of Markdown or storage is known here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from confsync.markup.lens.pairing import runs


class NoSplice(Exception):
    """This piece cannot be spliced: the smallest block around it is converted cold. The text says why."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace [start, end) by text; an insertion when they are equal."""

    start: int
    end: int
    text: str


def applied(source: str, edits: Iterable[Edit], start: int, end: int) -> str:
    """Return source[start:end] with the edits in it; NoSplice when they overlap or lie outside."""
    out, at = [], start
    for edit in sorted(edits):
        if edit.start < at or edit.end > end:
            raise NoSplice("overlapping edits")
        out += [source[at : edit.start], edit.text]
        at = edit.end
    return "".join(out) + source[at:end]


def spliced_lines(old: Sequence[str], new: Sequence[str], source: Sequence[str], prefix: str) -> list[str]:
    """Return new lines in which those that did not change are spelled as in the source.

    `old` are the lines that the source's lines mean, one for one; lines that are new get the prefix.
    """
    if len(old) != len(source):
        raise NoSplice("lines that cannot be followed")
    out = [prefix + line if line else prefix.rstrip() for line in new]
    for match in runs(old, new):
        out[match.new : match.new + match.size] = source[match.old : match.old + match.size]
    return out
