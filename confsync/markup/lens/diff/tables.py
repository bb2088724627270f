"""Which column is which. Tables are aligned by columns first, so that a new column leaves every other cell alone."""

from __future__ import annotations

from collections.abc import Sequence

from confsync.markup.lens.diff.pairing import Pair, align
from confsync.markup.tree import Block, Cell, Kind


def is_regular(table: Block) -> bool:
    """Say whether all rows have the same cells, none merged."""
    widths = {len(row.kids) for row in table.kids}
    cells = [c.data for r in table.kids for c in r.kids]
    merged = any(k in {"colspan", "rowspan"} for c in cells if isinstance(c, Cell) for k, _ in c.spans)
    return len(widths) == 1 and 0 not in widths and not merged


def column_map(old: Block, new: Block) -> list[int | None] | None:
    """Return for each new column its old one, wherever it stood; None for tables without columns to speak of."""
    if not is_regular(old) or not is_regular(new):
        return None
    if len(old.kids[0].kids) == len(new.kids[0].kids):
        same = _shifted(old, new)
        if not same:
            return list(range(len(new.kids[0].kids)))
    found = align(_turned(old), _turned(new))
    return [found[j].old if j in found else None for j in range(len(new.kids[0].kids))]


def row_map(old: Block, new: Block, columns: Sequence[int | None]) -> dict[int, Pair]:
    """Pair rows by the columns that both have; a row that only gained or lost a column is the same row."""
    if list(columns) == list(range(len(old.kids[0].kids))):
        return align(old.kids, new.kids)
    kept = [(c, n) for n, c in enumerate(columns) if c is not None]
    if not kept:
        return align(old.kids, new.kids)
    here = [Block(Kind.ROW, kids=[r.kids[c] for c, _ in kept]) for r in old.kids]
    there = [Block(Kind.ROW, kids=[r.kids[n] for _, n in kept]) for r in new.kids]
    return align(here, there)


def _turned(table: Block) -> list[Block]:
    """Return the columns as blocks."""
    return [Block(Kind.ROW, kids=[row.kids[n] for row in table.kids]) for n in range(len(table.kids[0].kids))]


def _shifted(old: Block, new: Block) -> bool:
    """Say whether columns of tables of one width moved: some equal column stands elsewhere."""
    here = {c.norm: n for n, c in enumerate(_turned(old))}
    return any(here.get(c.norm, n) != n for n, c in enumerate(_turned(new)))
