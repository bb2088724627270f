"""Definition lists, read and never written: a bold line for each term, a list for its definitions."""

from __future__ import annotations

from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.source_map import Chain, Container, prefix_of
from confsync.markup.tree import STRONG, Attrs, Block, Item, Kind, ListData

TERM = ": "
"""The marker of a paragraph that is a term: only what stands below it makes it bold."""


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read terms (`term`) and definitions (`: definition`)."""
    out: list[Block] = []
    k = at.i + 1
    while k < at.j:
        token, end = reader.tokens[k], reader.end(k)
        part = At(token, k, end, at.chain, at.depth)
        if token.type == "dt_open":
            out.extend(_term(reader, part))
        elif token.type == "dd_open":
            _definition(reader, part._replace(depth=at.depth + 1), out)
        k = end + 1
    return out


def _term(reader: MarkdownReader, at: At) -> list[Block]:
    inline = reader.tokens[at.i + 1]
    inline.meta["mark"] = STRONG
    block = reader.place(Block(Kind.PARAGRAPH, Attrs()), at)
    block.marker = TERM
    reader.leaf(block, inline, at.chain)
    return [block] if block.runs else []


def _definition(reader: MarkdownReader, at: At, out: list[Block]) -> None:
    if reader.track and at.token.map is not None:
        at.token.map[0] = _first_line(reader, at)
    item = reader.place(Block(Kind.ITEM, Item()), at)
    chain = _inside(reader, item, at) if reader.track and at.token.map is not None else at.chain
    item.kids = reader.inside(at, chain)
    while item.kids and item.kids[-1].kind is Kind.SPACER:
        item.kids.pop()
    item.ine = item.e
    if not out or out[-1].kind is not Kind.LIST:
        out.append(reader.place(Block(Kind.LIST, ListData("ul")), at))
        out[-1].ins = out[-1].s
    out[-1].kids.append(item)
    out[-1].e = out[-1].ine = item.e


def _first_line(reader: MarkdownReader, at: At) -> int:
    """Return the line of a definition's marker: the parser says that of the term for the first one below it."""
    first, behind = at.token.map or [0, 0]
    for line in range(first, behind):
        if reader.src.startswith((":", "~"), _indented(reader, line, at)):
            return line
    return first


def _indented(reader: MarkdownReader, line: int, at: At) -> int:
    begin = reader.lines.begin(line, at.chain)
    while begin < reader.lines.end(line) and reader.src[begin] in " \t":
        begin += 1
    return begin


def _inside(reader: MarkdownReader, item: Block, at: At) -> Chain:
    line = at.token.map[0] if at.token.map else 0
    begin, stop = reader.lines.begin(line, at.chain), reader.lines.end(line)
    content = _indented(reader, line, at) + 1
    while content < stop and reader.src[content] in " \t":
        content += 1
    item.ins, item.marker = content, reader.src[begin:content]
    chain = (*at.chain, Container("i", max(len(item.marker.expandtabs(4)), 2), line, content))
    item.inner_prefix = prefix_of(chain)
    return chain
