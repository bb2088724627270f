"""Raw storage in the HTML of a document: `<code data-confluence="storage">&lt;ac:…&gt;</code>`, a `<pre>` between blocks.

So an HTML table with something in it that Markdown has no form for stays a table. What stands in the element is read as
the one thing that a fence or a code span of raw storage would hold (`raw`); anything else in it is text that people see.
"""

from __future__ import annotations

import re

from confsync.markup.elements import code, math, raw_spelling, tags
from confsync.markup.elements import macro as macros
from confsync.markup.elements.raw import parse_raw, write_inline_storage
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.storage.reader import Inside, StorageReader, Unreadable, inline_atom
from confsync.markup.storage.writer import StorageWriter
from confsync.markup.storage.xml import El, MalformedError, attributes, escape, text_of
from confsync.markup.tree import Atomic, Block, Kind

STORED = ("data-confluence", "storage")
PLAIN = re.compile(
    r"<(?:blockquote|div|h[1-6]|ol|p|pre|table|ul)\b(?:(?!<(?:ac|ri|at):|\n[ \t]*\n).)*\Z", re.DOTALL
)
"""Storage that HTML holds as it is."""
WHOLE = frozenset({Kind.RAW, Kind.MATH, Kind.CODE})
"""Blocks that have no blocks in them."""


# ---- writing ----------------------------------------------------------------------------------------------------


def quoted(xml: str, tag: str) -> str:
    """Return storage as the text of an element, on one line."""
    text = escape(xml).replace("\n", "&#10;")
    return f"<{tag}{attributes([STORED])}>{text}</{tag}>"


def write_html(block: Block, _out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write a block that was kept: a macro's own element, as it is, or quoted."""
    spelled = macros.spelled(block.xml, block=True)
    return spelled or (block.xml if PLAIN.match(block.xml) else quoted(block.xml, "pre"))


def write_math(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write a formula, for which HTML has no word."""
    return quoted(math.write_block(block, out, bare), "pre")


def write_code(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write code; what `<pre>` cannot hold, as code without a line, is quoted."""
    written = code.write_html(block, out, bare)
    return quoted(written, "pre") if written.startswith("<ac:") else written


def write_inline(run: Atomic, _context: InlineContext) -> str:
    """Write an element that was kept: its own element, or quoted."""
    return raw_spelling.spelled(run.xml, html=True) or quoted(write_inline_storage(run), "code")


# ---- reading ----------------------------------------------------------------------------------------------------


def _xml_of(el: El, reader: StorageReader) -> str | None:
    """Return what an element quotes; None when it quotes nothing."""
    said = reader.document is not None and STORED in el.attrs.items() and len(el.attrs) == 1
    return text_of(el, reader.src) if said and not el.els() else None


def read_block(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<pre>`: a block of storage, or code."""
    xml = _xml_of(el, reader)
    if xml is None:
        return code.read_html(el, reader, depth)
    try:
        kids = StorageReader(xml, reader.dictionary).blocks(parse_raw(xml, depth).kids, depth)
    except MalformedError as err:
        raise Unreadable from err
    if len(kids) != 1 or kids[0].kind not in WHOLE:
        raise Unreadable
    kids[0].ins = kids[0].ine = -1
    return kids[0]


def read_inline(el: El, into: Inside) -> None:
    """Read `<code>`: an element of storage between words, or code."""
    xml = _xml_of(el, into.reader)
    try:
        found = (
            None if xml is None else inline_atom(StorageReader(xml, into.reader.dictionary), parse_raw(xml))
        )
    except (MalformedError, Unreadable):
        found = None
    if found is None:
        tags.read_storage(el, into)
    else:
        into.atom(el, found.kind, found.value, found.xml)
