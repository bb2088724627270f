"""Edits of what words and blocks are: marks, targets, kinds, alignment, depth. The words stay."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from markup_twins import Edit, Pairs, Twin, kept_all

from confsync.markup.lens.diff.tables import is_regular
from confsync.markup.tree import Block, Cell, Kind, ListData

_LINK = {
    True: re.compile(r"<a href=\"(https?://[^\"&#]{4,})\""),
    False: re.compile(r"(?<=\]\()(https?://[^()\s\"&#]{4,})(?=[ )])"),
}
_DEFINITION = re.compile(r"^\[[^\]\n]+\]:[ \t]+(https?://[^\s&#]+)$", re.MULTILINE)
_ALERTS = {"NOTE": "info", "TIP": "tip", "WARNING": "note", "CAUTION": "warning"}
_RULE = re.compile(r"(?<=[|\s])-{3,}(?=[|\s])|(?<=[|\s])-{3,}$")


def form_edits(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    for make in (_bold, _target, _definition, _alert, _kind, _into_list, _align, _nested, _indent):
        yield from make(twin, pairs, rng)


def _others(twin: Twin, *but: Block) -> list[object]:
    return [b.norm for b in twin.ed.root.kids if not any(b.s <= x.s <= x.e <= b.e for x in but)]


def _bold(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    spots = [
        (k, t, o.toks[i])
        for k, _, o, _ in rng.sample(pairs, min(60, len(pairs)))
        if k.kind is Kind.PARAGRAPH and len(k.toks) == len(o.toks) and k.inline and not k.inline.blind
        for i, t in enumerate(k.toks)
        if o.inline and not o.inline.blind and t.kind == "w" and str(t.value).isalpha() and not t.marks
        if len(t.segs) == len(o.toks[i].segs) == 1 and not t.path and not o.toks[i].path
        if 0 < i < len(k.toks) - 1 and k.toks[i - 1].kind == k.toks[i + 1].kind == "s"
        if not any(x.marks for x in k.toks[max(i - 2, 0) : i + 3])
    ]
    if not spots:
        return
    k, t, o = rng.choice(spots)
    ed, ot, word = twin.ed.text, twin.ot.text, str(t.value)
    here, mine = (("<strong>", "</strong>"), ("**", "__")) if twin.to_md else (("**", "**"), ("<strong>",))
    text = ed[: t.s] + here[0] + word + here[1] + ed[t.e :]
    ends = {x: x.replace("<", "</") for x in mine}
    expect = [ot[: o.s] + a + ot[o.s : o.e] + z + ot[o.e :] for a, z in ends.items()]
    yield Edit("bold word", text, expect.__contains__, _others(twin, k))


def _target(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """A link leads elsewhere."""
    ed, ot = twin.ed.text, twin.ot.text
    links = {x.value for k, _, _, _ in pairs for run in k.runs for x in run.marks if x.kind == "link"}
    spots = [
        m for m in _LINK[twin.to_md].finditer(ed) if m[1] in links and ed.count(m[1]) == ot.count(m[1]) == 1
    ]
    if not spots:
        return
    m = rng.choice(spots)
    text, expect = (x.replace(m[1], "https://zebra.example/x") for x in (ed, ot))
    yield Edit("target of a link", text, expect.__eq__, expect=expect)


def _definition(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    del pairs
    ed, ot = twin.ed.text, twin.ot.text
    spots = [m for m in _DEFINITION.finditer(ed) if ed.count(m[1]) == 1 and f'"{m[1]}"' in ot]
    if twin.to_md or not spots:
        return
    m = rng.choice(spots)
    text, expect = (
        ed.replace(m[1], "https://zebra.example/x"),
        ot.replace(f'"{m[1]}"', '"https://zebra.example/x"'),
    )
    yield Edit("target of a definition", text, expect.__eq__, expect=expect)


def _alert(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """A box of another colour."""
    boxes = [(k, o) for k, _, o, _ in pairs if k.kind is Kind.PANEL]
    if not boxes:
        return
    k, o = rng.choice(boxes)
    ed, ot = twin.ed.text, twin.ot.text
    names = {v: x for x, v in _ALERTS.items()} if twin.to_md else _ALERTS
    spelled = 'ac:name="{}"' if twin.to_md else "[!{}]"
    head = ed[k.s : k.kids[0].s if k.kids else k.e]
    was = next((n for n in names if spelled.format(n) in head), None)
    if was is None:
        return
    now = rng.choice([n for n in names if n != was])
    text = ed[: k.s] + head.replace(spelled.format(was), spelled.format(now), 1) + ed[k.s + len(head) :]
    mine = "[!{}]" if twin.to_md else 'ac:name="{}"'
    if mine.format(names[was]) not in ot[o.s : o.e]:
        return
    inside = ot[o.s : o.e].replace(mine.format(names[was]), mine.format(names[now]), 1)
    expect = ot[: o.s] + inside + ot[o.e :]
    yield Edit("colour of a box", text, expect.__eq__, expect=expect)


def _tops(twin: Twin, kind: Kind) -> list[tuple[Block, Block]]:
    lone = [(k, o) for k, o in twin.same_tops() if k.kind is kind and not k.bare and not o.bare and k.toks]
    if kind is Kind.PARAGRAPH:  # a term is one together with its definition
        lone = [(k, o) for k, o in lone if not k.marker and not o.marker]
    return [(k, o) for k, o in lone if "\n" not in twin.ed.text[k.s : k.e] + twin.ot.text[o.s : o.e]]


def _kind(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """A paragraph becomes a heading, a heading a paragraph: ids, comments and words stay."""
    del pairs
    ed, ot = twin.ed.text, twin.ot.text
    for kind, name in ((Kind.PARAGRAPH, "paragraph to heading"), (Kind.HEADING, "heading to paragraph")):
        tops = [
            (k, o)
            for k, o in _tops(twin, kind)
            if not k.data or not any(x for x in k.data if x and not isinstance(x, int))
        ]
        if not tops:
            continue
        k, o = rng.choice(tops)
        own = ed[k.s : k.e]
        if twin.to_md:
            was, now = ("p", "h3") if kind is Kind.PARAGRAPH else (own[1:3], "p")
            new = re.sub(
                rf"^<{was}|(?<=</){was}(?=>$)", lambda m, now=now: m[0].replace(m[0].lstrip("<"), now), own
            )
        else:
            new = f"### {own}" if kind is Kind.PARAGRAPH else ed[k.ins : k.ine]
            if kind is Kind.PARAGRAPH and re.match(r"[<!]", own):
                continue
        if not k.toks or not str(k.toks[0].value).isalpha():  # what begins otherwise may begin a list
            continue
        inner = ot[o.ins : o.ine]
        text = ed[: k.s] + new + ed[k.e :]

        def holds(out: str, inner: str = inner, o: Block = o) -> bool:
            return inner in out and out.startswith(ot[: o.s]) and out.endswith(ot[o.e :])

        yield Edit(name, text, holds, _others(twin, k))


def _into_list(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """A paragraph becomes an item of a list of its own."""
    del pairs
    kids = twin.ed.root.kids
    near = {
        id(kids[n + d])
        for n, k in enumerate(kids)
        for d in (-1, 1)
        if k.kind is Kind.LIST and 0 <= n + d < len(kids)
    }
    tops = [(k, o) for k, o in _tops(twin, Kind.PARAGRAPH) if id(k) not in near]
    if not tops:
        return
    k, o = rng.choice(tops)
    ed, ot = twin.ed.text, twin.ot.text
    own, inner = ed[k.s : k.e], ot[o.ins : o.ine]
    new = f"<ul><li>{own}</li></ul>" if twin.to_md else f"- {own}"

    def holds(out: str) -> bool:
        return inner in out and out.startswith(ot[: o.s]) and out.endswith(ot[o.e :])

    yield Edit("paragraph to item", ed[: k.s] + new + ed[k.e :], holds, _others(twin, k))


def _align(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """A column is centred: the cells' words and attributes stay."""
    tables = [
        (k, o)
        for k, _, o, _ in pairs
        if k.kind is Kind.TABLE
        and is_regular(k)
        and is_regular(o)
        and len(k.kids) > 1
        and not k.headless
        and not o.headless
    ]
    plain = [
        (k, o)
        for k, o in tables
        if all(isinstance(c.data, Cell) and not c.data.align for r in k.kids for c in r.kids)
    ]
    if not plain:
        return
    k, o = rng.choice(plain)
    n = rng.randrange(len(k.kids[0].kids))
    ed, ot = twin.ed.text, twin.ot.text
    if twin.to_md:
        for row in reversed(k.kids):
            at = row.kids[n].s + 3
            if "style=" in ed[row.kids[n].s : row.kids[n].ins]:
                return
            ed = ed[:at] + ' style="text-align: center;"' + ed[at:]
    else:
        start, end = k.kids[0].e, k.kids[1].s
        rules = list(_RULE.finditer(ed, start, end))
        if len(rules) != len(k.kids[0].kids):
            return
        m = rules[n]
        ed = ed[: m.start()] + ":" + "-" * (len(m[0]) - 2) + ":" + ed[m.end() :]
    cells = [ot[c.ins : c.ine] for row in o.kids for c in row.kids if c.ins >= 0]

    def holds(out: str) -> bool:
        same = out.count("\n") == ot.count("\n") if twin.to_md else True
        return same and all(c in out for c in cells) and out.startswith(ot[: o.s]) and out.endswith(ot[o.e :])

    yield Edit("align a column", ed, holds, _others(twin, k))


