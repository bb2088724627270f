"""Links to places on their own page that no heading has (any more): which of them say the same.

`[Install](#install)` is a link to the heading “Install”, in storage `ac:anchor="Install"`. When the heading goes, nobody
can tell from the slug what the anchor was, so links that lead nowhere are compared without case and punctuation, and read
as the other side spells them: else every rename of a heading would change the table of contents, too. Links that lead
somewhere are compared as they are; nothing of that is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from confsync.markup import address as addresses
from confsync.markup.slugs import loose
from confsync.markup.tree import Block, Mark, Norm, Pairs


def anchors_asked(blocks: Iterable[Block]) -> set[str]:
    """Return the anchors on this page that links in these blocks lead to."""
    todo, out = list(blocks), set[str]()
    while todo:
        block = todo.pop()
        for run in block.runs:
            if run.kind == "ref" and str(run.value).startswith("#"):
                out.add(str(run.value))
            out.update(m.value for m in run.marks if m.kind == "link" and m.value.startswith("#"))
        todo.extend(block.kids)
    return {addresses.split(address)[2] or "" for address in out}


def dangling_anchors(asked: Collection[str], known: Collection[str]) -> Pairs:
    """Return (loose form, anchor) of the known anchors that others may mean: those of which there is one."""
    wanted = {loose(anchor) for anchor in set(asked) - set(known)}
    found: dict[str, list[str]] = {}
    for anchor in sorted(known):
        found.setdefault(loose(anchor), []).append(anchor)
    return tuple((form, names[0]) for form, names in found.items() if len(names) == 1 and form in wanted)


def fold_dangling(norms: Sequence[Norm], blocks: Sequence[Block], anchors: Pairs) -> Iterator[Norm]:
    """Yield a document's normal forms, with the addresses of links that lead to no heading and no anchor in loose form."""
    lost = anchors_asked(blocks) - {anchor for _, anchor in anchors} - set(_named(blocks))
    names = {addresses.here(anchor): addresses.here(loose(anchor)) for anchor in lost if loose(anchor)}
    yield from (_renamed(norm, names) for norm in norms) if names else norms


def _named(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the anchors that stand between words."""
    todo = list(blocks)
    while todo:
        block = todo.pop()
        yield from (str(run.value) for run in block.runs if run.kind == "anchor")
        todo.extend(block.kids)


def _renamed(norm: Norm, names: dict[str, str]) -> Norm:
    kind, data, text, runs, kids = norm
    if runs is not None:
        runs = tuple(_run(run, names) for run in runs)
    return kind, data, text, runs, tuple(_renamed(kid, names) for kid in kids)


def _run(run: Norm, names: dict[str, str]) -> Norm:
    kind, value, marks = run
    if kind == "ref" and value in names:  # a link that shows the name of its anchor
        return "t", addresses.shown(value), marks | {Mark("link", names[value])}
    links = (m._replace(value=names.get(m.value, m.value)) if m.kind == "link" else m for m in marks)
    return kind, value, frozenset(links)
