"""Writing the tree as Markdown: the entry point."""

from __future__ import annotations

from confsync.markup.elements import HTML_ATOMS, HTML_OUT, MARKDOWN_ATOMS, MARKDOWN_BLOCKS
from confsync.markup.html.writer import HtmlWriter
from confsync.markup.links import Links
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.markdown.style import DEFAULT, Style
from confsync.markup.markdown.writer import MarkdownOutput, MarkdownWriter
from confsync.markup.markdown_in import read_back
from confsync.markup.storage_out import write_storage
from confsync.markup.tree import Block, References


def html_writer(context: InlineContext) -> HtmlWriter:
    """Return a writer of HTML that stands in a document."""
    return HtmlWriter(HTML_OUT, HTML_ATOMS, context)


def write_html(block: Block, context: InlineContext) -> str:
    """Write one block as HTML, cold; what HTML has no form for is storage in it."""
    return html_writer(context).block(block)


OUTPUT = MarkdownOutput(
    blocks=MARKDOWN_BLOCKS, atoms=MARKDOWN_ATOMS, storage=write_storage, html=write_html, read=read_back
)


def writer(
    *, style: Style = DEFAULT, references: References | None = None, links: Links | None = None
) -> MarkdownWriter:
    """Return a writer for one document; it remembers which blocks need care."""
    return MarkdownWriter(OUTPUT, style=style, references=references, links=links)


def write_markdown(
    block: Block,
    *,
    before: Block | None = None,
    style: Style = DEFAULT,
    references: References | None = None,
    links: Links | None = None,
) -> str:
    """Write one block so that it reads back as itself when it stands alone."""
    return writer(style=style, references=references, links=links).verified(block, before)
