"""Edits of several places at once, as people make them: a word everywhere, sections, pasted and wrapped stretches."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise, takewhile

from markup_twins import WORDS, Edit, Pairs, Twin, in_order, kept_all

from confsync.markup.tree import Block, Heading, Kind, ListData, Tok

Span = tuple[int, int, str]
_PLAIN = (Kind.PARAGRAPH, Kind.LIST, Kind.CODE, Kind.TABLE, Kind.HEADING)
_NUMBER = re.compile(r"^\s*\d+[.)]\s+")
_LANGUAGE = {True: re.compile(r'name="language">(\w+)<'), False: re.compile(r"(?:```|~~~) ?(\w+)")}
_PASTED = {
    True: "<h3>Pasted {0}</h3><p>Some <strong>bold</strong> text {0}.</p><ul><li>one {0}</li><li>two</li></ul>"
    "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>{0}</td><td>x</td></tr></tbody></table>",
    False: "### Pasted {0}\n\nSome **bold** text {0}.\n\n- one {0}\n- two\n\n| a | b |\n|---|---|\n| {0} | x |\n\n",
}
_IMAGE = {
    True: re.compile(r'<ri:(?:attachment ri:filename|url ri:value)="([^"&]+)"'),
    False: re.compile(r"!\[[^\]]*\]\(([^)\s\"]+)"),
}


def large_edits(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    for make in (_everywhere, _sort, _linked, _ticks, _language, _image):
        yield from make(twin, pairs, rng)
    for make_of_tops in (_edit_and_move, _far_apart, _split, _section, _paste, _all_but_one, _wrap, _to_code):
        yield from make_of_tops(twin, rng)


def changed(text: str, spans: Sequence[Span]) -> str:
    """A text with other stretches in it."""
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _others(twin: Twin, *but: Block) -> list[object]:
    return [b.norm for b in twin.ed.root.kids if not any(b.s <= x.s <= x.e <= b.e for x in but)]


def _words(k: Block, o: Block) -> list[tuple[Tok, Tok]]:
    """The words that stand in one piece on both sides."""
    if not k.inline or not o.inline or k.inline.blind or o.inline.blind or len(k.toks) != len(o.toks):
        return []
    return [
        (a, b)
        for a, b in zip(k.toks, o.toks, strict=True)
        if a.kind == "w" and str(a.value).isalpha() and len(str(a.value)) > 3
        if len(a.segs) == len(b.segs) == 1 and not any(m.kind in ("code", "link") for m in a.marks)
    ]


def _everywhere(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """All occurrences of a word become another."""
    found = [w for k, _, o, _ in pairs if k.kind is Kind.PARAGRAPH for w in _words(k, o)]
    many = [w for w, n in Counter(str(a.value) for a, _ in found).items() if n > 2]
    if not many:
        return
    word, new = rng.choice(many), rng.choice([w for w in WORDS if w.isalpha()])
    text = changed(twin.ed.text, [(a.s, a.e, new) for a, _ in found if a.value == word])
    expect = changed(twin.ot.text, [(b.s, b.e, new) for a, b in found if a.value == word])
    yield Edit("replace a word everywhere", text, expect.__eq__, expect=expect)


def _worded(twin: Twin, among: Sequence[int], rng: random.Random) -> tuple[Block, Block, Tok, Tok] | None:
    """A top paragraph and a word of it, on both sides."""
    tops = twin.same_tops()
    spots = [
        (k, o, a, b)
        for k, o in (tops[n] for n in among)
        if k.kind is Kind.PARAGRAPH and not k.bare and not o.bare and not k.marker and len(k.toks) > 9
        for a, b in _words(k, o)
    ]
    return rng.choice(spots) if spots else None


def _edit_and_move(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """A paragraph goes far away, and one of its words is another."""
    tops = twin.same_tops()
    third = len(tops) // 3
    spot = _worded(twin, range(third), rng) if third > 1 else None
    if spot is None:
        return
    (k, o, a, b), word, ed, ot = spot, "quartz", twin.ed.text, twin.ot.text
    n = next(n for n, (x, _) in enumerate(tops) if x is k)
    there = tops[rng.randrange(len(tops) - third, len(tops))][0]
    own = ed[k.s : a.s] + word + ed[a.e : k.e] + ("" if twin.to_md else "\n\n")
    text = ed[: k.s] + ed[tops[n + 1][0].s : there.s] + own + ed[there.s :]
    slices = Counter(ot[y.s : y.e] for x, y in tops if x is not k)
    slices[ot[o.s : b.s] + word + ot[b.e : o.e]] += 1
    yield Edit(
        "edit and move", text, lambda out: all(out.count(x) >= m for x, m in slices.items()), _others(twin, k)
    )


def _far_apart(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """A word in the first half, and a block less in the second."""
    tops = twin.same_tops()
    half, count = len(tops) // 2, Counter(x.norm for x, _ in tops)
    lone = [t for t in tops[half + 1 :] if count[t[0].norm] == 1]
    spot = _worded(twin, range(half), rng)
    if spot is None or not lone:
        return
    (k, _, a, b), (gone, mine) = spot, rng.choice(lone)
    text = changed(twin.ed.text, [(a.s, a.e, "quartz"), (gone.s, gone.e, "")])
    base = changed(twin.ot.text, [(b.s, b.e, "quartz")])

    def holds(out: str) -> bool:
        kept = all(base[y.s : y.e] in out for y in (o for x, o in tops if x not in (k, gone)) if y.e <= b.s)
        return kept and "quartz" in out

    yield Edit("a word here, a block less there", text, holds, _others(twin, k, gone), (mine.s, mine.e))


def _lists(pairs: Pairs, least: int) -> list[tuple[Block, Block]]:
    return [
        (k, o)
        for k, _, o, _ in pairs
        if k.kind is Kind.LIST
        and len(k.kids) >= least
        and len(k.kids) == len(o.kids)
        and not k.prefix + o.prefix
        if not any(x.marker.startswith((":", "~")) for x in (*k.kids, *o.kids))
    ]


def _sort(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    lists = _lists(pairs, 3)
    if not lists:
        return
    (k, o), ed, ot = rng.choice(lists), twin.ed.text, twin.ot.text
    texts = [ed[x.s : x.e] for x in k.kids]
    order = sorted(range(len(texts)), key=lambda n: re.sub(r"^\W*(?:\d+\W)?|<[^>]*>", "", texts[n]).lower())
    text = changed(ed, [(k.kids[n].s, k.kids[n].e, texts[m]) for n, m in enumerate(order)])
    slices = [_NUMBER.sub("", ot[o.kids[n].s : o.kids[n].e]) for n in order]

    def holds(out: str) -> bool:
        return in_order(slices, out) and out.startswith(ot[: o.s]) and out.endswith(ot[o.e :])

    yield Edit("sort a list", text, holds, _others(twin, k), numbers=True)


def _split(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """A paragraph comes between two items."""
    lists = [
        (k, o)
        for k, o in twin.same_tops()
        if k.kind is Kind.LIST and len(k.kids) > 1 and isinstance(k.data, ListData) and k.data.style == "ul"
        if k.kids[0].marker[:1] not in (":", "~") and o.kids[0].marker[:1] not in (":", "~")
    ]
    if not lists:
        return
    (k, o), ed, ot = rng.choice(lists), twin.ed.text, twin.ot.text
    before, behind = rng.choice(list(pairwise(k.kids)))
    new = "</ul><p>Split here.</p><ul>" if twin.to_md else "\n\nSplit here.\n\n"
    text = ed[: before.e] + new + ed[behind.s :]
    items = [ot[x.s : x.e] for x in o.kids]

    def holds(out: str) -> bool:
        return in_order(items, out) and out.startswith(ot[: o.s])

    yield Edit("split a list", text, holds, _others(twin, k))


def _section(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """A heading and all those below it go one level down."""
    tops = [(k, o) for k, o in twin.same_tops() if isinstance(k.data, Heading)]
    if len(tops) < 2:
        return
    n = rng.randrange(len(tops))
    level = tops[n][0].data.level
    below = [*tops[n : n + 1], *takewhile(lambda t: t[0].data.level > level, tops[n + 1 :])]
    here = [_deeper(twin.ed.text, k, storage=twin.to_md) for k, _ in below]
    there = [_deeper(twin.ot.text, o, storage=not twin.to_md) for _, o in below]
    if not all(here + there):
        return
    text, expect = (changed(t.text, list(chain(*x))) for t, x in ((twin.ed, here), (twin.ot, there)))
    yield Edit(
        "level of a section", text, expect.__eq__, _others(twin, *(k for k, _ in below)), expect=expect
    )


def _deeper(text: str, block: Block, *, storage: bool) -> list[Span]:
    """What changes a heading's level; nothing when this cannot tell."""
    level = block.data.level + 1 if isinstance(block.data, Heading) else 7
    own = text[block.s : block.e]
    if (
        level > 6
        or not own.startswith("<h" if storage else "#")
        or (not storage and own.rstrip().endswith("#"))
    ):
        return []
    if not storage:
        return [(block.s, block.s, "#")]
    return [(block.s + 2, block.s + 3, str(level)), (block.e - 2, block.e - 1, str(level))]