def _lists(pairs: Pairs) -> list[tuple[Block, Block]]:
    return [
        (k, o)
        for k, _, o, _ in pairs
        if k.kind is Kind.LIST
        and isinstance(k.data, ListData)
        and k.data.style == "ul"
        and len(k.kids) == len(o.kids)
        and not any(x.marker.startswith((":", "~")) for x in (*k.kids, *o.kids))
    ]


def _nested(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """An item gets a first item below it."""
    items = [
        (x, y)
        for k, o in _lists(pairs)
        for x, y in zip(k.kids, o.kids, strict=True)
        if len(x.kids) == 1 and x.kids[0].kind is Kind.PARAGRAPH and x.kids[0].toks
    ]
    if not items:
        return
    k, _ = rng.choice(items)
    ed = twin.ed.text
    new = "<ul><li>below</li></ul>" if twin.to_md else f"\n{k.inner_prefix}{k.marker.strip()} below"
    at = k.kids[0].e
    yield Edit("nested item", ed[:at] + new + ed[at:], lambda out: kept_all(twin.ot.text, out))


def _indent(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """The last item goes below the one before it."""
    lists = [
        (k, o)
        for k, o in _lists(pairs)
        if len(k.kids) > 1
        and not any(b.kind is Kind.LIST for x in k.kids[-2:] for b in x.kids)
        and all(len(x.kids) == 1 for x in k.kids[-2:])
    ]
    if not lists:
        return
    k, o = rng.choice(lists)
    ed, ot = twin.ed.text, twin.ot.text
    (a, b), (p, q) = k.kids[-2:], o.kids[-2:]
    if twin.to_md:
        text = ed[: a.ine] + f"<ul>{ed[b.s : b.e]}</ul>" + ed[a.ine : b.s] + ed[b.e :]
        mine = re.sub(r"\n[ \t>]*", "\n", ot[q.kids[0].s : q.kids[0].e])
    else:
        lines = ed[b.s : b.e].split("\n")
        pad = " " * len(a.marker)
        text = (
            ed[: b.s]
            + pad
            + ("\n" + b.prefix + pad).join(x.removeprefix(b.prefix) for x in lines)
            + ed[b.e :]
        )
        mine = ot[q.kids[0].s : q.kids[0].e]

    def holds(out: str) -> bool:
        found = re.sub(r"\n[ \t>]*", "\n", out) if twin.to_md else out
        return mine in found and out.startswith(ot[: p.kids[0].e]) and out.endswith(ot[o.e :])

    yield Edit("indent an item", text, holds, _others(twin, k))
