"""Inside one word: letters that change where an element's border or an entity cuts it. No notation is known here.

A comment may lie on a part of a word, and an entity may spell one letter of it. What both words begin and end with
keeps its bytes, and what is new goes where the letters stood that went, into the comment rather than beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from confsync.markup.lens.diff.edits import Edit
from confsync.markup.lens.diff.hunks import common_head
from confsync.markup.storage.xml import unescape
from confsync.markup.tree import Elem, Tok

_LETTER = re.compile(r"&[^;\s]*;|.", re.DOTALL)


class _Letter(NamedTuple):
    """One letter: where it stands, and in which of the word's stretches."""

    start: int
    end: int
    text: str
    seg: int


class Respelt(NamedTuple):
    """A word with other letters: the edits, and the elements at its ends that still hold some of it."""

    edits: list[Edit]
    alive: list[Elem]


def respelt(source: str, old: Tok, new: Tok) -> Respelt | None:
    """Return the edits that make one word of another; None where a word is to be replaced as a whole."""
    if old.kind != "w" or new.kind != "w" or old.marks != new.marks:
        return None
    if len(old.segs) == 1 and "&" not in source[old.s : old.e]:
        return None
    letters = [
        _Letter(m.start(), m.end(), unescape(m[0]), n)
        for n, (start, end) in enumerate(old.segs)
        for m in _LETTER.finditer(source, start, end)
    ]
    was, now = str(old.value), str(new.value)
    if "".join(x.text for x in letters) != was or len(letters) != len(was):
        return None
    head = common_head(was, now)
    tail = common_head(was[head:][::-1], now[head:][::-1])
    gone, text = letters[head : len(letters) - tail], now[head : len(now) - tail]
    at = _place(old, letters, head, gone)
    kept = {x.seg for x in (*letters[:head], *letters[len(letters) - tail :])} | ({at.seg} if text else set())
    edits = [Edit(x.start, x.end, text if x is at else "") for x in gone]
    if not gone:
        edits = [Edit(at.end, at.end, text)] if head else [Edit(at.start, at.start, text)]
    return Respelt(edits, _held(old, kept))


def _place(word: Tok, letters: Sequence[_Letter], head: int, gone: Sequence[_Letter]) -> _Letter:
    """Return the letter in the place of which the new ones stand: one with a comment, where there is one."""
    if not gone:
        return letters[max(head - 1, 0)]
    ends = [(0, word.path), (len(word.segs) - 1, word.path_end)]
    commented = {seg for seg, path in ends if any(e.keep for e in path)}
    return next((x for x in gone if x.seg in commented), gone[0])


def _held(word: Tok, kept: set[int]) -> list[Elem]:
    """Return the elements at a word's ends that hold letters of it; those at both ends hold any of them."""
    both = {id(e) for e in word.path if e in word.path_end} if kept else set()
    ends = [(0, word.path), (len(word.segs) - 1, word.path_end)]
    return [e for seg, path in ends for e in path if seg in kept or id(e) in both]
