"""Rows and cells of a pipe table as they are written: blanks and bars as in the table, alignment where it is not the column's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from confsync.markup.elements.table import column_aligns, in_column
from confsync.markup.tree import Block


def row_like(source: str, table: Block, cells: Sequence[str]) -> str:
    """Write a row like the last one: with or without blanks, its bars below those of the table where they line up."""
    like = table.kids[-1] if table.kids else None
    row = source[like.s : like.e] if like is not None else "| "
    widths = _widths(source, table)
    if len(widths) == len(cells):
        cells = [c.ljust(w) for c, w in zip(cells, widths, strict=True)]
    if row.startswith(("| ", " ")) or not all(cells):
        return "| " + " | ".join(cells) + " |"
    return "|" + "|".join(cells) + "|"


def _widths(source: str, table: Block) -> list[int]:
    """Return the columns' widths in a table whose bars line up; nothing for any other."""
    rows = [source[r.s : r.e].rstrip() for r in table.kids]
    bars = {tuple(m.start() for m in re.finditer(r"(?<!\\)\|", row)) for row in rows}
    if len(rows) < 2 or len(bars) != 1 or not all(r.startswith("| ") and r.endswith(" |") for r in rows):
        return []
    at = bars.pop()
    return [b - a - 3 for a, b in pairwise(at)]


class Unaligned:
    """The cells of the tables at work that have something around their words, as that they are not aligned as their column."""

    def __init__(self) -> None:
        self._of: dict[int, str] = {}

    def note(self, table: Block) -> None:
        """Look through a table that is about to be written."""
        aligns = column_aligns(table) or []
        for row in table.kids if aligns else []:
            for cell, align in zip(row.kids, aligns, strict=True):
                if in_column("", cell, align):
                    self._of[id(cell)] = align

    def written(self, text: str, block: Block) -> str:
        """Return a cell's text with what stands around it."""
        return in_column(text, block, self._of[id(block)]) if id(block) in self._of else text

    def finished(self, old: Block, new: Block, text: str) -> str:
        """Return a cell's new text with what stood around its words taken away, and put there again where it is needed."""
        words = text[old.ins - old.s : len(text) - (old.e - old.ine)]
        return self.written(words, new)
