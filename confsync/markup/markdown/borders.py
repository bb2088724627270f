"""Where blocks of a Markdown text begin so that what follows is read by its own lines alone.

At the top of a document, between the tags of a container that HTML opens, and inside of a long list, table or quote.
Whoever reads a changed text by an earlier one needs to know these lines; how it does that is said in `lens`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markdown_it.token import Token

from confsync.markup.tree import Block, Kind

LONG = 40
"""Tokens from which on it is worth to know the places inside of a block."""
_PARTS = {Kind.LIST: ("list_item_open", 1), Kind.TABLE: ("tr_open", 2)}
"""What the children of a block are called, and how much deeper they stand."""


class BorderLine(NamedTuple):
    """A line at which a block begins, and how much was read before it.

    What follows is read by its own lines alone, in a container of this kind; of what stands elsewhere it needs only the
    document's references.
    """

    line: int
    blocks: int
    """How many of its siblings stand before it; -1 for the head of a table, which its rows are read with."""
    notes: int
    asked: int
    """How many links to headings of this document."""
    path: tuple[int, ...] = ()
    """Where its container is: its index in its own container, and so on from the top of the document."""
    kind: Kind = Kind.DOC
    """What the container is: the document, a box of any kind, a list, a table or a quote."""


def inside(tokens: Sequence[Token], block: Block, before: BorderLine) -> list[BorderLine]:
    """Return the borders in a block that these tokens made; nothing when they do not tell its children apart.

    `before` is the block's own border. Only for blocks in which nothing was noted or asked.
    """
    if block.kind in _PARTS:
        name, deeper = _PARTS[block.kind]
        level = tokens[0].level + deeper
        lines = [t.map[0] for t in tokens if t.type == name and t.level == level and t.map]
    else:
        level = tokens[0].level + 1
        lines = [t.map[0] for t in tokens if t.level == level and t.nesting >= 0 and t.map]
    if len(lines) - block.headless != len(block.kids):
        return []
    first = -1 if block.headless else 0
    path, kind = (*before.path, before.blocks), block.kind if block.kind in _PARTS else Kind.QUOTE
    out = [
        BorderLine(line, first + n, before.notes, before.asked, path, kind) for n, line in enumerate(lines)
    ]
    return [out[0]._replace(blocks=-1), *out[1:]] if block.kind is Kind.TABLE else out
