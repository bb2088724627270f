"""Fences that nothing but the end of their container ends: closed where something comes to stand behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from confsync.markup.lens.splice.gaps import Part
from confsync.markup.tree import Block, Kind


def closed(box: Block, parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a container, with a last fence that has no end given one where it is not the last any more."""
    last = box.kids[-1] if box.kids else box
    open_fence = last.kind is Kind.CODE and last.marker[:1] in {"`", "~"} and last.ine >= last.e
    out = list(parts)
    for n, part in enumerate(out[:-1]):
        if open_fence and part.old == len(box.kids) - 1 and part.kind is Kind.CODE:
            text = last.text or ""
            blank = "\n" * (len(text) - len(text.rstrip("\n")))
            out[n] = replace(part, text=f"{part.text}{blank}\n{last.prefix}{last.marker}")
    return out
