"""Raw storage: what Markdown has no form for, kept as it is between `{=confluence}` marks.

A fence or code span of which the content is not storage stays a code block that people can see. So does one whose
content would run something, or nest too deep.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup.elements import macro as macros
from confsync.markup.elements import raw_spelling
from confsync.markup.html import layout
from confsync.markup.markdown.escaping import Level, ticks
from confsync.markup.markdown.inline_walk import InlineWalk, Lost
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.writer import MarkdownWriter, raw_fence
from confsync.markup.notes import NoteKind
from confsync.markup.raw_marks import BROKEN, RAW
from confsync.markup.storage.active_content import SHOWN, is_active
from confsync.markup.storage.canonical import canonical, clean
from confsync.markup.storage.reader import Inside, StorageReader, Unreadable, inline_atom
from confsync.markup.storage.writer import StorageWriter, macro, plain
from confsync.markup.storage.xml import MAX_NESTING, El, MalformedError, parse
from confsync.markup.syntax.foreign_inline import CONTENTS
from confsync.markup.tree import Atomic, Block, Fragment, Kind, Notation, Raw

TOC = re.compile(r"\[TOC\]|\[\[_?TOC_?\]\]|\{:[ ]?toc\}|@\[TOC\]|\$\{toc\}|\{\{TOC\}\}", re.IGNORECASE)
"""What docs sites, wikis and other publishers write for a table of contents."""
LISTING = re.compile(r"\[\[_(?:LISTING|TOSP)_\]\]")
"""What other publishers and wikis write for a list of the pages below."""
CHILDREN_XML = '<ac:structured-macro ac:name="children" />'
TOC_XML = '<ac:structured-macro ac:name="toc" />'
TOC_VALUE = canonical(parse(TOC_XML).kids, TOC_XML)
HTML_BLOCK = re.compile(r"<(p|h[1-6]|table|ul|ol|blockquote|div)[\s>]")
NOT_IN_HTML = re.compile(r"\n[ \t]*\n|<(?:ac|ri|at):")
BETWEEN = re.compile(r">\s*\n\s*<")
VOID = re.compile(r"<(br|hr|img|col)((?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)?)\s*/?>", re.IGNORECASE)


def parse_raw(xml: str, depth: int = 0) -> El:
    """Parse raw storage that stands in Markdown; MalformedError when it must not reach Confluence as it is.

    A container around it, of which there are `depth`, is written as three elements at most.
    """
    root = parse(xml, MAX_NESTING - 3 * depth)
    if is_active(root):
        raise MalformedError("it would run something")
    return root


def close_void(html: str) -> str:
    """Close the elements that HTML leaves open; the rest stays byte for byte."""
    return VOID.sub(lambda m: f"<{m[1].lower()}{m[2].rstrip('/ ')} />", html)


# ---- blocks -----------------------------------------------------------------------------------------------------


def write_storage(block: Block, _out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write what was kept; a malformed body is shown as code, because output is well-formed, always."""
    if block.malformed:
        return macro("code", [("language", "xml"), ("title", BROKEN)], plain(block.xml))
    return block.xml


