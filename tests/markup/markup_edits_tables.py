"""Edits of rows and columns."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from markup_twins import Edit, Pairs, Twin, added_none, in_order, kept_all

from confsync.markup.lens.diff.tables import is_regular
from confsync.markup.tree import Block, Cell, Kind


def table_edits(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    for make in (_insert_row, _delete_row, _insert_column, _delete_column, _move_column):
        yield from make(twin, pairs, rng)


def _delete_row(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    tables = [(k, o) for k, _, o, _ in pairs if k.kind is Kind.TABLE and len(k.kids) > 2]
    if not tables:
        return
    (k, o), ed = rng.choice(tables), twin.ed.text
    n = rng.randrange(1, len(k.kids))
    row, gone = k.kids[n], (o.kids[n].s, o.kids[n].e)
    text = ed[: row.s] + ed[row.e :] if twin.to_md else ed[: ed.rfind("\n", 0, row.s)] + ed[row.e :]
    yield Edit("delete row", text, lambda out: added_none(twin.ot.text, out), None, gone)


def _insert_row(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    tables = [k for k, _, _, _ in pairs if k.kind is Kind.TABLE and len(k.kids) > 2 and is_regular(k)]
    if not tables:
        return
    k, ed = rng.choice(tables), twin.ed.text
    row = rng.choice(k.kids[1:])
    width = len(row.kids)
    new = f"<tr>{'<td>new</td>' * width}</tr>" if twin.to_md else f"\n{row.prefix}|{' new |' * width}"
    yield Edit("insert row", ed[: row.e] + new + ed[row.e :], lambda out: kept_all(twin.ot.text, out))


def _regular(pairs: Pairs) -> list[tuple[Block, Block]]:
    return [
        (k, o)
        for k, _, o, _ in pairs
        if k.kind is Kind.TABLE
        and len(k.kids) > 1
        and len(k.kids[0].kids) > 1
        and is_regular(k)
        and is_regular(o)
    ]


def _rewritten(twin: Twin, table: Block, columns: Sequence[int | None]) -> str | None:
    """The edited side's text with other columns; None for a Markdown table that this cannot write."""
    ed = twin.ed.text
    if twin.to_md:
        return _in_storage(ed, table, columns)
    if table.headless or table.prefix:
        return None
    lines = ed[table.s : table.e].split("\n")
    rows = [[ed[c.s : c.e] for c in row.kids] for row in table.kids]
    rules = [c.strip() for c in lines[1].strip().strip("|").split("|")]
    width = len(rules)
    if len(lines) != len(rows) + 1 or {len(r) for r in rows} != {width}:
        return None
    texts = [rows[0], rules, *rows[1:]]
    fresh = ["new", "---", *["new"] * (len(rows) - 1)]
    new = [
        "| " + " | ".join(t[c] if c is not None else f for c in columns) + " |"
        for t, f in zip(texts, fresh, strict=True)
    ]
    return ed[: table.s] + "\n".join(new) + ed[table.e :]


def _in_storage(ed: str, table: Block, columns: Sequence[int | None]) -> str:
    for row in reversed(table.kids):
        cells = [ed[c.s : c.e] for c in row.kids]
        tag = "th" if isinstance(row.kids[0].data, Cell) and row.kids[0].data.header else "td"
        new = "".join(cells[c] if c is not None else f"<{tag}><p>new</p></{tag}>" for c in columns)
        ed = ed[: row.kids[0].s] + new + ed[row.kids[-1].e :]
    return ed


def _column_edit(
    name: str, twin: Twin, pair: tuple[Block, Block], columns: list[int | None]
) -> Iterator[Edit]:
    k, o = pair
    text, ot = _rewritten(twin, k, columns), twin.ot.text
    if text is None or not any(c is None or k.kids[0].kids[c].kids for c in columns):  # no header row is left
        return
    cells = [ot[row.kids[c].s : row.kids[c].e] for row in o.kids for c in columns if c is not None]
    widths = r"(?:<col\b[^>]*/?>(?:</col>)?)"

    def holds(out: str) -> bool:
        kept = out.startswith(ot[: o.s]) and out.endswith(ot[o.e :])
        inside = out[o.s : len(out) - len(ot[o.e :])]
        rows = len(re.findall(r"\n" if twin.to_md else r"<tr\b", inside))
        before = len(re.findall(r"\n" if twin.to_md else r"<tr\b", ot[o.s : o.e]))
        return kept and rows == before and in_order(cells, re.sub(widths, "", inside))

    yield Edit(
        name,
        text,
        holds,
        None,
        (o.s, o.e) if None not in columns and len(columns) < len(o.kids[0].kids) else (0, 0),
    )


def _insert_column(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    tables = _regular(pairs)
    if tables:
        pair = rng.choice(tables)
        columns: list[int | None] = list(range(len(pair[0].kids[0].kids)))
        columns.insert(rng.randrange(len(columns) + 1), None)
        yield from _column_edit("insert column", twin, pair, columns)


def _delete_column(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    tables = _regular(pairs)
    if tables:
        pair = rng.choice(tables)
        columns: list[int | None] = list(range(len(pair[0].kids[0].kids)))
        del columns[rng.randrange(len(columns))]
        yield from _column_edit("delete column", twin, pair, columns)


def _move_column(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    tables = [
        p
        for p in _regular(pairs)
        if len({tuple(r.kids[c].norm for r in p[0].kids) for c in range(len(p[0].kids[0].kids))}) > 1
    ]
    if tables:
        pair = rng.choice(tables)
        columns: list[int | None] = list(range(len(pair[0].kids[0].kids)))
        columns.insert(rng.randrange(len(columns)), columns.pop(rng.randrange(len(columns))))
        yield from _column_edit("move column", twin, pair, columns)
