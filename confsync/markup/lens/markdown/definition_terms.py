"""Definition lists in the file: terms and their definitions stand together, or are a bold line and a list like others.

What a term is, or a definition, is said by what stands beside it: the bytes of one without the other mean something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from confsync.markup.elements.definitions import TERM
from confsync.markup.lens.splice.gaps import Part
from confsync.markup.tree import Block, Kind

_BOLD = re.compile(r"(\*\*|__)([^\n]+)\1")
_BULLET = re.compile(r"[-*+] ")


def parted(source: str, box: Block, parts: Sequence[Part], anew: Callable[[Block], str]) -> list[Part]:
    """Return the parts of a container with terms and definitions that lost each other written anew."""
    kids = box.kids
    if not any(kid.marker == TERM for kid in kids):
        return list(parts)
    out = list(parts)
    for n in reversed(range(len(parts))):
        old = parts[n].old
        if old is None or parts[n].text != source[kids[old].s : kids[old].e]:
            continue
        before, behind = (out[m] if 0 <= m < len(out) else None for m in (n - 1, n + 1))
        lost = kids[old].marker == TERM and not _stays(behind, old + 1)
        lost |= _defines(kids[old]) and not _stays(before, old - 1)
        if lost:
            out[n] = replace(parts[n], text=anew(kids[old]), other=True)
    return out


def defined(source: str, box: Block, parts: Sequence[Part], same: Callable[[str, str], bool]) -> list[Part]:
    """Return the parts of a container with new terms beside old ones written as these are: a bold line and a list are one.

    `same` says whether two texts read the same.
    """
    kids = box.kids
    like = next((n for n, k in enumerate(kids[:-1]) if k.marker == TERM and _defines(kids[n + 1])), None)
    if like is None:
        return list(parts)
    between, marker = source[kids[like].e : kids[like + 1].s], kids[like + 1].kids[0].marker
    out: list[Part] = []
    n = 0
    while n < len(parts):
        term, items = _new(parts, n), parts[n + 1].text if n + 1 < len(parts) else ""
        text = f"{term}{between}{_defining(items, marker)}" if term and _beside(kids, out, parts, n) else ""
        if text and same(text, f"{parts[n].text}\n\n{items}"):
            out.append(Part(text, Kind.LIST))
            n += 2
        else:
            out.append(parts[n])
            n += 1
    return out


def _new(parts: Sequence[Part], n: int) -> str:
    """Return the words of a new bold line with a new list below it; empty for anything else."""
    pair = parts[n : n + 2]
    if [p.kind for p in pair] != [Kind.PARAGRAPH, Kind.LIST] or any(p.old is not None for p in pair):
        return ""
    m = _BOLD.fullmatch(pair[0].text)
    return m[2] if m else ""


def _beside(kids: Sequence[Block], out: Sequence[Part], parts: Sequence[Part], n: int) -> bool:
    """Say whether a new term comes to stand behind definitions, or before a term."""
    before = out[-1] if out else None
    if before is not None and (
        _defines(kids[before.old]) if before.old is not None else before.text[:1] in ":~"
    ):
        return True
    while _new(parts, n):
        n += 2
    after = parts[n].old if n < len(parts) else None
    return after is not None and kids[after].marker == TERM


def _defining(items: str, marker: str) -> str:
    """Return a list of bullets as definitions."""
    lines = [_BULLET.sub(marker, line, 1) if _BULLET.match(line) else line for line in items.split("\n")]
    pad = " " * (len(marker) - 2)
    return "\n".join(pad + line if line.startswith("  ") else line for line in lines)


def _stays(part: Part | None, old: int) -> bool:
    """Say whether a part is this old block, in its own form."""
    return part is not None and part.old == old and not part.other


def _defines(block: Block) -> bool:
    """Say whether a list is the definitions of the term before it."""
    return block.kind is Kind.LIST and bool(block.kids) and block.kids[0].marker.strip()[:1] in {":", "~"}
