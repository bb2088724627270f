"""Edits that know nothing of blocks: a word wherever it stands, both ends, everything, copies, comments."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

from markup_twins import ID, WORDS, Edit, Twin, kept_all

from confsync.markup.tree import Kind

_WORD = re.compile(r"(?<![\w&#%./:\"-])[^\W\d_]{5,}(?![\w;=/:-])")
_COMMENT = re.compile(r"<ac:inline-comment-marker\b[^>]*>|</ac:inline-comment-marker>")
_PLAIN = re.compile(r"(?<=>)[^<>&\]]*?(?<!\w)(\w{3,} \w{3,})(?!\w)[^<>&\[]*(?=</?\w)")


def whole_edits(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    for make in (_lone_word, _both_ends, _nothing_left, _all_other, _copy, _commented, _resolved):
        yield from make(twin, rng)


def _lone_word(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """A word that both texts have once: in a caption, a footnote, a merged cell, a summary, wherever it is."""
    ed, ot = twin.ed.text, twin.ot.text
    here, there = (Counter(w.lower() for w in re.findall(r"[^\W\d_]+", text)) for text in (ed, ot))
    found = [m for m in _WORD.finditer(ed) if here[m[0].lower()] == there[m[0].lower()] == 1 and m[0] in ot]
    heads = " ".join(b.inline.plain for b in twin.ed.root.kids if b.kind is Kind.HEADING and b.inline)
    found = [m for m in found if m[0] not in heads]
    if not found:
        return
    m = rng.choice(found)
    word = rng.choice([w for w in WORDS if w.isalpha()])
    expect = ot.replace(m[0], word)
    yield Edit("lone word anywhere", ed[: m.start()] + word + ed[m.end() :], expect.__eq__, expect=expect)


def _both_ends(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    del rng
    kids, ed, ot = twin.ed.root.kids, twin.ed.text, twin.ot.text
    if not kids or kids[0].fragment or kids[-1].fragment or kids[-1].kind in (Kind.LIST, Kind.FOOTNOTE):
        return
    first, last = kids[0].s, kids[-1].e
    if twin.to_md:
        text = ed[:first] + "<p>At first.</p>" + ed[first:last] + "<p>At last.</p>" + ed[last:]
    else:
        text = ed[:first] + "At first.\n\n" + ed[first:last] + "\n\nAt last.\n" + ed[last:]
    tops = twin.ot.root.kids
    middle = ot[tops[0].s : tops[-1].e] if tops else ""
    yield Edit("both ends", text, lambda out: middle in out, [b.norm for b in kids])


def _nothing_left(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    del rng
    whole = (0, len(twin.ot.text))
    yield Edit("delete everything", "", lambda out: len(out) <= len(twin.ot.text), None, whole)


def _all_other(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    del rng
    new = "<h2>Zebra</h2><p>quartz</p>" if twin.to_md else "## Zebra\n\nquartz\n"
    holds = (
        (lambda out: "## Zebra" in out or "Zebra\n---" in out)
        if twin.to_md
        else (lambda out: "quartz</p>" in out)
    )
    yield Edit("replace everything", new, holds, None, (0, len(twin.ot.text)))


def _copy(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """A block and right behind it the same once more, as people copy: without its ids in storage."""
    kids, ed, ot = twin.ed.root.kids, twin.ed.text, twin.ot.text
    chosen = [
        k
        for k in kids
        if k.kind not in (Kind.LIST, Kind.FOOTNOTE, Kind.SPACER) and not k.fragment and not k.bare
        if not ID.search(k.text or "")  # what looks like an id in code is none
    ]
    if not chosen:
        return
    k = rng.choice(chosen)
    again = re.sub(r"\s" + ID.pattern, "", ed[k.s : k.e]) if twin.to_md else "\n\n" + ed[k.s : k.e]
    ids = Counter(ID.findall(ot))

    def holds(out: str) -> bool:
        return kept_all(ot, out) and Counter(ID.findall(out)) <= ids

    yield Edit("copy a block", ed[: k.e] + again + ed[k.e :], holds, [b.norm for b in kids])


def _commented(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """A reader comments two words: nothing changes in the file."""
    spots = list(_PLAIN.finditer(twin.ed.text)) if twin.to_md else []
    if not spots:
        return
    a, z = rng.choice(spots).span(1)
    ed = twin.ed.text
    marked = f'<ac:inline-comment-marker ac:ref="new">{ed[a:z]}</ac:inline-comment-marker>'
    before = ed[max(a - 4000, 0) : a]
    if "CDATA" in before.rpartition("]]>")[2] or re.search(r"<(code|ac:[a-z-]+)\b[^<]*$", before):
        return
    yield Edit("a new comment", ed[:a] + marked + ed[z:], twin.ot.text.__eq__)


def _resolved(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """All comments are resolved: nothing changes in the file."""
    del rng
    if twin.to_md and _COMMENT.search(twin.ed.text) and "<![CDATA[" not in twin.ed.text:
        yield Edit("comments resolved", _COMMENT.sub("", twin.ed.text), twin.ot.text.__eq__)
