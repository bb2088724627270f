"""The warm conversions: an edit on one side into the other side's own bytes, with the notations put in their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from confsync.markup import markdown_in, markdown_out, storage_out
from confsync.markup.dangling import anchors_asked, dangling_anchors
from confsync.markup.elements.footnote import BACK
from confsync.markup.gc_pause import without_gc
from confsync.markup.lens.markdown import footnotes
from confsync.markup.lens.markdown.file_style import file_style_of
from confsync.markup.lens.markdown.line_ends import LineEnds, to_lf
from confsync.markup.lens.markdown.link_definitions import Definitions
from confsync.markup.lens.markdown.side import MarkdownSide
from confsync.markup.lens.reading import markdown_reading, storage_reading
from confsync.markup.lens.reading.cache import ReadingCache
from confsync.markup.lens.reading.markdown_reading import MarkdownReading
from confsync.markup.lens.reading.recorded_links import RecordedLinks
from confsync.markup.lens.reading.storage_reading import StorageReading
from confsync.markup.lens.splice.list_starts import forgive_starts
from confsync.markup.lens.splice.puts import Writing, put
from confsync.markup.lens.storage.comments import lost_comments
from confsync.markup.lens.storage.side import StorageSide
from confsync.markup.links import Links
from confsync.markup.markdown.writer import raw_fence
from confsync.markup.notes import Conversion, Note
from confsync.markup.storage_in import parse_storage, references_of
from confsync.markup.tree import Block, Norm, Pairs, References, Tree


@without_gc
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
    base = _markdown(old, links)
    a, answers = base.reading, None if links is None else RecordedLinks(links, base.answers)
    c = markdown_reading.reread(a, new, links=answers)
    b = _READINGS.of(storage_reading.read, base_storage)
    found = _dangling([*a.siblings, *c.siblings], b.tree.root.kids) if a.asked or c.asked else ()
    if found:
        given = References(dangling=found)
        a, c = (markdown_reading.read(text, links=links, references=given) for text in (old, new))
    if not forgive_starts(a.tree.root.kids, c.fresh) and not found:
        _remember(_Base(c, answers), track=False)
    side = StorageSide(base_storage, storage_out.WRITER, _read_storage)
    writing = Writing(
        side, _norms_by(b), storage_out.write_blocks, storage_out.write_storage, str, "", _read_storage
    )
    text, told = put(writing, a.tree, b.tree, c.tree)
    return Conversion(text, (*told, *lost_comments(base_storage, text), *c.notes))


@without_gc
def put_markdown(
    base_storage: str, base_markdown: str, storage: str, *, links: Links | None = None
) -> Conversion:
    """Return the base Markdown with the change from the base storage to the new one spliced in.

    The other direction of `put_storage`, with the same promises. The file keeps its byte order mark and line ends, and
    what is new is written in the file's own style.
    """
    if storage == base_storage:
        return Conversion(base_markdown)
    lines = LineEnds.of(base_markdown)
    first = _READINGS.of(storage_reading.read, base_storage)
    second = storage_reading.reread(first, storage)
    a, c = first.tree, second.tree
    base = _markdown(lines.text, links, track=True).reading
    found = references_of(c.root.kids)
    notes: list[Note] = []
    if BACK in base_storage and (changed := footnotes.changed(a.root.kids, found)):
        text = footnotes.respelled(base.text, base.siblings, changed, found)
        if text != base.text:
            given = References(footnotes=found.footnotes)
            again = markdown_reading.read(text, links=links, references=given, track=True)
            if again.tree.norms == base.tree.norms:  # `[a][^1]` without the footnote is a link to `a`
                base, notes = again, footnotes.notes(c.root.kids, changed, found)
    b = base.tree
    if base.asked:
        true = a.norms == _aimed(b, References(), a.root.kids, links).norms
        given = _with_anchors(found)
        if base.references.anchors != found.anchors:
            # links to headings mean what the new headings make of them
            b = markdown_in.parse_markdown(b.text, links=links, references=given)
        b = _aimed(b, given, [*a.root.kids, *c.root.kids], links)
        a = b if true else a
    writing = _markdown_writing(base, b, found, links)
    text, told = put(writing, a, b, c)
    return Conversion(base_markdown if text == lines.text else lines.restored(text), (*notes, *told))


_READINGS = ReadingCache(1_000_000)


def forget() -> None:
    """Let go of the bases that are remembered; the next put reads its own."""
    _READINGS.forget()


@dataclass(frozen=True, slots=True)
class _Base:
    """A Markdown text as read, and what the links said to it."""

    reading: MarkdownReading
    answers: RecordedLinks | None


def _markdown(text: str, links: Links | None, *, track: bool = False) -> _Base:
    """Read a base, or take the reading that is remembered, where the links say to it what they said then."""
    found: _Base | None = _READINGS.find((track, links is None), text)
    if found is None or (links is not None and found.answers is not None and not found.answers.hold(links)):
        answers = None if links is None else RecordedLinks(links)
        found = _Base(markdown_reading.read(text, links=answers, track=track), answers)
    _remember(found, track=track)
    return found


def _remember(base: _Base, *, track: bool) -> None:
    if base.answers is not None:
        base.answers.shut()
    _READINGS.keep((track, base.answers is None), base.reading.text, base)


def _dangling(asking: Sequence[Block], known: Sequence[Block]) -> Pairs:
    """Return what links of a file that lead to no heading may mean, by the links of the page."""
    return dangling_anchors(anchors_asked(asking), anchors_asked(known))


def _aimed(tree: Tree, given: References, known: Sequence[Block], links: Links | None) -> Tree:
    """Return the file with its links that lead to no heading read as the page has them."""
    found = _dangling(tree.root.kids, known)
    if not found:
        return tree
    return markdown_in.parse_markdown(tree.text, links=links, references=replace(given, dangling=found))


def _with_anchors(found: References) -> References:
    """Return references under which no heading but those of the new text is an anchor."""
    return References(anchors=found.anchors or (("\0", "\0"),))


def _markdown_writing(base: MarkdownReading, b: Tree, found: References, links: Links | None) -> Writing:
    given = b.references
    references = References(dict(given.links), found.footnotes, found.anchors, given.dangling)
    file_style = file_style_of(b.root, b.text)
    writer = markdown_out.writer(style=file_style.style, references=references, links=links)

    def read(text: str, given: References) -> Sequence[Block]:
        return markdown_in.read(text, references=given, links=links, track=False)[0].root.kids

    def norms(text: str) -> list[Norm]:
        if given.dangling:
            own = References(dangling=given.dangling)
            return markdown_reading.read(text, links=links, references=own).tree.norms
        return markdown_reading.reread(base, text, links=links, again=False).tree.norms

    def blocks(text: str) -> Sequence[Block]:
        return markdown_reading.read(text, links=links, references=given).tree.root.kids

    def safest(block: Block) -> str:
        return raw_fence(storage_out.write_storage(block))

    def inner(text: str, html: bool) -> StorageSide:  # noqa: FBT001  # what stands in a fence, or in an HTML block
        if not html:
            return StorageSide(text, storage_out.WRITER, _read_storage)
        context = writer.context
        return StorageSide(
            text, markdown_out.html_writer(context), lambda t: markdown_in.read_html(t, references, links)
        )

    definitions = Definitions.of(b.text, b.references.links)
    side = MarkdownSide(b.text, writer, read, inner, file_style=file_style, definitions=definitions)
    return Writing(side, norms, writer.document, safest, definitions.kept, "\n\n", blocks)


def _read_storage(text: str) -> Sequence[Block]:
    return parse_storage(text).root.kids


def _norms_by(base: StorageReading) -> Callable[[str], list[Norm]]:
    return lambda text: storage_reading.reread(base, text).tree.norms
