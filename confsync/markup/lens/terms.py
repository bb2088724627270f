"""Definition lists in the file: terms and their definitions stand together, or are a bold line and a list like others.

What a term is, or a definition, is said by what stands beside it: the bytes of one without the other mean something else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from confsync.markup.elements.definitions import TERM
from confsync.markup.lens.gaps import Part
from confsync.markup.tree import Block, Kind


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


def _stays(part: Part | None, old: int) -> bool:
    """Say whether a part is this old block, in its own form."""
    return part is not None and part.old == old and not part.other


def _defines(block: Block) -> bool:
    """Say whether a list is the definitions of the term before it."""
    return block.kind is Kind.LIST and bool(block.kids) and block.kids[0].marker.strip()[:1] in {":", "~"}
