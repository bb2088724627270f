"""Seeded random edits of real documents, and what each must leave alone. Used by the corpus tests and the fidelity figures."""

from __future__ import annotations

import random
import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from confsync.markup import to_markdown, to_storage
from confsync.markup.border import to_lf
from confsync.markup.lens import put_markdown, put_storage
from confsync.markup.markdown_in import parse_markdown
from confsync.markup.markdown_out import write_document
from confsync.markup.notes import Conversion
from confsync.markup.storage_in import parse_storage
from confsync.markup.style import Style
from confsync.markup.tree import Block, Kind, ListData, Notation, Tree

WORDS = ("zebra", "quartz", "Lindwurm", "mañana", "walnut", "42nd", "harbour")


@dataclass
class Rates:
    """Counts by law; the failures with where and what."""

    count: Counter[tuple[str, bool]] = field(default_factory=Counter)
    failed: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def law(self, name: str, ok: bool, where: str, what: str = "") -> None:
        self.count[name, ok] += 1
        if not ok:
            self.failed[name].append((where, what))

    def rate(self, name: str) -> float:
        yes, no = self.count[name, True], self.count[name, False]
        return yes / (yes + no) if yes + no else 1.0

    def lines(self) -> Iterator[str]:
        for name in sorted({k for k, _ in self.count}):
            yes, no = self.count[name, True], self.count[name, False]
            yield f"{name:44} {yes:6} of {yes + no:6}  {100 * self.rate(name):7.2f} %"


def one_stretch(base: str, out: str) -> tuple[int, int]:
    """The lengths of the common head and tail: what is left is one changed stretch on each side."""
    n = min(len(base), len(out))
    i = 0
    while i < n and base[i] == out[i]:
        i += 1
    j = 0
    while j < n - i and base[-1 - j] == out[-1 - j]:
        j += 1
    return i, j


def kept_all(base: str, out: str) -> bool:
    """Nothing of the base is gone: a pure insertion."""
    return sum(one_stretch(base, out)) >= len(base)


def added_none(base: str, out: str) -> bool:
    """Nothing is new: a pure deletion."""
    return sum(one_stretch(base, out)) >= len(out)


@dataclass(frozen=True)
class Edit:
    """A new text of the edited side, and what the other side must then look like."""

    name: str
    text: str
    holds: Callable[[str], bool]


@dataclass(frozen=True)
class Twin:
    """One document on both sides: `ed` is edited, `ot` is spliced."""

    ed: Tree
    ot: Tree

    @property
    def to_md(self) -> bool:
        return self.ot.notation is Notation.MARKDOWN

    def put(self, text: str) -> Conversion:
        if self.to_md:
            return put_markdown(self.ed.text, self.ot.text, text)
        return put_storage(self.ed.text, self.ot.text, text)

    def blocks(self) -> Iterator[tuple[Block, Block, Block, Block]]:
        """Every block with its container on the edited side, and both on the other; not inside of HTML blocks."""
        todo = [(self.ed.root, self.ot.root)]
        while todo:
            x, y = todo.pop()
            for k, o in zip(x.kids, y.kids, strict=False):
                if k.fragment is None and o.fragment is None and k.kind is o.kind:
                    yield k, x, o, y
                    todo.append((k, o))


