"""Edits of words, punctuation and what a block says of itself."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from markup_twins import WORDS, Edit, Pairs, Twin, added_none, kept_all, one_stretch

from confsync.markup.tree import Block, Kind, Tok


def word_edits(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    for in_cell in (False, True):
        yield from _word(twin, pairs, rng, in_cell=in_cell)
    for make in (
        _wrapped_word,
        _new_word,
        _no_word,
        _punctuation,
        _words,
        _level,
        _code_line,
        _parameter,
        _tick,
    ):
        yield from make(twin, pairs, rng)


def _can_splice(k: Block, o: Block) -> bool:
    blind = (k.inline and k.inline.blind) or (o.inline and o.inline.blind)
    return len(k.toks) == len(o.toks) and not blind


def _is_spot(k: Tok, o: Tok) -> bool:
    return len(k.segs) == len(o.segs) == 1 and not any(m.kind in ("code", "link") for m in k.marks)


def _spots(k: Block, o: Block) -> list[int]:
    return [
        i
        for i, t in enumerate(k.toks)
        if t.kind == "w" and len(str(t.value)) > 2 and str(t.value).isalnum() and _is_spot(t, o.toks[i])
    ]


def _pick(
    pairs: Pairs, rng: random.Random, want: Callable[[Block, Block, Block], bool], tries: int = 12
) -> tuple[Block, Block, int] | None:
    leaves = [(k, o) for k, box, o, _ in pairs if k.is_leaf and want(k, box, o)]
    rng.shuffle(leaves)
    for k, o in leaves[:tries]:
        spots = _spots(k, o) if _can_splice(k, o) else []
        if spots:
            return k, o, rng.choice(spots)
    return None


def _replaced(twin: Twin, k: Tok, o: Tok, word: str) -> tuple[str, str]:
    return (
        twin.ed.text[: k.s] + word + twin.ed.text[k.e :],
        twin.ot.text[: o.s] + word + twin.ot.text[o.e :],
    )


def _word(twin: Twin, pairs: Pairs, rng: random.Random, *, in_cell: bool) -> Iterator[Edit]:
    found = _pick(pairs, rng, lambda _k, box, _o: (box.kind is Kind.CELL) == in_cell)
    if found is None:
        return
    k, o, i = found
    text, expect = _replaced(twin, k.toks[i], o.toks[i], rng.choice(WORDS))
    head = " of a heading" if k.kind is Kind.HEADING else ""
    yield Edit(
        "word in a cell" if in_cell else f"word{head}", text, expect.__eq__, _others(twin, k), expect=expect
    )


def _others(twin: Twin, k: Block) -> list[object]:
    """The normal forms of the top blocks that a block does not stand in."""
    return [b.norm for b in twin.ed.root.kids if not b.s <= k.s <= k.e <= b.e]


def _wrapped_word(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    if not twin.to_md:
        return
    source = twin.ot.text
    found = _pick(pairs, rng, lambda k, _b, o: k.kind is Kind.PARAGRAPH and "\n" in source[o.s : o.e])
    if found is None:
        return
    k, o, i = found
    text, expect = _replaced(twin, k.toks[i], o.toks[i], rng.choice(WORDS))
    yield Edit(
        "word in a wrapped paragraph", text, lambda out: lines_changed(source, out) == 1 and out == expect
    )


def lines_changed(base: str, out: str) -> int:
    """How many lines are others; more than any when their number is another."""
    a, b = base.split("\n"), out.split("\n")
    return sum(x != y for x, y in zip(a, b, strict=True)) if len(a) == len(b) else 10**6


def _new_word(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    found = _pick(pairs, rng, lambda k, _b, _o: k.kind is Kind.PARAGRAPH)
    if found is None:
        return
    k, _, i = found
    at = k.toks[i].e
    text = twin.ed.text[:at] + " " + rng.choice(WORDS) + twin.ed.text[at:]
    yield Edit("insert word", text, lambda out: kept_all(twin.ot.text, out), _others(twin, k))


def _no_word(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    found = _pick(pairs, rng, lambda k, _b, _o: k.kind is Kind.PARAGRAPH)
    if found is None:
        return
    k, o, i = found
    before = k.toks[i - 1] if i else None
    if (
        before is None
        or before.kind != "s"
        or before.path_end != k.toks[i].path
        or not _is_spot(before, o.toks[i - 1])
    ):
        return
    text = twin.ed.text[: before.s] + twin.ed.text[k.toks[i].e :]
    lines = twin.ot.text.count("\n")
    yield Edit(
        "delete word",
        text,
        lambda out: added_none(twin.ot.text, out) and (not twin.to_md or out.count("\n") >= lines - 1),
        _others(twin, k),
        (o.s, o.e),
    )


def _punctuation(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    spots = [
        (k, k.toks[i], o.toks[i])
        for k, _, o, _ in rng.sample(pairs, min(40, len(pairs)))
        if k.is_leaf and _can_splice(k, o)
        for i, t in enumerate(k.toks)
        if t.kind == "w" and t.value in (".", ",", ";", "?") and _is_spot(t, o.toks[i]) and i
        if k.toks[i - 1].kind == "w" and str(k.toks[i - 1].value).isalpha()
        if i + 1 == len(k.toks) or k.toks[i + 1].kind == "s"
    ]
    if not spots:
        return
    k, a, b = rng.choice(spots)
    text, expect = _replaced(twin, a, b, ";" if a.value != ";" else ",")
    yield Edit("punctuation", text, expect.__eq__, _others(twin, k), expect=expect)


def _words(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """Three words in three places, and a new block at the end."""
    leaves = [(k, o) for k, _, o, _ in pairs if k.kind is Kind.PARAGRAPH and _can_splice(k, o)]
    rng.shuffle(leaves)
    chosen = [(k, o, rng.choice(s)) for k, o in leaves[:6] if (s := _spots(k, o))][:3]
    if len(chosen) < 3:
        return
    text, expect, word = twin.ed.text, twin.ot.text, rng.choice(WORDS)
    for k, _, i in sorted(chosen, key=lambda c: -c[0].toks[c[2]].s):
        text = text[: k.toks[i].s] + word + text[k.toks[i].e :]
    for _, o, i in sorted(chosen, key=lambda c: -c[1].toks[c[2]].s):
        expect = expect[: o.toks[i].s] + word + expect[o.toks[i].e :]
    words = [str(k.toks[i].value) for k, _, i in chosen]
    if len({*words}) == len(words):  # of equal ones nobody can tell which is which
        yield Edit("three words at once", text, expect.__eq__, expect=expect)


def _level(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    heads = [(k, o) for k, _, o, _ in pairs if k.kind is Kind.HEADING and k.toks]
    if not heads:
        return
    (k, o), ed = rng.choice(heads), twin.ed.text
    if twin.to_md:
        level = "4" if ed[k.s + 2] != "4" else "5"
        text = ed[: k.s + 2] + level + ed[k.s + 3 : k.e - 2] + level + ed[k.e - 1 :]
    elif ed[k.s] == "#":
        text = ed[: k.s] + ("####" if k.marker != "####" else "#####") + ed[k.s + len(k.marker) :]
    else:
        return
    base = twin.ot.text
    yield Edit("heading level", text, lambda out: kept_outside(base, out, o.s, o.e), _others(twin, k))


def kept_outside(base: str, out: str, start: int, end: int) -> bool:
    """Nothing but [start, end) of the base is another."""
    return out.startswith(base[:start]) and out.endswith(base[end:]) and len(out) >= start + len(base) - end


def _code_line(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    codes = [k for k, _, _, _ in pairs if k.kind is Kind.CODE and k.text and "\n" in k.text and k.ins >= 0]
    if not codes:
        return
    k = rng.choice(codes)
    ed = twin.ed.text
    lines = [m for m in re.finditer(r"\w{4,}", ed[k.ins : k.ine]) if m[0] != "CDATA"]
    if not lines:
        return
    m = rng.choice(lines)
    text = ed[: k.ins + m.start()] + "changed_here" + ed[k.ins + m.end() :]
    size = len(twin.ot.text) - len(m[0])
    yield Edit("word in code", text, lambda out: sum(one_stretch(twin.ot.text, out)) >= size)


_PARAMETERS = {
    True: re.compile(
        r"<ac:parameter ac:name=\"(?:title|language|linenumbers|id|hidden|jql|name|label)\">(\w{2,})<"
    ),
    False: re.compile(
        r"^(?:`{3}(?!\{)(\w{2,})|> \[!(?:NOTE|TIP|WARNING|CAUTION)\] (\w{2,})|<summary>(\w{2,})|<div [^>\n]*=\"(\w{2,})\">"
        r"|.*<ac:parameter ac:name=\"(?:title|id|hidden|jql|name|label)\">(\w{2,})<)",
        re.MULTILINE,
    ),
}


def _parameter(twin: Twin, pairs: Pairs, rng: random.Random) -> Iterator[Edit]:
    """The language, title or other parameter of a macro that stands on its own lines."""
    kinds = (Kind.CODE, Kind.PANEL, Kind.EXPAND, Kind.BOX, Kind.RAW)
    ed, base = twin.ed.text, twin.ot.text
    spots = [
        (m.span(n), o)
        for k, _, o, _ in pairs
        if k.kind in kinds
        for m in _PARAMETERS[twin.to_md].finditer(ed, k.s, k.kids[0].s if k.kids else k.e)
        for n in range(1, len(m.groups()) + 1)
        if m[n] and m[n] not in ("true", "false", "layout", "cell", "section")
    ]
    if not spots:
        return
    (a, z), o = rng.choice(spots)
    text = ed[:a] + "zebra" + ed[z:]

    body = base.find("-body>", o.s, o.e)  # what is said of a block stands before its body
    most = max(40, body - o.s)

    def holds(out: str) -> bool:
        return kept_outside(base, out, o.s, o.e) and (
            lines_changed(base, out) == 1 if twin.to_md else sum(one_stretch(base, out)) >= len(base) - most
        )

    yield Edit("macro parameter", text, holds)


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
    yield Edit("tick a task", twin.ed.text[:a] + mine[not done] + twin.ed.text[b:], expect.__eq__)