def _paste(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    tops = [k for k in twin.ed.root.kids if k.fragment is None]
    if not tops:
        return
    at, ed = rng.choice(tops).s, twin.ed.text
    new = "".join(_PASTED[twin.to_md].format(n) for n in range(5))
    text = ed[:at] + new + ed[at:]
    yield Edit("paste twenty blocks", text, lambda out: kept_all(twin.ot.text, out), _others(twin))


def _all_but_one(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    tops = [(k, o) for k, o in twin.same_tops() if k.kind not in (Kind.SPACER, Kind.FOOTNOTE, Kind.RAW)]
    if len(tops) < 3:
        return
    (k, o), ot = rng.choice(tops), twin.ot.text
    text, mine = twin.ed.text[k.s : k.e], ot[o.s : o.e]
    yield Edit("delete all but one", text, lambda out: mine in out, [k.norm], (0, len(ot)))


def _wrap(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """Three blocks go into a box, of each kind."""
    tops = twin.same_tops()
    spots = [
        tops[n : n + 3]
        for n in range(len(tops) - 2)
        if all(k.kind in _PLAIN and not k.bare and not o.bare for k, o in tops[n : n + 3])
        if not any(b.marker.startswith(":") for pair in tops[n : n + 3] for b in pair)
    ]
    for name in ("panel", "expand") if spots else ():
        three = rng.choice(spots)
        yield _wrapped(twin, three, name)


def _wrapped(twin: Twin, three: Sequence[tuple[Block, Block]], name: str) -> Edit:
    ed, ot, first, last = twin.ed.text, twin.ot.text, three[0], three[-1]
    inside = ed[first[0].s : last[0].e]
    if twin.to_md:
        head = {"panel": '"info">', "expand": '"expand"><ac:parameter ac:name="title">More</ac:parameter>'}[
            name
        ]
        body = f"<ac:rich-text-body>{inside}</ac:rich-text-body>"
        new = f"<ac:structured-macro ac:name={head}{body}</ac:structured-macro>"
    elif name == "panel":
        new = "\n".join(f"> {x}" if x else ">" for x in ["[!NOTE]", "", *inside.split("\n")])
    else:
        new = f"<details>\n<summary>More</summary>\n\n{inside}\n\n</details>"
    slices = [ot[o.s : o.e] for _, o in three]
    if twin.to_md and name == "panel" and first[1].kind is Kind.HEADING and "\n" in slices[0]:
        del slices[0]  # below `[!NOTE]` it cannot be underlined

    def holds(out: str) -> bool:
        middle = out[first[1].s : len(out) - (len(ot) - last[1].e)]
        if twin.to_md and name == "panel":
            middle = re.sub(r"(?m)^> ?", "", middle)
        return in_order(slices, middle) and out.startswith(ot[: first[1].s]) and out.endswith(ot[last[1].e :])

    text = ed[: first[0].s] + new + ed[last[0].e :]
    return Edit(f"wrap three blocks: {name}", text, holds, _others(twin, *(k for k, _ in three)))


def _to_code(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    tops = [
        (k, o)
        for k, o in twin.same_tops()
        if k.kind is Kind.PARAGRAPH
        and _words(k, o)
        and not any(t.marks or t.kind not in "ws" for t in k.toks)
        if not k.bare and not o.bare and not k.marker + o.marker
    ]
    if not tops:
        return
    (k, o), ed, ot = rng.choice(tops), twin.ed.text, twin.ot.text
    words = k.inline.plain if k.inline else ""
    body = f"<ac:plain-text-body><![CDATA[{words}]]></ac:plain-text-body>"
    macro = f'<ac:structured-macro ac:name="code">{body}</ac:structured-macro>'
    text = ed[: k.s] + (macro if twin.to_md else f"```\n{words}\n```") + ed[k.e :]

    def holds(out: str) -> bool:
        return words in out and out.startswith(ot[: o.s]) and out.endswith(ot[o.e :])

    lost = (o.s, o.e)  # code holds no ids and no comments
    yield Edit("paragraph to code", text, holds, _others(twin, k), lost)


def _language(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    ed, ot = twin.ed.text, twin.ot.text
    spots = [
        (m, o)
        for k, _, o, _ in pairs
        if k.kind is Kind.CODE
        and (m := _LANGUAGE[twin.to_md].search(ed, k.s, k.e if twin.to_md else k.s + 20))
    ]
    if not spots:
        return
    m, o = rng.choice(spots)
    text = changed(ed, [(*m.span(1), "ruby" if m[1] != "ruby" else "python")])
    body = ot.find("\n" if twin.to_md else "<ac:plain-text-body", o.s, o.e)

    def holds(out: str) -> bool:
        return out.startswith(ot[: o.s]) and out.endswith(ot[body:])

    yield Edit("language of code", text, holds)


def _ticks(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """Ten tasks are done, or not."""
    del rng
    tasks = [(k, o) for k, _, o, _ in pairs if k.state_span and o.state_span][:10]
    if len(tasks) < 2:
        return
    words = {True: ("complete", "incomplete"), False: ("x", " ")}
    open_ = [k.data is not None and k.data[0] != "x" for k, _ in tasks]
    here = [
        (*k.state_span, words[twin.to_md][not x])
        for (k, _), x in zip(tasks, open_, strict=True)
        if k.state_span
    ]
    there = [
        (*o.state_span, words[not twin.to_md][not x])
        for (_, o), x in zip(tasks, open_, strict=True)
        if o.state_span
    ]
    expect = changed(twin.ot.text, there)
    yield Edit("tick ten tasks", changed(twin.ed.text, here), expect.__eq__, expect=expect)


def _image(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """An image is another file."""
    del pairs
    ed, ot = twin.ed.text, twin.ot.text
    spots = [m for m in _IMAGE[twin.to_md].finditer(ed) if ed.count(m[1]) == ot.count(m[1]) == 1]
    if not spots:
        return
    m = rng.choice(spots)
    new = "https://zebra.example/x.png" if "://" in m[1] else re.sub(r"[^/]+$", "zebra.png", m[1])
    expect = ot.replace(m[1], new)
    yield Edit("another image", changed(ed, [(*m.span(1), new)]), expect.__eq__, expect=expect)


def _linked(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """Two words become a link."""
    spots = [
        (k, o, i)
        for k, _, o, _ in rng.sample(pairs, min(60, len(pairs)))
        if k.kind is Kind.PARAGRAPH and _words(k, o)
        for i in range(1, len(k.toks) - 3)
        if [t.kind for t in k.toks[i - 1 : i + 4]] == ["s", "w", "s", "w", "s"]
        if all(str(x.toks[j].value).isalpha() for x in (k, o) for j in (i, i + 2))
        if not any(t.marks or t.path or len(t.segs) > 1 for x in (k, o) for t in x.toks[i - 1 : i + 4])
    ]
    if not spots:
        return
    k, o, i = rng.choice(spots)
    tags = ('<a href="https://zebra.example/x">', "</a>"), ("[", "](https://zebra.example/x)")
    texts = []
    for text, x, (head, foot) in (
        (twin.ed.text, k, tags[not twin.to_md]),
        (twin.ot.text, o, tags[twin.to_md]),
    ):
        a, b = x.toks[i].s, x.toks[i + 2].e
        texts.append(text[:a] + head + text[a:b] + foot + text[b:])
    text, expect = texts
    yield Edit("a link on words", text, expect.__eq__, _others(twin, k), expect=expect)
