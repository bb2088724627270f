"""Ends of sites' tags that stand between blocks: they go with what they end, and what is new goes outside of them.

A card's end stands behind other blocks, the rule that ends tabs behind the last of them, and tags that only hold others
together have both of theirs between blocks. Nothing is written here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from confsync.markup.elements.site_tag import CARD
from confsync.markup.lens.diff.edits import Edit, NoSplice
from confsync.markup.lens.markdown.code_tabs import fenced
from confsync.markup.lens.markdown.open_code import closed
from confsync.markup.lens.markdown.prefixes import prefixed, unprefixed
from confsync.markup.lens.splice.gaps import Part
from confsync.markup.syntax.site_tags import opening_at
from confsync.markup.tree import Block, Elem, Kind

_TAB = re.compile(r"(#{1,6})[ \t]+\[[^\[\]\n]+\]\(#tabs?/")
_HEADING = re.compile(r"(#{1,6})[ \t]")
_RULE = r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,})"
_RULE_LINE = re.compile(rf"^[ \t>]*{_RULE}$", re.MULTILINE)
_END = re.compile(
    r"[ \t>]*(?:</[A-Za-z][\w-]*\s*>|\{%-?\s*end_?[a-z][\w-]*\s*-?%\}|\{\{[<%]\s*/\s*[A-Za-z][\w/-]*\s*[>%]\}\}"
    rf"|:::[ \t]*[a-z]+-end\b[ \t]*(?::::)?|/{{3,}}|{_RULE})[ \t]*(?=\n|\Z)"
)
_LEAD = re.compile(r"[ \t>]*")
_NO_BLOCKS = frozenset({Kind.LIST, Kind.TABLE, Kind.ROW, Kind.CELL})
_REFERENCE = re.compile(r"(\(\{\{[<%]\s*(?:rel)?ref\s+\")([^\"\n]*)(\"\s*[>%]\}\}\))")
_PAGE = re.compile(r"(?!\.?#)[\w./#-]+")
"""An address of a page of the same site, as templates name one."""
_HREF = re.compile(r"(?<![\w-])href=(\"[^\"\n]*\"|'[^'\n]*')")
TAB_RULE = "---"
"""Ends the tabs before it."""


def runs_on(before: Part, after: Part) -> bool:
    """Say whether what stands behind a tab that nothing but a rule, a tab or a heading ends would be in it."""
    tab, heading = _TAB.match(before.text), _HEADING.match(after.text)
    return tab is not None and (heading is None or len(heading[1]) > len(tab[1]))


def has_rule(gap: str) -> bool:
    """Say whether a rule stands on a line of a gap: none that is shown, as such a one is a block."""
    return _RULE_LINE.search(gap) is not None


def tags_in(gap: str) -> tuple[int | None, int | None]:
    """Return where the last end of a site's tag in a gap ends, and where after it the first one begins that begins there."""
    ended: int | None = None
    at = 0
    for line in gap.split("\n"):
        begin = at + len(line) - len(line.lstrip(" \t>"))
        if opening_at(gap, begin, at + len(line)) is not None:
            return ended, begin
        if (m := _END.match(gap, at)) is not None:
            ended = m.end()
        at += len(line) + 1
    return ended, None


def _placed(source: str, box: Block, parts: Sequence[Part], inner: str) -> list[Part]:
    """Return the parts of a container with new ones as far indented as what is in the tags that they come to stand in."""
    kids, out = box.kids, list(parts)
    if box.kind in _NO_BLOCKS or all(kid.prefix == inner for kid in kids):
        return out
    befores, before = [], -1
    for part in parts:
        before = before if part.old is None else part.old
        befores.append(before)
    behind = len(kids)
    for n, part in reversed(list(enumerate(parts))):
        if part.old is not None:
            behind = part.old
            continue
        prefix = _prefix_between(source, box, (befores[n], behind), inner)
        if prefix.startswith(inner) and prefix != inner:
            text = prefixed(unprefixed(part.text, inner), prefix)
            out[n] = replace(part, text=text, indent=prefix.removeprefix(inner))
    return out


def _prefix_between(source: str, box: Block, where: tuple[int, int], inner: str) -> str:
    """Return what lines begin with that come to stand between two children, or where those between them stood."""
    kids, (before, behind) = box.kids, where
    if behind > before + 1:
        return kids[before + 1].prefix
    if behind <= before or before < 0 or behind == len(kids):
        return inner
    start, stop = kids[before].e, kids[behind].s
    ended, begun = tags_in(source[start:stop])
    if ended is None and begun is None:
        return kids[behind if kids[before].marker == CARD else before].prefix
    line = source.rfind("\n", 0, start + ((ended or 0) if begun is None else begun)) + 1
    m = _LEAD.match(source, line)
    return m[0] if m is not None else inner


