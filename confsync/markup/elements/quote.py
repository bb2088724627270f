"""Quotes: `<blockquote>` and `>`. A quote that begins with `[!NOTE]` and its like is a panel.

What is known of these in storage: FACTS.md 3.
"""

from __future__ import annotations

from confsync.markup.elements import panel
from confsync.markup.elements.paragraph import own
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.source_map import Chain, Container, prefix_of
from confsync.markup.markdown.writer import MarkdownWriter, indent
from confsync.markup.storage.reader import StorageReader, Unreadable
from confsync.markup.storage.writer import StorageWriter
from confsync.markup.storage.xml import El
from confsync.markup.tree import Block, Kind


def read_storage(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<blockquote>`."""
    if own(el):
        raise Unreadable
    return reader.container(Block(Kind.QUOTE), el, depth)


def write_storage(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write `<blockquote>`."""
    return f"<blockquote>{out.blocks(block.kids)}</blockquote>"


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read a quote or an alert."""
    block = reader.place(Block(Kind.QUOTE), at)
    chain = _inside(reader, block, at) if reader.track and at.token.map is not None else at.chain
    title = panel.read_alert(reader, block, at)
    taken = 0 if title else panel.read_callout(reader, block, at)
    block.kids = reader.blocks(at.i + 1 + taken, at.j, chain, at.depth + 1)
    while block.kids and block.kids[-1].kind is Kind.SPACER:
        block.kids.pop()
    if title and reader.track and at.token.map is not None:
        block.ins = reader.lines.end(at.token.map[0])
    if taken and reader.track and (lines := reader.tokens[at.i + 1].map) is not None:
        block.ins = reader.lines.end(lines[1] - 1)
    block.ine = block.e
    return [block]


def _inside(reader: MarkdownReader, block: Block, at: At) -> Chain:
    line = (at.token.map[0] if at.token.map else 0) + ("callout" in at.token.meta)
    content = reader.src.index(">", reader.lines.begin(line, at.chain)) + 1
    content += reader.src.startswith(" ", content)
    block.ins = content
    chain = (*at.chain, Container("q", 0, line, content))
    block.inner_prefix = prefix_of(chain)
    return chain


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write a quote."""
    return indent(out.blocks(block.kids), "> ") if block.kids else ">"
