"""Paragraphs and empty paragraphs.

Storage `<p>`; Markdown a paragraph, an HTML `<p style=…>` when it has a style, the line `<br>` when it is empty.

What is known of these in storage: FACTS.md 3.
"""

from __future__ import annotations

import re

from confsync.markup import alignment
from confsync.markup.elements import footnote
from confsync.markup.elements.raw import shorthand, write_storage_like
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.notes import NoteKind
from confsync.markup.storage.reader import StorageReader, Unreadable, is_raw_lines
from confsync.markup.storage.vocabulary import INLINE_MACROS, style
from confsync.markup.storage.writer import MACRO, StorageWriter
from confsync.markup.storage.xml import El
from confsync.markup.tree import Attrs, Block, Code, Kind, Pairs, Raw, Run

SHORTHAND_STARTS = frozenset("[{@$")
"""What a line that stands for a macro begins with."""
OWN = frozenset({"style", "class", "align"})
SPOKEN = ("dir", "lang")
"""How a text is read: what an author chooses besides a style."""
MODULE_LINES = re.compile(
    r"(?:(?:import\s(?:[\w*${},\s]+\sfrom\s+)?(['\"])[^'\"\n]+\1;?|export\s(?:const|let|var)\s\w+\s*=[^\n]*|"
    r"\{/\*(?:(?!\*/).)*\*/\})\s*)+",
    re.DOTALL,
)
"""Lines of MDX that nobody sees: imports, exported constants, comments."""


def own(el: El) -> Pairs:
    """Return the attributes that an author chose on a paragraph, a heading, a list or an item."""
    if not el.attrs:
        return ()
    found = alignment.of_storage(alignment.of_html({k: v for k, v in el.attrs.items() if k in OWN})).get(
        "style", ""
    )
    value = alignment.respelt(style(found), found)
    spoken = tuple((name, el.attrs[name]) for name in SPOKEN if name in el.attrs)
    return (*spoken, ("style", value)) if value else spoken


def read_storage(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<p>`; one that begins with a footnote's mark is its definition."""
    if (note := footnote.read_definition(el, reader, depth)) is not None:
        return note
    block = reader.leaf(Block(Kind.PARAGRAPH, Attrs(own(el))), el)
    if all(r.kind == "br" for r in block.runs):
        return Block(Kind.SPACER)
    if block.inline is not None and is_raw_lines(block.inline):
        raise Unreadable
    return block


def write_storage(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write `<p>`; an image alone stands without one, as Confluence's editor has it."""
    text = out.inline(block.written)
    attrs = block.data.attrs if isinstance(block.data, Attrs) else ()
    if (bare and stands_bare(block)) or (
        len(block.runs) == 1 and block.runs[0].kind == "img" and not attrs and not block.runs[0].marks
    ):
        return text
    return f"<p{out.attributes(attrs)}>{text}</p>"


def stands_bare(block: Block) -> bool:
    """Say whether a paragraph is one without an element of its own, too: a lone macro, or a row of images, is none."""
    if block.kind is not Kind.PARAGRAPH or block.data != Attrs():
        return False
    if any(run.kind == "raw" and not _is_inline(run.xml) for run in block.runs):
        return False
    images = len(block.runs) == 1 and block.runs[0].kind == "img"
    return images or any(map(_is_word, block.runs))


def _is_word(run: Run) -> bool:
    """Say whether a run is content that nobody takes for a block: text, or an element that is no image and no macro."""
    if run.kind == "t":
        return bool(str(run.value).strip(" "))
    return run.kind not in ("raw", "img", "br", "anchor") or (
        run.kind == "raw" and MACRO.match(run.xml) is None
    )


def _is_inline(xml: str) -> bool:
    """Say whether raw storage is inline wherever it stands, and not between words alone."""
    m = MACRO.match(xml)
    if m is not None:
        return m[1] in INLINE_MACROS
    return xml.startswith(("<ac:", "<ri:")) and not xml.startswith(("<ac:structured-macro", "<ac:macro"))


def write_spacer(_block: Block, _out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001
    """Write an empty paragraph."""
    return "<p />"


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read a paragraph; one that holds nothing but comments, or a page's own imports, is no block."""
    inline = reader.tokens[at.i + 1]
    block = reader.place(Block(Kind.PARAGRAPH, Attrs()), at)
    text = inline.content.strip()
    if text[:1] in SHORTHAND_STARTS and (macro := shorthand(block, text)) is not None:
        return [macro]
    if text[:1] in "ie{" and MODULE_LINES.fullmatch(text):
        return []
    reader.leaf(block, inline, at.chain)
    if block.runs and all(r.kind == "br" for r in block.runs):
        return [reader.place(Block(Kind.SPACER), at)]
    return [block] if block.runs else []


def raw_block(block: Block, run: Run) -> Block:
    """Turn the paragraph around one raw macro into that macro, which has none around it."""
    block.kind, block.data, block.xml, block.inline = Kind.RAW, Raw(str(run.value)), run.xml, None
    return block


def read_too_deep(reader: MarkdownReader, at: At) -> list[Block]:
    """Read what is nested too deep as code, so that nothing of it is lost."""
    reader.note(NoteKind.TOO_DEEP, at.token.content[:80])
    block = reader.place(Block(Kind.CODE, Code()), at)
    block.text = at.token.content.strip("\n")
    return [block]


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write a paragraph."""
    if isinstance(block.data, Attrs) and block.data.attrs:
        return write_storage_like(block, out)
    return out.inline(block.written, out.level(block)).rstrip()


def write_spacer_markdown(_block: Block, _out: MarkdownWriter, _before: Block | None) -> str:
    """Write the line `<br>`."""
    return "<br>"