def freed(
    source: str, box: Block, gaps: Sequence[str], parts: Sequence[Part], inner: str
) -> tuple[list[str], list[Part]]:
    """Return a container's gaps and parts without the ends of what is not there any more, or in another form.

    `inner`: what lines of the container begin with. What is new is as far indented as what it comes to stand beside.
    """
    rest, own = _unended(source, box, gaps, parts)
    own = closed(box, fenced(source, box, own))
    return rest, _placed(source, box, own, inner)


def _unended(
    source: str, box: Block, gaps: Sequence[str], parts: Sequence[Part]
) -> tuple[list[str], list[Part]]:
    kids, out, new = box.kids, list(gaps), list(parts)
    ends = sorted(((kid.tail, n) for n, kid in enumerate(kids) if kid.tail is not None), reverse=True)
    if not ends:
        return out, new
    where = {p.old: m for m, p in enumerate(parts) if p.old is not None}
    places, begins = [box.ins, *(kid.e for kid in kids)], [kid.s for kid in kids]
    for end, n in ends:  # from the last one on: those before it stay where they are
        kid, m = kids[n], where.get(n)
        if m is not None and _is_own(source, kid, new[m]):
            continue
        if kid.marker != CARD and _goes_on(source, kids, n, (new, where)):
            continue
        _cut(out, places, end)
        if kid.marker != CARD:
            continue
        if m is not None:
            new[m] = replace(new[m], other=True)
        for inside in range(n + 1, bisect_left(begins, end[0])):
            _outdent(out, (new, where), inside, kid.prefix)
    return out, new


_Parts = tuple[list[Part], Mapping[int, int]]
"""Parts, and by the place of the old child which of them it is."""


def _outdent(gaps: list[str], found: _Parts, n: int, now: str) -> None:
    """Move a block that stood in a tag which went to where the tag stood, as a block of a tag around that is moved again."""
    parts, where = found
    line, was = gaps[n].rpartition("\n")[::2]
    if was == now or not was.startswith(now) or was.strip(" "):
        return
    gaps[n] = f"{line}\n{now}"
    if (m := where.get(n)) is not None:
        parts[m] = replace(parts[m], text=prefixed(unprefixed(parts[m].text, was), now))


def _is_own(source: str, kid: Block, part: Part) -> bool:
    """Say whether a part begins as the block did that it was."""
    same = part.text.startswith(source[kid.s : kid.s + 5])
    return same or (kid.marker != CARD and _TAB.match(part.text) is not None)


def _goes_on(source: str, kids: Sequence[Block], n: int, found: _Parts) -> bool:
    """Say whether a tab stands right before what were the last ones, for their rule to end."""
    parts, where = found
    while n and n not in where and _TAB.match(source, kids[n].s):
        n -= 1
    here = where.get(n)
    if here is None or _TAB.match(parts[here].text) is None:
        return False
    return here + 1 == len(parts) or parts[here + 1].old is not None


def _cut(gaps: list[str], places: Sequence[int], end: tuple[int, int]) -> None:
    """Take an end out of the gap that it stands in, and the line that it stands on; `places`: where the gaps begin."""
    n = bisect_right(places, end[0]) - 1
    start, stop = (x - places[n] for x in end)
    gap = gaps[n]
    line = gap.rfind("\n", 0, start) + 1
    alone = not gap[line:start].strip(" \t>") and gap[stop : stop + 1] in {"", "\n"}
    if line and alone and (gap[: line - 1] + gap[stop:]).count("\n") > 1:
        start = line - 1
    before = gap[:start].rstrip(" \t") if n + 1 < len(gaps) else gap[:start].rstrip()
    gaps[n] = before + gap[stop:]


def readdressed(source: str, elem: Elem, address: str) -> Edit:
    """Write another address into a site's tag, whose title is the link's words."""
    for start, stop in ((elem.os, elem.oe), (elem.cs, elem.ce)):
        m = _HREF.search(source, start, stop)
        if m is not None and not any(c in address for c in "\"'\n"):
            return Edit(m.start(1) + 1, m.end(1) - 1, address)
    raise NoSplice("a tag without an address")


def in_template(behind: str, address: str) -> str:
    """Return what stands behind a link's words with another page in its template; empty where there is none to name one."""
    m = _REFERENCE.fullmatch(behind)
    return f"{m[1]}{address}{m[3]}" if m is not None and _PAGE.fullmatch(address) else ""
