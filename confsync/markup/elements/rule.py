"""Thematic breaks: `<hr />` (FACTS.md 3) and `---`."""

from __future__ import annotations

from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.storage.reader import StorageReader
from confsync.markup.storage.writer import StorageWriter
from confsync.markup.storage.xml import El
from confsync.markup.tree import Block, Kind


def read_storage(_el: El, _reader: StorageReader, _depth: int) -> Block:
    """Read `<hr />`."""
    return Block(Kind.RULE)


def write_storage(_block: Block, _out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write `<hr />`."""
    return "<hr />"


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read a rule."""
    return [reader.place(Block(Kind.RULE), at)]


def write_markdown(_block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write a rule."""
    return out.style.rule
