"""Content tabs of MkDocs (`=== "Title"`), read and never written: each tab is an expand of its own.

Confluence has no tabs. Expands show all titles at once and one text at a time, and nothing is hidden for good.
"""

from __future__ import annotations

from confsync.markup.elements.admonition import closed, indented, plain_title
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.tree import Block, Expand, Kind


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read one tab; the content is indented by four."""
    block = reader.place(Block(Kind.EXPAND, Expand(plain_title(reader, at.token.info))), at)
    chain = indented(reader, block, at) if reader.track and at.token.map is not None else at.chain
    block.kids = reader.inside(at, chain)
    return [closed(block)]
