"""Admonitions of docs sites, read and never written: `!!! note "Title"`, `??? note`, `::: tip`, `:::note[Title]`.

They become panels and expands, which Markdown has other notations for; so these are the notations that come back.
"""

from __future__ import annotations

from confsync.markup.containers import FENCE_TITLE, PANEL_OF
from confsync.markup.markdown_reader import At, MarkdownReader
from confsync.markup.source_map import Chain, Container, prefix_of
from confsync.markup.tree import Block, Expand, Kind, Panel
from confsync.markup.xml import fold

PLAIN = frozenset({"note", "info", "tip", "hint", "warning", "danger", "caution", "error", "attention"})
"""Kinds that a panel's colour says well enough; the others say their name as the title."""


def read_admonition(reader: MarkdownReader, at: At) -> list[Block]:
    """Read `!!!` (a panel) or `???` (an expand); the content is indented by four."""
    token = at.token
    name = str(token.meta.get("tag", "")).lower()
    default = name.title()
    explicit = token.content if token.content != default or '"' in token.info else ""
    folded = token.markup.startswith("?")
    block = _block(reader, at, name, explicit, folded=folded)
    titled = at.i + 1 < at.j and reader.tokens[at.i + 1].type == "admonition_title_open"
    first = at.i + (4 if titled else 1)
    chain = _indented(reader, block, at) if reader.track and token.map is not None else at.chain
    block.kids = reader.blocks(first, at.j, chain, at.depth + 1)
    return [_closed(block)]


def read_fenced(reader: MarkdownReader, at: At) -> list[Block]:
    """Read `:::`."""
    m = FENCE_TITLE.match(at.token.info)
    name = m[1].lower() if m else "note"
    title = fold(m[2] or m[3] or "") if m else ""
    block = _block(reader, at, name, title, folded=name == "details")
    if reader.track and at.token.map is not None:
        block.ins, block.inner_prefix = reader.lines.end(at.token.map[0]), prefix_of(at.chain)
    block.kids = reader.inside(at, at.chain)
    end = _closing(reader, at) if reader.track and at.token.map is not None else -1
    _closed(block)
    block.e = end if end >= 0 else block.e
    return [block]


def _closing(reader: MarkdownReader, at: At) -> int:
    """Return the end of the closing line, which belongs to the block; -1 when nothing closes it."""
    line = at.token.map[1] if at.token.map else 0
    begin, end = reader.lines.begin(line, at.chain), reader.lines.end(line)
    return end if reader.src[begin:end].strip().startswith(":::") else -1


def _block(reader: MarkdownReader, at: At, name: str, title: str, *, folded: bool) -> Block:
    shown = title or ("" if name in PLAIN else name.capitalize())
    if folded:
        return reader.place(Block(Kind.EXPAND, Expand(title or name.capitalize())), at)
    return reader.place(Block(Kind.PANEL, Panel(PANEL_OF.get(name, "info"), shown)), at)


def _closed(block: Block) -> Block:
    while block.kids and block.kids[-1].kind is Kind.SPACER:
        block.kids.pop()
    block.ine = block.e
    return block


def _indented(reader: MarkdownReader, block: Block, at: At) -> Chain:
    line = at.token.map[0] if at.token.map else 0
    block.ins = reader.lines.end(line)
    chain = (*at.chain, Container("i", 4, line, block.ins))
    block.inner_prefix = prefix_of(chain)
    return chain
