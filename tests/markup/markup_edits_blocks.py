"""Edits of blocks and items: new, gone, elsewhere, in another container."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator

from markup_twins import Edit, Pairs, Twin, added_none, kept_all

from confsync.markup.tree import Block, Kind, ListData


def block_edits(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    for make in (
        _insert_block,
        _delete_block,
        _swap_blocks,
        _move_block,
        _into_quote,
        _out_of_box,
        _into_item,
    ):
        yield from make(twin, rng)
    yield from _merge_lists(twin, rng)
    for make_inside in (_insert_item, _delete_item, _move_item):
        yield from make_inside(twin, pairs, rng)


def _norms(twin: Twin, *but: Block) -> list[object]:
    return [b.norm for b in twin.ed.root.kids if b not in but]


def _insert_block(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    tops = [k for k in twin.ed.root.kids if k.fragment is None]
    if not tops:
        return
    at = rng.choice(tops).s
    new = "<p>A <em>new</em> paragraph.</p>" if twin.to_md else "A *new* paragraph.\n\n"
    text = twin.ed.text[:at] + new + twin.ed.text[at:]
    yield Edit("insert block", text, lambda out: kept_all(twin.ot.text, out), _norms(twin))


def _delete_block(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    kids = twin.ed.root.kids
    count = Counter(b.norm for b in kids)
    lone = [b for b in kids if count[b.norm] == 1]  # of equal ones nobody can tell which went
    if not lone:
        return
    k, text = rng.choice(lone), twin.ed.text
    tops = twin.same_tops()
    gone = next(((o.s, o.e) for b, o in tops if b is k), (0, len(twin.ot.text)))
    yield Edit(
        "delete block",
        text[: k.s] + text[k.e :],
        lambda out: "<!-- -->" in out or added_none(twin.ot.text, out),
        _norms(twin, k),
        gone,
    )


def _swap_blocks(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    kids = twin.ed.root.kids
    if len(kids) < 3:
        return
    x, y = (kids[i] for i in sorted(rng.sample(range(len(kids)), 2)))
    ed = twin.ed.text
    text = ed[: x.s] + ed[y.s : y.e] + ed[x.e : y.s] + ed[x.s : x.e] + ed[y.e :]
    slices = Counter(twin.ot.text[b.s : b.e] for b in twin.ot.root.kids)
    yield Edit("swap blocks", text, lambda out: all(s in out for s in slices), _norms(twin))


def _move_block(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """A block, or a heading with all that stands below it, goes far away."""
    kids = twin.ed.root.kids
    if len(kids) < 6:
        return
    third = len(kids) // 3
    n, to = rng.randrange(third), rng.randrange(len(kids) - third, len(kids))
    name, stop = "move block far", n + 1
    if kids[n].kind is Kind.HEADING:
        name = "move section"
        stop = next((i for i in range(n + 1, to) if kids[i].kind is Kind.HEADING), n + 1)
    ed, gap = twin.ed.text, "" if twin.to_md else "\n\n"
    start, end, at = kids[n].s, kids[stop].s, kids[to].s
    text = ed[:start] + ed[end:at] + ed[start : kids[stop - 1].e] + gap + ed[at:]
    base = twin.ot.text
    slices = Counter(base[b.s : b.e] for b in twin.ot.root.kids)

    def holds(out: str) -> bool:
        return all(out.count(s) >= n for s, n in slices.items()) and abs(len(out) - len(base)) < 24

    yield Edit(name, text, holds, _norms(twin))


def _plain_tops(twin: Twin) -> list[tuple[Block, Block]]:
    return [(k, o) for k, o in twin.same_tops() if k.kind is Kind.PARAGRAPH and not k.bare and not o.bare]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _into_quote(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    tops = _plain_tops(twin)
    if not tops:
        return
    k, o = rng.choice(tops)
    ed, ot = twin.ed.text, twin.ot.text
    inside, mine = ed[k.s : k.e], ot[o.s : o.e]
    if twin.to_md:
        text = f"{ed[: k.s]}<blockquote>{inside}</blockquote>{ed[k.e :]}"
        expect = ot[: o.s] + _quoted(mine) + ot[o.e :]
    else:
        text = ed[: k.s] + _quoted(inside) + ed[k.e :]
        expect = f"{ot[: o.s]}<blockquote>{mine}</blockquote>{ot[o.e :]}"
    yield Edit("block into a quote", text, expect.__eq__, _norms(twin, k), expect=expect)


def _outside(text: str, prefix: str) -> str:
    """The lines of a block without what its container puts before them."""
    eaten = re.compile(re.escape(prefix).replace(r">\ ", "[ ]{0,3}> ?"))
    first, *rest = text.split("\n")
    return "\n".join([first, *(eaten.sub("", line, count=1) if eaten.match(line) else line for line in rest)])


def _out_of_box(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    boxes = [
        (k, o)
        for k, o in twin.same_tops()
        if k.kind in (Kind.QUOTE, Kind.PANEL, Kind.EXPAND)
        and k.kids
        and not k.kids[0].bare
        and not o.kids[0].bare
        if not any(b.fragment for b in (*k.kids, *o.kids))
    ]
    if not boxes:
        return
    k, o = rng.choice(boxes)
    ed, ot = twin.ed.text, twin.ot.text
    inside = ed[k.kids[0].s : k.kids[-1].e]
    if not twin.to_md:
        inside = _outside(inside, k.inner_prefix)
    slices = [_outside(ot[b.s : b.e], o.inner_prefix if twin.to_md else "") for b in o.kids]
    yield Edit(
        "block out of a box",
        ed[: k.s] + inside + ed[k.e :],
        lambda out: all(s in out for s in slices) and out.startswith(ot[: o.s]) and out.endswith(ot[o.e :]),
        [*_norms(twin, k), *(b.norm for b in k.kids)],
        (o.s, o.ins),
    )


def _into_item(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """The paragraph behind a list becomes part of its last item."""
    tops = twin.same_tops()
    spots = [
        (a, b, o, p)
        for (a, o), (b, p) in itertools.pairwise(tops)
        if a.kind is Kind.LIST and isinstance(a.data, ListData) and a.data.style != "task"
        if b.kind is Kind.PARAGRAPH and not b.bare and not p.bare
    ]
    if not spots:
        return
    a, b, o, p = rng.choice(spots)
    ed, ot = twin.ed.text, twin.ot.text
    if twin.to_md:
        at = a.kids[-1].ine
        text = ed[:at] + ed[b.s : b.e] + ed[at : b.s] + ed[b.e :]
        mine = ot[p.s : p.e].replace("\n", "\n" + o.kids[-1].inner_prefix)
    else:
        own = a.kids[-1].inner_prefix
        lines = [own + x if x else x for x in ed[b.s : b.e].split("\n")]
        text, mine = ed[: b.s] + "\n".join(lines) + ed[b.e :], ot[p.s : p.e]
    stays = list(_norms(twin, a, b))
    yield Edit("block into an item", text, lambda out: mine in out, stays)


def _merge_lists(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """What stands between two lists of one kind goes, and they are one list."""
    tops = twin.same_tops()
    spots = [
        (a, m, b)
        for a, m, b in zip(tops, tops[1:], tops[2:], strict=False)
        if a[0].kind is Kind.LIST is b[0].kind and a[0].data == b[0].data and m[0].kind is not Kind.LIST
        if a[0].marker[-1:] == b[0].marker[-1:]
    ]
    if not spots:
        return
    (a, o), (m, _), (b, p) = rng.choice(spots)
    ed, ot = twin.ed.text, twin.ot.text
    text = ed[: a.kids[-1].e] + ed[b.kids[0].s :] if twin.to_md else ed[: a.e] + "\n" + ed[b.s :]
    number = re.compile(r"^\s*\d+[.)]\s+")
    slices = [number.sub("", ot[k.s : k.e]) for k in (*o.kids, *p.kids)]
    stays = list(_norms(twin, a, m, b))
    gone = (o.s, p.ins)
    yield Edit("merge two lists", text, lambda out: all(s in out for s in slices), stays, gone)


def _insert_item(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    items = [k for k, _, _, _ in pairs if k.kind is Kind.ITEM]
    if not items:
        return
    k, ed = rng.choice(items), twin.ed.text
    task = bool(k.data and k.data[0])
    if not twin.to_md:
        new = k.marker + ("[ ] " if task else "") + "a new item\n" + k.prefix
    elif task:
        new = "<ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>a new item</ac:task-body></ac:task>"
    else:
        new = "<li>a new item</li>"
    yield Edit("insert item", ed[: k.s] + new + ed[k.s :], lambda out: kept_all(twin.ot.text, out))


def _lines_of(ed: str, item: Block) -> tuple[int, int] | None:
    """The lines of an item and of nothing else."""
    start, stop = ed.rfind("\n", 0, item.s) + 1, ed.find("\n", item.e) + 1 or len(ed)
    return None if ed[start : item.s].strip() else (start, stop)


def _tops_without(twin: Twin, k: Block) -> list[object]:
    return [b.norm for b in twin.ed.root.kids if not b.s <= k.s <= k.e <= b.e]


def _delete_item(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    lists = [
        (k, o)
        for k, _, o, _ in pairs
        if k.kind is Kind.LIST and len(k.kids) > 1 and len(k.kids) == len(o.kids)
    ]
    if not lists:
        return
    (k, o), ed = rng.choice(lists), twin.ed.text
    ordered = isinstance(k.data, ListData) and k.data.style == "ol"
    n = rng.randrange(ordered, len(k.kids))
    item, gone = k.kids[n], (o.kids[n].s, o.kids[n].e)
    span = (item.s, item.e) if twin.to_md else _lines_of(ed, item)
    if span is None:
        return
    text = ed[: span[0]] + ed[span[1] :]
    yield Edit(
        "delete item",
        text,
        lambda out: added_none(twin.ot.text, out),
        [*_tops_without(twin, k), *(x.norm for x in k.kids if x is not item)],
        gone,
    )
    if ordered and k.kids[0] is not item:
        first = k.kids[0]
        span = (first.s, first.e) if twin.to_md else _lines_of(ed, first)
        if span is not None:
            base = twin.ot.text
            rest = [re.sub(r"^\s*\d+[.)]\s+", "", base[x.s : x.e]) for x in o.kids[1:]]
            yield Edit(
                "delete first number",
                ed[: span[0]] + ed[span[1] :],
                lambda out: all(x in out for x in rest) and len(out) < len(base),
                [*_tops_without(twin, k), *(x.norm for x in k.kids[1:])],
                (o.kids[0].s, o.kids[0].e),
                numbers=True,
            )


def _move_item(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    lists = [
        (k, o)
        for k, _, o, _ in pairs
        if k.kind is Kind.LIST and len(k.kids) > 2 and not k.prefix and len(k.kids) == len(o.kids)
    ]
    if not lists:
        return
    (k, o), ed, ot = rng.choice(lists), twin.ed.text, twin.ot.text
    n = rng.randrange(1, len(k.kids) - 1)
    item, first = k.kids[n], k.kids[0]
    if twin.to_md:
        text = ed[: first.s] + ed[item.s : item.e] + ed[first.s : item.s] + ed[item.e :]
    else:
        span, top = _lines_of(ed, item), _lines_of(ed, first)
        if span is None or top is None:
            return
        text = ed[: top[0]] + ed[span[0] : span[1]] + ed[top[0] : span[0]] + ed[span[1] :]
    number = re.compile(r"^\s*\d+[.)]\s+")
    slices = Counter(number.sub("", ot[x.s : x.e]) for x in o.kids)

    def holds(out: str) -> bool:
        kept = out.startswith(ot[: o.s]) and out.endswith(ot[o.e :])
        return kept and all(out.count(s) >= c for s, c in slices.items()) and abs(len(out) - len(ot)) < 8

    stays = [*_tops_without(twin, k), *(x.norm for x in k.kids)]
    yield Edit("move item", text, holds, stays, numbers=True)
