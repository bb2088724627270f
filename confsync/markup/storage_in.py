"""Reading storage into the tree: the entry point."""

from __future__ import annotations

from confsync.markup.elements import STORAGE_IN
from confsync.markup.slugs import anchors_of, headings_of
from confsync.markup.storage import xml
from confsync.markup.storage.reader import StorageReader, Unreadable
from confsync.markup.storage.xml import MalformedError
from confsync.markup.tree import Block, Footnote, Kind, Notation, Raw, References, Tree


def parse_storage(text: str, *, track: bool = True) -> Tree:
    """Parse a body. What is not well-formed, or declares a document type, is one raw block; nothing is expanded.

    `track=False`: for a tree that nothing is spliced into; its blocks let go of their elements.
    """
    try:
        root = xml.parse(text)
        blocks = StorageReader(text, STORAGE_IN).blocks(root.kids, 0)
    except (MalformedError, Unreadable):
        blocks = [broken(text)] if text.strip() else []
    if not track:
        _let_go(blocks)
    doc = Block(Kind.DOC, kids=blocks, s=0, e=len(text), ins=0, ine=len(text))
    return Tree(doc, text, Notation.STORAGE, references_of(blocks))


def _let_go(blocks: list[Block]) -> None:
    todo = list(blocks)
    while todo:
        block = todo.pop()
        block.el = None
        todo.extend(block.kids)


def broken(text: str) -> Block:
    """Return the one raw block that a body is when it is not well-formed, or declares a document type."""
    kept = xml.legal(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return Block(Kind.RAW, Raw(kept), xml=kept, s=0, e=len(text), malformed=True)


def references_of(blocks: list[Block]) -> References:
    """Return what single blocks of this document cannot be read without once they are Markdown."""
    notes, titles = [], []
    todo = list(reversed(blocks))
    while todo:
        block = todo.pop()
        if block.kind is Kind.HEADING and block.inline is not None:
            titles.append(block.inline.plain)
        elif isinstance(block.data, Footnote):
            notes.append(block.data.label)
        if block.kids:
            todo.extend(reversed(block.kids))
    return References(footnotes=tuple(sorted(set(notes))), anchors=tuple(anchors_of(headings_of(titles))))
