"""Conversion between Markdown and storage format, both ways. Pure.

Bodies only: no front matter, no title, no files. Every input converts; what the other side cannot express is kept raw or
shown as text, and named in the notes.
"""

from __future__ import annotations

from collections.abc import Iterable

from confsync.markup import markdown_in, markdown_out, normal, storage_in, storage_out
from confsync.markup.dangling import fold_dangling
from confsync.markup.gc_pause import without_gc
from confsync.markup.lens import put_markdown, put_storage
from confsync.markup.lens.markdown.line_ends import to_lf
from confsync.markup.links import Links
from confsync.markup.notes import Conversion, Note, NoteKind
from confsync.markup.tree import Block, Norm, Tree

__all__ = [
    "Conversion",
    "Links",
    "Note",
    "NoteKind",
    "normal_markdown",
    "normal_storage",
    "put_markdown",
    "put_storage",
    "to_markdown",
    "to_storage",
]


@without_gc
def to_storage(markdown: str, *, links: Links | None = None) -> Conversion:
    """Convert a Markdown body to a well-formed storage body of legal characters."""
    tree, notes = markdown_in.read(to_lf(markdown), links=links, track=False)
    return Conversion(storage_out.write_blocks(tree.root.kids), tuple(notes))


@without_gc
def to_markdown(storage: str, *, links: Links | None = None) -> Conversion:
    """Convert a storage body to Markdown that reads back as the same; LF line ends, a newline at the end."""
    tree = storage_in.parse_storage(storage, track=False)
    writer = markdown_out.writer(references=tree.references, links=links)
    text = writer.document(tree.root.kids)
    return Conversion(text, tuple(_raw_note(block, xml) for block, xml in writer.kept))


def _raw_note(block: Block, xml: str) -> Note:
    if block.malformed:
        return Note(NoteKind.MALFORMED, "the body is not well-formed XML, or declares a document type")
    return Note(NoteKind.RAW, xml[:200])


@without_gc
def normal_markdown(text: str) -> str:
    """Return the normal form of a Markdown body as text; equal to `normal_storage` of what says the same."""
    return normal.text_of(_settled(markdown_in.read(to_lf(text), track=False)[0]))


@without_gc
def normal_storage(text: str) -> str:
    """Return the normal form of a storage body as text: ids, display hints and spelling do not show in it."""
    return normal.text_of(_settled(storage_in.parse_storage(text, track=False)))


def _settled(tree: Tree) -> Iterable[Norm]:
    """Return a document's normal forms; links to headings that it does not have say the same in every spelling."""
    kids = tree.root.kids
    return fold_dangling(tree.norms, kids, storage_in.references_of(kids).anchors)
