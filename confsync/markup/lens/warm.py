"""The warm conversions: an edit on one side into the other side's own bytes, with the notations put in their places."""

from __future__ import annotations

from collections.abc import Sequence

from confsync.markup import markdown_in, markdown_out, storage_out
from confsync.markup.border import to_lf
from confsync.markup.lens.comments import lost_comments
from confsync.markup.lens.definitions import Definitions
from confsync.markup.lens.hand import hand_of
from confsync.markup.lens.line_ends import LineEnds
from confsync.markup.lens.markdown_side import MarkdownSide
from confsync.markup.lens.numbering import forgive_starts
from confsync.markup.lens.puts import Writing, put
from confsync.markup.lens.storage_side import StorageSide
from confsync.markup.links import Links
from confsync.markup.markdown_writer import raw_fence
from confsync.markup.notes import Conversion
from confsync.markup.storage_in import parse_storage
from confsync.markup.tree import Block, Norm, References, Tree


def put_storage(
    base_markdown: str, base_storage: str, markdown: str, *, links: Links | None = None
) -> Conversion:
    """Return the base storage with the change from the base Markdown to the new one spliced in.

    Nothing changed: the base storage, byte for byte. The result reads as the new Markdown does (law *faithful*); what
    had to be converted anew for that stands in the notes, and so does a comment whose words are all gone.
    """
    old, new = to_lf(base_markdown), to_lf(markdown)
    if old == new:
        return Conversion(base_storage)
    a, _ = markdown_in.read(old, links=links, track=False)
    c, notes = markdown_in.read(new, links=links, track=False)
    forgive_starts(a.root.kids, c.root.kids)
    side = StorageSide(base_storage, storage_out.WRITER, _read_storage)
    writing = Writing(side, _storage_norms, storage_out.write_blocks, storage_out.write_storage, str)
    text, told = put(writing, a, parse_storage(base_storage), c)
    return Conversion(text, (*told, *lost_comments(base_storage, text), *notes))


def put_markdown(
    base_storage: str, base_markdown: str, storage: str, *, links: Links | None = None
) -> Conversion:
    """Return the base Markdown with the change from the base storage to the new one spliced in.

    The other direction of `put_storage`, with the same promises. The file keeps its byte order mark and line ends, and
    what is new is written in the file's own hand.
    """
    if storage == base_storage:
        return Conversion(base_markdown)
    border = LineEnds.of(base_markdown)
    a, c = parse_storage(base_storage), parse_storage(storage)
    b = markdown_in.parse_markdown(border.text, links=links)
    true = a.norms == b.norms
    if (
        b.references.anchors != c.references.anchors
    ):  # links to headings mean what the new headings make of them
        b = markdown_in.parse_markdown(border.text, links=links, references=_with_anchors(c))
        a = b if true else a
    text, told = put(_markdown_writing(b, c, links), a, b, c)
    return Conversion(base_markdown if text == border.text else border.restored(text), tuple(told))


def _with_anchors(c: Tree) -> References:
    """Return references under which no heading but those of the new text is an anchor."""
    return References(anchors=c.references.anchors or (("\0", "\0"),))


def _markdown_writing(b: Tree, c: Tree, links: Links | None) -> Writing:
    references = References(b.references.links, c.references.footnotes, c.references.anchors)
    hand = hand_of(b.root, b.text)
    writer = markdown_out.writer(style=hand.style, references=references, links=links)

    def read(text: str, given: References) -> Sequence[Block]:
        return markdown_in.read(text, references=given, links=links, track=False)[0].root.kids

    def norms(text: str) -> list[Norm]:
        return markdown_in.read(text, links=links, track=False)[0].norms

    def safest(block: Block) -> str:
        return raw_fence(storage_out.write_storage(block))

    side = MarkdownSide(b.text, writer, read, _storage_side, hand)
    definitions = Definitions.of(b.text, b.references.links)
    return Writing(side, norms, writer.document, safest, definitions.kept)


def _storage_side(text: str) -> StorageSide:
    return StorageSide(text, storage_out.WRITER, _read_storage)


def _read_storage(text: str) -> Sequence[Block]:
    return parse_storage(text).root.kids


def _storage_norms(text: str) -> list[Norm]:
    return parse_storage(text).norms
