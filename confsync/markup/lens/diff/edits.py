"""Edits of a text by offsets. Nothing of Markdown or storage is known here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from confsync.markup.lens.diff.hunks import common_head
from confsync.markup.lens.diff.pairing import Match, runs

_ENDS = " \t\"'<>="
"""What words and the values of attributes end at."""


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
    i = j = 0
    for match in [*runs(old, new), Match(len(old), len(new), 0)]:
        if match.old - i == match.new - j:  # lines that changed in their place
            for n in range(match.old - i):
                out[j + n] = respelled(source[i + n], prefix + old[i + n], out[j + n])
        out[match.new : match.new + match.size] = source[match.old : match.old + match.size]
        i, j = match.old + match.size, match.new + match.size
    return out


def respelled(source: str, was: str, now: str) -> str:
    """Return the new line with what `was` and `now` have in common spelled as in the source.

    The source is `was` without some of its characters, or has what changed as it stands there, once; where it is
    anything else, the new line is as it is.
    """
    if source == was:
        return now
    head = common_head(was, now)
    tail = min(common_head(was[::-1], now[::-1]), len(was) - head, len(now) - head)
    place = [0]
    for char in was:
        at = place[-1]
        place.append(at + 1 if source[at : at + 1] == char else at)
    if place[-1] == len(source):
        return source[: place[head]] + now[head : len(now) - tail] + source[place[len(was) - tail] :]
    while head and was[head - 1] not in _ENDS:
        head -= 1
    while tail and was[len(was) - tail] not in _ENDS:
        tail -= 1
    gone = was[head : len(was) - tail]
    return source.replace(gone, now[head : len(now) - tail]) if gone and source.count(gone) == 1 else now


def changed_words(was: str, now: str) -> tuple[str, str]:
    """Return the words of a text that are others in another one, and those; with a word beside where some only came."""
    head = common_head(was, now)
    tail = common_head(was[head:][::-1], now[head:][::-1])
    while head and was[head - 1 : head].isalnum():
        head -= 1
    while tail and was[len(was) - tail : len(was) - tail + 1].isalnum():
        tail -= 1
    if head + tail == len(was):
        head = len(was[:head].rstrip())
        while head and not was[head - 1].isspace():
            head -= 1
        tail = min(tail, len(was) - head)
        while tail and not was[len(was) - tail].isspace():
            tail -= 1
    return was[head : len(was) - tail], now[head : len(now) - tail]


def in_place(source: str, was: str, now: str) -> str:
    """Return `source`, which holds one text between delimiters, with another one there; NoSplice when that is unclear."""
    if not now.strip() or source.count(was) != 1:
        raise NoSplice("no place for it")
    return source.replace(was, now)
