"""Reading Markdown into the tree: the entry point."""

from __future__ import annotations

from confsync.markup.elements import MARKDOWN_INLINE, MARKDOWN_TOKENS, STORAGE_IN
from confsync.markup.elements.raw import read_inline
from confsync.markup.html import blocks
from confsync.markup.links import Links
from confsync.markup.markdown import deep_nesting
from confsync.markup.markdown.reader import MarkdownDictionary, MarkdownReader
from confsync.markup.notes import Note, NoteKind
from confsync.markup.storage.xml import legal, parse
from confsync.markup.tree import Block, Kind, Norm, Notation, References, Tree, norms_of

DICTIONARY = MarkdownDictionary(
    tokens=MARKDOWN_TOKENS,
    inline=MARKDOWN_INLINE,
    storage=STORAGE_IN,
    raw_inline=read_inline,
    html=blocks.read,
    deep=deep_nesting.as_storage,
)


def parse_markdown(text: str, *, references: References | None = None, links: Links | None = None) -> Tree:
    """Parse a body (LF line ends) with the place of every block and, once asked for, of every word.

    `references` are those of the document that a fragment stands in. Characters that XML forbids are read as U+FFFD;
    `Tree.text` is the text as given, and all offsets are into it.
    """
    return read(text, references=references, links=links, track=True)[0]


def read(
    text: str, *, references: References | None = None, links: Links | None = None, track: bool
) -> tuple[Tree, list[Note]]:
    """Parse a body and say what was met on the way; without places, the tree has no references either."""
    clean = legal(text)
    reader = MarkdownReader(clean, DICTIONARY, references=references, links=links, track=track)
    if clean is not text:
        reader.note(NoteKind.CHARACTERS, "characters that XML forbids became U+FFFD")
    blocks = reader.document()
    doc = Block(Kind.DOC, kids=blocks, s=0, e=len(text), ins=0, ine=len(text), notation=Notation.MARKDOWN)
    found = reader.references if track else References()
    return Tree(doc, text, Notation.MARKDOWN, found), reader.notes


def read_back(text: str, references: References, links: Links | None) -> list[Norm]:
    """Return the normal forms of a piece of Markdown that stands in a document."""
    reader = MarkdownReader(text, DICTIONARY, references=references, links=links, track=False)
    return norms_of(reader.document())


def read_html(text: str, references: References, links: Links | None) -> list[Block]:
    """Return the blocks of HTML that stands in a document, with their places in that text.

    MalformedError when it is not well-formed.
    """
    reader = MarkdownReader("", DICTIONARY, references=references, links=links, track=False)
    return reader.storage_blocks(parse(text), text, 0, html=True)
