"""Whether a delimiter run counts as one at its place: CommonMark's rules of left- and right-flanking.

In scripts without spaces between words they often fail: `**"주소"**를` does not close, because a letter follows the quote.
Source: CommonMark 0.31.2, "Emphasis and strong emphasis".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from confsync.markup.inline import Mark

Span = tuple[Mark, int]
"""A mark, and the run that it begins with."""


class Delimiter(NamedTuple):
    """A delimiter that was written: its place among the pieces of text, what it belongs to, which end it is."""

    at: int
    span: Span
    opens: bool


def failing_spans(pieces: Sequence[str], delimiters: Sequence[Delimiter]) -> frozenset[Span]:
    """Return what would lose a delimiter: one that cannot open or close between the characters around its run."""
    own = {d.at for d in delimiters}
    return frozenset(d.span for d in delimiters if not _works(pieces, d, own))


def _works(pieces: Sequence[str], delimiter: Delimiter, own: set[int]) -> bool:
    char = pieces[delimiter.at][0]
    before = _neighbour(pieces, delimiter.at, own, char, -1)
    behind = _neighbour(pieces, delimiter.at, own, char, 1)
    left = _flanks(behind, before)
    right = _flanks(before, behind)
    if char == "_":
        return (
            left and (not right or _is_punctuation(before))
            if delimiter.opens
            else right and (not left or _is_punctuation(behind))
        )
    return left if delimiter.opens else right


def _neighbour(pieces: Sequence[str], at: int, own: set[int], char: str, step: int) -> str:
    """Return the character beside a run of delimiters; a blank at the ends of the leaf."""
    at += step
    while 0 <= at < len(pieces) and (not pieces[at] or (at in own and pieces[at][0] == char)):
        at += step
    if not 0 <= at < len(pieces):
        return " "
    return pieces[at][0] if step > 0 else pieces[at][-1]


def _flanks(inner: str, outer: str) -> bool:
    """Say whether a run that has `inner` on one side flanks it, with `outer` on its other side."""
    if inner.isspace():
        return False
    return not _is_punctuation(inner) or outer.isspace() or _is_punctuation(outer)


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"