def edits(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """One edit of each kind that the document allows."""
    pairs = list(twin.blocks())
    for in_cell in (False, True):
        yield from _word(twin, pairs, rng, in_cell=in_cell)
    for make in (_insert_block, _delete_block, _swap_blocks):
        yield from make(twin, rng)
    for make_inside in (_insert_item, _delete_item, _delete_row, _tick, _level, _code_line):
        yield from make_inside(twin, pairs, rng)


Pairs = list[tuple[Block, Block, Block, Block]]


def _word(twin: Twin, pairs: Pairs, rng: random.Random, *, in_cell: bool) -> Iterator[Edit]:
    leaves = [(k, o) for k, box, o, _ in pairs if k.is_leaf and (box.kind is Kind.CELL) == in_cell]
    rng.shuffle(leaves)
    for k, o in leaves[:12]:
        if len(k.toks) != len(o.toks) or (k.inline and k.inline.blind) or (o.inline and o.inline.blind):
            continue
        spots = [
            i
            for i, t in enumerate(k.toks)
            if t.kind == "w" and len(str(t.value)) > 2 and len(t.segs) == len(o.toks[i].segs) == 1
            if not any(m.kind in ("code", "link") for m in t.marks)
        ]
        if not spots:
            continue
        i, word = rng.choice(spots), rng.choice(WORDS)
        here, there = k.toks[i], o.toks[i]
        expect = twin.ot.text[: there.s] + word + twin.ot.text[there.e :]
        name = "word in a cell" if in_cell else "word"
        text = twin.ed.text[: here.s] + word + twin.ed.text[here.e :]
        yield Edit(name, text, expect.__eq__)
        return


def _insert_block(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    tops = [k for k in twin.ed.root.kids if k.fragment is None]
    if not tops:
        return
    at = rng.choice(tops).s
    new = "<p>A <em>new</em> paragraph.</p>" if twin.to_md else "A *new* paragraph.\n\n"
    yield Edit(
        "insert block", twin.ed.text[:at] + new + twin.ed.text[at:], lambda out: kept_all(twin.ot.text, out)
    )


def _delete_block(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    kids = twin.ed.root.kids
    if not kids:
        return
    k = rng.choice(kids)
    text = twin.ed.text[: k.s] + twin.ed.text[k.e :]
    yield Edit("delete block", text, lambda out: "<!-- -->" in out or added_none(twin.ot.text, out))


def _swap_blocks(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    kids = twin.ed.root.kids
    if len(kids) < 3:
        return
    x, y = (kids[i] for i in sorted(rng.sample(range(len(kids)), 2)))
    ed = twin.ed.text
    text = ed[: x.s] + ed[y.s : y.e] + ed[x.e : y.s] + ed[x.s : x.e] + ed[y.e :]
    slices = Counter(twin.ot.text[b.s : b.e] for b in twin.ot.root.kids)
    yield Edit("swap blocks", text, lambda out: all(s in out for s in slices))


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


def _delete_item(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    lists = [k for k, _, _, _ in pairs if k.kind is Kind.LIST and len(k.kids) > 1]
    if not lists:
        return
    k, ed = rng.choice(lists), twin.ed.text
    ordered = isinstance(k.data, ListData) and k.data.style == "ol"
    item = rng.choice(k.kids[ordered:])
    if twin.to_md:
        text = ed[: item.s] + ed[item.e :]
    else:
        start, stop = ed.rfind("\n", 0, item.s) + 1, ed.find("\n", item.e) + 1 or len(ed)
        if ed[start : item.s].strip():
            return
        text = ed[:start] + ed[stop:]
    yield Edit("delete item", text, lambda out: added_none(twin.ot.text, out))


def _delete_row(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    tables = [k for k, _, _, _ in pairs if k.kind is Kind.TABLE and len(k.kids) > 2]
    if not tables:
        return
    row, ed = rng.choice(rng.choice(tables).kids[1:]), twin.ed.text
    if twin.to_md:
        text = ed[: row.s] + ed[row.e :]
    else:
        start = ed.rfind("\n", 0, row.s)
        text = ed[:start] + ed[row.e :]
    yield Edit("delete row", text, lambda out: added_none(twin.ot.text, out))


def _tick(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    tasks = [(k, o) for k, _, o, _ in pairs if k.state_span and o.state_span]
    if not tasks:
        return
    k, o = rng.choice(tasks)
    words = ("x", " ") if twin.to_md else ("complete", "incomplete")
    mine = ("complete", "incomplete") if twin.to_md else ("x", " ")
    done = k.data is not None and k.data[0] != "x"
    (a, b), (c, d) = k.state_span, o.state_span
    expect = twin.ot.text[:c] + words[not done] + twin.ot.text[d:]
    yield Edit("tick a task", twin.ed.text[:a] + mine[not done] + twin.ed.text[b:], lambda out: out == expect)


def _level(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    heads = [k for k, _, _, _ in pairs if k.kind is Kind.HEADING and k.toks]
    if not heads:
        return
    k, ed = rng.choice(heads), twin.ed.text
    if twin.to_md:
        level = "4" if ed[k.s + 2] != "4" else "5"
        text = ed[: k.s + 2] + level + ed[k.s + 3 : k.e - 2] + level + ed[k.e - 1 :]
    elif ed[k.s] == "#":
        text = ed[: k.s] + ("####" if k.marker != "####" else "#####") + ed[k.s + len(k.marker) :]
    else:
        return
    size = len(twin.ot.text)
    yield Edit(
        "heading level",
        text,
        lambda out: sum(one_stretch(twin.ot.text, out)) >= size - (6 if twin.to_md else 10**6),
    )


def _code_line(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    codes = [
        (k, o) for k, _, o, _ in pairs if k.kind is Kind.CODE and k.text and "\n" in k.text and k.ins >= 0
    ]
    if not codes:
        return
    k, _ = rng.choice(codes)
    ed = twin.ed.text
    lines = [m for m in re.finditer(r"\w{4,}", ed[k.ins : k.ine]) if m[0] != "CDATA"]
    if not lines:
        return
    m = rng.choice(lines)
    text = ed[: k.ins + m.start()] + "changed_here" + ed[k.ins + m.end() :]
    size = len(twin.ot.text) - len(m[0])
    yield Edit("word in code", text, lambda out: sum(one_stretch(twin.ot.text, out)) >= size)


def measure(twin: Twin, rng: random.Random, rates: Rates, where: str) -> None:
    """Make one edit of each kind and count the laws that hold."""
    side = "st>md" if twin.to_md else "md>st"
    read_ed = parse_storage if twin.to_md else parse_markdown
    read_ot = parse_markdown if twin.to_md else parse_storage
    for edit in edits(twin, rng):
        try:
            got = twin.put(edit.text)
        except Exception as err:  # noqa: BLE001  # the law is that there is none
            rates.law(f"{side} total", False, where, f"{edit.name}: {type(err).__name__}: {err}")
            continue
        rates.law(f"{side} total", True, where)
        faithful = read_ot(got.text).norms == read_ed(edit.text).norms
        rates.law(f"{side} faithful", faithful, where, edit.name)
        rates.law(f"{side} local: {edit.name}", edit.holds(got.text), where, str(got.notes[:2]))
        markers = re.findall(r"ac:ref=\"[^\"]*\"", twin.ot.text)
        if markers and edit.name.startswith("word"):
            told = any(n.kind == "comment-lost" for n in got.notes)
            lost = Counter(markers) - Counter(re.findall(r"ac:ref=\"[^\"]*\"", got.text))
            rates.law("comment anchors survive", not lost or told, where, edit.name)


def by_hand(tree: Tree, cold: str) -> str:
    """The same page as a person would have written it: other markers, wrapped lines."""
    text = write_document(tree.root.kids, style=Style(bullet="*", emphasis="_"), references=tree.references)
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.startswith("```")
        plain = re.match(r"[^\W\d_]", line) and not re.search(r"[`<]|\]\(", line)
        if not fenced and len(line) > 70 and plain:
            lines += textwrap.wrap(line, 60, break_long_words=False, break_on_hyphens=False)
        else:
            lines.append(line)
    wrapped = "\n".join(lines)
    return wrapped if parse_markdown(wrapped).norms == tree.norms else cold


def measure_storage(storage: str, rng: random.Random, rates: Rates, where: str) -> None:
    """All laws of one body, against its cold Markdown and against hand-written Markdown."""
    tree = parse_storage(storage)
    if any(b.malformed for b in tree.root.kids):
        return
    cold = to_markdown(storage).text
    for base in dict.fromkeys((cold, by_hand(tree, cold))):
        other = parse_markdown(base)
        stable = put_storage(base + "\n", storage, base).text == storage
        rates.law("md>st stable", stable, where)
        rates.law("st>md stable", put_markdown(storage + "\n", base, storage).text == base, where)
        measure(Twin(other, tree), rng, rates, where)
        measure(Twin(tree, other), rng, rates, where)


def measure_markdown(markdown: str, rng: random.Random, rates: Rates, where: str) -> None:
    """All laws of one Markdown file, against its cold storage."""
    storage = to_storage(markdown).text
    rates.law("md>st stable", put_storage(markdown + "\n", storage, markdown).text == storage, where)
    rates.law("st>md stable", put_markdown(storage + "\n", markdown, storage).text == markdown, where)
    text = to_lf(markdown)
    tree, other = parse_markdown(text), parse_storage(storage)
    measure(Twin(tree, other), rng, rates, where)
    measure(Twin(other, tree), rng, rates, where)
