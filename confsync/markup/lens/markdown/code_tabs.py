"""Tabs of Hugo's sites whose tag says that they are code (`{{< tab name="A" codelang="go" >}}`), edited on the page.

As long as such a tab holds that code and nothing else, its tag says so. Else the code stands in a fence, and the tag does
not say so any more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from confsync.markup.lens.splice.gaps import Part
from confsync.markup.markdown.escaping import fence
from confsync.markup.tree import Block, Kind

_LANGUAGE = re.compile(r"\s+codelang\s*=\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s\"'=>]+))")
_FENCES = ("```", "~~~")


def is_bare(block: Block) -> bool:
    """Say whether a block is code that only the tag around it says to be code."""
    return block.kind is Kind.CODE and not block.marker and block.ins >= 0


def tag_before(source: str, block: Block) -> str:
    """Return the tag before bare code."""
    return source[max(source.rfind("{{", 0, block.s), 0) : block.s].rstrip()


def fenced(source: str, box: Block, parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a container with its bare code in a fence where it is not alone any more."""
    out = list(parts)
    language = (
        _LANGUAGE.search(source, box.s, box.ins) if len(box.kids) == 1 and is_bare(box.kids[0]) else None
    )
    if language is None or (len(out) == 1 and out[0].old == 0):
        return out
    prefix = box.kids[0].prefix
    for n, part in enumerate(out):
        if part.old == 0 and not part.text.startswith(_FENCES):
            ticks = fence(part.text, 3)
            head = ticks + next(filter(None, language.groups()), "")
            out[n] = replace(part, text=f"{head}\n{prefix}{part.text}\n{prefix}{ticks}", other=True)
    return out


def unsaid(old: Block, new: Block, text: str) -> str:
    """Return the text of a container without the language in its tag, where it does not hold the code alone any more."""
    if len(old.kids) != 1 or not is_bare(old.kids[0]):
        return text
    stays = len(new.kids) == 1 and new.kids[0].kind is Kind.CODE and new.kids[0].data == old.kids[0].data
    return text if stays else _LANGUAGE.sub("", text, count=1)