def write_fragment(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001
    """Write several blocks that stand in one fence."""
    return out.blocks(block.kids)


def is_toc(block: Block) -> Block:
    """Turn a placed block into the table of contents."""
    block.kind, block.data, block.xml = Kind.RAW, Raw(TOC_XML), TOC_XML
    return block


def shorthand(block: Block, text: str) -> Block | None:
    """Turn a placed block into the macro that a line stands for; None when it stands for itself."""
    if TOC.fullmatch(text) and text != CONTENTS:
        return is_toc(block)
    if LISTING.fullmatch(text):
        block.kind, block.data, block.xml = Kind.RAW, Raw(CHILDREN_XML), CHILDREN_XML
        return block
    return None


def broken(block: Block, text: str) -> Block:
    """Turn a placed block into a body that is not well-formed: `write_storage` shows it, and it is known by that."""
    block.kind, block.data, block.xml, block.malformed = Kind.RAW, Raw(text.strip()), text.strip(), True
    return block


def read_fence(reader: MarkdownReader, block: Block, text: str, info: str, depth: int) -> Block:
    """Read a raw fence into a placed block."""
    if info == BROKEN:
        return broken(block, text)
    try:
        found = fragment(reader, block, text, depth)
    except MalformedError as err:
        reader.note(NoteKind.MALFORMED, f"raw storage is shown as code: {err}")
        found = None
    if found is not None:
        return found
    block.kind, block.data, block.text = Kind.CODE, SHOWN, text
    return block


def fragment(
    reader: MarkdownReader, place: Block, xml: str, depth: int, *, html: bool = False
) -> Block | None:
    """Read storage that stands in Markdown at the place of a block; None when there is nothing in it."""
    kids = reader.storage_blocks(parse_raw(xml, depth), xml, depth, html=html)
    if not kids:
        return None
    if len(kids) == 1:
        block = kids[0]
        block.fragment = Fragment(xml, block.s, block.e, block.ins, block.ine)
    else:
        block = Block(Kind.FRAGMENT, kids=kids, fragment=Fragment(xml, 0, len(xml), 0, len(xml)))
    block.s, block.e, block.ins, block.ine = place.s, place.e, -1, -1
    block.notation, block.prefix = Notation.HTML, place.prefix
    return block


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write `[TOC]`, a macro's own element, preformatted text as HTML, or a fence."""
    if block.data == Raw(TOC_VALUE):
        return "[TOC]"
    if block.xml.startswith("<pre") and out.reads_as(block.xml, [block.norm]):
        return block.xml
    spelled = None if block.malformed else macros.spelled(block.xml, block=True)
    return spelled or out.raw(block)


def write_fragment_markdown(block: Block, _out: MarkdownWriter, _before: Block | None) -> str:
    """Write several blocks in one fence."""
    return raw_fence(block.fragment.text if block.fragment is not None else "")


def write_storage_like(block: Block, out: MarkdownWriter) -> str:
    """Write a block as an HTML block where that can hold it and reads back, else as a fence."""
    xml = out.output.html(block, out.context)
    if not HTML_BLOCK.match(xml) or NOT_IN_HTML.search(xml):
        return out.raw(block)
    html = layout.HTML.of(layout.bare(xml))
    return html if out.reads_as(html, [block.norm]) else out.raw(block)


# ---- between words ----------------------------------------------------------------------------------------------


def read_inline(walk: InlineWalk, xml: str, a: int) -> bool:
    """Read `` `<ac:…/>`{=confluence} ``: one element; False when it is none, and the code span stays one."""
    try:
        root = parse_raw(xml)
        found = inline_atom(StorageReader(xml, walk.reader.dictionary.storage), root)
    except (MalformedError, Unreadable):
        return False
    if found is None:
        return False
    walk.put(found.kind, found.value, a, found.xml)
    return True


def read_contents(reader: MarkdownReader, at: At) -> list[Block]:
    """Read a table of contents that a tool keeps in the file: Confluence makes its own."""
    return [is_toc(reader.place(Block(Kind.RAW), at))]


def read_contents_inline(walk: InlineWalk, _tokens: Sequence[Token], i: int) -> int:
    """Read a table of contents in a paragraph of its own."""
    a = walk.p
    walk.expect(CONTENTS)
    read_inline(walk, TOC_XML, a)
    return i


def read_block(reader: MarkdownReader, at: At) -> list[Block]:
    """Read an element of storage that stands between blocks as it is."""
    block = reader.place(Block(Kind.RAW), at)
    return [read_fence(reader, block, at.token.content, RAW, at.depth)]


def read_element(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read an element of storage that stands between words as it is; one that holds text has no places."""
    xml, a = tokens[i].content, walk.p
    walk.expect(xml)
    if read_inline(walk, xml, a):
        return i
    walk.p = a
    inside = Inside(StorageReader(xml, walk.reader.dictionary.storage))
    try:
        inside.nodes(parse_raw(xml).kids)
    except (MalformedError, Unreadable):
        walk.put_text(xml)
        return i
    if walk.places is not None:
        raise Lost
    walk.pieces.extend(p._replace(s=-1, e=-1, marks=p.marks | walk.marks, path=()) for p in inside.out)
    return i


def write_inline_storage(run: Atomic) -> str:
    """Write an element that was kept, as it comes back from Markdown."""
    return _on_one_line(run)


def write_inline_markdown(run: Atomic, context: InlineContext) -> str:
    """Write the element that stands for it, or a code span with the raw mark behind it."""
    if run.value == TOC_VALUE and not context.level:
        return CONTENTS
    level = Level.FULL if context.level else Level.LIGHT
    if (spelled := raw_spelling.spelled(run.xml, level=level)) is not None:
        return spelled
    xml = _on_one_line(run)
    ends = ticks(xml)
    pad = " " if xml.startswith("`") or xml.endswith("`") else ""
    return f"{ends}{pad}{xml}{pad}{ends}{RAW}"


def _on_one_line(run: Atomic) -> str:
    """Return raw storage without its line ends, or with blanks for them, where that says the same."""
    if "\n" not in run.xml:
        return run.xml
    flat = BETWEEN.sub("><", run.xml)
    for text in (flat.replace("\n", " "), flat, run.xml.replace("\n", " ")):
        root = parse(text)
        if canonical(root.kids, text) == run.value:
            return clean(root.kids, text)
    return run.xml
