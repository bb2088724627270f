"""Headings: `<h1>` to `<h6>`; `#` or underlined lines.

What is known of these in storage: FACTS.md 3.
"""

from __future__ import annotations

from markdown_it.token import Token

from confsync.markup.elements.paragraph import own
from confsync.markup.elements.raw import write_storage_like
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.storage.reader import StorageReader
from confsync.markup.storage.vocabulary import HEADINGS
from confsync.markup.storage.writer import StorageWriter
from confsync.markup.storage.xml import El
from confsync.markup.tree import Block, Heading, Kind


def read_storage(el: El, reader: StorageReader, _depth: int) -> Block:
    """Read `<h1>` to `<h6>`."""
    return reader.leaf(Block(Kind.HEADING, Heading(HEADINGS[el.tag], own(el))), el)


def write_storage(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the element."""
    data = block.data if isinstance(block.data, Heading) else Heading(1)
    return f"<h{data.level}{out.attributes(data.attrs)}>{out.inline(block.written)}</h{data.level}>"


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read an ATX or setext heading."""
    block = reader.place(Block(Kind.HEADING, Heading(int(at.token.tag[1]))), at)
    block.marker = at.token.markup
    inline = reader.tokens[at.i + 1]
    _take_id(inline, reader.words(inline))
    reader.leaf(block, inline, at.chain)
    return [block]


def _take_id(inline: Token, words: list[Token]) -> None:
    """Say that the attribute list at the end is the heading's: its id is an anchor there."""
    last = words[-1] if words else None
    if last is not None and last.type == "attributes":
        inline.meta["own"] = True  # its words are these from now on
        last.meta["heading"] = True
        text = words[-2:][0]
        if text.type == "text":
            text.content = text.content.rstrip(" \t")


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write an ATX heading."""
    data = block.data if isinstance(block.data, Heading) else Heading(1)
    if data.attrs:
        return write_storage_like(block, out)
    text = out.inline(block.written, out.level(block), heading=True, line_start=False)
    if text.endswith("#"):
        text = text[:-1] + "\\#"  # a closing run of `#` is no text
    return f"{'#' * data.level} {text}".rstrip()
